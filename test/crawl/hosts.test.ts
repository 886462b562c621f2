/** Many hosts, slow hosts, and hosts that stop answering. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { CrawlDatabase } from "../../src/storage/index.ts";
import { crawlSite, newCrawl, questions, temporaryDatabase } from "../helpers/crawl-run.ts";
import { startSite } from "../helpers/site-server.ts";

const page = (title: string, ...links: string[]): string =>
  `<!doctype html><title>${title}</title>${links.map((href) => `<a href="${href}">x</a>`).join("")}`;

function assertSound(dbPath: string): void {
  const db = CrawlDatabase.openReadOnly(dbPath);
  try {
    assert.deepEqual(
      db.upkeep.checkInvariants().filter(({ count }) => count > 0),
      [],
    );
  } finally {
    db.close();
  }
}

test("300 hosts are crawled to their end, and --max-pages is exact over all of them", async (t) => {
  const HOSTS = 300;
  // One server at every address of the loopback network.
  const server = createServer((req, res) => {
    const { localPort } = req.socket;
    if (req.url === "/robots.txt") res.writeHead(404).end();
    else if (req.url === "/start") {
      const hosts = Array.from(
        { length: HOSTS },
        (_, index) => `127.0.${1 + (index >> 7)}.${1 + (index & 127)}`,
      );
      res
        .setHeader("content-type", "text/html")
        .end(page("Start", ...hosts.map((host) => `http://${host}:${localPort}/`)));
    } else res.setHeader("content-type", "text/html").end(page("Host", "/deep"));
  });
  server.listen(0, "0.0.0.0");
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  assert(address !== null && typeof address === "object");
  const options = {
    seeds: [`http://127.0.0.1:${address.port}/start`],
    scope: "any" as const,
    allowPrivate: true,
    sitemaps: false,
    threads: 2,
  };
  const all = await crawlSite(t, options);
  assert.equal(all.result.detail, null);
  assert.equal(all.result.reason, "frontier_empty");
  assert.equal(all.result.counters.pages, 1 + 2 * HOSTS);
  assertSound(all.dbPath);
  const some = await crawlSite(t, { ...options, maxPages: 123 });
  assert.equal(some.result.reason, "max_pages");
  assert.equal(some.result.counters.pages, 123);
  assert.deepEqual(some.column("select count(*) from fetch where kind = 'page'"), [123]);
  assertSound(some.dbPath);
});

test("a host that goes away is given up, and each of its attempts has an end", async (t) => {
  const links = Array.from({ length: 12 }, (_, index) => `/${index}`);
  const site = await startSite((req, res) => {
    if (req.url === "/robots.txt") {
      res.writeHead(404).end();
      return;
    }
    res.setHeader("connection", "close");
    res.setHeader("content-type", "text/html").end(page("Home", ...links));
    void site.close();
  });
  t.after(() => site.close());
  const { result, rows, column, dbPath } = await crawlSite(t, {
    seeds: [`${site.origin}/`],
    sitemaps: false,
    perHost: 3,
    threads: 1,
    retries: 1,
  });
  assert.equal(result.detail, null);
  assert.equal(result.reason, "frontier_empty");
  assertSound(dbPath);
  assert.deepEqual(
    rows(
      "select state, reason, count(*) as urls from frontier where kind = 'page' and is_seed = 0 group by 1, 2",
    ),
    [{ state: "failed", reason: "connect_refused", urls: links.length }],
  );
  // Contract: of the attempts on a URL in a run exactly one, the last, has settled it.
  assert.deepEqual(
    column("select url_id from fetch group by run_id, url_id, kind having sum(settled) <> 1"),
    [],
  );
});

test("--max-duration ends a run whose every host is slow, and the next one goes on", async (t) => {
  const site = await startSite({
    "/": page("Home", "/slow1", "/slow2"),
    "/slow1": { delayMs: 60_000, body: page("1") },
    "/slow2": { delayMs: 60_000, body: page("2") },
  });
  t.after(() => site.close());
  const dbPath = temporaryDatabase(t);
  const crawl = newCrawl(dbPath, {
    seeds: [`${site.origin}/`],
    sitemaps: false,
    threads: 1,
    maxDuration: 5_000,
    timeout: 60_000,
  });
  // The grace of ten seconds is not waited for.
  crawl.events.on("stopping", () => crawl.abort());
  const result = await crawl.run();
  assert.equal(result?.reason, "max_duration");
  assert.equal(result.state, "finished");
  const { column } = questions(dbPath);
  assert.deepEqual(column("select state from frontier order by url_id"), [
    "done",
    "done",
    "pending",
    "pending",
  ]);
  assertSound(dbPath);
});

test("a delay that is longer than the run ends it on time", async (t) => {
  const site = await startSite({ "/": page("Home", "/a") });
  t.after(() => site.close());
  const { result } = await crawlSite(t, {
    seeds: [`${site.origin}/`],
    threads: 1,
    delay: 3_600_000,
    maxDuration: 1_000,
  });
  assert.equal(result.reason, "max_duration");
  assert.deepEqual(
    site.requests.map(({ url }) => url),
    ["/robots.txt"],
  );
});

test("seeds named twice, seeds that lead to themselves and circles of redirects end", async (t) => {
  const links = Array.from({ length: 10_000 }, (_, index) => `https://elsewhere.example/${index}`);
  const site = await startSite({
    "/": page("Home", ...links),
    "/self": { status: 302, headers: { location: "/self" } },
    "/a": { status: 302, headers: { location: "/b" } },
    "/b": { status: 302, headers: { location: "/a" } },
    "/robots.txt": { status: 301, headers: { location: "/robots.txt" } },
  });
  t.after(() => site.close());
  const seeds = ["/", "/", "/self", "/a"].map((path) => site.origin + path);
  const { result, column, dbPath } = await crawlSite(t, {
    seeds,
    threads: 1,
    perHost: 1,
    sitemaps: false,
  });
  assert.equal(result.reason, "frontier_empty");
  assert.equal(result.counters.pages, 4);
  assert.deepEqual(column("select count(*) from frontier where reason = 'scope'"), [links.length]);
  assertSound(dbPath);
});

test("perHost 1 with retries: failures are put back and the rest goes on in between", async (t) => {
  const paths = ["/1", "/2", "/3", "/4"];
  const tries = new Map<string, number>();
  const site = await startSite((req, res) => {
    const path = req.url ?? "";
    tries.set(path, (tries.get(path) ?? 0) + 1);
    if (path === "/") res.setHeader("content-type", "text/html").end(page("Home", ...paths));
    else res.writeHead(path === "/robots.txt" ? 404 : tries.get(path) === 1 ? 502 : 200).end();
  });
  t.after(() => site.close());
  const { result, dbPath } = await crawlSite(t, {
    seeds: [`${site.origin}/`],
    threads: 2,
    perHost: 1,
    retries: 1,
    sitemaps: false,
  });
  assert.equal(result.reason, "frontier_empty");
  for (const path of paths) assert.equal(tries.get(path), 2, path);
  assertSound(dbPath);
});
