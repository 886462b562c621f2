/** CSV on stdout: safe for spreadsheets unless `--raw`, and for a terminal always. */
import { UsageError } from "../errors.ts";
import { printable } from "../reporting/printable.ts";
import { csvRecord, type Cell } from "../reporting/table.ts";
import { formOption } from "./read-options.ts";
import type { Output } from "./terminal.ts";

export const CSV_OPTIONS = {
  csv: formOption(
    "CSV (RFC 4180) with a line of names; a text that a spreadsheet would run as a formula gets a leading '.",
  ),
  raw: formOption("With --csv: every text as it is, for programs that run no formulas."),
};

/** @throws UsageError for --raw without --csv, and for --csv with --json */
export function checkForm(values: {
  readonly json?: boolean | undefined;
  readonly csv?: boolean | undefined;
  readonly raw?: boolean | undefined;
}): void {
  if (values.json === true && values.csv === true) {
    throw new UsageError("options_conflict", "--json and --csv exclude each other: give one.");
  }
  if (values.raw === true && values.csv !== true) {
    throw new UsageError("options_conflict", "--raw says how --csv is written: give --csv too.");
  }
}

/** Writes one record. A file gets control characters as they are; a terminal must not obey them. */
export function writeCsvRecord(output: Output, cells: readonly Cell[], raw: boolean): void {
  const shown = output.isTty
    ? cells.map((cell) => (typeof cell === "string" ? printable(cell) : cell))
    : cells;
  output.write(csvRecord(shown, { raw }));
}
