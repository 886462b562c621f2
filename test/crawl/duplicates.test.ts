/** A crawl of a site with copies, near copies, one template and soft errors, and what its views say. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { crawlSite, temporaryDatabase } from "../helpers/crawl-run.ts";
import { startSite, type Route } from "../helpers/site-server.ts";

/** Lehmer's generator: the same text each time. */
function text(words: number, seed: number): string {
  let random = seed;
  return Array.from({ length: words }, () => {
    random = (random * 48_271) % 2_147_483_647;
    return `w${(random % 3_000).toString(26).replaceAll(/[0-9]/g, "x")}`;
  }).join(" ");
}

const links = (paths: readonly string[]): string =>
  paths.map((path) => `<a href="${path}"></a>`).join("");

test("copies, near copies and unrelated pages of one template are told apart", async (context) => {
  const article = text(2_000, 7);
  const template = text(120, 99);
  const pages: Record<string, Route> = {
    "/copy-1": `<title>One</title><p>${article}`,
    "/copy-2": `<title>Two</title><div>${article}</div><script>let x = ${"1".repeat(9)}</script>`,
    "/copy-3": `<link rel=canonical href=/copy-1><p>${article}<p>10:15:00`,
    "/sentence": `<p>${article} our opening hours were changed`,
    "/monday": `<p>on Monday, 1 June 2026 ${text(1_500, 8)}`,
    "/tuesday": `<p>on Monday, 12 June 2027 ${text(1_500, 8)}`,
    ...Object.fromEntries(
      [1, 2, 3, 4].map((n) => [`/other-${n}`, `<p>${template}<p>${text(150, 1_000 + n)}`]),
    ),
  };
  const site = await startSite({ ...pages, "/": links(Object.keys(pages)) });
  context.after(() => site.close());
  const { rows } = await crawlSite(context, { seeds: [`${site.origin}/`] });
  const path = (url: unknown): string => String(url).slice(site.origin.length);

  assert.deepEqual(
    rows("SELECT url, pages, declared, undeclared FROM v_duplicate ORDER BY url").map(
      ({ url, pages: count, declared, undeclared }) => [path(url), count, declared, undeclared],
    ),
    [
      ["/copy-1", 3, 0, 2],
      ["/copy-2", 3, 0, 2],
      ["/copy-3", 3, 1, 2],
    ],
  );
  const near = rows("SELECT group_id, url, pages FROM v_near_duplicate ORDER BY url");
  assert.deepEqual(
    near.map(({ url, pages: count }) => [path(url), count]),
    [
      ["/copy-1", 2],
      ["/monday", 2],
      ["/sentence", 2],
      ["/tuesday", 2],
    ],
  );
  assert.equal(new Set(near.map(({ group_id: group }) => group)).size, 2);
});

test("2,000 pages that say that there is no such page are one group, which none is compared with", async (context) => {
  const paths = Array.from({ length: 2_000 }, (_, index) => `/missing-${index}`);
  const sorry = `<p>${text(40, 5)}`;
  const site = await startSite((req, res) => {
    res.setHeader("content-type", "text/html");
    res.statusCode = req.url === "/robots.txt" || req.url === "/sitemap.xml" ? 404 : 200;
    res.end(req.url === "/" ? links(paths) : `${sorry} ${new Date().toISOString()}`);
  });
  context.after(() => site.close());
  const { rows, column } = await crawlSite(context, { seeds: [`${site.origin}/`] });
  assert.deepEqual(rows("SELECT count(*) AS n, max(pages) AS pages FROM v_duplicate"), [
    { n: 2_000, pages: 2_000 },
  ]);
  assert.deepEqual(column("SELECT count(*) FROM v_near_duplicate"), [0]);
  // One group: each of the others found it at once.
  assert.deepEqual(column("SELECT count(*) FROM similar_group"), [1]);
});

test("a page that changes between two runs leaves its group; a clock and a token are no change", async (context) => {
  let run = 1;
  const shared = text(500, 3);
  const site = await startSite({
    "/": links(["/a", "/b", "/clock"]),
    "/a": (_, res) => {
      res.setHeader("content-type", "text/html").end(`<p>${run === 1 ? shared : text(500, 4)}`);
    },
    "/b": `<p>${shared}`,
    "/clock": (_, res) => {
      const token = `4f2a90bc11de77a${run}`;
      res.setHeader("content-type", "text/html");
      res.end(`<p>${text(50, 6)} at 12:00:0${run} ${run === 1 ? "" : token} took 0.0${run} s`);
    },
  });
  context.after(() => site.close());
  const dbPath = temporaryDatabase(context);
  const seeds = [`${site.origin}/`];
  const first = await crawlSite(context, { seeds, dbPath });
  assert.deepEqual(first.column("SELECT url FROM v_duplicate ORDER BY url"), [
    `${site.origin}/a`,
    `${site.origin}/b`,
  ]);
  run = 2;
  const second = await crawlSite(context, { seeds, dbPath });
  assert.deepEqual(second.column("SELECT url FROM v_duplicate"), []);
  assert.deepEqual(
    second.column(
      `SELECT u.url FROM page p JOIN url u ON u.id = p.url_id WHERE p.first_run_id = 2`,
    ),
    [`${site.origin}/a`],
    "one new version",
  );
});
