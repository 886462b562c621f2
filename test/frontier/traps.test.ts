/** A site with a trap of each kind beside 300 real pages, crawled with default settings. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  crawlSite,
  newCrawl,
  questions,
  temporaryDatabase,
  type FinishedCrawl,
} from "../helpers/crawl-run.ts";
import { startSite } from "../helpers/site-server.ts";
import { REAL_PAGES, trapOf, trapSite } from "../helpers/trap-site.ts";

const MAX_PAGES = 1_500;
const MOST_IN_TRAPS = 300;

/** Which reason has to stop which trap. */
const STOPPED_BY: Readonly<Record<string, string>> = {
  "calendar in the path": "trap_calendar",
  "calendar in the query": "trap_calendar",
  "session id in the path": "trap_session_id",
  "session id in the query": "trap_session_id",
  "unknown parameter": "trap_parameter",
  "unknown word in the path": "trap_session_id",
  "relative links": "trap_same_text",
  "growing parameter": "trap_endless",
  facets: "trap_facets",
  mirror: "trap_mirror",
  "deep mirror": "trap_mirror",
};

function pathOf(url: unknown): string {
  const { pathname, search } = new URL(String(url));
  return pathname + search;
}

/** What was asked: real articles, and URLs in traps. */
function asked(crawl: FinishedCrawl): { articles: number; inTraps: number } {
  const paths = crawl
    .column("SELECT u.url FROM fetch f JOIN url u ON u.id = f.url_id WHERE f.kind = 'page'")
    .map(pathOf);
  return {
    articles: new Set(paths.filter((path) => path.startsWith("/article/"))).size,
    inTraps: paths.filter((path) => trapOf(path) !== null).length,
  };
}

test("1,500 fetches reach all 300 real pages beside traps of every kind, and each trap is stopped by its rule", async (t) => {
  const site = await startSite(trapSite());
  t.after(() => site.close());
  const crawl = await crawlSite(t, { seeds: [`${site.origin}/`], maxPages: MAX_PAGES });

  const { articles, inTraps } = asked(crawl);
  assert.equal(articles, REAL_PAGES);
  assert.ok(inTraps <= MOST_IN_TRAPS, `${inTraps} fetches in traps`);
  assert.equal(crawl.result.reason, "frontier_empty");

  const stopped = new Map<string, Set<unknown>>();
  const left = crawl.rows(`SELECT u.url, w.reason, w.detail FROM frontier w
    JOIN url u ON u.id = w.url_id WHERE w.reason GLOB 'trap_*'`);
  for (const { url, reason } of left) {
    const trap = trapOf(pathOf(url));
    assert.ok(trap !== null, `${String(url)} is no trap, but was excluded as ${String(reason)}`);
    stopped.set(trap, (stopped.get(trap) ?? new Set()).add(reason));
  }
  for (const [trap, reason] of Object.entries(STOPPED_BY)) {
    assert.ok(stopped.get(trap)?.has(reason), `nothing of "${trap}" was excluded as ${reason}`);
  }

  const learned = left.filter(({ reason }) => reason !== "trap_repeated_path");
  const without = learned.filter(({ detail }) => detail === null);
  assert.deepEqual(without, [], "what was learned tells its evidence");
  const rules = crawl.column("SELECT DISTINCT kind FROM trap_rule ORDER BY kind");
  assert.deepEqual(rules, [
    "calendar",
    "facets",
    "folder",
    "mirror",
    "parameter",
    "segment",
    "walk",
  ]);
});

test("the same run with --no-traps spends itself in the traps", async (t) => {
  const site = await startSite(trapSite());
  t.after(() => site.close());
  const seeds = [`${site.origin}/`];
  const crawl = await crawlSite(t, { seeds, maxPages: MAX_PAGES, traps: false });
  const { articles, inTraps } = asked(crawl);
  assert.ok(articles < REAL_PAGES, `${articles} real pages`);
  assert.ok(inTraps > 2 * MOST_IN_TRAPS, `${inTraps} fetches in traps`);
  assert.deepEqual(crawl.column("SELECT url_id FROM frontier WHERE reason GLOB 'trap_*'"), []);
  assert.deepEqual(crawl.column("SELECT pattern FROM trap_rule"), []);
});

test("rules outlive the run: a recrawl starts with them", async (t) => {
  const site = await startSite(trapSite());
  t.after(() => site.close());
  const seeds = [`${site.origin}/`];
  const first = await crawlSite(t, { seeds });
  const { inTraps } = asked(first);
  const rules = first.column("SELECT kind || ' ' || pattern FROM trap_rule WHERE run_id = 1");
  const before = site.requests.length;

  const again = await crawlSite(t, { seeds, dbPath: first.dbPath });
  assert.equal(again.result.reason, "frontier_empty");
  const kept = again.column("SELECT kind || ' ' || pattern FROM trap_rule WHERE run_id = 1");
  assert.deepEqual(new Set(kept), new Set(rules));
  const second = site.requests.slice(before).map(({ url }) => url);
  const articles = new Set(second.filter((path) => path.startsWith("/article/")));
  assert.equal(articles.size, REAL_PAGES);
  const inTrapsAgain = second.filter((path) => trapOf(path) !== null).length;
  assert.ok(inTrapsAgain < inTraps / 2, `${inTraps} fetches in traps, then ${inTrapsAgain}`);
});

test("a crawl that is stopped and continued knows its rules and ends as one that was not", async (t) => {
  const site = await startSite(trapSite());
  t.after(() => site.close());
  const dbPath = temporaryDatabase(t);
  const seeds = [`${site.origin}/`];
  const crawl = newCrawl(dbPath, { seeds });
  // Until some rules hold, and others are on their way.
  let outcomes = 0;
  crawl.events.on("outcome", () => {
    outcomes += 1;
    if (outcomes === 350) crawl.stop("signal");
  });
  const stopped = await crawl.run();
  assert.equal(stopped?.state, "interrupted");
  const kept = questions(dbPath).column("SELECT kind || ' ' || pattern FROM trap_rule");
  assert.ok(kept.length > 0);

  const rest = await crawlSite(t, { seeds, dbPath });
  assert.equal(rest.result.reason, "frontier_empty");
  const rules = new Set(rest.column("SELECT kind || ' ' || pattern FROM trap_rule"));
  const lost = kept.filter((rule) => !rules.has(rule));
  assert.deepEqual(lost, []);
  const { articles, inTraps } = asked(rest);
  assert.equal(articles, REAL_PAGES);
  // What was on its way is shown again.
  assert.ok(inTraps <= 1.5 * MOST_IN_TRAPS, `${inTraps} fetches in traps`);
});
