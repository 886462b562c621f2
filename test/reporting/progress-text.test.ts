import assert from "node:assert/strict";
import { test } from "node:test";
import type { CrawlProgress } from "../../src/events.ts";
import { PageRate, progressText } from "../../src/reporting/progress-text.ts";

function progressAt(elapsedMs: number, pages: number): CrawlProgress {
  return {
    counters: {
      pages,
      requests: 200,
      requestsReused: 150,
      connectionsOpened: 50,
      bytesWire: 0,
      bytesBody: 0,
      errors: 1,
      links: 0,
    },
    pending: 12_345,
    inFlight: 16,
    activeHosts: 1,
    elapsedMs,
  };
}

test("a moment shows pages, rate, pending, in flight, errors, reuse and time", () => {
  assert.equal(
    progressText(progressAt(72_400, 1_000), "13.8", Infinity),
    "1,000 pages, 13.8/s, 12,345 pending, 16 in flight, 1 error, 75% reused, 1m 12s",
  );
});

test("a narrow terminal gets less, never a longer line; the pages always stay", () => {
  const widths = [80, 60, 40, 20, 5];
  const lines = widths.map((width) => progressText(progressAt(72_400, 1_000), "13.8", width));
  for (const [at, line] of lines.entries()) {
    assert.ok(line.length <= (widths[at] ?? 0) || line === "1,000 pages", line);
    assert.match(line, /^1,000 pages/);
  }
  assert.equal(lines[2], "1,000 pages, 13.8/s, 12,345 pending");
});

test("the rate is that of the last ten seconds", () => {
  const rate = new PageRate();
  assert.equal(rate.next(progressAt(0, 0)), "-");
  assert.equal(rate.next(progressAt(10_000, 1_000)), "100");
  assert.equal(rate.next(progressAt(20_000, 1_050)), "5.0");
  assert.equal(rate.next(progressAt(30_000, 1_050)), "0.0");
});

test("a run that is continued counts what this process does", () => {
  const rate = new PageRate();
  rate.next(progressAt(0, 5_000));
  assert.equal(rate.next(progressAt(1_000, 5_020)), "20.0");
});
