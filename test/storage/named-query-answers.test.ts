/** What the named queries find on a site where every answer is known, crawled twice. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { CrawlDatabase } from "../../src/storage/index.ts";
import { newCrawl } from "../helpers/crawl-run.ts";
import { startSite, type Route, type Site } from "../helpers/site-server.ts";
import { askNamed, type Given } from "./ask-named.ts";

const words = (count: number): string => Array.from({ length: count }, (_, n) => `w${n}`).join(" ");
const page = (title: string, body: string, description = "said"): string =>
  `<title>${title}</title><meta name=description content="${description}">${body}`;

describe("of a site where every answer is known", () => {
  let site: Site;
  let db: CrawlDatabase;
  const folder = mkdtempSync(join(tmpdir(), "webspool-queries-"));
  const dbPath = join(folder, "crawl.db");
  const routes: Record<string, Route> = {
    "/robots.txt": { headers: { "content-type": "text/plain" }, body: "" },
    "/map.xml": { headers: { "content-type": "application/xml" }, body: "" },
    "/": page(
      "Home",
      `<a href=/docs/a>to a</a><a href=/docs/b>to b</a><a href=/gone>to nowhere</a>
        <a href=/r1>to r</a><a href=/loop1>round</a><a href=/secret/x>secret</a>
        <a href=https://other.example/x>out</a><a href=https://other.example/y>out</a>${words(200)}`,
    ),
    "/docs/a": page("Same", `<a href=/docs/c>to c</a><a href=/gone>again</a>${words(150)}`),
    "/docs/b": page("Same", words(120), ""),
    "/docs/c": "thin",
    "/lonely": page("Lonely", words(110)),
    "/r1": { status: 301, headers: { location: "/r2" } },
    "/r2": { status: 302, headers: { location: "/docs/c" } },
    "/loop1": { status: 302, headers: { location: "/loop2" } },
    "/loop2": { status: 302, headers: { location: "/loop1" } },
  };

  before(async () => {
    site = await startSite(routes);
    const { origin } = site;
    routes["/robots.txt"] = {
      headers: { "content-type": "text/plain" },
      body: `User-agent: *\nDisallow: /secret/\nSitemap: ${origin}/map.xml\n`,
    };
    routes["/map.xml"] = {
      headers: { "content-type": "application/xml" },
      body: `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>${origin}/lonely</loc></url></urlset>`,
    };
    const crawl = async (): Promise<void> => {
      const result = await newCrawl(dbPath, { seeds: [`${origin}/`], threads: 1 }).run();
      assert.equal(result?.state, "finished");
    };
    await crawl();
    // The second run finds /docs/a without its links, /docs/b with other words, and nothing broken.
    routes["/docs/b"] = page("New words", words(130));
    routes["/docs/a"] = page("Same", words(150));
    routes["/gone"] = page("Back", words(140));
    db = CrawlDatabase.openReadOnly(dbPath);
    firstRun();
    db.close();
    await crawl();
    db = CrawlDatabase.openReadOnly(dbPath);
  });
  after(async () => {
    db.close();
    await site.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A row's URLs without the origin, which differs from run to run of this test. */
  const told = (name: string, given: Given = {}): Record<string, unknown>[] =>
    askNamed(db, name, given).map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([key, value]) => [
          key,
          typeof value === "string" ? value.replaceAll(site.origin, "") : value,
        ]),
      ),
    );
  const some = (name: string, keys: readonly string[], given: Given = {}): unknown[][] =>
    told(name, given).map((row) => keys.map((key) => row[key]));
  const at = (path: string): string => `${site.origin}${path}`;

  const first: Record<string, unknown> = {};
  /** What the queries say while there is one run. */
  function firstRun(): void {
    first["broken-links"] = some("broken-links", ["source", "target", "anchor", "status"]);
    first["broken-links below /docs/"] = some("broken-links", ["source"], { under: at("/docs/") });
    first["broken-targets"] = some("broken-targets", ["target", "status", "pages"]);
    first["broken-since"] = some("broken-since", ["broken_run_id", "source", "target"]);
    first["errors"] = some("errors", ["url", "status", "error"]);
    first["host-errors"] = some("host-errors", ["status", "error", "urls", "one_of_them"]);
    first["duplicate-titles"] = told("duplicate-titles");
    first["missing-descriptions"] = some("missing-descriptions", ["url"]);
    first["thin-pages"] = some("thin-pages", ["url", "words"]);
    first["depths"] = some("depths", ["depth", "pages", "ok", "broken"]);
    first["changes"] = told("changes");
    first["links-from"] = some("links-from", ["target", "status", "why_not"], {
      url: at("/docs/a"),
    });
    first["path-to"] = told("path-to", { url: at("/docs/c") });
  }

  test("broken links are told with their sources, and under which folder", () => {
    assert.deepEqual(first["broken-links"], [
      ["/", "/gone", "to nowhere", 404],
      ["/docs/a", "/gone", "again", 404],
    ]);
    assert.deepEqual(first["broken-links below /docs/"], [["/docs/a"]]);
    assert.deepEqual(first["broken-targets"], [["/gone", 404, 2]]);
    assert.deepEqual(first["broken-since"], [
      [1, "/", "/gone"],
      [1, "/docs/a", "/gone"],
    ]);
    assert.deepEqual(first["errors"], [["/gone", 404, null]]);
    assert.deepEqual(first["host-errors"], [[404, null, 1, "/gone"]]);
    for (const name of ["broken-links", "broken-targets", "broken-since", "errors", "host-errors"])
      assert.deepEqual(told(name), [], "healed in the second run");
  });

  test("chains of redirects are told from where a link leads in, loops too", () => {
    assert.deepEqual(some("redirect-chains", ["start", "hops", "arrives_at", "status", "path"]), [
      ["/loop1", 2, "/loop1", 302, "/loop1 -> /loop2 -> /loop1"],
      ["/r1", 2, "/docs/c", 200, "/r1 -> /r2 -> /docs/c"],
    ]);
    assert.deepEqual(told("redirect-chains", { hops: 3 }), []);
    assert.deepEqual(some("redirected-links", ["source", "target", "redirects_to"]), [
      ["/", "/loop1", "/loop2"],
      ["/", "/r1", "/r2"],
    ]);
  });

  test("links to and from a page, and the way to it", () => {
    assert.deepEqual(some("links-to", ["source", "anchor"], { url: at("/docs/b") }), [
      ["/", "to b"],
    ]);
    assert.deepEqual(first["links-from"], [
      ["/docs/c", 200, null],
      ["/gone", 404, null],
    ]);
    assert.deepEqual(first["path-to"], [
      { step: 0, url: "/", leads_on_by: "a", anchor: "to a" },
      { step: 1, url: "/docs/a", leads_on_by: "a", anchor: "to c" },
      { step: 2, url: "/docs/c", leads_on_by: null, anchor: null },
    ]);
    assert.deepEqual(told("path-to", { url: at("/never-seen") }), []);
  });

  test("links that leave the crawl are told by host", () => {
    assert.deepEqual(told("external-hosts"), [
      { host: "https://other.example", links: 2, pages: 1, urls: 2 },
    ]);
    assert.deepEqual(some("external-links", ["source", "target"]), [
      ["/", "https://other.example/x"],
      ["/", "https://other.example/y"],
    ]);
    assert.deepEqual(told("external-links", { host: "https://elsewhere" }), []);
  });

  test("pages by what they say", () => {
    const title = { title: "Same", pages: 2, one_of_them: "/docs/a", another: "/docs/b" };
    assert.deepEqual(first["duplicate-titles"], [title]);
    assert.deepEqual(told("duplicate-titles"), []);
    assert.deepEqual(first["missing-descriptions"], [["/docs/b"], ["/docs/c"]]);
    assert.deepEqual(some("missing-titles", ["url"]), [["/docs/c"]]);
    assert.deepEqual(first["thin-pages"], [["/docs/c", 1]]);
    assert.deepEqual(some("orphan-pages", ["url", "known_from"]), [
      ["/", "seed"],
      ["/lonely", "sitemap"],
    ]);
    assert.deepEqual(some("largest-pages", ["url"], { limit: 1 }), [["/"]]);
    assert.equal(told("slowest-pages", { limit: -1 }).length, 10);
  });

  test("pages by depth, folder, status and type", () => {
    assert.deepEqual(first["depths"], [
      [0, 1, 1, 0],
      [1, 5, 2, 1],
      [2, 3, 1, 0],
      [null, 1, 1, 0],
    ]);
    assert.deepEqual(some("folders", ["folder", "pages", "good", "redirects"]), [
      ["/", 7, 3, 4],
      ["/docs/", 3, 3, 0],
    ]);
    assert.deepEqual(some("statuses", ["status", "pages"]), [
      [200, 6],
      [302, 3],
      [301, 1],
    ]);
    assert.deepEqual(some("content-types", ["type", "urls"]), [["text/html", 6]]);
  });

  test("what was left out, with the line and the rule", () => {
    assert.deepEqual(some("excluded", ["reason", "urls"]), [
      ["scope", 2],
      ["robots", 1],
    ]);
    assert.deepEqual(told("excluded-by-robots"), [
      { url: "/secret/x", line: "line 2: Disallow: /secret/", found_on: "/" },
    ]);
    assert.deepEqual(some("robots-versions", ["robots_id", "status", "in_force"]), [[1, 200, 1]]);
  });

  test("runs, what changed between them, and what they no longer asked", () => {
    assert.deepEqual(first["changes"], []);
    assert.deepEqual(
      some("runs", ["run", "state", "pages", "errors"]).map((row) => row.slice(0, 2)),
      [
        [2, "finished"],
        [1, "finished"],
      ],
    );
    assert.deepEqual(some("changes", ["change", "url", "status_before", "status"]), [
      ["changed", "/docs/a", 200, 200],
      ["changed", "/docs/b", 200, 200],
      ["status_changed", "/gone", 404, 200],
    ]);
    assert.deepEqual(told("changes", { run: 1 }), []);
    assert.deepEqual(told("new-pages"), []);
    assert.equal(told("new-pages", { run: 1 }).length, 10);
  });

  test("connections: why opened and closed, how reused, what they cost", () => {
    const sum = (name: string, key: string, given: Given = {}): number =>
      told(name, given).reduce((total, row) => total + Number(row[key]), 0);
    const [run] = told("runs", { limit: 1 });
    const opened = Number(db.query("SELECT connections_opened FROM run WHERE id = 2").rows[0]?.[0]);
    assert.ok(opened > 0);
    for (const name of ["new-connections", "closed-connections", "handshakes"])
      assert.equal(sum(name, "connections"), opened, name);
    assert.equal(sum("reuse-by-host", "connections_opened"), opened);
    assert.equal(sum("reuse-by-thread", "connections_opened"), opened);
    assert.equal(sum("reuse-by-host", "requests"), run?.["requests"]);
    assert.equal(sum("host-speed", "requests"), run?.["requests"]);
    assert.ok(some("new-connections", ["reason"]).flat().includes("first_use"));
    assert.deepEqual(told("waiting"), []);
    assert.equal(told("waited-for-a-socket").length, 1);
  });
});
