/** Runs the assertions of `webspool check`: queries that shall have no rows. */
import Database from "better-sqlite3";
import { UsageError, WebspoolError } from "../errors.ts";
import { plainNumber, type SqlValue } from "./ask.ts";
import { storageError, type Sqlite, type Statement } from "./connection.ts";
import { bindings, parameterNames, type NamedValues } from "./sql-parameters.ts";

export interface AssertedQuery {
  /** One SELECT. */
  readonly sql: string;
  /** Where it stands, at the beginning of a message: `rules.sql, line 3`. */
  readonly place: string;
}

export interface AssertedAnswer {
  readonly columns: readonly string[];
  /** The first of them, as many as were asked for. */
  readonly rows: readonly (readonly SqlValue[])[];
  /** All of them. */
  readonly count: number;
  readonly ms: number;
  /** Why it could not be run to its end; its rows are those before. */
  readonly problem: string | null;
}

/**
 * Answers in the order of the queries, all of one moment, whatever a crawl writes meanwhile. Nothing runs
 * before every query was understood.
 * @param of.parameters each query takes those that it names
 * @throws UsageError for the first that is wrong, would write, or lacks a parameter; StorageError when the
 * database cannot be read
 */
export function runChecks(
  sqlite: Sqlite,
  queries: readonly AssertedQuery[],
  of: { readonly parameters: NamedValues; readonly firstRows: number },
): AssertedAnswer[] {
  const ready = queries.map((query) => prepared(sqlite, query, of.parameters));
  const run = (): AssertedAnswer[] => ready.map((query) => answer(sqlite, query, of.firstRows));
  return sqlite.transaction(run).deferred();
}

interface PreparedQuery {
  readonly statement: Statement<unknown[], SqlValue[]>;
  readonly bound: readonly unknown[];
}

function prepared(sqlite: Sqlite, { sql, place }: AssertedQuery, all: NamedValues): PreparedQuery {
  try {
    const statement = sqlite.prepare<unknown[], SqlValue[]>(sql);
    // EXPLAIN and PRAGMA have rows too, which mean nothing is wrong.
    if (!statement.reader || !statement.readonly || !/^(select|with|values)\b/i.test(sql)) {
      throw new UsageError("check_writes", "a check only asks: write a SELECT.");
    }
    const names = new Set(parameterNames(sql));
    const own = Object.fromEntries(Object.entries(all).filter(([name]) => names.has(name)));
    return { statement: statement.safeIntegers().raw(), bound: bindings(sql, own) };
  } catch (error) {
    const known = storageError(error, sqlite.name);
    if (known instanceof UsageError) {
      throw new UsageError(known.code, `${place}: ${known.message}`, { cause: error });
    }
    if (known instanceof WebspoolError) throw known;
    if (error instanceof Database.SqliteError || error instanceof RangeError) {
      throw new UsageError("check_wrong", `${place}: ${error.message}.`, { cause: error });
    }
    throw error;
  }
}

function answer(
  sqlite: Sqlite,
  { statement, bound }: PreparedQuery,
  firstRows: number,
): AssertedAnswer {
  const startedAt = performance.now();
  const columns = statement.columns().map(({ name }) => name);
  const rows: SqlValue[][] = [];
  let count = 0;
  let problem: string | null = null;
  try {
    for (const row of statement.iterate(...bound)) {
      count += 1;
      if (count <= firstRows) rows.push(row.map(plainNumber));
    }
  } catch (error) {
    const known = storageError(error, sqlite.name);
    if (known instanceof WebspoolError) throw known;
    if (!(error instanceof Database.SqliteError)) throw error;
    problem = error.message;
  }
  return { columns, rows, count, ms: performance.now() - startedAt, problem };
}
