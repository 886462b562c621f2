/** Rows as text: aligned for a terminal, or CSV for other programs. */
import { printable } from "./printable.ts";
import { fitText, padText, textWidth } from "./text-width.ts";

/** What a cell of a query's result can be. */
export type Cell = string | number | bigint | Uint8Array | null;

const MIN_COLUMN_CELLS = 8;

/**
 * An aligned table: a line of names, a rule, a line per row; numbers to the right. Where the whole is
 * wider than `maxCells`, the widest columns are cut; Infinity cuts nothing.
 */
export function formatTable(
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  maxCells = Infinity,
): string[] {
  const names = columns.map(printable);
  const texts = rows.map((row) => row.map(cellText));
  const widths = names.map((name, index) =>
    texts.reduce((most, row) => Math.max(most, textWidth(row[index] ?? "")), textWidth(name)),
  );
  shrinkToFit(widths, maxCells);
  const numeric = names.map((_, index) => rows.every((row) => isNumberOrNull(row[index] ?? null)));
  const lineOf = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => {
        const width = widths[index] ?? 0;
        return padText(fitText(cell, width), width, numeric[index] === true ? "right" : "left");
      })
      .join("  ")
      .trimEnd();
  return [lineOf(names), lineOf(widths.map((width) => "-".repeat(width))), ...texts.map(lineOf)];
}

/** Narrows the widest columns, in place, until all fit or none is worth narrowing. */
function shrinkToFit(widths: number[], maxCells: number): void {
  const gaps = 2 * (widths.length - 1);
  let over = widths.reduce((sum, width) => sum + width, gaps) - maxCells;
  while (over > 0) {
    const sorted = widths.toSorted((a, b) => b - a);
    const widest = sorted[0] ?? 0;
    if (widest <= MIN_COLUMN_CELLS) return;
    const at = widths.indexOf(widest);
    // Down to the next widest at once, so that this ends after a few rounds per column.
    const target = Math.max(MIN_COLUMN_CELLS, Math.min(sorted[1] ?? 0, widest - 1), widest - over);
    widths[at] = target;
    over -= widest - target;
  }
}

function isNumberOrNull(cell: Cell): boolean {
  return cell === null || typeof cell === "number" || typeof cell === "bigint";
}

function cellText(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "string") return printable(cell);
  return cell instanceof Uint8Array ? `x'${Buffer.from(cell).toString("hex")}'` : String(cell);
}

/**
 * One CSV record with its CRLF (RFC 4180): quoted where needed, NULL as nothing and an empty text as "",
 * as PostgreSQL and DuckDB tell them apart, a blob in hex. A text
 * that a spreadsheet would run as a formula gets a leading ' unless `raw` (OWASP, "CSV injection"), and
 * one with what other spreadsheets separate cells by is quoted, or such a text could begin in its middle.
 */
export function csvRecord(cells: readonly Cell[], { raw = false } = {}): string {
  return `${cells.map((cell) => csvField(cell, raw)).join(",")}\r\n`;
}

// The signs in their fullwidth forms too, which spreadsheets for East Asia take for the others.
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

function csvField(cell: Cell, raw: boolean): string {
  if (cell === null) return "";
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString("hex");
  if (typeof cell !== "string") return String(cell);
  if (cell === "") return '""';
  const safe = !raw && FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
