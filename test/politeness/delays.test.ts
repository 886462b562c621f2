import assert from "node:assert/strict";
import { test } from "node:test";
import {
  backoffMs,
  effectiveDelayMs,
  metaRobots,
  parseHttpDate,
  parseRetryAfter,
  recoveredDelayMs,
  retryDelayMs,
  robotsExpiry,
  robotsVerdict,
  slowedDelayMs,
} from "../../src/politeness/index.ts";

const NOW = Date.UTC(2026, 0, 15, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const VERDICTS = [
  [200, null, "parse"],
  [204, null, "parse"],
  [304, null, "parse"],
  [301, null, "allow_all"],
  [404, null, "allow_all"],
  [403, null, "allow_all"],
  [429, null, "unreachable"],
  [500, null, "unreachable"],
  [503, null, "unreachable"],
  [null, null, "unreachable"],
  [null, "read_timeout", "unreachable"],
  [200, "total_timeout", "unreachable"],
  [null, "connection_reset", "unreachable"],
  [null, "dns_not_found", "host_failed"],
  [null, "connect_refused", "host_failed"],
  [null, "connect_timeout", "host_failed"],
  [null, "tls_certificate", "host_failed"],
] as const;

void test("verdicts on a fetch of robots.txt", () => {
  for (const [status, error, expected] of VERDICTS) {
    assert.equal(robotsVerdict({ status, error }), expected, `${status} ${error}`);
  }
});

function age(...headers: [string, string][]): number {
  return robotsExpiry(NOW, headers) - NOW;
}

void test("robots.txt expires by its headers, within bounds", () => {
  assert.equal(age(), 24 * HOUR);
  assert.equal(age(["Cache-Control", "public, max-age=7200"]), 2 * HOUR);
  assert.equal(age(["cache-control", "max-age=7200"], ["age", "3600"]), HOUR);
  assert.equal(age(["cache-control", "max-age=99999999"]), 24 * HOUR);
  assert.equal(age(["cache-control", "max-age=0"]), 10 * MINUTE);
  assert.equal(age(["cache-control", "no-cache"]), 10 * MINUTE);
  assert.equal(age(["cache-control", "s-maxage=60"]), 24 * HOUR);
  assert.equal(age(["expires", "Thu, 15 Jan 2026 15:00:00 GMT"]), 3 * HOUR);
  assert.equal(age(["expires", "0"]), 10 * MINUTE);
});

function retryDelay(attempt: number, random: number): number {
  return retryDelayMs({ attempt, random, baseMs: 1000, maxMs: 10_000 });
}

void test("retry delay: half fixed, half by chance, doubled up to the limit", () => {
  assert.deepEqual([retryDelay(1, 0), retryDelay(1, 0.5), retryDelay(1, 1)], [500, 750, 1000]);
  assert.deepEqual([retryDelay(2, 0), retryDelay(3, 0), retryDelay(4, 0)], [1000, 2000, 4000]);
  assert.deepEqual([retryDelay(5, 0), retryDelay(5000, 1)], [5000, 10_000]);
});

const RETRY_AFTER = [
  ["0", 0],
  [" 120 ", 2 * MINUTE],
  ["86400", HOUR],
  ["9".repeat(400), HOUR],
  ["Thu, 15 Jan 2026 12:01:00 GMT", MINUTE],
  ["Thursday, 15-Jan-26 12:01:00 GMT", MINUTE],
  ["Thu Jan 15 12:01:00 2026", MINUTE],
  ["Fri, 16 Jan 2026 12:00:00 GMT", HOUR],
  ["Thu, 15 Jan 2026 11:59:59 GMT", null],
  ["-1", null],
  ["1.5", null],
  ["soon", null],
  ["", null],
  [null, null],
] as const;

void test("Retry-After: seconds, dates, nonsense", () => {
  for (const [value, expected] of RETRY_AFTER) {
    assert.equal(parseRetryAfter(value, NOW), expected, String(value));
  }
});

void test("HTTP-dates: the century of two digits, and days that do not exist", () => {
  assert.equal(parseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT", NOW), 784111777000);
  assert.equal(parseHttpDate("Sun Nov  6 08:49:37 1994", NOW), 784111777000);
  for (const text of [
    "Sun, 31 Feb 2026 00:00:00 GMT",
    "Sun, 01 Foo 2026 00:00:00 GMT",
    "1/2",
    "12",
  ]) {
    assert.equal(parseHttpDate(text, NOW), null, text);
  }
});

void test("429 and 503: Retry-After counts, else doubling, never less than the usual delay", () => {
  assert.deepEqual(
    [1, 2, 3, 20].map((n) => backoffMs(n)),
    [1000, 2000, 4000, 5 * MINUTE],
  );
  assert.equal(backoffMs(3, 30_000), 30_000);
  assert.equal(backoffMs(1, 0, 700), 700);
  assert.equal(backoffMs(1, 5 * HOUR), HOUR);
});

void test("a host slows at once and recovers in steps, to where it was", () => {
  assert.equal(slowedDelayMs(0), 500);
  assert.equal(slowedDelayMs(1000), 2000);
  assert.equal(slowedDelayMs(50_000), MINUTE);
  assert.equal(slowedDelayMs(90_000), 90_000);
  const seen = [8000];
  while ((seen.at(-1) ?? 0) > 1000 && seen.length < 100) {
    seen.push(recoveredDelayMs(seen.at(-1) ?? 0, 1000));
  }
  assert.equal(seen[1], 7000);
  assert.equal(seen.at(-1), 1000);
  assert.ok(seen.length > 5);
});

void test("Crawl-delay is the lower bound, to 30 s", () => {
  assert.equal(effectiveDelayMs({ delayMs: 1000, crawlDelayMs: null }), 1000);
  assert.equal(effectiveDelayMs({ delayMs: 1000, crawlDelayMs: 500 }), 1000);
  assert.equal(effectiveDelayMs({ delayMs: 1000, crawlDelayMs: 5000 }), 5000);
  assert.equal(effectiveDelayMs({ delayMs: 0, crawlDelayMs: 600_000 }), 30_000);
  assert.equal(effectiveDelayMs({ delayMs: 40_000, crawlDelayMs: 600_000 }), 40_000);
});

const META = [
  [null, [], ""],
  ["index, follow", ["all"], ""],
  ["NoIndex", [], "noindex"],
  ["none", [], "noindex nofollow"],
  [null, ["noindex", "nofollow"], "noindex nofollow"],
  [null, ["otherbot: none"], ""],
  [null, ["webspool: nofollow"], "nofollow"],
  [null, ["otherbot: noindex, nofollow, webspool: noindex"], "noindex"],
  [null, ["noindex, otherbot: nofollow"], "noindex"],
  [null, ["unavailable_after: 25 Jun 2010 15:00:00 PST, nofollow"], "nofollow"],
  [null, ["*: nofollow"], "nofollow"],
  ["index", ["noindex"], "noindex"],
] as const;

void test("meta robots and X-Robots-Tag", () => {
  for (const [value, headers, expected] of META) {
    const { noindex, nofollow } = metaRobots(value, headers, "webspool/1.0 (+x)");
    const got = [noindex ? "noindex" : "", nofollow ? "nofollow" : ""].join(" ").trim();
    assert.equal(got, expected, JSON.stringify([value, headers]));
  }
});
