/**
 * Upright bars as inline SVG. Places are in per cent and sizes of text in pixels, so that a chart is as
 * wide as the page and its words stay readable on a telephone. The numbers stand below in a table.
 */
import { html, type Html } from "./html.ts";
import { numbersTable } from "./data-table.ts";
import type { Tone } from "./tone.ts";

export interface Series {
  readonly name: string;
  readonly tone: Tone;
}

export interface Column {
  /** What it stands for, for its tooltip and its row in the table. */
  readonly label: string;
  /** One for each series. */
  readonly values: readonly number[];
  /** A word on what is missing before it. */
  readonly gap?: string | undefined;
}

/** A word below the axis, at a place counted in columns: 0 is the left end, 0.5 the first one's middle. */
export interface Tick {
  readonly at: number;
  readonly text: string;
}

export interface ColumnChart {
  /** What it shows, for those who do not see it: a whole sentence with its main figures. */
  readonly summary: string;
  /** What the upright axis counts. */
  readonly unit: string;
  /** What a column stands for, as the head of the table's first column. */
  readonly columnName: string;
  readonly series: readonly Series[];
  readonly columns: readonly Column[];
  readonly ticks: readonly Tick[];
  /** Of things that are counted, so that there is nothing between 0 and 1. */
  readonly whole?: boolean;
  /** Beside each other instead of on top of each other. */
  readonly grouped?: boolean;
  readonly format: (value: number) => string;
}

/** Fewer columns stand as wide as these would: a single one is no wall. */
const LEAST_COLUMNS = 8;
/** What is not nothing can be seen. */
const LEAST_HEIGHT = 0.006;

export function columnChart(chart: ColumnChart): Html {
  const slots = Math.max(LEAST_COLUMNS, chart.columns.length);
  const top = niceTop(Math.max(...chart.columns.map((column) => heightOf(column, chart)), 0));
  // Series without a value would be a legend of what is not there.
  const used = chart.series.filter((_, at) => chart.columns.some(({ values }) => values[at]));
  return html`<figure class="chart">
    <figcaption>
      <span class="unit">${chart.unit}</span>
      <span class="legend"
        >${used.map(
          ({ name, tone }) =>
            html`<span><i class="key fill-${tone}" aria-hidden="true"></i>${name}</span>`,
        )}</span
      >
    </figcaption>
    <div class="plot">
      <svg class="y" aria-hidden="true">${yAxis(top, chart)}</svg>
      <svg class="bars" role="img" aria-label="${chart.summary}">
        ${gridLines(linesOf(top, chart))}
        ${chart.columns.map((column, at) => columnOf(column, at, { chart, top, slots }))}
      </svg>
      <svg class="x" aria-hidden="true">
        ${chart.ticks.map(({ at, text }) => tickText({ at: at / slots, text }))}
      </svg>
    </div>
    ${numbersTable(
      [chart.columnName, ...chart.series.map(({ name }) => name)],
      chart.columns.map(({ label, values }) => [label, ...values.map(chart.format)]),
    )}
  </figure>`;
}

function heightOf({ values }: Column, { grouped = false }: ColumnChart): number {
  return grouped ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0);
}

/** The next of 1, 2, 4, 5 or 10 times a power of ten, so that the lines stand at round numbers. */
function niceTop(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 4, 5, 8, 10].find((step) => step * power >= value * 0.999_999) ?? 10;
  return factor * power;
}

/** Into how many equal parts the lines divide the height: such that they stand at round numbers. */
function linesOf(top: number, { whole = false }: ColumnChart): number {
  if (whole && top < 5) return top;
  return /^[15]/.test(String(top).replace(/^[0.]+/, "")) ? 5 : 4;
}

function gridLines(lines: number): Html[] {
  return Array.from({ length: lines + 1 }, (_, line) => {
    const y = percent(line / lines);
    return html`<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}" />`;
  });
}

function yAxis(top: number, chart: ColumnChart): Html[] {
  const lines = linesOf(top, chart);
  return Array.from({ length: lines + 1 }, (_, line) => {
    const share = 1 - line / lines;
    // Hanging from the top line and standing on the bottom one, or they would be cut in half.
    const shift = line === 0 ? 10 : line === lines ? -1 : 4;
    const text = chart.format(Number((top * share).toPrecision(6)));
    return html`<text x="100%" y="${percent(1 - share)}" dx="-6" dy="${shift}" text-anchor="end"
      >${text}</text
    >`;
  });
}

function columnOf(
  column: Column,
  at: number,
  {
    chart,
    top,
    slots,
  }: { readonly chart: ColumnChart; readonly top: number; readonly slots: number },
): Html {
  const { columns, series, grouped = false, format } = chart;
  const width = 1 / slots;
  const x = at * width;
  const inner = width * (columns.length > 40 ? 0.9 : 0.76);
  const left = x + (width - inner) / 2;
  const told = series
    .map(({ name }, index) => [name, column.values[index] ?? 0] as const)
    .filter(([, value]) => value > 0)
    .map(([name, value]) => `${name}: ${format(value)}`);
  let base = 0;
  const parts = series.map(({ tone }, index) => {
    const value = column.values[index] ?? 0;
    if (value === 0) return null;
    const height = Math.max(value / top, LEAST_HEIGHT);
    const y = 1 - base - height;
    if (!grouped) base += height;
    const part = inner / series.length;
    return grouped
      ? rect(tone, [left + index * part, y, part * 0.94, height])
      : rect(tone, [left, y, inner, height]);
  });
  return html`<g class="column">
    <title>${[column.label, ...(told.length === 0 ? ["nothing"] : told)].join(" · ")}</title>
    <rect class="hit" x="${percent(x)}" y="0" width="${percent(width)}" height="100%" />
    ${parts} ${column.gap === undefined ? null : gapLine(x, column.gap)}
  </g>`;
}

function rect(tone: Tone, [x, y, width, height]: readonly [number, number, number, number]): Html {
  return html`<rect
    class="fill-${tone}"
    x="${percent(x)}"
    y="${percent(y)}"
    width="${percent(width)}"
    height="${percent(height)}"
  />`;
}

function gapLine(x: number, text: string): Html {
  return html`<line class="gap" x1="${percent(x)}" x2="${percent(x)}" y1="0" y2="100%"
    ><title>${text}</title></line
  >`;
}

function tickText({ at, text }: Tick): Html {
  const anchor = at < 0.04 ? "start" : at > 0.96 ? "end" : "middle";
  return html`<text x="${percent(at)}" y="14" text-anchor="${anchor}">${text}</text>`;
}

/** Two decimals are less than a pixel. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`;
}
