import assert from "node:assert/strict";
import { test } from "node:test";
import { crawlSite } from "../helpers/crawl-run.ts";
import { startSite } from "../helpers/site-server.ts";

const page = (title: string, ...links: string[]): string =>
  `<!doctype html><title>${title}</title><p>${links.map((href) => `<a href="${href}">${href}</a>`).join(" ")}</p>`;

test("a site is crawled to its end: pages, links, redirects, errors, robots", async (t) => {
  const site = await startSite({
    "/": page("Home", "/a", "/b", "/old", "/missing", "/private/x", "https://elsewhere.example/"),
    "/a": page("A", "/", "/b", "/b#part"),
    "/b": page("B", "/c"),
    "/c": page("C"),
    "/old": { status: 301, headers: { location: "/new" } },
    "/new": page("New"),
    "/private/x": page("Private"),
    "/only-sitemap": page("Only in the sitemap"),
    "/robots.txt": {
      headers: { "content-type": "text/plain" },
      body: "User-agent: *\nDisallow: /private/\nSitemap: /map.xml\n",
    },
    "/map.xml": (req, res) => {
      const loc = `http://${req.headers.host}/only-sitemap`;
      res
        .setHeader("content-type", "application/xml")
        .end(
          `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>${loc}</loc></url></urlset>`,
        );
    },
  });
  t.after(() => site.close());
  const { result, rows, column } = await crawlSite(t, { seeds: [`${site.origin}/`] });

  assert.equal(result.state, "finished");
  assert.equal(result.reason, "frontier_empty");
  assert.deepEqual(
    rows(
      "select url, status, error from fetch join url on url.id = url_id where kind = 'page' and settled = 1 order by url",
    ),
    [
      ["/", 200],
      ["/a", 200],
      ["/b", 200],
      ["/c", 200],
      ["/missing", 404],
      ["/new", 200],
      ["/old", 301],
      ["/only-sitemap", 200],
    ].map(([path, status]) => ({ url: `${site.origin}${path}`, status, error: null })),
  );
  assert.equal(result.counters.pages, 8);
  assert.equal(result.counters.errors, 1);
  assert.deepEqual(
    rows(
      `select url, state, reason, detail from frontier join url on url.id = url_id where state = 'excluded' order by url`,
    ),
    [
      {
        url: `${site.origin}/private/x`,
        state: "excluded",
        reason: "robots",
        detail: "line 2: Disallow: /private/",
      },
      { url: "https://elsewhere.example/", state: "excluded", reason: "scope", detail: null },
    ].toSorted((one, other) => (one.url < other.url ? -1 : 1)),
  );
  assert.ok(!site.requests.some(({ url }) => url === "/private/x"));
  assert.deepEqual(
    rows(`select t.url as target, l.kind, l.anchor, l.count from link l join url f on f.id = l.from_url_id
          join url t on t.id = l.to_url_id where f.url = '${site.origin}/a' order by t.url, l.anchor`),
    [
      { target: `${site.origin}/`, kind: "a", anchor: "/", count: 1 },
      { target: `${site.origin}/b`, kind: "a", anchor: "/b", count: 1 },
      { target: `${site.origin}/b`, kind: "a", anchor: "/b#part", count: 1 },
    ],
  );
  assert.deepEqual(
    column(`select t.url from link join url t on t.id = to_url_id where kind = 'redirect'`),
    [`${site.origin}/new`],
  );
  assert.deepEqual(column(`select title from v_page where title is not null order by title`), [
    "A",
    "B",
    "C",
    "Home",
    "New",
    "Only in the sitemap",
  ]);
  assert.deepEqual(column(`select depth from url where url = '${site.origin}/c'`), [2]);
});

test("every socket has an end and its requests add up", async (t) => {
  const routes = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [
      `/${index}`,
      page(`${index}`, `/${(index * 7 + 1) % 60}`, `/${index + 1}`),
    ]),
  );
  const site = await startSite({
    ...routes,
    "/closing": { headers: { connection: "close" }, body: page("closing", "/0") },
    "/": page("Home", "/0", "/closing", "/20", "/40"),
  });
  t.after(() => site.close());
  const { result, rows, column } = await crawlSite(t, { seeds: [`${site.origin}/`], perHost: 4 });

  assert.deepEqual(
    column("select count(*) from connection where close_reason is null or closed_at is null"),
    [0],
  );
  const [sums] = rows(`select (select sum(requests) from connection) as on_connections,
    (select count(*) from fetch where connection_id is not null) as fetches,
    (select count(*) from connection) as connections, (select sum(requests) from session) as on_sessions`);
  assert.deepEqual(sums, {
    on_connections: site.requests.length,
    fetches: site.requests.length,
    connections: site.connections,
    on_sessions: site.requests.length,
  });
  assert.equal(result.counters.requests, site.requests.length);
  assert.equal(result.counters.connectionsOpened, site.connections);
  // Four in flight at most, and one more socket for the one that the server closed.
  assert.ok(site.connections <= 5, `${site.connections} sockets`);
  assert.ok(rows("select id from session").length === 2, "a single host uses all threads");
});

