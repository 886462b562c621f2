/** What a run's replay predicts for other settings, against crawls that really have those. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { replay, type ReplaySettings } from "../../src/advise/index.ts";
import { traceOf } from "../../src/cli/read-advice.ts";
import { CrawlDatabase } from "../../src/storage/index.ts";
import { crawlSite, type CrawlOptions } from "../helpers/crawl-run.ts";
import { bursts, manyHosts, patientHosts } from "./workloads.ts";

/** Issue 8: predictions within 5 % of the connections really opened. */
const TOLERANCE = 0.05;

type Pools = Partial<Omit<ReplaySettings, "keepaliveTimeoutMs">> & { keepaliveTimeout?: number };

/** Crawls with each of the settings, and predicts from each what all of them open. */
async function assertPredicted(
  context: TestContext,
  options: CrawlOptions,
  settings: readonly Pools[],
): Promise<void> {
  const runs = [];
  for (const pools of settings) {
    const { dbPath, result } = await crawlSite(context, { ...options, ...pools });
    assert.equal(result.reason, "frontier_empty");
    const db = CrawlDatabase.openReadOnly(dbPath);
    try {
      runs.push({ pools, ...traceOf(db, dbPath, undefined) });
    } finally {
      db.close();
    }
  }
  for (const from of runs) {
    for (const to of runs) {
      const predicted = replay(from.trace, to.trace.settings).opened;
      const { opened } = to.trace;
      const what = `${JSON.stringify(to.pools)} from ${JSON.stringify(from.pools)}: predicted ${predicted}, opened ${opened}`;
      assert.ok(Math.abs(predicted - opened) <= opened * TOLERANCE, what);
    }
  }
  // The settings make a difference, or nothing was shown.
  const counts = new Set(runs.map(({ trace }) => trace.opened));
  assert.ok(counts.size > 1, `all runs opened ${[...counts].join()}`);
}

const COMMON = { sitemaps: false, traps: false, scope: "any", allowPrivate: true } as const;

test("poolConnections and affinity: many hosts in turn", async (t) => {
  const seed = await manyHosts(t, 40);
  const options = { ...COMMON, seeds: [seed], perHost: 1, inFlight: 1, threads: 2 };
  await assertPredicted(t, options, [
    { poolConnections: 1_000 },
    { poolConnections: 8 },
    { poolConnections: 16 },
    { poolConnections: 16, affinity: false },
    { poolConnections: 1_000, affinity: false },
  ]);
});

test("poolMaxsize: a slow host, with requests that wait and with ones that overflow", async (t) => {
  const seed = await bursts(t, 7);
  const options = { ...COMMON, seeds: [seed], perHost: 8, threads: 1 };
  await assertPredicted(t, options, [
    { poolMaxsize: 16 },
    { poolMaxsize: 2 },
    { poolMaxsize: 2, poolBlock: false },
    { poolMaxsize: 4, poolBlock: false },
  ]);
});

test("keepaliveTimeout: pauses between requests, and a server that closes idle connections", async (t) => {
  const seed = await patientHosts(t, { pages: 4, crawlDelayMs: 900, closesAfterMs: 300 });
  const options = { ...COMMON, seeds: [seed], perHost: 1, threads: 1 };
  await assertPredicted(t, options, [{ keepaliveTimeout: 30_000 }, { keepaliveTimeout: 600 }]);
});
