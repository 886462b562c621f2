/** How fast the site answered, where the time went, and the slowest pages. */
import { formatSize } from "../../setting-kinds.ts";
import { formatCount } from "../format.ts";
import { PHASES, type PageRow, type Phase } from "./attempt-figures.ts";
import { columnChart } from "./column-chart.ts";
import { dataTable, numberCell, partsBar, shownShare } from "./data-table.ts";
import type { Distribution, TimeBar } from "./distribution.ts";
import { html, link, type Html } from "./html.ts";
import { formatMs } from "./moments.ts";
import type { ReportData } from "./report-data.ts";
import { nothing, type Section } from "./section.ts";
import type { Tone } from "./tone.ts";

const PERCENTILES = [
  ["half", 0.5],
  ["9 of 10", 0.9],
  ["99 of 100", 0.99],
  ["all", 1],
] as const;

const PHASE_NAMES: Readonly<Record<Phase, readonly [name: string, tone: Tone]>> = {
  queue: ["waiting for a connection", "grey"],
  dns: ["looking up names", "dark"],
  connect: ["TCP", "warn"],
  tls: ["TLS", "bad"],
  ttfb: ["waiting for the first byte", "info"],
  body: ["reading bodies", "teal"],
};

export function timesSection(data: ReportData): Section {
  const { attempts } = data;
  return {
    id: "times",
    title: "Response times",
    note: html`Of pages that answered. The first byte is counted from the moment the request was
    sent; the whole from the moment the session got it, with waiting for a connection, handshakes
    and the body.`,
    body: html`<div class="card">
        <h3>How many pages took how long</h3>
        ${timesChart(attempts.ttfb, attempts.total)}
      </div>
      <div class="columns">
        <div class="card">
          <h3>Within which time they came</h3>
          ${percentileTable(attempts.ttfb, attempts.total)}
        </div>
        <div class="card">
          <h3>Where the time of all requests went</h3>
          ${phaseBar(data)}
        </div>
      </div>
      <div class="card">
        <h3>The slowest pages</h3>
        ${slowestTable(attempts.slowest(), data)}
      </div>`,
  };
}

function timesChart(ttfb: Distribution, whole: Distribution): Html {
  if (whole.count === 0) return nothing("No page answered.");
  const firstBytes = ttfb.bars();
  const pairs = whole
    .bars()
    .map((bar, at) => ({ bar, values: [firstBytes[at]?.count ?? 0, bar.count] }));
  const seen = pairs.map(({ values }) => values.some((count) => count > 0));
  const shown = pairs.slice(seen.indexOf(true), seen.lastIndexOf(true) + 1);
  return columnChart({
    summary: `Response times of ${formatCount(whole.count)} pages: half had their first byte within ${shownMs(ttfb.percentile(0.5))} and were whole within ${shownMs(whole.percentile(0.5))}.`,
    unit: "pages",
    columnName: "Time",
    series: [
      { name: "first byte", tone: "info" },
      { name: "whole", tone: "teal" },
    ],
    columns: shown.map(({ bar, values }) => ({ label: rangeText(bar), values })),
    ticks: edgeTicks(shown.map(({ bar }) => bar)),
    grouped: true,
    whole: true,
    format: formatCount,
  });
}

function rangeText({ fromMs, toMs }: TimeBar): string {
  return toMs === Infinity
    ? `${formatMs(fromMs)} or more`
    : `${formatMs(fromMs)} to ${formatMs(toMs)}`;
}

/** At the edges between bars: at each where they are few, else at 1 and 3, or 1, times powers of ten. */
function edgeTicks(bars: readonly TimeBar[]): { at: number; text: string }[] {
  const heads = bars.length <= 6 ? null : bars.length <= 14 ? ["1", "3"] : ["1"];
  return bars.flatMap(({ fromMs }, at) => {
    const head = fromMs.toExponential().split("e", 1)[0] ?? "";
    return heads === null || heads.includes(head)
      ? [{ at, text: fromMs === 0 ? "0" : formatMs(fromMs) }]
      : [];
  });
}

function shownMs(ms: number | null): string {
  return ms === null ? "–" : formatMs(ms);
}

function percentileTable(ttfb: Distribution, whole: Distribution): Html {
  return dataTable(
    "Within which time so many pages came",
    [{ name: "Pages" }, { name: "First byte", numeric: true }, { name: "Whole", numeric: true }],
    PERCENTILES.map(([name, share]) => [
      html`${name}
        <span class="muted"
          >(${share === 1 ? "the slowest" : `p${Math.round(share * 100)}`})</span
        >`,
      numberCell(ttfb.percentile(share), formatMs),
      numberCell(whole.percentile(share), formatMs),
    ]),
  );
}

function phaseBar({ attempts: { phases } }: ReportData): Html {
  const all = PHASES.reduce((sum, phase) => sum + phases[phase], 0);
  if (all === 0) return nothing("No request reached a socket.");
  const parts = PHASES.flatMap((phase) => {
    const [name, tone] = PHASE_NAMES[phase];
    const ms = phases[phase];
    const text = `${formatMs(ms)}, ${shownShare(ms, all)}`;
    return ms > 0 ? [{ name, tone, share: ms / all, text }] : [];
  });
  const told = parts.map(({ name, text }) => `${name} ${text}`).join("; ");
  return partsBar(`Of ${formatMs(all)} in all: ${told}.`, parts);
}

function slowestTable(pages: readonly PageRow[], { urls }: ReportData): Html {
  if (pages.length === 0) return nothing("No page answered.");
  return dataTable(
    "The slowest pages",
    [
      { name: "URL", wide: true },
      { name: "Whole", numeric: true },
      { name: "First byte", numeric: true },
      { name: "Body", numeric: true, hint: "from the first byte to the end of the body" },
      { name: "Size", numeric: true, hint: "decoded" },
      { name: "Status", numeric: true },
    ],
    pages.map(({ urlId, totalMs, ttfbMs, bodyMs, bytesBody, status }) => [
      link(urls.get(urlId) ?? ""),
      numberCell(totalMs, formatMs),
      numberCell(ttfbMs, formatMs),
      numberCell(bodyMs, formatMs),
      numberCell(bytesBody, formatSize),
      numberCell(status, String),
    ]),
  );
}
