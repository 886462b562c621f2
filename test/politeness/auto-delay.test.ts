/** --delay auto: the formula, and that no link's rel is misread. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  asksNotToFollow,
  AUTO_DELAY_FACTOR,
  autoDelayMs,
  FIRST_AUTO_DELAY_MS,
  MAX_AUTO_DELAY_MS,
  MIN_AUTO_DELAY_MS,
  pauseEnd,
} from "../../src/politeness/index.ts";

const after = (presentMs: number | null, latencyMs: number | null, status: number | null = 200) =>
  autoDelayMs(presentMs, { status, latencyMs });

void test("the automatic delay rises at once and falls half way per answer", () => {
  assert.equal(AUTO_DELAY_FACTOR, 4);
  assert.equal(after(null, 500), 2_000);
  assert.equal(after(null, 100), (FIRST_AUTO_DELAY_MS + 400) / 2);
  assert.equal(after(2_000, 3_000), 12_000);
  assert.equal(after(12_000, 500), 7_000);
  assert.equal(after(1_000, 250), 1_000);
});

void test("the automatic delay stays within its bounds", () => {
  assert.equal(after(1_000, 60_000), MAX_AUTO_DELAY_MS);
  let delayMs = 1_000;
  for (let answer = 0; answer < 60; answer += 1) delayMs = after(delayMs, 0.2);
  assert.ok(delayMs >= MIN_AUTO_DELAY_MS && delayMs < MIN_AUTO_DELAY_MS + 1e-9, `${delayMs}`);
});

void test("errors, redirects, 429 and 503 never lower the automatic delay, and may raise it", () => {
  for (const status of [301, 404, 429, 500, 503, null]) {
    assert.equal(after(2_000, 10, status), 2_000, String(status));
    assert.equal(after(2_000, 1_000, status), 4_000, String(status));
    assert.equal(after(2_000, null, status), 2_000, String(status));
  }
  assert.equal(after(2_000, 100, 304), 1_200);
  assert.equal(after(null, null), FIRST_AUTO_DELAY_MS);
});

void test("a pause ends with the millisecond after it, and no pause is none", () => {
  assert.equal(pauseEnd(1_000, 200), 1_201);
  assert.equal(pauseEnd(1_000, 0), 1_000);
});

void test("rel nofollow, ugc and sponsored ask not to follow a link; other words do not", () => {
  for (const rel of ["nofollow", "noopener nofollow", "ugc", "sponsored noreferrer"]) {
    assert.ok(asksNotToFollow(rel), rel);
  }
  for (const rel of [null, "noopener", "next", "nofollowing", "external", "follow"]) {
    assert.ok(!asksNotToFollow(rel), String(rel));
  }
});
