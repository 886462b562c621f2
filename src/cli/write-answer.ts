/** The rows of an answer on stdout: as a table, as JSON lines, or as CSV. */
import { printableJson } from "../reporting/printable.ts";
import { formatTable, type Cell } from "../reporting/table.ts";
import { writeCsvRecord } from "./csv-output.ts";
import type { Output } from "./terminal.ts";

export interface AnswerForm {
  readonly json?: boolean | undefined;
  readonly csv?: boolean | undefined;
  readonly raw?: boolean | undefined;
}

interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export function writeAnswer(output: Output, { columns, rows }: Rows, form: AnswerForm): void {
  if (form.json === true) {
    for (const row of rows) output.line(printableJson(rowObject(columns, row)));
  } else if (form.csv === true) {
    for (const row of [columns, ...rows]) writeCsvRecord(output, row, form.raw ?? false);
  } else {
    for (const line of formatTable(columns, rows, output.columns)) output.line(line);
  }
}

/** A row for JSON: a blob in base64, whole numbers beyond 2^53 as text, as JSON has no place for them. */
export function rowObject(
  columns: readonly string[],
  row: readonly Cell[],
): Record<string, string | number | null> {
  return Object.fromEntries(columns.map((name, at) => [name, jsonValue(row[at] ?? null)] as const));
}

function jsonValue(cell: Cell): string | number | null {
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString("base64");
  return typeof cell === "bigint" ? cell.toString() : cell;
}
