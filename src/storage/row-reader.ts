/** Answers of any size, row by row, within one reading transaction: see `CrawlDatabase.readRows`. */
import { askingError, readingStatement, type SqlValue } from "./ask.ts";
import type { Sqlite } from "./connection.ts";
import { bindings, type NamedValues } from "./sql-parameters.ts";

/** A column of an answer. */
export interface ResultColumn {
  readonly name: string;
  /** The type that the column of a table was declared with; null for an expression. */
  readonly declared: string | null;
}

/** A table or view of the database; those that SQLite keeps for itself are not counted. */
export interface Relation {
  readonly name: string;
  readonly kind: "table" | "view";
  /** Whether the columns hold what they are declared with, and nothing else but NULL. */
  readonly isStrict: boolean;
}

export class RowReader {
  readonly #sqlite: Sqlite;

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite;
  }

  /** In the order of their names. */
  relations(): Relation[] {
    const rows = this.#sqlite
      .prepare<[], { name: string; type: string; strict: number }>(
        `SELECT name, type, strict FROM pragma_table_list
          WHERE schema = 'main' AND type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
          ORDER BY name`,
      )
      .all();
    return rows.map(({ name, type, strict }) => ({
      name,
      kind: type === "view" ? "view" : "table",
      isStrict: strict === 1,
    }));
  }

  /** @throws UsageError for wrong SQL, for a statement that would change something */
  columns(sql: string): ResultColumn[] {
    return this.#asking(() =>
      readingStatement(this.#sqlite, sql)
        .columns()
        .map(({ name, type }) => ({ name, declared: type })),
    );
  }

  /**
   * The rows, each an array of its own; integers as bigint, so that a number is a REAL.
   * @throws UsageError as `columns` does, for wrong parameters, and for SQL that fails on a row;
   * StorageError when the database cannot be read
   */
  *rows(sql: string, parameters: NamedValues): Generator<SqlValue[], void, void> {
    const rows = this.#asking(() =>
      readingStatement(this.#sqlite, sql)
        .safeIntegers()
        .raw()
        .iterate(...bindings(sql, parameters)),
    );
    try {
      yield* rows;
    } catch (error) {
      throw askingError(error, this.#sqlite);
    }
  }

  #asking<T>(ask: () => T): T {
    try {
      return ask();
    } catch (error) {
      throw askingError(error, this.#sqlite);
    }
  }
}
