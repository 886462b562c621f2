/** Which settings are recommended: few, small, and only what is worth it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { adviseOn, type TrafficSettings } from "../../src/advise/index.ts";
import { SETTINGS, traceOf, type Asked } from "./traced.ts";

/** Twenty hosts, five times round, 100 ms apart. */
const ROUND: readonly Asked[] = Array.from({ length: 100 }, (_, n) => ({
  at: n * 100,
  origin: n % 20,
}));

function advised(asked: readonly Asked[], settings: Partial<TrafficSettings>) {
  const { recommendation, replayed } = adviseOn(traceOf(asked, { settings }));
  if (recommendation === null) return null;
  const { changes, tally } = recommendation;
  return { changes, before: replayed.opened, after: tally.opened };
}

test("nothing is recommended where each host had its one connection already", () => {
  assert.equal(advised(ROUND, {}), null);
});

test("the smallest round number of pools that saves nearly all is recommended, and nothing else", () => {
  assert.deepEqual(advised(ROUND, { poolConnections: 10 }), {
    changes: { poolConnections: 20 },
    before: 100,
    after: 20,
  });
});

test("a longer keep-alive is no longer than it has to be", () => {
  assert.deepEqual(advised(ROUND, { keepaliveTimeoutMs: 1_000 }), {
    changes: { keepaliveTimeoutMs: 5_000 },
    before: 100,
    after: 20,
  });
  // Both together, since neither helps alone.
  assert.deepEqual(advised(ROUND, { keepaliveTimeoutMs: 1_000, poolConnections: 1 })?.changes, {
    keepaliveTimeoutMs: 5_000,
    poolConnections: 20,
  });
});

test("what a server does to idle connections cannot be mended by a setting", () => {
  const trace = traceOf(ROUND, {
    settings: { keepaliveTimeoutMs: 1_000 },
    facts: { idleLimitMs: 1_500, toldLimit: true },
  });
  assert.equal(adviseOn(trace).recommendation, null);
});

test("connections that are closed for want of room are kept; waiting is not traded for them", () => {
  const bursts = Array.from({ length: 50 }, (_, n) => ({ at: 1_000 * (n % 10), serviceMs: 200 }));
  assert.deepEqual(advised(bursts, { poolMaxsize: 1 }), {
    changes: { poolMaxsize: 5 },
    before: 41,
    after: 5,
  });
  assert.equal(advised(bursts, { poolMaxsize: 8, poolBlock: true }), null);
});

test("--force-close and --no-affinity are taken back where they cost connections", () => {
  assert.deepEqual(advised(ROUND, { forceClose: true })?.changes, { forceClose: false });
  const spread = ROUND.map((request, n) => ({ ...request, session: n % 3 }));
  assert.deepEqual(advised(spread, { threads: 3, affinity: false }), {
    changes: { affinity: true },
    before: 60,
    after: 20,
  });
});

test("every value is replayed with affinity and without, and the run's own is marked", () => {
  const { poolConnections, keepaliveTimeoutMs, missesWithAffinity } = adviseOn(
    traceOf(ROUND, { settings: { poolConnections: 10, threads: 3 } }),
  );
  assert.deepEqual(
    poolConnections.map(({ value, isNow, withAffinity, withoutAffinity }) => [
      value,
      isNow,
      withAffinity.opened,
      withoutAffinity.opened,
    ]),
    [
      [1, false, 100, 100],
      [10, true, 100, 100],
      [20, false, 20, 60],
    ],
  );
  assert.deepEqual(
    keepaliveTimeoutMs.filter(({ isNow }) => isNow).map(({ value }) => value),
    [SETTINGS.keepaliveTimeoutMs],
  );
  assert.deepEqual(
    [1, 19, 20].map((capacity) => missesWithAffinity.misses(capacity)),
    [100, 100, 20],
  );
});