test("limits end the run cleanly and exactly", async (t) => {
  const site = await startSite((req, res) => {
    const number = Number(req.url?.slice(1)) || 0;
    if (req.url === "/robots.txt" || req.url === "/sitemap.xml") res.statusCode = 404;
    res
      .setHeader("content-type", "text/html")
      .end(page(`${number}`, `/${number * 2 + 1}`, `/${number * 2 + 2}`));
  });
  t.after(() => site.close());
  const seeds = [`${site.origin}/0`];
  const byPages = await crawlSite(t, { seeds, maxPages: 37 });
  assert.equal(byPages.result.reason, "max_pages");
  assert.equal(byPages.result.counters.pages, 37);
  assert.deepEqual(
    byPages.column("select count(*) from fetch where kind = 'page' and settled = 1"),
    [37],
  );

  const byDepth = await crawlSite(t, { seeds, maxDepth: 3 });
  assert.equal(byDepth.result.reason, "frontier_empty");
  assert.equal(byDepth.result.counters.pages, 15);
  assert.deepEqual(byDepth.column("select count(*) from frontier where reason = 'depth'"), [16]);

  const seedsOnly = await crawlSite(t, { seeds, maxDepth: 0 });
  assert.equal(seedsOnly.result.counters.pages, 1);

  const byBytes = await crawlSite(t, { seeds, maxBytes: 5_000 });
  assert.equal(byBytes.result.reason, "max_bytes");
  assert.equal(byBytes.result.state, "finished");

  const byTime = await crawlSite(t, { seeds, maxDuration: 300, delay: 20 });
  assert.equal(byTime.result.reason, "max_duration");
  assert.deepEqual(byTime.column("select count(*) from frontier where state = 'fetching'"), [0]);
});

test("a shorter path found later reopens what depth had excluded", async (t) => {
  const site = await startSite({
    // The long path answers first; the short one, over a slow page, comes when it is settled.
    "/": page("Home", "/1", "/slow"),
    "/1": page("1", "/2"),
    "/2": page("2", "/target"),
    "/slow": { delayMs: 400, body: page("Slow", "/target") },
    "/target": page("Target"),
  });
  t.after(() => site.close());
  const { column } = await crawlSite(t, { seeds: [`${site.origin}/`], maxDepth: 2 });
  assert.deepEqual(column("select title from v_page where title = 'Target'"), ["Target"]);
});

test("a page that was asked for already and is now nearer brings its links nearer too", async (t) => {
  const site = await startSite({
    "/": page("Home", "/1", "/slow"),
    "/1": page("1", "/2"),
    "/2": page("2", "/hub"),
    // Asked for at depth 3; the slow page shows that it is at depth 2, and so the target at 3.
    "/hub": page("Hub", "/target"),
    "/slow": { delayMs: 400, body: page("Slow", "/hub") },
    "/target": page("Target"),
  });
  t.after(() => site.close());
  const { column } = await crawlSite(t, { seeds: [`${site.origin}/`], maxDepth: 3 });
  assert.deepEqual(column("select title from v_page where title = 'Target'"), ["Target"]);
  assert.deepEqual(column(`select depth from url where url = '${site.origin}/target'`), [3]);
});

