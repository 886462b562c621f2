/** `--text`: what pages say is kept version by version, and the index finds what they say now. */
import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { CrawlDatabase, searchTerms } from "../../src/storage/index.ts";
import { crawlSite, temporaryDatabase, type CrawlOptions } from "../helpers/crawl-run.ts";
import { startSite, type Handler, type Route } from "../helpers/site-server.ts";

type Found = { readonly url: string; readonly snippet: string };

function search(dbPath: string, words: string, all = false): Found[] {
  const db = CrawlDatabase.openReadOnly(dbPath);
  try {
    const terms = searchTerms(words);
    assert.ok(terms !== null);
    const { hits } = db.reports.search({ ...terms, limit: 100, prefixes: [], all });
    return hits.map(({ url, snippet }) => ({
      url: new URL(url).pathname,
      snippet: snippet.map(({ text, isFound }) => (isFound ? `[${text}]` : text)).join(""),
    }));
  } finally {
    db.close();
  }
}

const paths = (found: readonly Found[]): string[] => found.map(({ url }) => url).toSorted();

function assertSound(dbPath: string): void {
  const db = CrawlDatabase.openReadOnly(dbPath);
  try {
    const broken = db.upkeep.checkInvariants({ allBodies: true }).filter(({ count }) => count > 0);
    assert.deepEqual(broken, []);
  } finally {
    db.close();
  }
}

/** A site whose pages can be changed from run to run. */
async function changing(
  t: TestContext,
  pages: Record<string, Route>,
): Promise<{
  readonly pages: Record<string, Route>;
  readonly dbPath: string;
  readonly origin: string;
  run(options?: Partial<CrawlOptions>): Promise<void>;
}> {
  const answer: Handler = (req, res) => {
    const route = pages[req.url ?? ""];
    if (typeof route === "function") return route(req, res);
    const status = typeof route === "string" ? 200 : 404;
    res.writeHead(status, { "content-type": "text/html; charset=utf-8" });
    res.end(typeof route === "string" ? route : "nothing");
  };
  const site = await startSite(answer);
  t.after(() => site.close());
  const dbPath = temporaryDatabase(t);
  return {
    pages,
    dbPath,
    origin: site.origin,
    async run(options = {}) {
      const { result } = await crawlSite(t, {
        dbPath,
        seeds: [`${site.origin}/`],
        threads: 1,
        sitemaps: false,
        text: true,
        ...options,
      });
      assert.equal(result.reason, "frontier_empty");
      assertSound(dbPath);
    },
  };
}

const snow = (count: number): string => "\u2603 ".repeat(count);

const page = (title: string, text: string, links = ""): string =>
  `<!doctype html><title>${title}</title><h1>${title} heading</h1><p>${text}</p>${links}`;

async function texts(t: TestContext, dbPath: string): Promise<unknown[]> {
  const db = CrawlDatabase.openReadOnly(dbPath);
  t.after(() => db.close());
  return db.query("SELECT first_run_id, title, heading, text FROM page_text ORDER BY id").rows;
}

