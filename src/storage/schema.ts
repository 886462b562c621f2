/**
 * The tables, each column with its meaning: what is created in a new database, and what docs/schema.md
 * says. Times are epoch milliseconds, durations milliseconds, sizes bytes; unknown is NULL.
 */
import { CONTENT_TABLES } from "./schema-content.ts";
import type { Table } from "./schema-column.ts";
import { FRONTIER_TABLES } from "./schema-frontier.ts";
import { RESULT_TABLES } from "./schema-results.ts";
import { RUN_TABLES } from "./schema-runs.ts";

/** `PRAGMA user_version` of this schema. */
export const SCHEMA_VERSION = 1;

/** `PRAGMA application_id`: "wspl". */
export const APPLICATION_ID = 0x7773706c;

export const TABLES: readonly Table[] = [
  ...RUN_TABLES,
  ...FRONTIER_TABLES,
  ...RESULT_TABLES,
  ...CONTENT_TABLES,
];

/** The statements that create the tables, their indexes and triggers. */
export function createTables(): string[] {
  return TABLES.flatMap((table) => {
    if (table.virtual !== undefined) {
      return [`CREATE VIRTUAL TABLE ${table.name} USING ${table.virtual}`];
    }
    const parts = [
      ...table.columns.map(({ name, sql }) => `${name} ${sql}`),
      ...(table.constraints ?? []),
    ];
    const options = table.withoutRowid ? "STRICT, WITHOUT ROWID" : "STRICT";
    return [
      `CREATE TABLE ${table.name} (\n  ${parts.join(",\n  ")}\n) ${options}`,
      ...(table.indexes ?? []),
      ...(table.triggers ?? []),
    ];
  });
}
