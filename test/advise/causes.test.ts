/** What requests waited for, told from when they started and ended. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { causesOf } from "../../src/advise/causes.ts";
import { traceOf, type Asked } from "./traced.ts";

function waitedFor(
  asked: readonly Asked[],
  slots: { perHost: number; inFlight: number },
  foundBy?: readonly number[],
): number[][] {
  const { requests } = traceOf(asked);
  const { first, of } = causesOf(requests, slots, foundBy && Int32Array.from(foundBy));
  return requests.map((_, index) => Array.from(of.subarray(first[index], first[index + 1])));
}

test("with n slots the k-th request of a host waits for the end of the (k - n)-th to end", () => {
  const asked = [
    { at: 0, serviceMs: 50 },
    { at: 0, serviceMs: 20 },
    { at: 21, serviceMs: 100 },
    { at: 52, serviceMs: 10 },
    // Another host has slots of its own.
    { at: 53, origin: 1 },
  ];
  assert.deepEqual(waitedFor(asked, { perHost: 2, inFlight: 100 }), [[], [], [1], [0], []]);
  // Slots of all hosts together are taken by whoever comes.
  assert.deepEqual(waitedFor(asked, { perHost: 100, inFlight: 3 }), [[], [], [], [1], [0]]);
});

test("a URL waits for the page that it was found on, and for its host's robots.txt", () => {
  const asked = [
    { at: 0, serviceMs: 10 },
    { at: 20, origin: 1, isRobots: true, serviceMs: 30 },
    { at: 55, origin: 1, serviceMs: 5 },
    { at: 80, origin: 1 },
  ];
  const slots = { perHost: 10, inFlight: 10 };
  assert.deepEqual(waitedFor(asked, slots, [-1, 0, 0, 2]), [[], [0], [1, 0], [1, 2]]);
  // What had not ended yet cannot have been waited for.
  assert.deepEqual(waitedFor([{ at: 0, serviceMs: 10 }, { at: 5 }], slots, [-1, 0]), [[], []]);
});

test("a host that wants pauses is asked after the end of its last request", () => {
  const asked = [{ at: 0 }, { at: 100, pauses: true }, { at: 150, origin: 1, pauses: true }];
  assert.deepEqual(waitedFor(asked, { perHost: 9, inFlight: 9 }), [[], [0], []]);
});
