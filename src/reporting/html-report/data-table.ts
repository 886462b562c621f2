/** Tables: real ones, so that they can be read out, copied and sorted; bars in cells are an extra. */
import { formatShare } from "../format.ts";
import { html, type Html, type HtmlValue } from "./html.ts";
import type { Tone } from "./tone.ts";

export interface TableColumn {
  readonly name: string;
  /** What it says, where its name does not. */
  readonly hint?: string;
  readonly numeric?: boolean;
  /** Gets the room that is left. */
  readonly wide?: boolean;
  /** Holds a `meter`. */
  readonly bar?: boolean;
  /** Holds one of our codes, which stays on one line. */
  readonly code?: boolean;
}

export interface TableCell {
  readonly shown: HtmlValue;
  /** What it is sorted by, where that is not its text. */
  readonly order?: number | undefined;
}

export type TableRow = readonly (TableCell | Html | string)[];

/** A table in a box that scrolls sideways where the page is too narrow. `name` tells what it lists. */
export function dataTable(
  name: string,
  columns: readonly TableColumn[],
  rows: readonly TableRow[],
): Html {
  return html`<div class="scroll" role="region" aria-label="${name}" tabindex="0">
    <table class="sortable">
      <thead>
        <tr>
          ${columns.map(headOf)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell, at) => cellOf(cell, columns[at]))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function headOf(column: TableColumn): Html {
  const { name, hint } = column;
  const title = hint === undefined ? null : html` title="${hint}"`;
  // A bar says what the number beside it says: its column needs no name that is seen.
  const shown = name === "" ? html`<span class="hidden">as a bar</span>` : name;
  return html`<th scope="col" class="${classOf(column)}" ${title}>${shown}</th>`;
}

function cellOf(cell: TableCell | Html | string, column: TableColumn | undefined): Html {
  const { shown, order } = typeof cell === "object" && "shown" in cell ? cell : { shown: cell };
  const sort = order === undefined ? null : html` data-order="${order}"`;
  return html`<td class="${classOf(column)}" ${sort}>${shown}</td>`;
}

function classOf(column: TableColumn | undefined): string {
  const { numeric = false, wide = false, bar = false, code = false } = column ?? {};
  return [numeric && "number", wide && "wide", bar && "bar", code && "code"]
    .filter(Boolean)
    .join(" ");
}

/** A number in words, sorted by what it is. */
export function numberCell(value: number | null, format: (value: number) => string): TableCell {
  return value === null ? { shown: "–", order: -1 } : { shown: format(value), order: value };
}

/** A share of a whole, sorted by the part. */
export function shareCell(part: number, whole: number): TableCell {
  return { shown: shownShare(part, whole), order: part };
}

/** As everywhere, but little is not told as nothing. */
export function shownShare(part: number, whole: number): string {
  return part > 0 && part / whole < 0.005 ? "<1%" : formatShare(part, whole);
}

/** The figures of a chart, folded away: the whole of what it says, for whoever does not see it. */
export function numbersTable(names: readonly string[], rows: readonly (readonly string[])[]): Html {
  return html`<details class="numbers">
    <summary>Numbers</summary>
    ${dataTable(
      `${names[0] ?? ""}: numbers`,
      names.map((name, at) => ({ name, numeric: at > 0 })),
      rows,
    )}
  </details>`;
}

/** A bar in a cell, as long as its share. */
export function meter(share: number, tone: Tone = "info"): Html {
  const width = `${Number((Math.min(1, Math.max(0, share)) * 100).toFixed(1))}%`;
  return html`<svg class="meter" aria-hidden="true">
    <rect class="track" width="100%" height="100%" rx="3" />
    <rect class="fill-${tone}" width="${width}" height="100%" rx="3" />
  </svg>`;
}

/** Parts of a whole in one bar, with a legend that has the numbers. */
export function partsBar(
  summary: string,
  parts: readonly {
    readonly name: string;
    readonly tone: Tone;
    readonly share: number;
    readonly text: string;
  }[],
): Html {
  let x = 0;
  const rects = parts.map(({ tone, share, name, text }) => {
    const start = x;
    x += share;
    return html`<g class="column"
      ><title>${name}: ${text}</title
      ><rect class="fill-${tone}" x="${at(start)}" width="${at(share)}" height="100%"
    /></g>`;
  });
  return html`<div class="parts">
    <svg class="strip" role="img" aria-label="${summary}">${rects}</svg>
    <ul class="legend">
      ${parts.map(
        ({ name, tone, text }) =>
          html`<li><i class="key fill-${tone}" aria-hidden="true"></i>${name} <b>${text}</b></li>`,
      )}
    </ul>
  </div>`;
}

function at(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`;
}
