import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Retry } from "../../src/session/index.ts";

describe("Retry", () => {
  it("backs off as urllib3 does: 0, 0, 1, 2, 4 ... up to the most", () => {
    let retry: Retry = new Retry({ total: 20, backoffFactor: 0.5 });
    const seconds: number[] = [];
    for (let n = 0; n <= 10; n += 1) {
      seconds.push(retry.backoffMs() / 1000);
      retry = retry.increment("status", "GET") ?? assert.fail("no retry left");
    }
    assert.deepEqual(seconds, [0, 0, 1, 2, 4, 8, 16, 32, 64, 120, 120]);
    assert.equal(retry.increment("redirect", "GET")?.backoffMs(), 0);
  });

  it("adds chance within its bound", () => {
    let retry = new Retry({ backoffFactor: 1, backoffJitter: 0.5 });
    for (let n = 0; n < 2; n += 1) retry = retry.increment("connect", "GET") ?? retry;
    assert.equal(
      retry.backoffMs(() => 0),
      2000,
    );
    assert.equal(
      retry.backoffMs(() => 1),
      2500,
    );
  });

  it("counts each cause apart and all together, and never changes itself", () => {
    const retry = new Retry({ total: 5, connect: 1, read: 0 });
    const once = retry.increment("connect", "POST");
    assert.equal(once?.total, 4);
    assert.equal(once?.increment("connect", "POST"), null);
    assert.equal(retry.increment("read", "GET"), null);
    assert.equal(retry.total, 5);
    assert.equal(new Retry().increment("read", "POST"), null);
    assert.notEqual(new Retry({ allowedMethods: null }).increment("read", "POST"), null);
    assert.equal(Retry.fromCount(0).increment("connect", "GET"), null);
    const unbound = new Retry({ total: null }).increment("other", "GET");
    assert.equal(unbound?.total, null);
  });

  it("asks for a status as told, or for Retry-After on 413, 429 and 503", () => {
    const listed = new Retry({ statusForcelist: [500] });
    assert.equal(listed.isRetry("GET", 500, false), true);
    assert.equal(listed.isRetry("POST", 500, false), false);
    assert.equal(listed.isRetry("GET", 502, true), false);
    for (const status of [413, 429, 503]) assert.equal(listed.isRetry("GET", status, true), true);
    assert.equal(new Retry({ total: 0 }).isRetry("GET", 503, true), false);
    const deaf = new Retry({ respectRetryAfterHeader: false });
    assert.equal(deaf.isRetry("GET", 503, true), false);
    assert.equal(deaf.retryAfterMs("5", 0), null);
  });

  it("reads Retry-After as seconds or a date, and nothing else", () => {
    const retry = new Retry();
    const now = Date.parse("2026-01-01T00:00:00Z");
    assert.equal(retry.retryAfterMs("120", now), 120_000);
    assert.equal(retry.retryAfterMs("Thu, 01 Jan 2026 00:00:30 GMT", now), 30_000);
    assert.equal(retry.retryAfterMs("Wed, 31 Dec 2025 00:00:00 GMT", now), 0);
    assert.equal(retry.retryAfterMs("999999999", now), 21_600_000);
    for (const wrong of ["soon", "-5", "1.5", ""]) {
      assert.throws(() => retry.retryAfterMs(wrong, now), /Retry-After/, wrong);
    }
  });

  it("prints itself as in urllib3's log", () => {
    assert.equal(
      String(new Retry({ total: 2, read: false })),
      "Retry(total=2, connect=None, read=False, redirect=None, status=None)",
    );
  });
});
