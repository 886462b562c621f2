import assert from "node:assert/strict";
import { test } from "node:test";
import { intervalOf, timeLeft, type HostWork } from "../../src/reporting/time-left.ts";

const AT = 1_800_000_000_000;
const POLITE = { delayMs: 1_000, perHost: 1 };
const OWN = { delayMs: 0, perHost: 16 };

const HOST: HostWork = {
  pending: 100,
  crawlDelayMs: null,
  latencyMs: 200,
  recentRequests: 0,
  recentSince: null,
};

test("a host asked one at a time takes its pause and its latency for each URL", () => {
  assert.equal(intervalOf(HOST, POLITE, AT), 1_200);
});

test("requests in flight together share the latency, but keep the pause between them", () => {
  assert.equal(intervalOf(HOST, OWN, AT), 12.5);
  assert.equal(intervalOf(HOST, { delayMs: 1_000, perHost: 4 }, AT), 1_000);
});

test("a Crawl-delay is the least pause, and counts up to 30 s", () => {
  assert.equal(intervalOf({ ...HOST, crawlDelayMs: 5_000 }, POLITE, AT), 5_200);
  assert.equal(intervalOf({ ...HOST, crawlDelayMs: 600_000 }, POLITE, AT), 30_200);
});

test("a host that was seen to be slower is taken to stay so, once there is enough to tell", () => {
  const seen = { ...HOST, recentSince: AT - 50_000 };
  assert.equal(intervalOf({ ...seen, recentRequests: 10 }, POLITE, AT), 5_000);
  assert.equal(intervalOf({ ...seen, recentRequests: 9 }, POLITE, AT), 1_200);
  assert.equal(intervalOf({ ...seen, recentRequests: 500 }, POLITE, AT), 1_200);
});

test("without a pause and without an answer nothing is known of the pace", () => {
  assert.equal(intervalOf({ ...HOST, latencyMs: null }, OWN, AT), null);
  assert.equal(intervalOf({ ...HOST, latencyMs: null }, POLITE, AT), 1_000);
});

const WORK = {
  at: AT,
  pending: 600,
  hostsLeftMs: [120_000, null, 400_000],
  requestsPerMs: 0.01,
  pagesToLimit: null,
  lastFoundAt: null,
};

test("all takes as long as the slowest host, and no less than the run's rate allows", () => {
  assert.deepEqual(timeLeft(WORK), { ms: 400_000, atLeast: false });
  assert.deepEqual(timeLeft({ ...WORK, pending: 60_000 }), { ms: 6_000_000, atLeast: false });
});

test("--max-pages ends it sooner, and then nothing that is found makes it longer", () => {
  assert.deepEqual(timeLeft({ ...WORK, pagesToLimit: 50, lastFoundAt: AT }), {
    ms: 5_000,
    atLeast: false,
  });
  assert.equal(timeLeft({ ...WORK, pagesToLimit: 601 }).ms, 400_000);
});

test("while links are being found it is the least", () => {
  assert.equal(timeLeft({ ...WORK, lastFoundAt: AT - 59_000 }).atLeast, true);
  assert.equal(timeLeft({ ...WORK, lastFoundAt: AT - 61_000 }).atLeast, false);
});

test("nothing is left of nothing, and unknown is not nothing", () => {
  assert.equal(timeLeft({ ...WORK, pending: 0, hostsLeftMs: [] }).ms, 0);
  assert.equal(timeLeft({ ...WORK, hostsLeftMs: [null], requestsPerMs: 0 }).ms, null);
});