test("include, exclude and prefix scope decide what is followed", async (t) => {
  const site = await startSite({
    "/docs/": page("Docs", "/docs/a.html", "/docs/print/a.html", "/docs/b.txt", "/blog/"),
    "/docs/a.html": page("A"),
    "/docs/print/a.html": page("Print"),
    "/docs/b.txt": page("B"),
    "/blog/": page("Blog"),
  });
  t.after(() => site.close());
  const { rows } = await crawlSite(t, {
    seeds: [`${site.origin}/docs/`],
    scope: "prefix",
    include: [/\.html$/u],
    exclude: [/print/u],
  });
  const reasons = rows(
    "select url, state, reason from frontier join url on url.id = url_id where kind = 'page'",
  );
  assert.deepEqual(
    Object.fromEntries(
      reasons.map(({ url, state, reason }) => [
        String(url).replace(site.origin, ""),
        reason ?? state,
      ]),
    ),
    {
      "/docs/": "done",
      "/docs/a.html": "done",
      "/docs/print/a.html": "exclude",
      "/docs/b.txt": "include",
      "/blog/": "scope",
    },
  );
});

test("where a seed redirects, its final host counts as a seed's host", async (t) => {
  const target = await startSite(
    { "/home": page("Home", "/next"), "/next": page("Next") },
    { host: "127.0.0.1" },
  );
  t.after(() => target.close());
  const named = target.origin.replace("127.0.0.1", "localhost");
  const start = await startSite({ "/": { status: 302, headers: { location: `${named}/home` } } });
  t.after(() => start.close());
  const { column } = await crawlSite(t, { seeds: [`${start.origin}/`], allowPrivate: true });
  assert.deepEqual(column("select title from v_page where title is not null order by title"), [
    "Home",
    "Next",
  ]);
});

test("transient failures are asked again, and only the last attempt settles", async (t) => {
  let flaky = 0;
  let busy = 0;
  const site = await startSite({
    "/": page("Home", "/flaky", "/busy", "/broken"),
    "/flaky": (_req, res) => {
      flaky += 1;
      res.statusCode = flaky === 1 ? 500 : 200;
      res.setHeader("content-type", "text/html").end(page("Flaky"));
    },
    "/busy": (_req, res) => {
      busy += 1;
      res.statusCode = busy === 1 ? 503 : 200;
      if (busy === 1) res.setHeader("retry-after", "1");
      res.setHeader("content-type", "text/html").end(page("Busy"));
    },
    "/broken": (req) => void req.socket.destroy(),
  });
  t.after(() => site.close());
  const { rows, column } = await crawlSite(t, { seeds: [`${site.origin}/`], retries: 1 });
  const attempts =
    rows(`select replace(url, '${site.origin}', '') as path, status, error, attempt, settled
    from fetch join url on url.id = url_id where path in ('/flaky', '/busy', '/broken') order by path, attempt`);
  const of = (path: string): unknown[] =>
    attempts
      .filter((row) => row["path"] === path)
      .map((row) => [row["status"] ?? row["error"], row["settled"]]);
  assert.deepEqual(of("/flaky"), [
    [500, 0],
    [200, 1],
  ]);
  assert.deepEqual(of("/busy"), [
    [503, 0],
    [200, 1],
  ]);
  assert.deepEqual(of("/broken").at(-1), ["connection_closed", 1]);
  assert.deepEqual(column("select reason from frontier where state = 'failed'"), [
    "connection_closed",
  ]);
});

test("every seed failed is a reason of its own", async (t) => {
  const site = await startSite({});
  const { origin } = site;
  await site.close();
  const refused = await crawlSite(t, { seeds: [`${origin}/`], retries: 0 });
  assert.equal(refused.result.reason, "all_seeds_failed");
  assert.equal(refused.result.state, "finished");
  assert.deepEqual(refused.column("select error from fetch"), ["connect_refused"]);
  assert.deepEqual(refused.column("select reason from frontier where is_seed = 1"), [
    "connect_refused",
  ]);

  const missing = await startSite({});
  t.after(() => missing.close());
  const notFound = await crawlSite(t, { seeds: [`${missing.origin}/nowhere`] });
  assert.equal(notFound.result.reason, "all_seeds_failed");
});

test("the delay counts from the end of the previous response", async (t) => {
  const site = await startSite({
    "/": page("Home", "/1", "/2"),
    "/1": { delayMs: 150, body: page("1") },
    "/2": page("2"),
  });
  t.after(() => site.close());
  await crawlSite(t, { seeds: [`${site.origin}/`], profile: "polite", delay: 200 });
  const times = site.requests.map(({ at, url }) => ({ at, url }));
  for (const [index, { at }] of times.entries()) {
    const before = times[index - 1];
    if (before === undefined) continue;
    const least = before.url === "/1" ? 350 : 200;
    // Two clocks round to the millisecond here.
    assert.ok(at - before.at >= least - 2, `${at - before.at} ms after ${before.url}`);
  }
});
