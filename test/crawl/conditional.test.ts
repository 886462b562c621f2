/** Recrawls ask whether what is held still holds: 304 keeps pages, links, fields and what they lead to. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { crawlWithOneThread as crawlSite, temporaryDatabase } from "../helpers/crawl-run.ts";
import { startSite, type Handler, type Site } from "../helpers/site-server.ts";

/** A page that knows its validators, and answers 304 to who holds it. */
function versioned(
  body: () => string,
  validator: "etag" | "last-modified",
  extra: Record<string, string> = {},
): Handler {
  return (req, res) => {
    const text = body();
    const etag = `"${createHash("sha1").update(text).digest("hex").slice(0, 12)}"`;
    const date = new Date(1.7e12 + (etag.charCodeAt(1) + etag.charCodeAt(2) * 256) * 1000);
    const value = validator === "etag" ? etag : date.toUTCString();
    const asked = req.headers[validator === "etag" ? "if-none-match" : "if-modified-since"];
    res.setHeader(validator, value);
    for (const [name, content] of Object.entries(extra)) res.setHeader(name, content);
    if (asked === value) {
      res.statusCode = 304;
      res.end();
      return;
    }
    res.setHeader("content-type", "text/html");
    res.end(text);
  };
}

const page = (title: string, ...rest: string[]): string =>
  `<!doctype html><title>${title}</title><p>${title} has a text of its own.</p>${rest.join("")}`;
const link = (href: string): string => `<a href="${href}">x</a>`;

function pagesAsked(site: Site, from: number): string[] {
  return site.requests
    .slice(from)
    .map(({ url }) => url)
    .filter((url) => url !== "/robots.txt" && url !== "/sitemap.xml")
    .toSorted();
}

