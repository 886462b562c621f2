/** Rows as CSV (RFC 4180), in UTF-8 without a byte order mark: a line of names, then a record a row. */
import { printable } from "../reporting/printable.ts";
import { csvRecord } from "../reporting/table.ts";
import type { SqlValue } from "../storage/index.ts";
import { joinChunks } from "./text-chunks.ts";

export interface CsvOptions {
  /** Texts as they are; otherwise one that a spreadsheet would run as a formula gets a leading '. */
  readonly raw: boolean;
  /** Whether a terminal shows it, which must not obey what a site wrote. */
  readonly forTerminal: boolean;
}

export function encodeCsv(
  names: readonly string[],
  rows: Iterable<readonly SqlValue[]>,
  { raw, forTerminal }: CsvOptions,
): Iterable<string> {
  return joinChunks(records());

  function* records(): Generator<string, void, void> {
    yield record(names);
    for (const row of rows) yield record(row);
  }

  function record(cells: readonly SqlValue[]): string {
    const shown = forTerminal
      ? cells.map((cell) => (typeof cell === "string" ? printable(cell) : cell))
      : cells;
    return csvRecord(shown, { raw });
  }
}
