/** Sitemaps as robots.txt names them: nested, compressed, broken, without end. */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { test } from "node:test";
import { crawlSite, newCrawl, temporaryDatabase } from "../helpers/crawl-run.ts";
import { startSite } from "../helpers/site-server.ts";

const page = (title: string): string => `<!doctype html><title>${title}</title>`;
const index = (...urls: string[]): string =>
  `<sitemapindex>${urls.map((url) => `<sitemap><loc>${url}</loc></sitemap>`).join("")}</sitemapindex>`;
const map = (...urls: string[]): string =>
  `<urlset>${urls.map((url) => `<url><loc>${url}</loc></url>`).join("")}</urlset>`;

test("sitemaps in sitemaps are read, compressed ones too, and a loop of them ends", async (t) => {
  const site = await startSite((req, res) => {
    const at = (path: string): string => `http://${req.headers.host}${path}`;
    const bodies: Record<string, string | Buffer> = {
      "/robots.txt": "Sitemap: /index.xml\nSitemap: /index.xml\n",
      "/index.xml": index(at("/deeper.xml"), at("/index.xml"), at("/gone.xml")),
      "/deeper.xml": index(at("/pages.xml.gz"), at("/index.xml"), at("/moved.xml")),
      "/pages.xml.gz": gzipSync(map(at("/one"), at("/two"))),
      "/moved-here.xml": map(at("/three")),
      "/": page("Home"),
      "/one": page("One"),
      "/two": page("Two"),
      "/three": page("Three"),
    };
    if (req.url === "/moved.xml") res.writeHead(301, { location: "/moved-here.xml" }).end();
    else {
      const body = bodies[req.url ?? ""];
      if (req.url === "/") res.setHeader("content-type", "text/html");
      res.statusCode = body === undefined ? 404 : 200;
      res.end(body);
    }
  });
  t.after(() => site.close());
  const { result, column } = await crawlSite(t, { seeds: [`${site.origin}/`], threads: 1 });
  assert.equal(result.reason, "frontier_empty");
  assert.deepEqual(column("select title from v_page where title is not null order by 1"), [
    "Home",
    "One",
    "Three",
    "Two",
  ]);
  assert.equal(
    new Set(site.requests.map(({ url }) => url)).size,
    site.requests.length,
    "asked once each",
  );
});

test("sitemap indexes that lead to ever new ones do not keep a run from its end", async (t) => {
  let asked = 0;
  const site = await startSite((req, res) => {
    const host = String(req.headers.host);
    if (req.url === "/robots.txt") res.end("Sitemap: /map0.xml\n");
    else if (req.url?.startsWith("/map") === true) {
      asked += 1;
      // Bounded, so that a failure is one and no hang.
      if (asked > 200) res.writeHead(404).end();
      else res.end(index(`http://${host}/map${asked}.xml`));
    } else res.setHeader("content-type", "text/html").end(page("Home"));
  });
  t.after(() => site.close());
  const { result } = await crawlSite(t, { seeds: [`${site.origin}/`], threads: 1 });
  assert.equal(result.reason, "frontier_empty");
  assert.ok(asked <= 10, `${asked} sitemaps were asked`);
});

test("what a sitemap says of the last change is kept, whoever finds the URL besides", async (t) => {
  const site = await startSite((req, res) => {
    const at = (path: string): string => `http://${req.headers.host}${path}`;
    const entry = (path: string, lastmod: string): string =>
      `<url><loc>${at(path)}</loc>${lastmod && `<lastmod>${lastmod}</lastmod>`}</url>`;
    if (req.url === "/robots.txt") res.end("Sitemap: /map.xml\n");
    else if (req.url === "/map.xml") {
      const entries = [
        entry("/dated", "2026-01-02"),
        entry("/timed", "2026-01-02T03:04:05Z"),
        entry("/", "2025-12-24"),
        entry("/undated", ""),
      ];
      res.end(`<urlset>${entries.join("")}</urlset>`);
    } else {
      res.setHeader("content-type", "text/html");
      res.end(`${page("p")}<a href="/dated">x</a><a href="/linked">x</a>`);
    }
  });
  t.after(() => site.close());
  const { rows } = await crawlSite(t, { seeds: [`${site.origin}/`], threads: 1, traps: false });
  assert.deepEqual(
    rows(
      `select substr(url, ${site.origin.length + 1}) as path, sitemap_lastmod as lastmod
      from frontier join url on url.id = url_id where kind = 'page' order by 1`,
    ),
    [
      { path: "/", lastmod: Date.UTC(2025, 11, 24) },
      { path: "/dated", lastmod: Date.UTC(2026, 0, 2) },
      { path: "/linked", lastmod: null },
      { path: "/timed", lastmod: Date.UTC(2026, 0, 2, 3, 4, 5) },
      { path: "/undated", lastmod: null },
    ],
  );
});

test("how deep sitemaps nest is known after the crawl was stopped and continued", async (t) => {
  const asked: string[] = [];
  const site = await startSite((req, res) => {
    const at = (path: string): string => `http://${req.headers.host}${path}`;
    const [, number] = /^\/s(\d+)$/.exec(req.url ?? "") ?? [];
    if (req.url === "/robots.txt") res.end("Sitemap: /s0\n");
    else if (number !== undefined) {
      asked.push(number);
      res.end(Number(number) < 20 ? index(at(`/s${Number(number) + 1}`)) : map());
    } else res.setHeader("content-type", "text/html").end(page("Home"));
  });
  t.after(() => site.close());
  const options = { seeds: [`${site.origin}/`], threads: 1 };
  await crawlSite(t, options);
  const wanted = asked.splice(0);
  const dbPath = temporaryDatabase(t);
  const first = newCrawl(dbPath, options);
  first.events.on("outcome", ({ url }) => {
    if (url.endsWith("/s3")) first.stop();
  });
  assert.equal((await first.run())?.state, "interrupted");
  const second = await newCrawl(dbPath, options).run();
  assert.equal(second?.reason, "frontier_empty");
  assert.deepEqual(asked, wanted);
});

test("an index of very many sitemaps does not keep a run from its pages", async (t) => {
  const asked: string[] = [];
  const site = await startSite((req, res) => {
    const at = (path: string): string => `http://${req.headers.host}${path}`;
    const path = req.url ?? "";
    asked.push(path);
    if (path === "/robots.txt") res.end("Sitemap: /index.xml\n");
    else if (path === "/index.xml") {
      res.end(index(...Array.from({ length: 150 }, (_, n) => at(`/map${n}.xml`))));
    } else if (path.endsWith(".xml")) res.end(map());
    else res.setHeader("content-type", "text/html").end(`${page("A")}<a href="/a">a</a>`);
  });
  t.after(() => site.close());
  const options = { seeds: [`${site.origin}/`], threads: 1, perHost: 1 };
  const { result } = await crawlSite(t, options);
  assert.equal(result.reason, "frontier_empty");
  // Each of them is read in the end.
  assert.equal(asked.filter((path) => path.startsWith("/map")).length, 150);
  assert.equal(
    asked.slice(0, asked.indexOf("/a")).filter((path) => path.endsWith(".xml")).length,
    100,
  );
});