void describe("conditional requests", { concurrency: 3 }, () => {
  void test("what answers 304 keeps its page, its links and what they lead to", async (t) => {
    const site = await startSite({
      "/": versioned(() => page("Home", link("/a"), link("/b")), "etag"),
      "/a": versioned(() => page("A", link("/")), "last-modified"),
      "/b": page("B"),
    });
    t.after(() => site.close());
    const dbPath = temporaryDatabase(t);
    const seeds = [`${site.origin}/`];
    await crawlSite(t, { dbPath, seeds });
    const before = site.requests.length;
    const { rows, column, result } = await crawlSite(t, { dbPath, seeds });
    assert.equal(result.reason, "frontier_empty");
    assert.deepEqual(pagesAsked(site, before), ["/", "/a", "/b"]);
    assert.deepEqual(
      rows(
        "select replace(url, rtrim(url, replace(url, '/', '')), '') as name, status, title, last_run_id as seen from v_page order by 1",
      ),
      [
        { name: "", status: 200, title: "Home", seen: 2 },
        { name: "a", status: 200, title: "A", seen: 2 },
        { name: "b", status: 200, title: "B", seen: 2 },
      ],
    );
    assert.deepEqual(
      rows(
        "select status, not_modified as same from fetch where run_id = 2 and kind = 'page' order by url_id",
      ),
      [
        { status: 304, same: 1 },
        { status: 304, same: 1 },
        { status: 200, same: 0 },
      ],
    );
    assert.deepEqual(
      column("select distinct last_run_id from link where gone_run_id is null"),
      [2],
    );
    assert.deepEqual(column("select distinct change from v_run_diff where run_id = 2"), [
      "unchanged",
    ]);
    assert.deepEqual(column("select count(*) from page"), [3]);
    // The first content type and size stand for the page that the 304 confirms.
    assert.deepEqual(column("select count(*) from v_page where content_type is null"), [0]);
  });

  void test("a page that changed is read again, and is asked by its new validator after that", async (t) => {
    let version = 1;
    const site = await startSite({
      "/": versioned(() => page(`Home ${version === 1 ? "old" : "new"}`), "etag"),
    });
    t.after(() => site.close());
    const dbPath = temporaryDatabase(t);
    const options = { dbPath, seeds: [`${site.origin}/`] };
    await crawlSite(t, options);
    version = 2;
    await crawlSite(t, options);
    const { column } = await crawlSite(t, options);
    assert.deepEqual(
      column("select status from fetch where kind = 'page' order by run_id"),
      [200, 200, 304],
    );
    assert.deepEqual(column("select title from page order by first_run_id"), [
      "Home old",
      "Home new",
    ]);
  });

  void test("links of an unchanged page are decided anew by the run's own rules", async (t) => {
    const site = await startSite({
      "/": versioned(() => page("Home", '<img src="/logo.png">', link("/deep")), "etag"),
      "/deep": page("Deep"),
      "/logo.png": { headers: { "content-type": "image/png" }, body: "png" },
    });
    t.after(() => site.close());
    const dbPath = temporaryDatabase(t);
    const options = { dbPath, seeds: [`${site.origin}/`] };
    await crawlSite(t, { ...options, maxDepth: 0 });
    const before = site.requests.length;
    await crawlSite(t, { ...options, check: "assets" });
    assert.deepEqual(pagesAsked(site, before), ["/", "/deep", "/logo.png"]);
  });

  void test("an unchanged page that asks not to follow its links still does", async (t) => {
    const site = await startSite({
      "/": page("Home", link("/meta"), link("/header")),
      "/meta": versioned(
        () => `<meta name="robots" content="nofollow">${page("Meta", link("/m1"))}`,
        "etag",
      ),
      "/header": versioned(() => page("Header", link("/h1")), "etag", {
        "x-robots-tag": "nofollow",
      }),
      "/m1": page("M1"),
      "/h1": page("H1"),
    });
    t.after(() => site.close());
    const dbPath = temporaryDatabase(t);
    const options = { dbPath, seeds: [`${site.origin}/`] };
    await crawlSite(t, options);
    const before = site.requests.length;
    const { column } = await crawlSite(t, options);
    assert.deepEqual(pagesAsked(site, before), ["/", "/header", "/meta"]);
    assert.deepEqual(column("select count(*) from fetch where status = 304"), [2]);
    const again = site.requests.length;
    await crawlSite(t, { ...options, robots: false });
    assert.deepEqual(pagesAsked(site, again), ["/", "/h1", "/header", "/m1", "/meta"]);
  });

  void test("an unchanged sitemap, and one of sitemaps, still leads to its pages", async (t) => {
    const site = await startSite({
      "/": page("Home"),
      "/only": page("Only in the sitemap"),
      "/robots.txt": (req, res) => {
        res.setHeader("content-type", "text/plain");
        res.setHeader("cache-control", "max-age=0");
        res.end(`Sitemap: http://${req.headers.host}/index.xml\n`);
      },
      "/index.xml": (req, res) =>
        void versioned(
          () =>
            `<sitemapindex><sitemap><loc>http://${req.headers.host}/part.xml</loc></sitemap></sitemapindex>`,
          "etag",
        )(req, res),
      "/part.xml": (req, res) =>
        void versioned(
          () => `<urlset><url><loc>http://${req.headers.host}/only</loc></url></urlset>`,
          "etag",
        )(req, res),
    });
    t.after(() => site.close());
    const dbPath = temporaryDatabase(t);
    const options = { dbPath, seeds: [`${site.origin}/`] };
    await crawlSite(t, options);
    const { column, rows } = await crawlSite(t, options);
    assert.deepEqual(
      rows(
        "select count(*) as n, sum(status = 304) as same from fetch where run_id = 2 and kind = 'sitemap'",
      ),
      [{ n: 2, same: 2 }],
    );
    assert.deepEqual(
      column("select count(*) from v_page where run_id = 2 and title like 'Only%'"),
      [1],
    );
    assert.deepEqual(
      column(
        "select count(*) from link where kind = 'sitemap' and last_run_id = 2 and gone_run_id is null",
      ),
      [2],
    );
  });

  void test("extraction rules that were not there when the page was read have it read afresh", async (t) => {
    const site = await startSite({ "/": versioned(() => page("Home"), "etag") });
    t.after(() => site.close());
    const dbPath = temporaryDatabase(t);
    const options = { dbPath, seeds: [`${site.origin}/`] };
    await crawlSite(t, options);
    const extract = [{ name: "text", selector: "p", attribute: null }];
    const { column } = await crawlSite(t, { ...options, extract });
    assert.deepEqual(column("select value from extract"), ["Home has a text of its own."]);
    const third = await crawlSite(t, { ...options, extract });
    assert.deepEqual(
      third.column("select status from fetch where kind = 'page' order by run_id"),
      [200, 200, 304],
    );
    assert.deepEqual(third.column("select run_id from extract order by 1"), [2, 3]);
  });

  void test("a page that was gone in between is read afresh, so that its links are back", async (t) => {
    const there = versioned(() => page("Home", link("/a")), "etag");
    let gone = false;
    const site = await startSite({
      "/": (req, res) => (gone ? void res.writeHead(404).end() : there(req, res)),
      "/a": page("A"),
    });
    t.after(() => site.close());
    const dbPath = temporaryDatabase(t);
    const options = { dbPath, seeds: [`${site.origin}/`] };
    await crawlSite(t, options);
    gone = true;
    await crawlSite(t, options);
    gone = false;
    const { column } = await crawlSite(t, options);
    assert.deepEqual(
      column(
        "select status from fetch f join url u on u.id = f.url_id where u.url like '%/' and kind = 'page' order by f.run_id",
      ),
      [200, 404, 200],
    );
    assert.deepEqual(column("select count(*) from v_link"), [1]);
  });

  void test("what was cut off last is not confirmed by the validators of an answer before", async (t) => {
    let long = false;
    const site = await startSite({
      "/": versioned(
        () => (long ? page("Long", link("/a"), "<p>word </p>".repeat(2_000)) : page("Short")),
        "etag",
      ),
      "/a": page("A"),
    });
    t.after(() => site.close());
    const dbPath = temporaryDatabase(t);
    const options = { dbPath, seeds: [`${site.origin}/`], maxBody: 4_096 };
    await crawlSite(t, options);
    long = true;
    await crawlSite(t, options);
    long = false;
    const { column } = await crawlSite(t, options);
    assert.deepEqual(
      column(
        "select status from fetch f join url u on u.id = f.url_id where u.url like '%/' and kind = 'page' order by f.run_id",
      ),
      [200, 200, 200],
    );
    assert.deepEqual(column("select title from v_page where url like '%/'"), ["Short"]);
    assert.deepEqual(column("select count(*) from v_link"), [0]);
  });

  void test("what was only checked before is read when it is a page now", async (t) => {
    const other = await startSite({
      "/": versioned(() => page("Other", link("/more")), "etag"),
      "/more": page("More"),
    });
    t.after(() => other.close());
    const site = await startSite({ "/": page("Home", link(`${other.origin}/`)) });
    t.after(() => site.close());
    const options = { dbPath: temporaryDatabase(t), seeds: [`${site.origin}/`] };
    await crawlSite(t, { ...options, check: "external" });
    const { column } = await crawlSite(t, { ...options, scope: "any" });
    assert.deepEqual(column("select title from v_page order by title"), ["Home", "More", "Other"]);
  });

  void test("a page that became a file is not called a page again by a 304", async (t) => {
    let isFile = false;
    const extract = [{ name: "price", selector: "b", attribute: null }];
    const html = versioned(() => page("Home", "<b>7</b>"), "etag");
    const site = await startSite({
      "/": (req, res) => {
        if (!isFile) return html(req, res);
        res.setHeader("etag", '"file"');
        if (req.headers["if-none-match"] === '"file"') return void res.writeHead(304).end();
        res.setHeader("content-type", "application/pdf");
        return void res.end("%PDF-1.7");
      },
    });
    t.after(() => site.close());
    const options = { dbPath: temporaryDatabase(t), seeds: [`${site.origin}/`], extract };
    await crawlSite(t, options);
    isFile = true;
    await crawlSite(t, options);
    const { column } = await crawlSite(t, options);
    assert.deepEqual(
      column("select status from fetch where kind = 'page' order by run_id"),
      [200, 200, 304],
    );
    assert.deepEqual(column("select last_run_id from page"), [1]);
    assert.deepEqual(column("select run_id from extract"), [1]);
    assert.deepEqual(column("select checks || ' ' || changes from frontier where kind = 'page'"), [
      "2 1",
    ]);
  });

  void test("what was cut off is not confirmed by a 304", async (t) => {
    const long = page("Long", "<p>word </p>".repeat(2_000));
    const site = await startSite({ "/": versioned(() => long, "etag") });
    t.after(() => site.close());
    const dbPath = temporaryDatabase(t);
    const options = { dbPath, seeds: [`${site.origin}/`] };
    await crawlSite(t, { ...options, maxBody: 4_096 });
    const { column } = await crawlSite(t, options);
    assert.deepEqual(
      column("select status from fetch where kind = 'page' order by run_id"),
      [200, 200],
    );
  });
});
