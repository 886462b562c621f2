/** What a second run of the same database asks for, and what it leaves alone. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  crawlWithOneThread as crawlSite,
  questions,
  temporaryDatabase,
} from "../helpers/crawl-run.ts";
import { startSite, type Site } from "../helpers/site-server.ts";

const page = (title: string, ...rest: string[]): string =>
  `<!doctype html><title>${title}</title>${rest.join("")}`;
const link = (href: string): string => `<a href="${href}">x</a>`;

function asked(site: Site, from: number): string[] {
  return site.requests
    .slice(from)
    .map(({ method, url }) => `${method} ${url}`)
    .filter((line) => !/\/(?:robots\.txt|sitemap\.xml)$/.test(line))
    .toSorted();
}

// Side by side: most of their time they wait for processes and threads to start.
void describe("a second run", { concurrency: 3 }, () => {
  void test("a seed that redirects is no failed seed in the second run either", async (t) => {
    const site = await startSite({
      "/": { status: 301, headers: { location: "/home" } },
      "/home": page("Home", link("/next")),
      "/next": page("Next"),
    });
    t.after(() => site.close());
    const dbPath = temporaryDatabase(t);
    const seeds = [`${site.origin}/`];
    const first = await crawlSite(t, { dbPath, seeds });
    assert.equal(first.result.reason, "frontier_empty");
    const second = await crawlSite(t, { dbPath, seeds });
    assert.equal(second.result.reason, "frontier_empty");
    assert.equal(second.result.counters.pages, 3);
  });

  void test("a seed's redirect to what a sitemap named first is followed as a seed's", async (t) => {
    const site = await startSite({
      "/": { status: 302, headers: { location: "/home" }, delayMs: 300 },
      "/home": page("Home"),
      "/sitemap.xml": (req, res) => {
        res.end(`<urlset><url><loc>http://${req.headers.host}/home</loc></url></urlset>`);
      },
    });
    t.after(() => site.close());
    const { result, column } = await crawlSite(t, { seeds: [`${site.origin}/`] });
    assert.equal(result.reason, "frontier_empty");
    assert.deepEqual(column("select title from v_page where title is not null"), ["Home"]);
  });

  void test("parts of pages stay parts of pages in the second run", async (t) => {
    const site = await startSite({
      "/": page("Home", '<img src="/logo.png">', '<a rel="x" href="/next">n</a>'),
      "/next": page("Next"),
      "/logo.png": { headers: { "content-type": "image/png" }, body: "png" },
    });
    t.after(() => site.close());
    const dbPath = temporaryDatabase(t);
    const seeds = [`${site.origin}/`];
    await crawlSite(t, { dbPath, seeds });
    assert.deepEqual(asked(site, 0), ["GET /", "GET /next"]);
    const before = site.requests.length;
    await crawlSite(t, { dbPath, seeds });
    assert.deepEqual(asked(site, before), ["GET /", "GET /next"]);
  });

  void test("what --check asks for is asked for in each run that has it, and in no other", async (t) => {
    const other = await startSite({ "/ext": page("Other") }, { host: "127.0.0.2" });
    t.after(() => other.close());
    const site = await startSite({
      "/": page("Home", '<img src="/logo.png">', link(`${other.origin}/ext`)),
      "/logo.png": { headers: { "content-type": "image/png" }, body: "png" },
    });
    t.after(() => site.close());
    const dbPath = temporaryDatabase(t);
    const options = { dbPath, seeds: [`${site.origin}/`], allowPrivate: true };
    for (const [check, here, there] of [
      ["all", ["GET /", "HEAD /logo.png"], ["HEAD /ext"]],
      ["all", ["GET /", "HEAD /logo.png"], ["HEAD /ext"]],
      ["external", ["GET /"], ["HEAD /ext"]],
      ["none", ["GET /"], []],
    ] as const) {
      const [hereBefore, thereBefore] = [site.requests.length, other.requests.length];
      await crawlSite(t, { ...options, check });
      assert.deepEqual(asked(site, hereBefore), here, check);
      assert.deepEqual(asked(other, thereBefore), there, check);
    }
    const { column } = questions(dbPath);
    assert.deepEqual(
      column("select kind from frontier where url_id in (select to_url_id from link) order by 1"),
      ["asset", "asset"],
    );
  });

  void test("a page that comes into or leaves the scope is asked for as what it is then", async (t) => {
    const other = await startSite({ "/ext": page("Other") }, { host: "127.0.0.2" });
    t.after(() => other.close());
    const site = await startSite({ "/": page("Home", link(`${other.origin}/ext`)) });
    t.after(() => site.close());
    const dbPath = temporaryDatabase(t);
    const options = { dbPath, seeds: [`${site.origin}/`], allowPrivate: true };
    await crawlSite(t, { ...options, check: "external" });
    assert.deepEqual(asked(other, 0), ["HEAD /ext"]);
    let before = other.requests.length;
    await crawlSite(t, { ...options, scope: "any" });
    assert.deepEqual(asked(other, before), ["GET /ext"]);
    before = other.requests.length;
    await crawlSite(t, { ...options, check: "external" });
    assert.deepEqual(asked(other, before), ["HEAD /ext"]);
  });

  void test("what a seed's new redirect takes into the scope is asked, also what earlier runs kept out", async (t) => {
    const other = await startSite(
      { "/": page("Other", link("/x")), "/x": page("X") },
      { host: "127.0.0.2" },
    );
    t.after(() => other.close());
    let moved = false;
    const site = await startSite((req, res) => {
      if (req.url !== "/") res.writeHead(404).end();
      else if (moved) res.writeHead(301, { location: `${other.origin}/` }).end();
      else res.setHeader("content-type", "text/html").end(page("Home", link(`${other.origin}/x`)));
    });
    t.after(() => site.close());
    const options = {
      dbPath: temporaryDatabase(t),
      seeds: [`${site.origin}/`],
      allowPrivate: true,
    };
    await crawlSite(t, options);
    assert.deepEqual(asked(other, 0), []);
    moved = true;
    await crawlSite(t, options);
    assert.deepEqual(asked(other, 0), ["GET /", "GET /x"]);
  });

  void test("where a part of a page redirects to is a part of a page in the second run too", async (t) => {
    const site = await startSite({
      "/": page("Home", '<img src="/old.png">'),
      "/old.png": { status: 302, headers: { location: "/new.png" } },
      "/new.png": { headers: { "content-type": "image/png" }, body: "png" },
    });
    t.after(() => site.close());
    const options = { dbPath: temporaryDatabase(t), seeds: [`${site.origin}/`] };
    await crawlSite(t, { ...options, check: "assets" });
    for (const [check, lines] of [
      ["assets", ["GET /", "HEAD /new.png", "HEAD /old.png"]],
      ["none", ["GET /"]],
    ] as const) {
      const before = site.requests.length;
      await crawlSite(t, { ...options, check });
      assert.deepEqual(asked(site, before), lines);
    }
  });

  void test("what one page links to as a part of it, and another as a page, is read as a page", async (t) => {
    const site = await startSite({
      "/": page("Home", '<link rel="prefetch" href="/p">', '<img src="/gallery">', link("/b")),
      "/b": page("B", link("/p"), link("/c")),
      "/c": page("C", link("/d")),
      "/d": { body: page("D", link("/gallery")), delayMs: 500 },
      "/p": page("P", link("/only-there")),
      "/gallery": page("Gallery", link("/more")),
      "/only-there": page("Only"),
      "/more": page("More"),
    });
    t.after(() => site.close());
    const { column } = await crawlSite(t, { seeds: [`${site.origin}/`], check: "assets" });
    assert.deepEqual(column("select title from v_page where title is not null order by 1"), [
      "B",
      "C",
      "D",
      "Gallery",
      "Home",
      "More",
      "Only",
      "P",
    ]);
    assert.ok(asked(site, 0).filter((line) => line === "GET /p").length === 1);
  });

  void test("other seeds of earlier runs stay untouched when they are outside this run's scope", async (t) => {
    const one = await startSite({ "/": page("One") });
    t.after(() => one.close());
    const two = await startSite({ "/": page("Two") }, { host: "127.0.0.2" });
    t.after(() => two.close());
    const dbPath = temporaryDatabase(t);
    await crawlSite(t, { dbPath, seeds: [`${one.origin}/`] });
    const before = one.requests.length;
    const { result, column } = await crawlSite(t, {
      dbPath,
      seeds: [`${two.origin}/`],
      allowPrivate: true,
    });
    assert.equal(result.counters.pages, 1);
    assert.deepEqual(asked(one, before), []);
    assert.deepEqual(
      column(
        `select run_id from frontier join url on url.id = url_id where url = '${one.origin}/'`,
      ),
      [1],
    );
  });
});
