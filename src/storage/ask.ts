/** Questions from outside: any one statement that only reads, and a copy of the whole database. */
import { existsSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { StorageError, UsageError, WebspoolError } from "../errors.ts";
import { storageError, type Sqlite, type Statement } from "./connection.ts";
import { bindings, type NamedValues } from "./sql-parameters.ts";

/** A value as SQLite has it; integers beyond 2^53 come as bigint. */
export type SqlValue = null | number | bigint | string | Uint8Array;

export type SqlParameters = readonly SqlValue[] | NamedValues;

export interface Answer {
  readonly columns: string[];
  readonly rows: SqlValue[][];
}

/**
 * `parameters` stand for the `?` of the statement, in order, or for its `:name`, by name.
 * @throws UsageError for wrong SQL, for a statement that would change something, and for parameters that
 * it lacks or does not have; StorageError when the database cannot be read
 */
export function ask(sqlite: Sqlite, sql: string, parameters: SqlParameters = []): Answer {
  try {
    const statement = readingStatement(sqlite, sql);
    const rows = statement
      .safeIntegers()
      .raw()
      .all(...bindings(sql, parameters));
    const columns = statement.columns().map(({ name }) => name);
    return { columns, rows: rows.map((row) => row.map(plainNumber)) };
  } catch (error) {
    throw askingError(error, sqlite);
  }
}

/** @throws UsageError for a statement that would change something, and SQLite's errors for wrong SQL */
export function readingStatement(sqlite: Sqlite, sql: string): Statement<unknown[], SqlValue[]> {
  const statement = sqlite.prepare<unknown[], SqlValue[]>(sql);
  if (!statement.reader || !statement.readonly) {
    throw new UsageError("sql_writes", "The database is only read here: ask with SELECT.");
  }
  return statement;
}

/** What a question from outside failed with, as what its author can act on. */
export function askingError(error: unknown, sqlite: Sqlite): unknown {
  const known = storageError(error, sqlite.name);
  if (known instanceof WebspoolError) return known;
  if (error instanceof Database.SqliteError || error instanceof RangeError) {
    return new UsageError("sql_wrong", `The SQL cannot be run: ${error.message}.`, {
      cause: error,
    });
  }
  return error;
}

/**
 * Writes a consistent copy, one file without a write-ahead log.
 * @param finish changes the copy before it has its name
 * @throws UsageError when the target exists or cannot be written
 * @throws StorageError when what is to be copied is damaged
 */
export function writeSnapshot(sqlite: Sqlite, path: string, finish?: (copy: Sqlite) => void): void {
  if (existsSync(path)) {
    throw new UsageError("file_exists", `${path} exists: name a new file for the snapshot.`);
  }
  const folder = dirname(path);
  if (!existsSync(folder)) {
    throw new UsageError(
      "snapshot_failed",
      `The snapshot ${path} cannot be written: there is no folder ${folder}.`,
    );
  }
  // Under another name until it is whole, so that nobody finds half a copy.
  const partial = `${path}.partial-${process.pid}`;
  try {
    sqlite.pragma("query_only = OFF");
    sqlite.prepare("VACUUM INTO ?").run(partial);
    if (finish !== undefined) {
      const copy = new Database(partial);
      try {
        finish(copy);
      } finally {
        copy.close();
      }
    }
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    const known = storageError(error, sqlite.name);
    if (known instanceof StorageError && known.code === "database_damaged") throw known;
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError("snapshot_failed", `The snapshot ${path} cannot be written: ${why}.`, {
      cause: error,
    });
  }
}

/** Integers as numbers where those are exact. */
export function plainNumber(value: SqlValue): SqlValue {
  return typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
