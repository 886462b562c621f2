/**
 * Types for the columns of an answer. SQLite has types for values, not for columns; Parquet needs one type
 * for all values of a column before the first is written. A STRICT table has what it declares. Of all else
 * the rows are read once before, in the same transaction, so that no row is met that does not fit.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { ResultColumn, SqlValue } from "../storage/index.ts";

/**
 * `time`: numbers that are epoch milliseconds. `text` takes every value but blobs, as SQLite would print
 * it; `blob` takes all.
 */
export type ColumnType = "integer" | "real" | "text" | "blob" | "time";

export interface TypedColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** What was seen of a column's values. */
interface Seen {
  integer: boolean;
  /** An integer that a double does not hold exactly. */
  large: boolean;
  real: boolean;
  /** A number that is no time: infinite, or beyond what microseconds in 64 bits reach. */
  timeless: boolean;
  text: boolean;
  blob: boolean;
}

const DECLARED: Readonly<Record<string, ColumnType>> = {
  INTEGER: "integer",
  REAL: "real",
  TEXT: "text",
  BLOB: "blob",
};

/** How the schema calls times; in all other columns numbers are amounts, and numbers of rows. */
const TIME_NAME = /(?:_at|_until|_lastmod)$|^lastmod_checked$/;
/** Some 290,000 years; 1,000 times as much still fits into 64 bits. */
const MOST_TIME_MS = 9.2e15;
/** How many rows are read before other work of the process has its turn. */
const ROWS_A_TURN = 10_000;

/** Of the columns of a STRICT table; null where one is declared as ANY. */
export function declaredTypes(columns: readonly ResultColumn[]): ColumnType[] | null {
  const types = columns.map(({ name, declared }) => timed(name, DECLARED[declared ?? ""] ?? null));
  return types.every((type) => type !== null) ? types : null;
}

/** Reads all rows once; a column without any value gets its declared type, else text. */
export async function seenTypes(
  columns: readonly ResultColumn[],
  rows: Iterable<readonly SqlValue[]>,
): Promise<ColumnType[]> {
  const all = columns.map(() => ({
    integer: false,
    large: false,
    real: false,
    timeless: false,
    text: false,
    blob: false,
  }));
  let count = 0;
  for (const row of rows) {
    for (const [at, seen] of all.entries()) look(seen, row[at] ?? null);
    count += 1;
    if (count % ROWS_A_TURN === 0) await nextTurn();
  }
  return columns.map(({ name, declared }, at) => {
    const type = typeOf(all[at]) ?? DECLARED[declared ?? ""] ?? "text";
    return all[at]?.timeless === true ? type : timed(name, type);
  });
}

function look(seen: Seen, value: SqlValue): void {
  switch (typeof value) {
    case "bigint":
      seen.integer = true;
      seen.large ||= !Number.isSafeInteger(Number(value));
      seen.timeless ||= isTimeless(Number(value));
      break;
    case "number":
      seen.real = true;
      seen.timeless ||= isTimeless(value);
      break;
    case "string":
      seen.text = true;
      break;
    default:
      if (value !== null) seen.blob = true;
  }
}

function isTimeless(epochMs: number): boolean {
  return Math.abs(epochMs) > MOST_TIME_MS;
}

function typeOf(seen: Seen | undefined): ColumnType | null {
  if (seen === undefined) return null;
  if (seen.blob) return "blob";
  if (seen.text) return "text";
  if (seen.real) return seen.large ? "text" : "real";
  return seen.integer ? "integer" : null;
}

function timed<T extends ColumnType | null>(name: string, type: T): T | "time" {
  return (type === "integer" || type === "real") && TIME_NAME.test(name) ? "time" : type;
}
