/** What a learned rule may not take: the last way to a page, and pages that prove it wrong. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { crawlSite } from "../helpers/crawl-run.ts";
import { startSite, type Handler } from "../helpers/site-server.ts";
import { page, writer } from "../helpers/trap-words.ts";

const NO_FILE = new Set(["/robots.txt", "/sitemap.xml"]);

/** Answers each path with a page; null is a 404. */
function pages(answer: (path: string, query: URLSearchParams) => string | null): Handler {
  return (req, res) => {
    const [path = "", query] = (req.url ?? "").split("?", 2);
    const html = NO_FILE.has(path) ? null : answer(path, new URLSearchParams(query));
    res.statusCode = html === null ? 404 : 200;
    res.setHeader("content-type", "text/html");
    res.end(html ?? "");
  };
}

/** /count?n=1 leads to two more of itself, for ever, and says nothing. */
function counter(query: URLSearchParams, more: readonly string[] = []): string {
  const n = Number(query.get("n") ?? 0);
  const links = [n * 2 + 1, n * 2 + 2].map((next) => `/count?n=${next}`);
  return page("A counter", `You are visitor ${n}.`, [...links, ...more]);
}

test("a URL of a barren group that another page leads to is asked, and comes back when that is found later", async (t) => {
  // The last step is read when the rule holds and has left some of these out already.
  const chain = 16;
  const late = [...Array.from({ length: 16 }, (_, i) => `/count?n=${i + 32}`), "/count?n=5000"];
  const site = await startSite(
    pages((path, query) => {
      if (path === "/") return page("Home", "Welcome.", ["/count", "/1"]);
      if (path === "/count") return counter(query);
      const step = Number(path.slice(1));
      const next = step < chain ? [`/${step + 1}`] : late;
      return step >= 1 ? page(`Step ${step}`, writer(path).sentences(2), next) : null;
    }),
  );
  t.after(() => site.close());
  const crawl = await crawlSite(t, { seeds: [`${site.origin}/`] });
  const asked = new Set(site.requests.map(({ url }) => url));
  const missed = late.filter((path) => !asked.has(path));
  assert.deepEqual(missed, []);
  const left = crawl.column("SELECT count(*) FROM frontier WHERE reason = 'trap_endless'");
  assert.ok(Number(left[0]) > 0);
  assert.ok(site.requests.length < 120, `${site.requests.length} requests`);
});

test("what a sitemap names is asked, whatever rule covers it", async (t) => {
  const named = [3_000, 3_001, 3_002];
  const site = await startSite((req, res) => {
    if (req.url === "/sitemap.xml") {
      const urls = named.map((n) => `<url><loc>${site.origin}/count?n=${n}</loc></url>`);
      res.setHeader("content-type", "application/xml").end(`<urlset>${urls.join("")}</urlset>`);
      return;
    }
    return pages((path, query) => {
      if (path === "/count") return counter(query);
      return path === "/" ? page("Home", "Welcome.", ["/count"]) : null;
    })(req, res);
  });
  t.after(() => site.close());
  const crawl = await crawlSite(t, { seeds: [`${site.origin}/`] });
  const asked = new Set(site.requests.map(({ url }) => url));
  for (const n of named) assert.ok(asked.has(`/count?n=${n}`));
  assert.ok(site.requests.length < 120, `${site.requests.length} requests`);
  assert.deepEqual(crawl.column("SELECT kind FROM trap_rule"), ["walk"]);
});

test("a rule that a later page contradicts falls, and what it left out is asked", async (t) => {
  // The parameter seems to do nothing on the first pages, and means everything on the later ones.
  const site = await startSite(
    pages((path, query) => {
      const view = query.get("view");
      const number = Number(path.slice(1));
      if (path === "/") {
        const links = Array.from({ length: 200 }, (_, i) => `/${i + 1}`);
        return page("Home", "Welcome.", [...links, ...links.map((link) => `${link}?view=x`)]);
      }
      if (!(number >= 1)) return null;
      const text = writer(`${path}${number > 30 ? view : ""}`).sentences(2);
      return page(`Page ${number}`, text, []);
    }),
  );
  t.after(() => site.close());
  const crawl = await crawlSite(t, { seeds: [`${site.origin}/`] });
  const asked = new Set(site.requests.map(({ url }) => url));
  const missed = Array.from({ length: 200 }, (_, i) => `/${i + 1}?view=x`).filter(
    (path) => !asked.has(path),
  );
  assert.deepEqual(missed, []);
  assert.deepEqual(crawl.column("SELECT pattern FROM trap_rule"), []);
});

test("one URL is asked of those that differ in a session id, when none is known without it", async (t) => {
  let visits = 0;
  const site = await startSite(
    pages((path) => {
      visits += 1;
      const id = `${visits}a1b2c3d4e5f6a7b8`;
      const links = ["/one", "/two", "/three"].map((link) => `${link}?PHPSESSID=${id}`);
      return page(path, writer(path).sentences(2), links);
    }),
  );
  t.after(() => site.close());
  const crawl = await crawlSite(t, { seeds: [`${site.origin}/`] });
  const asked = site.requests.map(({ url }) => url.split("?", 1)[0]);
  for (const path of ["/one", "/two", "/three"]) {
    assert.equal(asked.filter((other) => other === path).length, 1, path);
  }
  const reasons = crawl.column("SELECT DISTINCT reason FROM frontier WHERE state = 'excluded'");
  assert.deepEqual(reasons, ["trap_session_id"]);
  const details = crawl.column("SELECT DISTINCT detail FROM frontier WHERE state = 'excluded'");
  for (const detail of details) assert.match(String(detail), /^a session id by its name; /);
});
