/** Every fate a URL can have, made by one real crawl and explained from its database. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { adviceOf, explain } from "../../src/explain/index.ts";
import { explainText } from "../../src/reporting/explain-text.ts";
import { SETTINGS, optionOf } from "../../src/settings.ts";
import { EXCLUDED_REASONS } from "../../src/storage/index.ts";
import { crawlSite } from "../helpers/crawl-run.ts";
import { assertTold, told, type Told } from "../helpers/explained.ts";
import { startSite } from "../helpers/site-server.ts";

const page = (title: string, ...links: string[]): string =>
  `<!doctype html><title>${title}</title><p>${title} says</p>` +
  links.map((href) => `<a href="${href}">to ${href}</a> `).join("");

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
    threads: 1,
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
        /to change it +--scope any follows it; --check external/,
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

test("every reason has advice, of options that there are", () => {
  for (const reason of Object.keys(EXCLUDED_REASONS)) {
    const advice = adviceOf({ reason, url: "https://a.example/" }, ["https://b.example/"]);
    assert.ok(advice !== null, reason);
    for (const [option] of advice.matchAll(/--[a-z-]+/g)) {
      const known = Object.keys(SETTINGS).map(optionOf);
      assert.ok(known.includes(option.replace("--no-", "--")), `${reason}: ${option}`);
    }
  }
});

test("what is outside the scope is told which scopes would take it, and no other", () => {
  const seeds = ["https://www.example.com/docs/"];
  for (const [url, scopes] of [
    ["https://www.example.com/blog", "host or domain or any"],
    ["https://shop.example.com/", "domain or any"],
    ["https://elsewhere.example/", "any"],
  ] as const) {
    const advice = adviceOf({ reason: "scope", url }, seeds);
    assert.ok(advice?.startsWith(`--scope ${scopes} follows it;`), `${url}: ${advice}`);
  }
});
