/** When a URL is due again: the estimate of Cho and Garcia-Molina, its bounds, and what is gone. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  changeRate,
  NEVER_VISITED,
  nextVisit,
  type Revisit,
  type Sighting,
} from "../../src/frontier/revisit.ts";
import type { RevisitState } from "../../src/frontier-store.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BOUNDS = { firstMs: DAY, minMs: HOUR, maxMs: 30 * DAY };
const SAME: Sighting = { kind: "there", changed: false };
const CHANGED: Sighting = { kind: "there", changed: true };
const GONE: Sighting = { kind: "gone" };

/** Visits a URL whenever it is due; what each visit finds is `sight`'s. Returns the waits in days. */
function waits(sight: (visit: number, now: number) => Sighting, visits: number): number[] {
  let now = 0;
  let state: RevisitState = NEVER_VISITED;
  const days: number[] = [];
  for (let visit = 0; visit < visits; visit += 1) {
    const next: Revisit = nextVisit(state, sight(visit, now), now, BOUNDS);
    if (next.dueAt === null) break;
    days.push((next.dueAt - now) / DAY);
    state = next;
    now = next.dueAt;
  }
  return days;
}

void describe("when a URL is due again", () => {
  void test("the first visit is followed by another after --revisit-first, a tenth early", () => {
    const first = nextVisit(NEVER_VISITED, { kind: "there", changed: null }, 0, BOUNDS);
    assert.equal(first.dueAt, 0.9 * DAY);
    assert.deepEqual([first.checks, first.changes, first.checkedAt], [0, 0, 0]);
  });

  void test("what never changes is asked ever less often, up to --revisit-max", () => {
    const days = waits((visit) => (visit === 0 ? { kind: "there", changed: null } : SAME), 12);
    for (const [index, wait] of days.entries()) {
      if (index > 0) assert.ok(wait >= (days[index - 1] ?? 0) - 1e-6, days.join(" "));
    }
    assert.ok(Math.abs((days.at(-1) ?? 0) - 27) < 1e-6, days.join(" "));
  });

  void test("no wait is longer than twice the one before, however little was seen", () => {
    const days = waits((visit) => (visit === 0 ? { kind: "there", changed: null } : SAME), 5);
    for (const [index, wait] of days.entries()) {
      if (index > 0) assert.ok(wait <= 2 * (days[index - 1] ?? 0), days.join(" "));
    }
  });

  void test("visits in quick succession do not bring the next one nearer while nothing changes", () => {
    const first = nextVisit(NEVER_VISITED, { kind: "there", changed: null }, 0, BOUNDS);
    const soon = nextVisit(first, SAME, 25_000, BOUNDS);
    assert.equal(soon.dueAt, 25_000 + 0.9 * DAY);
    let state = soon;
    for (const day of [1, 3, 7, 15]) state = nextVisit(state, SAME, day * DAY, BOUNDS);
    const again = nextVisit(state, SAME, 15 * DAY + 60_000, BOUNDS);
    assert.ok((again.dueAt ?? 0) > 20 * DAY, String(again.dueAt));
  });

  void test("what changed at every visit is asked more often, down to --revisit-min", () => {
    const days = waits((visit) => (visit === 0 ? { kind: "there", changed: null } : CHANGED), 40);
    assert.ok(Math.abs((days.at(-1) ?? 0) - (0.9 * HOUR) / DAY) < 1e-9, days.join(" "));
  });

  void test("what changes every four days settles near the time in which half of that passes", () => {
    let version = 0;
    const days = waits((visit, now) => {
      const current = Math.floor(now / (4 * DAY));
      const changed = current !== version;
      version = current;
      return visit === 0 ? { kind: "there", changed: null } : changed ? CHANGED : SAME;
    }, 60);
    const last = days.slice(-10);
    for (const wait of last) assert.ok(wait > 1 && wait < 6, last.join(" "));
  });

  void test("the rate is the paper's estimate", () => {
    const state = { ...NEVER_VISITED, checks: 10, changes: 4, observedMs: 10 * DAY };
    assert.equal(changeRate(state), (-Math.log(6.5 / 10.5) * 10) / (10 * DAY));
    assert.equal(changeRate(NEVER_VISITED), 0);
  });

  void test("what is gone is asked twice more, each time later, and then rested", () => {
    assert.deepEqual(
      waits(() => GONE, 10),
      [0.9, 1.8],
    );
  });

  void test("what comes back is no longer counted as gone", () => {
    const gone = nextVisit(NEVER_VISITED, GONE, 0, BOUNDS);
    const back = nextVisit(gone, CHANGED, DAY, BOUNDS);
    assert.equal(back.goneChecks, 0);
    assert.notEqual(back.dueAt, null);
  });

  void test("a failure says nothing of the content and is asked again soon", () => {
    const seen = nextVisit(NEVER_VISITED, { kind: "there", changed: null }, 0, BOUNDS);
    const failed = nextVisit(seen, { kind: "unknown" }, DAY, BOUNDS);
    assert.equal(failed.dueAt, DAY + 0.9 * HOUR);
    assert.equal(failed.checkedAt, 0);
    assert.equal(failed.checks, 0);
  });
});
