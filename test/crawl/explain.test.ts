/** Every fate a URL can have, made by real crawls and explained from their databases. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { adviceOf, explain } from "../../src/explain/index.ts";
import { explainJson } from "../../src/reporting/explain-json.ts";
import { explainText } from "../../src/reporting/explain-text.ts";
import { SETTINGS, optionOf } from "../../src/settings.ts";
import { CrawlDatabase, EXCLUDED_REASONS } from "../../src/storage/index.ts";
import {
  crawlSite as crawlWith,
  newCrawl,
  temporaryDatabase,
  type FinishedCrawl,
} from "../helpers/crawl-run.ts";
import { startSite } from "../helpers/site-server.ts";

const page = (title: string, ...links: string[]): string =>
  `<!doctype html><title>${title}</title><p>${title} says</p>` +
  links.map((href) => `<a href="${href}">to ${href}</a> `).join("");

/** One thread is enough here, and starts sooner than two. */
async function crawlSite(
  t: TestContext,
  options: Parameters<typeof crawlWith>[1],
): Promise<FinishedCrawl> {
  return await crawlWith(t, { threads: 1, ...options });
}

interface Told {
  readonly text: string;
  readonly json: Record<string, unknown>;
}

/** As `webspool explain` tells it, in lines that are not wrapped. */
function told(dbPath: string, url: string, now = Date.now()): Told {
  const explanation = explain(dbPath, { asked: url, url, now });
  const lines = explainText(explanation, { heading: (text) => text, maxCells: Infinity, now });
  return { text: lines.join("\n"), json: explainJson(explanation) };
}

function assertTold(from: Told, text: readonly RegExp[], json: Record<string, unknown>): void {
  for (const pattern of text) assert.match(from.text, pattern);
  const got = Object.fromEntries(Object.keys(json).map((name) => [name, from.json[name]]));
  assert.deepEqual(got, json);
}

/** What the site's root page leads to. */
const LINKED = [
  "/a",
  "/old",
  "/away",
  "/quiet",
  "/private/x",
  "https://elsewhere.example/",
  "/left-out",
  "/secret",
  "/x/x/x/x/x/",
  "/twin?1",
  "/twin?2",
  "/like?1",
  "/like?2",
  "/cut",
];

const SITE = {
  "/robots.txt": {
    headers: { "content-type": "text/plain" },
    body: "User-agent: *\nDisallow: /private/\nSitemap: /map.xml\n",
  },
  "/a": page("A", "/b", "/gone"),
  "/b": page("B", "/c"),
  "/c": page("C", "/d"),
  "/away": { status: 307, headers: { location: "https://elsewhere.example/" } },
  "/old": { status: 301, headers: { location: "/older" } },
  "/older": { status: 302, headers: { location: "/new" } },
  "/new": page("New"),
  "/quiet": `<!doctype html><meta name="robots" content="noindex, nofollow"><title>Quiet</title><a href="/hidden">psst</a>`,
  "/twin?1": page("Twin"),
  "/twin?2": page("Twin"),
  // Numbers are of the text, but make no difference to what it is like.
  "/like?1": page("Of 1,200 ropes in 12 stores each has its own place and its own name"),
  "/like?2": page("Of 1,300 ropes in 15 stores each has its own place and its own name"),
  "/only-in-the-sitemap": page("Only in the sitemap"),
} as const;

