/** Asks a named query as `webspool sql @name` does. */
import { namedQuery } from "../../src/cli/sql-source.ts";
import type { CrawlDatabase, SqlValue } from "../../src/storage/index.ts";

export type Given = Readonly<Record<string, SqlValue>>;

/** A named query's rows, with the defaults of what is not given. */
export function askNamed(
  db: CrawlDatabase,
  name: string,
  given: Given = {},
): Record<string, unknown>[] {
  const query = namedQuery(name);
  const values = Object.fromEntries(
    query.parameters.map((parameter) => [
      parameter.name,
      given[parameter.name] ?? parameter.default ?? null,
    ]),
  );
  const { columns, rows } = db.query(query.sql, values);
  return rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at]])));
}
