/** How the site answered: over time, by status, and why not at all. */
import { FETCH_ERRORS } from "../../errors.ts";
import { formatAmount, formatCount } from "../format.ts";
import type { RunReport } from "../run-report.ts";
import { STATUS_CODES } from "../status-codes.ts";
import { columnChart, type Tick } from "./column-chart.ts";
import { dataTable, meter, numberCell, shareCell } from "./data-table.ts";
import { foreign, html, type Html } from "./html.ts";
import { formatMs, utc } from "./moments.ts";
import type { ReportData } from "./report-data.ts";
import { nothing, type Section } from "./section.ts";
import { CLASS_NAMES, CLASS_TONES, classOf, CLASSES } from "./status-class.ts";
import type { TimelineBar } from "./timeline.ts";

const MOST_STATUSES = 30;
/** Words below the axis: as many as stand beside each other on a telephone. */
const MOST_TICKS = 5;
const STEPS_MS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000,
  300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 21_600_000, 43_200_000,
  86_400_000, 172_800_000, 432_000_000, 864_000_000,
];

export function statusesSection({ report, attempts }: ReportData): Section {
  const bars = attempts.timeline.bars();
  return {
    id: "statuses",
    title: "Statuses",
    body: html`<div class="card">
        <h3>Pages per second, over time</h3>
        ${timelineChart(bars)}
      </div>
      <div class="columns">
        <div class="card">
          <h3>By status</h3>
          ${statusTable(report)}
        </div>
        ${
          report.errorCodes.length === 0
            ? null
            : html`<div class="card">
                <h3>Without a usable response</h3>
                ${errorTable(report)}
              </div>`
        }
      </div>`,
  };
}

function timelineChart(bars: readonly TimelineBar[]): Html {
  const [first] = bars;
  if (first === undefined) return nothing("No page was settled.");
  const totals = CLASSES.map((_, at) => bars.reduce((sum, bar) => sum + (bar.counts[at] ?? 0), 0));
  const all = totals.reduce((sum, count) => sum + count, 0);
  if (bars.length < 3) {
    return nothing(
      `All of it, ${formatAmount(all, "page")}, came within ${formatMs(bars.length * first.widthMs)}: too short for a chart.`,
    );
  }
  const seconds = first.widthMs / 1_000;
  const told = CLASSES.flatMap((name, at) =>
    (totals[at] ?? 0) > 0 ? [`${formatCount(totals[at] ?? 0)} ${CLASS_NAMES[name]}`] : [],
  );
  return columnChart({
    summary: `Pages settled over ${formatMs(bars.length * first.widthMs)} in bars of ${formatMs(first.widthMs)}: ${told.join("; ")}.`,
    unit: `pages per second, bars of ${formatMs(first.widthMs)}`,
    columnName: "From",
    series: CLASSES.map((name) => ({ name: CLASS_NAMES[name], tone: CLASS_TONES[name] })),
    columns: bars.map(({ at, counts, gapMs }) => ({
      label: `${formatMs(at - first.at)} after the start`,
      values: counts.map((count) => count / seconds),
      gap: gapMs === null ? undefined : `${formatMs(gapMs)} without an answer, left out here`,
    })),
    ticks: timeTicks(bars),
    format: formatRate,
  });
}

/** Round times since the first answer; where times were cut out, the moments at which it went on. */
export function timeTicks(bars: readonly TimelineBar[]): Tick[] {
  const [first] = bars;
  if (first === undefined) return [];
  const starts = bars.flatMap((bar, at) =>
    at === 0 || bar.gapMs !== null ? [{ at, text: utc(bar.at).slice(5, 16) }] : [],
  );
  if (starts.length > 1) return spaced(starts, bars.length / MOST_TICKS);
  const span = bars.length * first.widthMs;
  const step = STEPS_MS.find((ms) => span / ms <= MOST_TICKS) ?? span;
  return Array.from({ length: Math.floor(span / step) + 1 }, (_, tick) => ({
    at: (tick * step) / first.widthMs,
    text: tick === 0 ? "0" : formatMs(tick * step).replace(/ 0[sm]$/, ""),
  }));
}

/** Those that do not stand on top of each other. */
function spaced(ticks: readonly Tick[], least: number): Tick[] {
  const kept: Tick[] = [];
  for (const tick of ticks) {
    const before = kept.at(-1);
    if (before === undefined || tick.at - before.at >= least) kept.push(tick);
  }
  return kept;
}

function formatRate(rate: number): string {
  if (rate === 0) return "0";
  return rate >= 100 ? formatCount(rate) : String(Number(rate.toPrecision(2)));
}

function statusTable({ statuses }: RunReport): Html {
  if (statuses.length === 0) return nothing("No page was settled.");
  const all = statuses.reduce((sum, { count }) => sum + count, 0);
  const most = Math.max(...statuses.map(({ count }) => count));
  const shown = statuses.slice(0, MOST_STATUSES);
  return html`${dataTable(
    "Pages by status",
    [
      { name: "Status" },
      { name: "Meaning" },
      { name: "Pages", numeric: true },
      { name: "Share", numeric: true },
      { name: "", bar: true, wide: true },
    ],
    shown.map(({ status, count }) => [
      { shown: status === null ? "none" : String(status), order: status ?? 0 },
      status === null ? "no response" : (STATUS_CODES[status] ?? "not a status of HTTP"),
      numberCell(count, formatCount),
      shareCell(count, all),
      meter(count / most, CLASS_TONES[classOf({ status, error: null })]),
    ]),
  )}${andMore(statuses.length - shown.length)}`;
}

function errorTable({ errorCodes }: RunReport): Html {
  const meanings: Readonly<Record<string, { readonly meaning: string }>> = FETCH_ERRORS;
  return dataTable(
    "URLs without a usable response, by why",
    [
      { name: "Error", code: true },
      { name: "Meaning", wide: true },
      { name: "URLs", numeric: true },
    ],
    errorCodes.map(({ error, count }) => [
      html`<code>${foreign(error)}</code>`,
      Object.hasOwn(meanings, error) ? (meanings[error]?.meaning ?? "") : "",
      numberCell(count, formatCount),
    ]),
  );
}

/** The line below a list that was cut off. */
export function andMore(count: number): Html | null {
  return count > 0 ? html`<p class="more">and ${formatCount(count)} more</p>` : null;
}
