import assert from "node:assert/strict";
import { test } from "node:test";
import {
  formatAmount,
  formatCount,
  formatRate,
  formatShare,
  formatTime,
} from "../../src/reporting/format.ts";

test("counts have separators, amounts their unit", () => {
  assert.equal(formatCount(0), "0");
  assert.equal(formatCount(999), "999");
  assert.equal(formatCount(1_234_567), "1,234,567");
  assert.equal(formatAmount(1, "page"), "1 page");
  assert.equal(formatAmount(0, "page"), "0 pages");
  assert.equal(formatAmount(2, "fetch", "fetches"), "2 fetches");
});

test("a rate has a decimal where that says something", () => {
  assert.equal(formatRate(1, 0), "-");
  assert.equal(formatRate(5, 2_000), "2.5");
  assert.equal(formatRate(1_999, 20_000), "100");
  assert.equal(formatRate(50_000, 10_000), "5,000");
});

test("100 % means all", () => {
  assert.equal(formatShare(0, 0), "-");
  assert.equal(formatShare(1, 3), "33%");
  assert.equal(formatShare(99_999, 100_000), "99.9%");
  assert.equal(formatShare(7, 7), "100%");
});

test("times are local and sortable", () => {
  const at = new Date(2026, 2, 1, 4, 5, 6);
  assert.equal(formatTime(at.getTime()), "2026-03-01 04:05:06");
});
