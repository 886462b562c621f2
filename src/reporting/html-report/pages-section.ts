/** What the pages are: how deep they lie, of which types, the largest. */
import { formatSize } from "../../setting-kinds.ts";
import { formatAmount, formatCount } from "../format.ts";
import type { DepthRow, PageRow } from "./attempt-figures.ts";
import { columnChart } from "./column-chart.ts";
import { dataTable, meter, numberCell, shareCell } from "./data-table.ts";
import { cut, foreign, html, link, type Html } from "./html.ts";
import type { ReportData } from "./report-data.ts";
import { nothing, type Section } from "./section.ts";
import { CLASS_NAMES, CLASS_TONES, CLASSES } from "./status-class.ts";
import { andMore } from "./statuses-section.ts";

const MOST_TYPES = 12;

export function pagesSection(data: ReportData): Section {
  const { attempts } = data;
  return {
    id: "content",
    title: "Pages",
    body: html`<div class="columns">
        <div class="card">
          <h3>How many links away from a seed</h3>
          ${depthChart(attempts.depths())}
        </div>
        <div class="card">
          <h3>Content types</h3>
          ${typeTable(data)}
        </div>
      </div>
      <div class="card">
        <h3>The largest</h3>
        ${largestTable(attempts.largest(), data)}
      </div>`,
  };
}

function depthChart(depths: readonly DepthRow[]): Html {
  if (depths.length === 0) return nothing("No page was settled.");
  const deepest = depths.findLast(({ depth }) => depth !== null)?.depth ?? 0;
  const names = depths.map(({ depth, orMore }) =>
    depth === null ? "sitemap only" : `${depth}${orMore ? "+" : ""}`,
  );
  return columnChart({
    summary: `Pages by depth: ${depths.map(({ counts }, at) => `${names[at] ?? ""}: ${formatCount(total(counts))}`).join(", ")}.`,
    unit: `pages; the deepest is ${formatAmount(deepest, "link")} away`,
    columnName: "Depth",
    series: CLASSES.map((name) => ({ name: CLASS_NAMES[name], tone: CLASS_TONES[name] })),
    columns: depths.map(({ counts }, at) => ({
      label:
        names[at] === "sitemap only" ? "known from a sitemap only" : `depth ${names[at] ?? ""}`,
      values: counts,
    })),
    // Each has its word as long as those stand beside each other.
    ticks: names.flatMap((text, at) =>
      names.length <= 12 || at % 3 === 0 ? [{ at: at + 0.5, text }] : [],
    ),
    whole: true,
    format: formatCount,
  });
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function typeTable({ attempts }: ReportData): Html {
  const types = attempts.types();
  if (types.length === 0) return nothing("No page answered.");
  const all = total(types.map(({ count }) => count));
  const most = Math.max(...types.map(({ bytes }) => bytes), 1);
  const shown = types.slice(0, MOST_TYPES);
  return html`${dataTable(
    "Content types",
    [
      { name: "Type", code: true },
      { name: "Pages", numeric: true },
      { name: "Share", numeric: true },
      { name: "Size", numeric: true, hint: "decoded" },
      { name: "", bar: true, wide: true },
    ],
    shown.map(({ type, count, bytes }) => [
      foreign(cut(type, 60)),
      numberCell(count, formatCount),
      shareCell(count, all),
      numberCell(bytes, formatSize),
      meter(bytes / most, "teal"),
    ]),
  )}${andMore(types.length - shown.length)}`;
}

function largestTable(pages: readonly PageRow[], { urls }: ReportData): Html {
  if (pages.length === 0) return nothing("No page had a body.");
  const most = Math.max(...pages.map(({ bytesBody }) => bytesBody), 1);
  return dataTable(
    "The largest pages",
    [
      { name: "URL", wide: true },
      { name: "Size", numeric: true, hint: "decoded" },
      { name: "", bar: true },
      { name: "Type", code: true },
      { name: "Status", numeric: true },
    ],
    pages.map(({ urlId, bytesBody, contentType, status }) => [
      link(urls.get(urlId) ?? ""),
      numberCell(bytesBody, formatSize),
      meter(bytesBody / most, "teal"),
      foreign(cut(contentType, 60)),
      numberCell(status, String),
    ]),
  );
}
