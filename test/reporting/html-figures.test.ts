import assert from "node:assert/strict";
import { test } from "node:test";
import { columnChart } from "../../src/reporting/html-report/column-chart.ts";
import { Distribution } from "../../src/reporting/html-report/distribution.ts";
import { formatMs } from "../../src/reporting/html-report/moments.ts";
import { timeTicks } from "../../src/reporting/html-report/statuses-section.ts";
import { classOf } from "../../src/reporting/html-report/status-class.ts";
import { Timeline, type TimelineBar } from "../../src/reporting/html-report/timeline.ts";
import { TopRows } from "../../src/reporting/html-report/top-rows.ts";

const NOW = 1_800_000_000_000;

function total(bars: readonly TimelineBar[]): number {
  return bars.reduce((sum, { counts }) => sum + counts.reduce((part, count) => part + count, 0), 0);
}

test("percentiles are the times that really were, by nearest rank", () => {
  const times = new Distribution();
  assert.equal(times.percentile(0.5), null);
  for (let ms = 10_000; ms >= 1; ms -= 1) times.add(ms);
  assert.equal(times.count, 10_000);
  assert.deepEqual(
    [0, 0.5, 0.9, 0.99, 1].map((share) => times.percentile(share)),
    [1, 5_000, 9_000, 9_900, 10_000],
  );
  times.add(20_000);
  assert.equal(times.percentile(1), 20_000);
});

test("the histogram counts every time once, at the edges in the bar that begins there", () => {
  const times = new Distribution();
  for (const ms of [0, 0.05, 1, 1.49, 1.5, 10, 69.9, 1e9]) times.add(ms);
  const bars = times.bars();
  assert.equal(
    bars.reduce((sum, { count }) => sum + count, 0),
    8,
  );
  const filled = bars.filter(({ count }) => count > 0);
  assert.deepEqual(
    filled.map(({ fromMs, count }) => [fromMs, count]),
    [
      [0, 2],
      [1, 2],
      [1.5, 1],
      [10, 1],
      [50, 1],
      [700_000, 1],
    ],
  );
  assert.equal(filled.at(-1)?.toMs, Infinity);
});

test("the timeline of a run of any length has at most 72 bars and loses nothing", () => {
  for (const everyMs of [1, 37, 1_000, 59_000]) {
    const timeline = new Timeline();
    for (let page = 0; page < 20_000; page += 1) timeline.add(NOW + page * everyMs, "ok");
    const bars = timeline.bars();
    assert.ok(bars.length <= 72 && bars.length > 30, `${bars.length} bars of every ${everyMs} ms`);
    assert.equal(total(bars), 20_000);
    assert.ok(bars.every(({ gapMs }) => gapMs === null));
    const inner = bars.slice(1, -1).map(({ counts }) => counts[0] ?? 0);
    assert.ok(
      Math.min(...inner) >= Math.max(...inner) * 0.98,
      "a constant rate is a constant height",
    );
  }
});

test("times in which a run stood still are cut out, and said to be", () => {
  const timeline = new Timeline();
  const DAY = 86_400_000;
  for (let page = 0; page < 100; page += 1) {
    timeline.add(NOW + page * 1_000, "ok");
    timeline.add(NOW + DAY + page * 1_000, "server");
  }
  const bars = timeline.bars();
  assert.ok(bars.length <= 73 && bars.length > 30);
  assert.equal(total(bars), 200);
  const resumed = bars.filter(({ gapMs }) => gapMs !== null);
  assert.equal(resumed.length, 1);
  assert.ok(Math.abs((resumed[0]?.gapMs ?? 0) - (DAY - 99_000)) < 1_000);
  assert.ok(Math.abs((resumed[0]?.at ?? 0) - (NOW + DAY)) < 1_000);
  const ticks = timeTicks(bars);
  assert.deepEqual(
    ticks.map(({ text }) => text),
    [NOW, NOW + DAY].map((at) => new Date(at).toISOString().slice(5, 16).replace("T", " ")),
  );
});

test("a run of a moment is one bar, one without a page none", () => {
  const timeline = new Timeline();
  assert.deepEqual(timeline.bars(), []);
  assert.deepEqual(timeTicks([]), []);
  timeline.add(NOW, "none");
  assert.deepEqual(timeline.bars(), [
    { at: NOW, widthMs: 10, counts: [0, 0, 0, 0, 1], gapMs: null },
  ]);
});

test("answers come out of a class each: 304 in order, an error without a usable response", () => {
  assert.deepEqual(
    [200, 304, 301, 404, 503, 999, null].map((status) => classOf({ status, error: null })),
    ["ok", "ok", "redirect", "client", "server", "server", "none"],
  );
  assert.equal(classOf({ status: 200, error: "content_decoding" }), "none");
});

test("the greatest rows are kept in order, of equals the first", () => {
  const top = new TopRows<readonly [name: string, size: number]>(3, ([, size]) => size);
  assert.deepEqual(top.rows(), []);
  for (let at = 0; at < 1_000; at += 1) top.add([`row ${at}`, (at * 7) % 500]);
  assert.deepEqual(top.rows(), [
    ["row 357", 499],
    ["row 857", 499],
    ["row 214", 498],
  ]);
});

test("a chart has a summary, a row of numbers for each column, and lines at whole numbers of what is counted", () => {
  const chart = columnChart({
    summary: "Pages by depth: 0: 1, 1: 3.",
    unit: "pages",
    columnName: "Depth",
    series: [
      { name: "good", tone: "good" },
      { name: "bad", tone: "bad" },
    ],
    columns: [
      { label: "depth 0", values: [1, 0] },
      { label: "depth 1", values: [3, 0] },
    ],
    ticks: [{ at: 0.5, text: "0" }],
    whole: true,
    format: String,
  }).toString();
  assert.match(chart, /role="img" aria-label="Pages by depth: 0: 1, 1: 3\."/);
  const axis = [...chart.matchAll(/text-anchor="end"\s*>(\d[^<]*)</g)].map(([, text]) =>
    text?.trim(),
  );
  assert.deepEqual(axis, ["4", "3", "2", "1", "0"]);
  assert.equal(chart.match(/<tr>/g)?.length, 3, "a head and two rows");
  assert.doesNotMatch(chart, /key fill-bad/, "no legend of what there is none of");
  assert.doesNotMatch(chart, /NaN|Infinity|undefined/);
});

test("times are told with three digits that count", () => {
  assert.deepEqual(
    [0, 0.004, 0.42, 12.34, 123.4, 1_240, 59_940, 125_000, 7_500_000, 200_000_000].map(formatMs),
    ["0 ms", "0 ms", "0.42 ms", "12.3 ms", "123 ms", "1.24 s", "59.9 s", "2m 5s", "2h 5m", "2d 7h"],
  );
});