test("of one crawl with every fate, each is explained", async (t) => {
  const [closed, private_, unreachable] = await Promise.all([
    startSite({}, { host: "127.0.0.4" }),
    startSite({}, { host: "127.0.0.2" }),
    startSite({ "/robots.txt": { status: 500 } }, { host: "127.0.0.3" }),
  ]);
  t.after(() => Promise.all([private_, unreachable].map((each) => each.close())));
  await closed.close();
  const refused = `${closed.origin}/`;
  const inner = `${private_.origin}/`;
  const silent = `${unreachable.origin}/x`;
  const site = await startSite({
    ...SITE,
    "/": `${page("Home", ...LINKED, inner)}<img src="/pic.png" alt="A picture">`,
    "/map.xml": (req, res) => {
      const loc = `http://${req.headers.host}/only-in-the-sitemap`;
      res
        .setHeader("content-type", "application/xml")
        .end(
          `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>${loc}</loc></url></urlset>`,
        );
    },
    "/cut": (_req, res) => void res.destroy(),
  });
  t.after(() => site.close());
  const { origin } = site;
  const { dbPath } = await crawlSite(t, {
    seeds: [`${origin}/`, refused, silent],
    maxDepth: 3,
    retries: 0,
    include: [/^(?!.*left-out)/u],
    exclude: [/secret/u],
  });
  const of = (path: string): Told => told(dbPath, origin + path);

  await t.test("a seed", () => {
    assertTold(
      of("/"),
      [
        /^Fetched in run 1: 200 OK$/m,
        /when +\d{4}-.*, took /,
        /socket +#\d+ of thread \d to 127\.0\.0\.1:\d+, (?:reused: request|new: )/,
        /seed +named as a seed of run 1/,
        /depth +0 followed links from a seed/,
      ],
      {
        known: true,
        fate: "fetched",
        run: 1,
        found_by: "seed",
        seed_of_run: 1,
        path: [],
        depth: 0,
      },
    );
  });

  await t.test("a page two links from the seed, with the way to it", () => {
    const from = of("/b");
    assertTold(
      from,
      [
        /How it was found\n  seed +http:\S+\/\n  link +http:\S+\/a "to \/a"\n  link +this URL "to \/b"/,
        /depth +2 followed links/,
      ],
      { fate: "fetched", depth: 2, found_by: "seed" },
    );
    assert.deepEqual(from.json["path"], [
      {
        url: `${origin}/`,
        kind: "page",
        link: { kind: "a", anchor: "to /a", rel: null, gone: false },
      },
      {
        url: `${origin}/a`,
        kind: "page",
        link: { kind: "a", anchor: "to /b", rel: null, gone: false },
      },
    ]);
  });

  await t.test("a page that only the sitemap names", () => {
    assertTold(
      of("/only-in-the-sitemap"),
      [
        /^Fetched in run 1: 200 OK$/m,
        /robots\.txt +http:\S+\/robots\.txt\n  sitemap +http:\S+\/map\.xml\n  sitemap +this URL/,
      ],
      { fate: "fetched", depth: null, found_by: "robots" },
    );
  });

  await t.test("a redirect, to the end of its chain, and its end", () => {
    const from = of("/old");
    assertTold(
      from,
      [
        /^Fetched in run 1: 301 Moved Permanently, a redirect$/m,
        /Redirects to\n  302 Found +http:\S+\/older\n  200 OK +http:\S+\/new\n/,
      ],
      { fate: "fetched" },
    );
    assert.deepEqual(from.json["redirects"], [
      { url: `${origin}/old`, status: 301, error: null, excluded: null },
      { url: `${origin}/older`, status: 302, error: null, excluded: null },
      { url: `${origin}/new`, status: 200, error: null, excluded: null },
    ]);
    assertTold(
      of("/new"),
      [
        /link +http:\S+\/old "to \/old"\n  redirect +http:\S+\/older\n  redirect +this URL/,
        /Redirected to from 1 URL\n  redirect +http:\S+\/older/,
      ],
      { fate: "fetched", redirects: [] },
    );
    assertTold(
      of("/away"),
      [/Redirects to\n  not asked \(scope\) +https:\/\/elsewhere\.example\/\n/],
      { fate: "fetched" },
    );
  });

  await t.test("what robots.txt forbids, with the line", () => {
    assertTold(
      of("/private/x"),
      [
        /^Not asked for in run 1 \(robots\): forbidden by robots\.txt$/m,
        /rule +http:\S+\/robots\.txt, line 2: Disallow: \/private\//,
        /to change it +--no-robots/,
      ],
      { fate: "excluded", reason: "robots", detail: "line 2: Disallow: /private/", asked_in: null },
    );
  });

  await t.test("what is outside the scope, with the scope", () => {
    assertTold(
      told(dbPath, "https://elsewhere.example/"),
      [
        /^Not asked for in run 1 \(scope\): outside of --scope$/m,
        /rule +--scope host takes 127\.0\.0\.1:\d+, 127\.0\.0\.4:\d+, 127\.0\.0\.3:\d+$/m,
        /to change it +--scope domain .*--check external/,
      ],
      { fate: "excluded", reason: "scope" },
    );
  });

  await t.test("what --include leaves out, and what --exclude keeps out", () => {
    assertTold(
      of("/left-out"),
      [/\(include\): matches no --include$/m, /rule +--include \^\(\?!/],
      {
        fate: "excluded",
        reason: "include",
      },
    );
    assertTold(of("/secret"), [/\(exclude\): matches an --exclude$/m, /rule +--exclude secret$/m], {
      fate: "excluded",
      reason: "exclude",
      rule: "--exclude secret",
    });
  });

  await t.test("what is too deep", () => {
    assertTold(
      of("/d"),
      [
        /\(depth\): more followed links from a seed than --max-depth$/m,
        /rule +--max-depth 3, and its depth is 4/,
        /to change it +a larger --max-depth/,
      ],
      { fate: "excluded", reason: "depth", depth: 4 },
    );
  });

  await t.test("what a page asks not to follow", () => {
    assertTold(
      of("/hidden"),
      [
        /^Not asked for in run 1 \(nofollow\): /m,
        /rule +http:\S+\/quiet says meta robots "noindex, nofollow"/,
        /link +this URL "psst"/,
      ],
      { fate: "excluded", reason: "nofollow" },
    );
    assertTold(of("/quiet"), [/meta robots +noindex, nofollow: not to be indexed/], {
      fate: "fetched",
    });
  });

  await t.test("a private address", () => {
    assertTold(
      told(dbPath, inner),
      [
        /^Not asked for in run 1 \(private_address\): /m,
        /rule +127\.0\.0\.2$/m,
        /to change it +--allow-private/,
      ],
      { fate: "excluded", reason: "private_address" },
    );
  });

  await t.test("a trap", () => {
    assertTold(
      of("/x/x/x/x/x/"),
      [/^Not asked for in run 1 \(trap_repeated_path\): /m, /to change it +--no-traps/],
      {
        fate: "excluded",
        reason: "trap_repeated_path",
      },
    );
  });

  await t.test("an image that was not asked for", () => {
    assertTold(
      of("/pic.png"),
      [
        /^Not asked for in run 1 \(link_kind\): /m,
        /rule +found as img/,
        /--check assets/,
        /img +this URL "A picture"/,
      ],
      { fate: "excluded", reason: "link_kind" },
    );
  });

  await t.test("a page that is missing, and who links to it", () => {
    assertTold(of("/gone"), [/^Fetched in run 1: 404 Not Found$/m, /link +http:\S+\/a "to \/a"/], {
      fate: "fetched",
      page: null,
      linked_from: {
        links: 1,
        pages: 1,
        more: false,
        first: [{ url: `${origin}/a`, kind: "a", anchor: "to /gone", rel: null, gone: false }],
      },
    });
  });

  await t.test("a page whose connection broke", () => {
    assertTold(
      of("/cut"),
      [/^Failed in run 1 \(connection_closed\): the peer closed the socket /m, /socket +#\d+/],
      { fate: "failed", reason: "connection_closed" },
    );
  });

  await t.test("a host that nothing listens on", () => {
    assertTold(
      told(dbPath, refused),
      [
        /^Failed in run 1 \(connect_refused\): nothing listens on that port$/m,
        /not asked +its host had failed before its turn came/,
      ],
      { fate: "failed", reason: "connect_refused", attempts: [] },
    );
  });

  await t.test("a host whose robots.txt cannot be read", () => {
    assertTold(
      told(dbPath, silent),
      [
        /^Not asked for in run 1 \(robots_unreachable\): /m,
        /rule +http:\/\/127\.0\.0\.3:\d+\/robots\.txt: status 500/,
        /to change it +a later crawl asks for robots\.txt again/,
      ],
      { fate: "excluded", reason: "robots_unreachable", seed_of_run: 1 },
    );
    const file = told(dbPath, `${new URL(silent).origin}/robots.txt`);
    assertTold(
      file,
      [
        /^Fetched as a robots\.txt in run 1: 500 /m,
        /attempt 1 +500 Internal Server Error, /,
        /attempt 3 +500 /,
        /robots\.txt +the first that is asked of every host/,
      ],
      { fate: "fetched", found_by: "robots" },
    );
  });

  await t.test("a page with the same text as another", () => {
    assertTold(of("/twin?1"), [/text +\d+ words\n  same text +http:\S+\/twin\?2\n/], {
      same_text: { count: 1, urls: [`${origin}/twin?2`] },
    });
    assertTold(of("/a"), [/text +\d+ words$/m], { same_text: { count: 0, urls: [] } });
  });

  await t.test("a page with nearly the same text as another", () => {
    assertTold(of("/like?2"), [/similar text +http:\S+\/like\?1\n/], {
      same_text: { count: 0, urls: [] },
      similar_text: { count: 1, urls: [`${origin}/like?1`] },
    });
  });

  await t.test("a URL that nothing names, by the rules", () => {
    const linked = /^Not known: no seed, page or sitemap that was read names it$/m;
    assertTold(of("/nowhere"), [linked, /if linked +followed by the rules of run 1$/m], {
      known: false,
      fate: "unknown",
      near_misses: [],
    });
    assertTold(
      of("/private/y"),
      [linked, /if linked +not followed by .*: forbidden by robots\.txt/, /line 2: Disallow/],
      { fate: "unknown" },
    );
    assertTold(
      told(dbPath, "https://unknown.example/"),
      [/if linked +not followed by the rules of run 1 \(scope\): outside of --scope/],
      { fate: "unknown", near_misses: [] },
    );
  });

  await t.test("lines fit into 80 columns, but for what cannot be broken", () => {
    const urls = ["/", "/b", "/old", "/private/x", "/quiet", "/twin?1", "/nowhere", "/x/x/x/x/x/"];
    for (const url of [
      ...urls.map((path) => origin + path),
      "https://elsewhere.example/",
      silent,
    ]) {
      const now = Date.now();
      const explanation = explain(dbPath, { asked: url, url, now });
      const lines = explainText(explanation, { heading: (text) => text, maxCells: 80, now });
      for (const line of lines) assert.ok(line.length <= 80 || /^ *\S+$/.test(line), line);
    }
  });

  await t.test("a URL that is known in another form, with that form", () => {
    for (const [path, known] of [
      ["/a/", "/a"],
      ["/a?x=1", "/a"],
      ["/A", "/a"],
      ["/index.html", "/"],
      ["/TWIN?1", "/twin?1"],
    ] as const) {
      const { text, json } = of(path);
      assert.deepEqual(json["near_misses"], [origin + known], path);
      assert.ok(text.includes(`known is     ${origin}${known}`), text);
    }
    const elsewhere = told(dbPath, "http://www.elsewhere.example/");
    assert.deepEqual(elsewhere.json["near_misses"], ["https://elsewhere.example/"]);
  });
});

test("what waits says since when, why, and what goes before it", async (t) => {
  const site = await startSite({
    "/": page("Home", "/1", "/2", "/3"),
    "/1": page("1"),
  });
  t.after(() => site.close());
  const { dbPath } = await crawlSite(t, {
    seeds: [`${site.origin}/`],
    maxPages: 2,
    perHost: 1,
    sitemaps: false,
    delay: 10,
  });
  assertTold(
    told(dbPath, `${site.origin}/3`),
    [
      /^Waits in run 1: the run ended before its turn \(--max-pages was reached\)$/m,
      /since +\d{4}-/,
      /before it +1 URL of its host$/m,
      /its host +1 request in flight, 10ms between them/,
      /next +the next crawl of this database asks for it/,
      /link +this URL "to \/3"/,
    ],
    { fate: "waiting", run_state: "finished", attempts: [], asked_in: null },
  );
  assert.match(told(dbPath, `${site.origin}/2`).text, /before it +nothing of its host$/m);
});

test("what a later run left alone is told with that run's rules", async (t) => {
  const [first, second] = await Promise.all([
    startSite({ "/": page("Home", "/a"), "/a": page("A") }),
    startSite({ "/": page("Other") }, { host: "127.0.0.2" }),
  ]);
  t.after(() => Promise.all([first.close(), second.close()]));
  const { dbPath } = await crawlSite(t, { seeds: [`${first.origin}/`] });
  await crawlSite(t, { seeds: [`${second.origin}/`], allowPrivate: true, dbPath });
  assertTold(
    told(dbPath, `${first.origin}/a`),
    [
      /^Fetched in run 1: 200 OK$/m,
      /since then +not touched by run 2, the last one/,
      /if it had +not followed by the rules of run 2 \(scope\): outside of --scope/,
      /rule +--scope host takes 127\.0\.0\.2:/,
    ],
    { fate: "fetched", run: 1, last_run: 2 },
  );
});

test("a page that was asked in several runs tells its versions and runs", async (t) => {
  let word = "one";
  const site = await startSite({
    "/": (_req, res) => void res.setHeader("content-type", "text/html").end(page(word, "/a")),
    "/a": (req, res) => {
      res.setHeader("etag", '"a"').setHeader("content-type", "text/html");
      if (req.headers["if-none-match"] === '"a"') res.writeHead(304).end();
      else res.end(page("A"));
    },
  });
  t.after(() => site.close());
  const seeds = [`${site.origin}/`];
  const { dbPath } = await crawlSite(t, { seeds });
  word = "another";
  await crawlSite(t, { seeds, dbPath });
  assertTold(
    told(dbPath, `${site.origin}/`),
    [
      /version +the newest of 2, since run 2$/m,
      /runs +from run 1 to run 2, asked for in 2 runs, last in run 2/,
    ],
    { first_run: 1, asked_in: { first_run: 1, last_run: 2, runs: 2 } },
  );
  assertTold(
    told(dbPath, `${site.origin}/a`),
    [
      /^Fetched in run 2: 304 Not Modified: it is what it was$/m,
      /^Its page$/m,
      /version +one, since run 1, confirmed last in run 2$/m,
    ],
    { fate: "fetched", last_run: 2 },
  );
});

test("a long way is cut in the middle", async (t) => {
  const steps = 30;
  const site = await startSite(
    Object.fromEntries(
      Array.from({ length: steps + 1 }, (_, at) => [
        at === 0 ? "/" : `/${at}`,
        page(`${at}`, `/${at + 1}`),
      ]),
    ),
  );
  t.after(() => site.close());
  const { dbPath } = await crawlSite(t, { seeds: [`${site.origin}/`], maxDepth: 50 });
  const { text, json } = told(dbPath, `${site.origin}/${steps}`);
  assert.match(
    text,
    /  link +http:\S+\/3 "to \/3"\n  \.\.\. +23 pages between\n  link +http:\S+\/27 "to \/27"\n/,
  );
  assert.equal((json["path"] as unknown[]).length, steps);
});

test("limits per host and folder, and links that ask not to be followed, name themselves", async (t) => {
  const other = await startSite({ "/": page("Other", "/1", "/2", "/3") }, { host: "127.0.0.2" });
  const site = await startSite({
    "/": page("Home", "/folder/1", "/folder/2", `${other.origin}/`).replace(
      "</p>",
      '</p><a rel="nofollow" href="/paid">ad</a>',
    ),
    "/folder/1": page("1"),
  });
  t.after(() => Promise.all([site.close(), other.close()]));
  const { dbPath } = await crawlSite(t, {
    seeds: [`${site.origin}/`, `${other.origin}/`],
    perHost: 1,
    maxPagesPerHost: 3,
    maxPagesPerFolder: 1,
    respectNofollow: true,
    sitemaps: false,
  });
  assertTold(
    told(dbPath, `${site.origin}/folder/2`),
    [
      /^Not asked for in run 1 \(folder_budget\): beyond --max-pages-per-folder/m,
      /rule +.*\/folder\//,
      /to change it +a larger --max-pages-per-folder/,
    ],
    { fate: "excluded", reason: "folder_budget" },
  );
  assertTold(
    told(dbPath, `${other.origin}/3`),
    [
      /^Not asked for in run 1 \(host_budget\): beyond --max-pages-per-host/m,
      /to change it +a larger --max-pages-per-host/,
    ],
    { fate: "excluded", reason: "host_budget" },
  );
  assertTold(
    told(dbPath, `${site.origin}/paid`),
    [
      /\(nofollow\): /,
      /rule +the link on http:\S+\/ has rel="nofollow"$/m,
      /to change it +without --respect-nofollow/,
    ],
    { fate: "excluded", reason: "nofollow" },
  );
});

test("a URL is looked up as the run made its links canonical", async (t) => {
  const site = await startSite({
    "/": page("Home", "/a?utm_source=x&b=2&a=1"),
    "/a": page("A"),
  });
  t.after(() => site.close());
  const { dbPath } = await crawlSite(t, {
    seeds: [`${site.origin}/`],
    dropQuery: ["utm_*"],
    sortQuery: true,
  });
  const from = told(dbPath, `${site.origin}/a?b=2&utm_medium=mail&a=1`);
  assertTold(from, [/^Fetched in run 1: 200 OK$/m, /the canonical form of .*utm_medium=mail/], {
    url: `${site.origin}/a?a=1&b=2`,
    fate: "fetched",
  });
});

test("a way that leads back to itself ends", (t) => {
  const { db, dbPath, find } = planted(t);
  const [one, other] = [find("http://a.test/1"), find("http://a.test/2")];
  db.transaction(() => {
    add(db, one, { viaUrlId: other.urlId });
    add(db, other, { viaUrlId: one.urlId });
  });
  const { json, text } = told(dbPath, "http://a.test/1");
  assert.deepEqual(
    (json["path"] as { url: string }[]).map(({ url }) => url),
    ["http://a.test/2"],
  );
  assert.match(text, /known +http:\/\/a\.test\/2\n  link +this URL/);
});

test("a host that asked for rest, and what is asked again later, say so", (t) => {
  const { db, dbPath, find } = planted(t);
  const found = find("http://a.test/");
  db.transaction(() => {
    add(db, found, { viaUrlId: null });
    db.retryLater(found.urlId, { dueAt: STARTED + 90_000, tries: 1, putOff: 0 });
    db.saveHost(found.hostId, {
      crawlDelayMs: 5_000,
      nextFetchAt: STARTED + 90_000,
      backoffUntil: STARTED + 90_000,
      failures: 2,
      runId: 1,
      throttled: 3,
      slowedDelayMs: 8_000,
      autoDelayMs: null,
      robotsTries: 0,
      failure: null,
    });
  });
  assertTold(
    told(dbPath, "http://a.test/", STARTED + 30_000),
    [
      /^Waits in run 1: the run did not end$/m,
      /due +\d{4}-.*, in 1m$/m,
      /Crawl-delay 5s, slowed to 8s by 3 answers 429 or 503, it asked for rest until .*, in 1m, 2 failures to connect in a row$/m,
    ],
    { fate: "waiting", due_at: STARTED + 90_000 },
  );
});

test("what a rule noted as its evidence is told", (t) => {
  const { db, dbPath, find } = planted(t);
  const { urlId, hostId } = find("http://a.test/?v=7");
  const detail = "parameter v does not change the page: 12 pairs said the same";
  db.transaction(() => {
    add(db, { urlId, hostId }, { viaUrlId: null });
    const to = {
      runId: 1,
      state: "excluded",
      reason: "trap_long_url",
      detail,
      now: STARTED,
    } as const;
    db.settle(urlId, to);
  });
  assertTold(
    told(dbPath, "http://a.test/?v=7"),
    [/\(trap_long_url\): /, /rule +parameter v does not change the page: 12 pairs/],
    { fate: "excluded", rule: detail, detail },
  );
});

test("what is in flight in a live run, and what waits behind it, say so", async (t) => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const site = await startSite({
    "/": page("Home", "/slow", "/later"),
    "/slow": async (_req, res) => {
      asked.resolve();
      await answer.promise;
      res.end("slow");
    },
  });
  t.after(() => site.close());
  const dbPath = temporaryDatabase(t);
  const seeds = [`${site.origin}/`];
  const run = newCrawl(dbPath, { seeds, threads: 1, perHost: 1, sitemaps: false }).run();
  try {
    await Promise.race([asked.promise, run]);
    assertTold(
      told(dbPath, `${site.origin}/slow`),
      [/^In flight in run 1: it was asked, and no answer has been recorded yet$/m],
      { fate: "in_flight", run_state: "running" },
    );
    const later = told(dbPath, `${site.origin}/later`);
    assertTold(later, [/^Waits in run 1: its turn has not come yet$/m], { fate: "waiting" });
    assert.doesNotMatch(later.text, /the next crawl/);
  } finally {
    answer.resolve();
    await run;
  }
  assertTold(told(dbPath, `${site.origin}/slow`), [/^Fetched in run 1: 200 OK$/m], {});
});

test("what was in flight when its process died is asked again", (t) => {
  const { db, dbPath, find } = planted(t);
  const found = find("http://a.test/");
  db.transaction(() => {
    add(db, found, { viaUrlId: null });
    db.claim(found.urlId);
  });
  assertTold(
    told(dbPath, "http://a.test/", STARTED + 60_000),
    [
      /^Was in flight in run 1 when its process ended; the next crawl asks again$/m,
      /known +since run 1; where it was found is not kept$/m,
    ],
    { fate: "in_flight", found_by: "unknown" },
  );
});

test("text from the web cannot control the terminal", (t) => {
  const { db, dbPath, find } = planted(t);
  const [from, to] = [find("http://a.test/from"), find("http://a.test/to")];
  db.transaction(() => {
    add(db, from, { viaUrlId: null });
    add(db, to, { viaUrlId: from.urlId });
    const link = { kind: "a", rel: null, hreflang: null, count: 1 } as const;
    const links = [{ ...link, toUrlId: to.urlId, anchor: "\u001b]0;owned\u0007\n\u202eabc" }];
    db.recordLinks({ runId: 1, fromUrlId: from.urlId, links });
  });
  const { text } = told(dbPath, "http://a.test/to");
  // eslint-disable-next-line no-control-regex
  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u202e]/);
  assert.ok(text.includes(String.raw`"\x1b]0;owned\x07\n\u202eabc"`), text);
});