void describe("the text of pages", { concurrency: 3 }, () => {
  void test("a page's text is kept and found by its words, whatever their case and accents", async (t) => {
    const site = await changing(t, {
      "/": page("Home", "Crème brûlée &amp; tea", "<a href=/a>more</a><script>hidden()</script>"),
      "/a": page("Other", "Nothing sweet"),
    });
    await site.run();
    assert.deepEqual(await texts(t, site.dbPath), [
      [1, "Home", "Home heading", "Home heading Crème brûlée & tea more"],
      [1, "Other", "Other heading", "Other heading Nothing sweet"],
    ]);
    assert.deepEqual(search(site.dbPath, "creme BRULEE"), [
      { url: "/", snippet: "Home heading [Crème] [brûlée] & tea more" },
    ]);
    assert.deepEqual(search(site.dbPath, "hidden"), []);
    assert.deepEqual(paths(search(site.dbPath, "heading")), ["/", "/a"]);
    assert.deepEqual(search(site.dbPath, "other")[0]?.url, "/a", "a word of the title");
  });

  void test("a page that changed is found by what it says now, one that did not has one text", async (t) => {
    const site = await changing(t, {
      "/": page("Home", "always the same", "<a href=/a>a</a>"),
      "/a": page("A", "about apples"),
    });
    await site.run();
    site.pages["/a"] = page("A", "about pears");
    await site.run();
    assert.deepEqual(search(site.dbPath, "apples"), []);
    assert.deepEqual(paths(search(site.dbPath, "pears")), ["/a"]);
    assert.deepEqual(
      (await texts(t, site.dbPath)).map((row) => (row as unknown[])[3]),
      ["Home heading always the same a", "A heading about apples", "A heading about pears"],
    );
  });

  void test("a run without --text leaves the text that is there, and the next one with it reads what is missing", async (t) => {
    const asked: (string | undefined)[] = [];
    const versioned =
      (etag: string, body: string): Handler =>
      (req, res) => {
        if (req.headers["if-none-match"] === etag) {
          res.writeHead(304, { etag }).end();
        } else {
          asked.push(req.url);
          res.writeHead(200, { etag, "content-type": "text/html" }).end(body);
        }
      };
    const site = await changing(t, {
      "/": versioned('"1"', page("Home", "home", "<a href=/a>a</a><a href=/b>b</a>")),
      "/a": versioned('"1"', page("A", "apples")),
      "/b": versioned('"1"', page("B", "berries")),
    });
    await site.run();
    site.pages["/a"] = versioned('"2"', page("A", "apricots"));
    await site.run({ text: false });
    assert.deepEqual(paths(search(site.dbPath, "apples")), ["/a"]);
    assert.deepEqual(search(site.dbPath, "apricots"), []);
    assert.deepEqual(asked.splice(0), ["/", "/a", "/b", "/a"]);
    // Only the version without a text is read again, though its server would say that it is unchanged.
    await site.run();
    assert.deepEqual(asked, ["/a"]);
    assert.deepEqual(search(site.dbPath, "apples"), []);
    assert.deepEqual(paths(search(site.dbPath, "apricots")), ["/a"]);
    assert.equal((await texts(t, site.dbPath)).length, 4);
  });

  void test("pages that are gone, moved or no page any more are found only when all are asked for", async (t) => {
    const site = await changing(t, {
      "/": page(
        "Home",
        "start",
        "<a href=/a>a</a><a href=/b>b</a><a href=/c>c</a><a href=/d>d</a>",
      ),
      "/a": page("A", "fruit"),
      "/b": page("B", "fruit"),
      "/c": page("C", "fruit"),
      "/d": page("D", "fruit"),
    });
    await site.run();
    delete site.pages["/a"];
    site.pages["/b"] = (_, res) => void res.writeHead(301, { location: "/d" }).end();
    site.pages["/c"] = (_, res) =>
      void res.writeHead(200, { "content-type": "application/pdf" }).end("%PDF-1.7");
    site.pages["/d"] = (_, res) => void res.writeHead(503, { "retry-after": "0" }).end();
    await site.run({ retries: 0 });
    // A server that is down for a while has not lost its pages.
    assert.deepEqual(paths(search(site.dbPath, "fruit")), ["/d"]);
    assert.deepEqual(paths(search(site.dbPath, "fruit", true)), ["/a", "/b", "/c", "/d"]);
  });

  void test("more than 1 MiB of text is cut off between two characters, and the row says so", async (t) => {
    // 262,144 snowmen with their spaces are 4 bytes each.
    const site = await changing(t, {
      "/": `<title>Snow</title>${snow(262_144)}<a href=/a>more</a>`,
      "/a": `<title>Much snow</title>xy ${snow(300_000)}`,
    });
    await site.run();
    const db = CrawlDatabase.openReadOnly(site.dbPath);
    t.after(() => db.close());
    const { rows } = db.query(
      "SELECT title, octet_length(text), truncated, substr(text, -1) FROM page_text ORDER BY id",
    );
    assert.deepEqual(rows, [
      // The space at the end is no part of it; "more" stands behind it.
      ["Snow", 1_048_575, 1, "\u2603"],
      ["Much snow", 1_048_574, 1, "\u2603"],
    ]);
  });

  void test("words of scripts without spaces are found within their sentences", async (t) => {
    const site = await changing(t, {
      "/": page(
        "東京の天気",
        "今日は晴れです。明日は雨でしょう。",
        "<a href=/a>大阪</a><a href=/b>b</a>",
      ),
      "/a": page("大阪", "大阪の天気は雨、Tokyo Tower入門は100%です。"),
      "/b": page("ภาษาไทย", "สวัสดีชาวโลก"),
    });
    await site.run();
    assert.deepEqual(search(site.dbPath, "明日"), [
      { url: "/", snippet: "…東京の天気 heading 今日は晴れです。[明日]は雨でしょう。 大阪b…" },
    ]);
    // The title counts most.
    assert.deepEqual(
      search(site.dbPath, "天気").map(({ url }) => url),
      ["/", "/a"],
    );
    assert.deepEqual(paths(search(site.dbPath, "雨 大阪の")), ["/a"]);
    assert.deepEqual(paths(search(site.dbPath, "tower入門")), ["/a"]);
    assert.deepEqual(paths(search(site.dbPath, "tokyo 天気")), ["/a"]);
    assert.deepEqual(paths(search(site.dbPath, "100%で")), ["/a"]);
    assert.deepEqual(paths(search(site.dbPath, "100_で")), []);
    assert.deepEqual(paths(search(site.dbPath, "ชาว")), ["/b"]);
  });

  void test("hostile text is stored whole, and is found", async (t) => {
    const hostile =
      "before\u0000after \u001b[31mred\u001b[0m \u202egnp.exe\u202c &#xD800; \ud83d\ude00 '; DROP TABLE page; -- word\u0001\ue000end";
    const site = await changing(t, { "/": `<title>\u001b]0;x\u0007</title>${hostile}` });
    await site.run();
    const rows = await texts(t, site.dbPath);
    const stored = String((rows[0] as unknown[])[3]);
    assert.ok(stored.isWellFormed());
    assert.ok(!stored.includes("\u0000"));
    assert.ok(stored.includes("\u202egnp.exe"));
    assert.ok(stored.endsWith("\ue000end"));
    for (const word of ["after", "gnp", "DROP TABLE"]) {
      assert.equal(search(site.dbPath, word).length, 1, word);
    }
    const [hit] = search(site.dbPath, "table");
    assert.match(hit?.snippet ?? "", /\[TABLE\]/);
  });
});
