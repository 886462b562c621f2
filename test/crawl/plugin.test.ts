/** A plugin adds fields and links; whatever it does wrong costs its own page's share, and no run. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import type { ThreadOptions } from "../../src/worker-thread.ts";
import { runCli, temporaryFolder } from "../helpers/cli-process.ts";
import { newCrawl, questions, temporaryDatabase, type CrawlOptions } from "../helpers/crawl-run.ts";
import { startSite } from "../helpers/site-server.ts";

const WILD = join(import.meta.dirname, "fixtures/wild-plugin.ts");

/** Crawls a home page that links to `paths`, each a page with a heading and a link of its own. */
async function crawlWild(
  t: TestContext,
  paths: readonly string[],
  options: Omit<CrawlOptions, "seeds"> = {},
  threadOptions: ThreadOptions = {},
) {
  const site = await startSite((req, res) => {
    res.setHeader("content-type", "text/html; charset=utf-8");
    res.setHeader("x-served-by", "test");
    const { url = "" } = req;
    if (url === "/robots.txt") res.end("User-agent: *\nDisallow: /private/");
    else if (url === "/") res.end(paths.map((path) => `<a href="${path}">x</a>`).join(""));
    else if (url.startsWith("/of/")) res.end();
    else res.end(`<title>${url}</title><h1>Head of ${url}</h1><a href="/of${url}">own</a>`);
  });
  t.after(() => site.close());
  const dbPath = temporaryDatabase(t);
  const crawl = newCrawl(
    dbPath,
    { seeds: [`${site.origin}/`], sitemaps: false, plugin: WILD, ...options },
    { threadOptions },
  );
  const result = await crawl.run();
  assert.equal(result?.reason, "frontier_empty");
  return { site, result, ...questions(dbPath) };
}

void describe("what a plugin returns", () => {
  test("fields become typed rows, numbered by name", async (t) => {
    const { rows } = await crawlWild(t, ["/fields", "/later", "/nothing"]);
    const found =
      rows(`SELECT substr(url, instr(url, '/fields') ) AS path, name, idx, value, type, number
      FROM v_extract WHERE url LIKE '%/fields' ORDER BY name, idx`);
    const length = '<title>/fields</title><h1>Head of /fields</h1><a href="/of/fields">own</a>'
      .length;
    assert.deepEqual(
      found.map(({ name, idx, value, type, number }) => [name, idx, value, type, number]),
      [
        ["length", 0, String(length), "number", length],
        ["long", 0, "false", "boolean", 0],
        ["nested", 0, '{"server":"test","status":200}', "json", null],
        ["seen", 0, "2026-11-21T00:00:00.000Z", "date", Date.UTC(2026, 10, 21)],
        ["tags", 0, "a", "string", null],
        ["tags", 1, "b", "string", null],
        ["title", 0, "Head of /fields", "string", null],
        ["type", 0, "text/html; charset=utf-8", "string", null],
        ["words", 0, "4", "number", 4],
      ],
    );
    assert.deepEqual(rows("SELECT value FROM v_extract WHERE url LIKE '%/later'"), [
      { value: "Head of /later" },
    ]);
    assert.deepEqual(rows("SELECT detail FROM fetch WHERE detail IS NOT NULL"), []);
  });

  test("values of a rule's name come after those of the rule", async (t) => {
    const extract = [{ name: "title", selector: "title", attribute: null }];
    const { rows } = await crawlWild(t, ["/fields"], { extract });
    assert.deepEqual(
      rows("SELECT idx, value FROM v_extract WHERE name = 'title' AND url LIKE '%/fields'"),
      [
        { idx: 0, value: "/fields" },
        { idx: 1, value: "Head of /fields" },
      ],
    );
  });

  test("links go through the same door as those of the page", async (t) => {
    const { site, rows, column } = await crawlWild(t, ["/links", "/fields"]);
    const { origin } = site;
    assert.deepEqual(
      rows(
        `SELECT target, kind, rel, anchor FROM v_link WHERE source = '${origin}/links' ORDER BY target`,
      ),
      [
        { target: "https://elsewhere.example/", kind: "a", rel: null, anchor: null },
        { target: `${origin}/fields`, kind: "a", rel: null, anchor: null },
        { target: `${origin}/found?b`, kind: "a", rel: null, anchor: null },
        { target: `${origin}/of/links`, kind: "a", rel: null, anchor: "own" },
        { target: `${origin}/part`, kind: "other", rel: null, anchor: null },
        { target: `${origin}/private/x`, kind: "a", rel: "next", anchor: "more" },
      ].toSorted((one, other) => (one.target < other.target ? -1 : 1)),
    );
    const decided = rows(`SELECT replace(url, '${origin}', '') AS path, state, reason
      FROM frontier JOIN url ON url.id = url_id
      WHERE path IN ('/found?b', '/part', '/private/x', 'https://elsewhere.example/') ORDER BY path`);
    assert.deepEqual(
      decided.map(({ path, state, reason }) => [path, state, reason]),
      [
        ["/found?b", "done", null],
        ["/part", "excluded", "link_kind"],
        ["/private/x", "excluded", "robots"],
        ["https://elsewhere.example/", "excluded", "scope"],
      ],
    );
    assert.deepEqual(
      column(
        "SELECT max(n) FROM (SELECT count(*) AS n FROM fetch WHERE kind = 'page' GROUP BY url_id)",
      ),
      [1],
    );
  });
});

