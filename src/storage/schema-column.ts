/** How tables are declared: once, for CREATE TABLE and for docs/schema.md alike. */

export interface Column {
  readonly name: string;
  /** SQL type and constraints, as in CREATE TABLE. */
  readonly sql: string;
  readonly meaning: string;
}

export interface Table {
  readonly name: string;
  readonly meaning: string;
  readonly columns: readonly Column[];
  /** Table constraints. */
  readonly constraints?: readonly string[];
  readonly withoutRowid?: true;
  /** The module of a virtual table with its arguments; its columns are for the documentation. */
  readonly virtual?: string;
  readonly indexes?: readonly string[];
  /** What the table's constraints cannot say. */
  readonly triggers?: readonly string[];
}

export const id = { name: "id", sql: "INTEGER PRIMARY KEY", meaning: "number of the row" };

export function column(name: string, sql: string, meaning: string): Column {
  return { name, sql, meaning };
}