test("every reason has advice, of options that there are", () => {
  for (const reason of Object.keys(EXCLUDED_REASONS)) {
    for (const scope of ["host", "domain", "prefix", "any"] as const) {
      const advice = adviceOf(reason, { scope });
      assert.ok(advice !== null, reason);
      for (const [option] of advice.matchAll(/--[a-z-]+/g)) {
        const known = Object.keys(SETTINGS).map(optionOf);
        assert.ok(known.includes(option.replace("--no-", "--")), `${reason}: ${option}`);
      }
    }
  }
});

const STARTED = 1_800_000_000_000;

interface Found {
  readonly urlId: number;
  readonly hostId: number;
}

/** A database with a run that a process began and did not end. */
function planted(t: TestContext): {
  db: CrawlDatabase;
  dbPath: string;
  find: (url: string) => Found;
} {
  const dbPath = temporaryDatabase(t);
  const db = CrawlDatabase.open(dbPath);
  t.after(() => db.close());
  db.transaction(() =>
    db.beginRun({
      seeds: [],
      settings: { scope: "host" },
      settingsHash: "hash",
      version: "0.0.0-test",
      pid: 4711,
      hostname: "here",
      now: STARTED,
    }),
  );
  return { db, dbPath, find: (url) => db.transaction(() => db.intern(url, 1, null)) };
}

function add(db: CrawlDatabase, { urlId, hostId }: Found, to: { viaUrlId: number | null }): void {
  db.addToFrontier({
    urlId,
    hostId,
    runId: 1,
    state: "pending",
    reason: null,
    detail: null,
    kind: "page",
    priority: 0.5,
    depth: null,
    dueAt: STARTED,
    isSeed: false,
    ...to,
  });
}
