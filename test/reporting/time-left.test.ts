import assert from "node:assert/strict";
import { test } from "node:test";
import { intervalOf, timeLeft, type HostWork } from "../../src/reporting/time-left.ts";

const AT = 1_800_000_000_000;
const POLITE: HostWork = {
  delayMs: 1_000,
  perHost: 1,
  latencyMs: 200,
  recentRequests: 0,
  recentSince: null,
};
const OWN: HostWork = { ...POLITE, delayMs: 0, perHost: 16 };

test("a host asked one at a time takes its pause and its latency for each URL", () => {
  assert.equal(intervalOf(POLITE, AT), 1_200);
});

test("requests in flight together share the latency, but keep the pause between them", () => {
  assert.equal(intervalOf(OWN, AT), 12.5);
  assert.equal(intervalOf({ ...POLITE, perHost: 4 }, AT), 1_000);
});

test("a host that was seen to be slower is taken to stay so, once there is enough to tell", () => {
  const seen = { ...POLITE, recentSince: AT - 50_000 };
  assert.equal(intervalOf({ ...seen, recentRequests: 10 }, AT), 5_000);
  assert.equal(intervalOf({ ...seen, recentRequests: 9 }, AT), 1_200);
  assert.equal(intervalOf({ ...seen, recentRequests: 500 }, AT), 1_200);
});

test("without a pause and without an answer nothing is known of the pace", () => {
  assert.equal(intervalOf({ ...OWN, latencyMs: null }, AT), null);
  assert.equal(intervalOf({ ...POLITE, latencyMs: null }, AT), 1_000);
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
