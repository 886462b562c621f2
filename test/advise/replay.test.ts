/** Replays against the case table of docs/pools.md and against stack distances. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { replay, type ReplaySettings } from "../../src/advise/index.ts";
import { StackDistances } from "../../src/advise/stack-distances.ts";
import { randomSource } from "../session/interleavings.ts";
import { HANDSHAKE_MS, SETTINGS, traceOf, type Asked } from "./traced.ts";

const asked = (...origins: number[]): Asked[] =>
  origins.map((origin, index) => ({ at: index * 100, origin }));
const parallel = (count: number, at: number, serviceMs = 50): Asked[] =>
  Array.from({ length: count }, () => ({ at, serviceMs }));

const every = (ms: number): Asked[] => Array.from({ length: 10 }, (_, n) => ({ at: n * ms }));

function opened(requests: readonly Asked[], settings: Partial<ReplaySettings>): number {
  return replay(traceOf(requests), { ...SETTINGS, ...settings }).opened;
}

test("poolConnections: the least recently used host goes, with what it kept", () => {
  const [A, B, C] = [0, 1, 2];
  assert.equal(opened(asked(A, B, A), { poolConnections: 1 }), 3);
  assert.equal(opened(asked(A, B, A), { poolConnections: 2 }), 2);
  assert.equal(opened(asked(A, B, C, A, B, C), { poolConnections: 2 }), 6);
  assert.equal(opened(asked(A, B, A, C, A), { poolConnections: 2 }), 3);
  assert.equal(opened(asked(A, A, A), { poolConnections: 0 }), 3);
});

test("a pool that is pushed out while a request runs is taken up again by the next", () => {
  const requests = [
    { at: 0, origin: 0, serviceMs: 500 },
    { at: 10, origin: 1 },
    { at: 20, origin: 0, serviceMs: 500 },
    { at: 2_000, origin: 0 },
  ];
  // The two overlap; the third finds one of them idle.
  assert.equal(opened(requests, { poolConnections: 1 }), 3);
  // With all its connections bounded, the second request waits for the first one's.
  assert.equal(opened(requests, { poolConnections: 1, poolMaxsize: 1, poolBlock: true }), 2);
});

test("poolMaxsize: what comes back to a full pool is closed, the last to return", () => {
  const twice = [...parallel(10, 0), ...parallel(10, 1_000)];
  const counts = (settings: Partial<ReplaySettings>): number[] => {
    const tally = replay(traceOf(twice), { ...SETTINGS, ...settings });
    return [tally.opened, tally.discarded];
  };
  assert.deepEqual(counts({ poolMaxsize: 1 }), [19, 18]);
  assert.deepEqual(counts({ poolMaxsize: 3 }), [17, 14]);
  assert.deepEqual(counts({ poolMaxsize: 10 }), [10, 0]);
  assert.deepEqual(counts({ poolMaxsize: 0 }), [10, 0]);
  assert.deepEqual(counts({ poolMaxsize: 3, poolBlock: true }), [3, 0]);
  assert.deepEqual(counts({ limitPerHost: 4 }), [4, 0]);
});

test("who waits is served in the order of arrival, and the wait is counted", () => {
  const tally = replay(traceOf([...parallel(2, 0, 100), { at: 10, origin: 1 }]), {
    ...SETTINGS,
    limit: 1,
  });
  // 110 ms for the second of the first host, then 100 for the other: all of them through one place.
  assert.equal(tally.waits, 2);
  assert.equal(tally.waitMs, 110 + 200);
  assert.equal(tally.opened, 2);
});

test("an idle connection ends with the shortest of our time, the server's, and its requests", () => {
  assert.equal(opened(every(1_000), { keepaliveTimeoutMs: 1_500 }), 1);
  assert.equal(opened(every(1_000), { keepaliveTimeoutMs: 900 }), 10);
  assert.equal(opened(every(1_000), { forceClose: true }), 10);
  const facts = (of: object): number =>
    replay(traceOf(every(1_000), { facts: of }), SETTINGS).opened;
  assert.equal(facts({ idleLimitMs: 900 }), 10);
  assert.equal(facts({ idleLimitMs: 0 }), 10);
  assert.equal(facts({ requestLimit: 3 }), 4);
  // The newest idle one is taken, so the others expire.
  const bursts = [
    ...parallel(3, 0),
    ...Array.from({ length: 5 }, (_, n) => ({ at: 500 + n * 500 })),
  ];
  assert.equal(opened([...bursts, ...parallel(3, 3_000)], { keepaliveTimeoutMs: 1_000 }), 5);
});

test("requests that failed leave no connection behind, and those that reached none open none", () => {
  assert.equal(opened([{ at: 0, spoils: true }, { at: 100 }, { at: 200 }], {}), 2);
  const tally = replay(traceOf([{ at: 0, connected: false }, { at: 100 }]), SETTINGS);
  assert.deepEqual([tally.opened, tally.requests, tally.handshakeMs], [1, 1, HANDSHAKE_MS]);
});

test("without affinity a host's requests go round the threads, and each opens its own", () => {
  const requests = Array.from({ length: 12 }, (_, n) => ({ at: n * 100, host: 3, session: 0 }));
  const trace = traceOf(requests, { settings: { threads: 3 } });
  assert.equal(replay(trace, SETTINGS).opened, 1);
  assert.equal(replay(trace, { ...SETTINGS, affinity: false }).opened, 3);
  // And back: home alone would have had them.
  const spread = traceOf(
    requests.map((request, n) => ({ ...request, session: n % 3 })),
    { settings: { threads: 3, affinity: false } },
  );
  assert.equal(replay(spread, { ...SETTINGS, affinity: false }).opened, 3);
  assert.equal(replay(spread, SETTINGS).opened, 1);
});

test("what waited for the end of a request waits for it when that comes later", () => {
  // One at a time at 100 ms each, each started as soon as the one before was over.
  const chain = Array.from({ length: 5 }, (_, n) => ({ at: n * 101, serviceMs: 100 }));
  const trace = traceOf(chain, { closed: true, settings: { perHost: 1 } });
  // Every request opens a connection, which takes 10 ms more: still none overlaps another.
  const tally = replay(trace, { ...SETTINGS, forceClose: true });
  assert.deepEqual([tally.opened, tally.mostInUse], [5, 1]);
  const apart = replay(traceOf(chain), { ...SETTINGS, forceClose: true });
  assert.deepEqual([apart.opened, apart.mostInUse], [5, 2]);
});

const FOR_EVER = { keepaliveTimeoutMs: Infinity };

test("replays and stack distances agree, whatever overlaps", () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const random = randomSource(seed);
    const origins = 1 + Math.floor(random() * 40);
    const busy = random() * 20;
    const trace = traceOf(
      Array.from({ length: 600 }, (_, n) => ({
        at: n + random(),
        serviceMs: random() * busy,
        origin: Math.floor(random() ** 2 * origins),
        session: Math.floor(random() * 2),
      })),
      { settings: { threads: 2 } },
    );
    for (const capacity of [1, 2, 5, 13, 40]) {
      const distances = [new StackDistances(), new StackDistances()];
      const tally = replay(
        trace,
        { ...SETTINGS, poolConnections: capacity },
        (session, _, origin) => distances[session]!.use(origin),
      );
      const misses = distances.reduce((sum, of) => sum + of.misses(capacity), 0);
      const left = distances.reduce((sum, of) => sum + Math.min(capacity, of.keys), 0);
      // A pool that was made is there at the end, or was pushed out.
      assert.equal(tally.evicted, misses - left, `seed ${seed}, capacity ${capacity}`);
      assert.equal(tally.reused + tally.opened, 600);
    }
    // Where no two requests overlap, each miss is a connection.
    const inTurn = traceOf(trace.requests.map(({ origin }, n) => ({ at: n * 100, origin })));
    for (const capacity of [1, 3, 10, 40]) {
      const distances = new StackDistances();
      const tally = replay(
        inTurn,
        { ...SETTINGS, ...FOR_EVER, poolConnections: capacity },
        (_s, _m, origin) => distances.use(origin),
      );
      assert.equal(tally.opened, distances.misses(capacity), `seed ${seed}, capacity ${capacity}`);
    }
  }
});