void describe("what a plugin does wrong", () => {
  test("fields and links beyond what is kept of a page are left out, which its fetch says", async (t) => {
    const { rows, column } = await crawlWild(t, ["/many"]);
    assert.deepEqual(column("SELECT count(*) FROM v_extract"), [1_000]);
    assert.deepEqual(column("SELECT count(*) FROM v_link WHERE source LIKE '%/many'"), [50_000]);
    const [row] = rows("SELECT truncated, detail FROM fetch WHERE detail IS NOT NULL");
    assert.equal(row?.["truncated"], 1);
    assert.match(String(row["detail"]), /^of the plugin's fields values were left out: /);
  });

  test("is told in the fetch's detail, and the page's facts, links and other fields count", async (t) => {
    const wrong: readonly (readonly [path: string, why: RegExp])[] = [
      ["/throws", /^the plugin failed: RangeError: the price is wrong$/],
      ["/rejects", /^the plugin failed: no such shop$/],
      ["/throws-nothing", /^the plugin failed: it threw something that is no error$/],
      ["/wrong", /onPage returned "title", but takes an object with fields and links$/],
      ["/wrong-key", /onPage returned an object with "field", but takes fields and links$/],
      ["/wrong-fields", /fields got a list, but takes an object of values by name$/],
      ["/wrong-value", /the field "f" got a function, but takes a text, a finite number, /],
      ["/wrong-number", /the field "f" got NaN, but takes a text, a finite number, /],
      ["/wrong-link", /a link's url got 5, but takes a text$/],
      ["/wrong-kind", /a link's kind got "anchor", but takes a, area, /],
      ["/circular", /TypeError: Converting circular structure to JSON/],
    ];
    const paths = wrong.map(([path]) => path);
    const extract = [{ name: "h", selector: "h1", attribute: null }];
    const { site, rows, result } = await crawlWild(t, [...paths, "/fields"], { extract });
    assert.equal(result.counters.errors, 0);
    for (const [path, why] of wrong) {
      const [row, ...more] = rows(`SELECT f.error, f.detail, p.title, e.value, l.target
        FROM url u JOIN fetch f ON f.url_id = u.id JOIN page p ON p.url_id = u.id
          JOIN v_extract e ON e.url_id = u.id JOIN v_link l ON l.from_url_id = u.id
        WHERE u.url = '${site.origin}${path}'`);
      assert.deepEqual(more, [], path);
      assert.match(String(row?.["detail"]), why);
      assert.deepEqual(
        { ...row, detail: null },
        {
          error: null,
          detail: null,
          title: path,
          value: `Head of ${path}`,
          target: `${site.origin}/of${path}`,
        },
      );
    }
    // What one page ended did not end the next one's.
    assert.deepEqual(
      rows("SELECT value FROM v_extract WHERE name = 'words' AND url LIKE '%/fields'"),
      [{ value: "4" }],
    );
  });

  test("is ended after --plugin-timeout, be it a promise that nobody settles or a loop", async (t) => {
    const options = { pluginTimeout: 200, threads: 1 };
    const { rows } = await crawlWild(t, ["/never", "/loops"], options);
    const found = rows(`SELECT title, detail, error FROM fetch f JOIN page p ON p.url_id = f.url_id
      WHERE title IN ('/never', '/loops') ORDER BY title`);
    const detail = "the plugin failed: onPage took too long, ended after 200 ms";
    assert.deepEqual(found, [
      { title: "/loops", detail, error: null },
      { title: "/never", detail, error: null },
    ]);
  });

  const deadly: readonly (readonly [path: string, why: RegExp, options: ThreadOptions])[] = [
    ["/exits", /exit code 7/, {}],
    ["/throws-later", /nobody catches this/, {}],
    ["/loops-later", /no answer any more/, { stuckAfterMs: 2_000 }],
  ];
  for (const [path, why, threadOptions] of deadly) {
    test(`${path}: a thread that it ends costs its own page only`, async (t) => {
      const { site, rows } = await crawlWild(t, [path, "/fields", "/later"], {}, threadOptions);
      const [failed, ...more] = rows(
        "SELECT url, reason, detail FROM frontier JOIN url ON url.id = url_id WHERE state = 'failed'",
      );
      assert.deepEqual(more, []);
      assert.equal(failed?.["url"], `${site.origin}${path}`);
      assert.equal(failed["reason"], "thread_died");
      assert.match(String(failed["detail"]), why);
      assert.deepEqual(
        rows("SELECT value FROM v_extract WHERE name = 'title' ORDER BY url").map(
          ({ value }) => value,
        ),
        ["Head of /fields", "Head of /later"],
      );
    });
  }
});

test("the command says at the end how many pages a plugin failed on, and how", async (t) => {
  const site = await startSite({ "/": '<a href="/2">2</a>', "/2": "<p>2" });
  t.after(() => site.close());
  const folder = temporaryFolder(t);
  writeFileSync(
    join(folder, "p.mjs"),
    "export const onPage = () => { throw new Error('no\\u001b[2J'); };",
  );
  const ended = await runCli(t, folder, "crawl", `${site.origin}/`, "--plugin", "p.mjs");
  assert.equal(ended.code, 0);
  const told = ended.stderr.split("\n").filter((line) => line.startsWith("warning: "));
  assert.deepEqual(told, [
    `warning: of 2 pages something was left out, first of ${site.origin}/: the plugin failed: no\\x1b[2J`,
  ]);
});

void describe("a plugin that cannot be used ends the command with 2 before anything is asked", () => {
  const cases: [file: string, content: string, why: RegExp][] = [
    ["none.mjs", "export const onpage = () => {};", /it exports no function onPage/],
    ["syntax.mjs", "export const onPage = (", /SyntaxError: Unexpected end of input/],
    ["import.mjs", "import 'no-such-package';", /Cannot find package 'no-such-package'/],
    ["exit.mjs", "process.exit(0);", /it ended its thread with exit code 0/],
    ["null.mjs", "throw null;", /\(null\)/],
  ];
  for (const [file, content, why] of cases) {
    test(file, async (t) => {
      const folder = temporaryFolder(t);
      writeFileSync(join(folder, file), content);
      const ended = await runCli(t, folder, "crawl", "http://127.0.0.1:1/", "--plugin", file);
      assert.equal(ended.code, 2);
      assert.match(
        ended.stderr,
        /^webspool: --plugin got ".+", but takes a JavaScript or TypeScript module that exports a function onPage \(.+\)\.\n$/,
      );
      assert.match(ended.stderr, why);
    });
  }

  test("a file that is not there", async (t) => {
    const ended = await runCli(
      t,
      temporaryFolder(t),
      "crawl",
      "http://127.0.0.1:1/",
      "--plugin",
      "x.ts",
    );
    assert.equal(ended.code, 2);
    assert.equal(ended.stderr, 'webspool: --plugin cannot read "x.ts": it does not exist.\n');
  });
});
