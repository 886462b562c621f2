/** Sitemaps as robots.txt names them: nested, compressed, broken, without end. */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { test } from "node:test";
import { crawlSite } from "../helpers/crawl-run.ts";
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
