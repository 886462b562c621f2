/**
 * How a database of an older webspool becomes one of this: tables by numbered steps, views by making them
 * anew. A step that was released is never changed or taken away; the next one is appended.
 */
import { createHash } from "node:crypto";
import type Database from "better-sqlite3";
import { SCHEMA_VERSION } from "./schema.ts";
import { createViews, VIEWS } from "./views.ts";

export interface Migration {
  /** The `PRAGMA user_version` it leads to, from the one below. */
  readonly to: number;
  /** What it changes for those who ask the database. */
  readonly change: string;
  readonly statements: readonly string[];
}

/** Schema 1 is the first: no step has been released. */
export const MIGRATIONS: readonly Migration[] = [];

/** What `meta` keeps of the views that a database has, to tell whether they are this webspool's. */
const VIEWS_KEY = "views";

/**
 * Brings an open database to the schema that `migrations` lead to, and its views to this webspool's, in one
 * transaction: it is either what it was or up to date. Rows stay; what users added of their own stays too.
 */
export function bringUpToDate(
  sqlite: Database.Database,
  migrations: readonly Migration[] = MIGRATIONS,
): void {
  const version = Number(sqlite.pragma("user_version", { simple: true }));
  const steps = migrations.filter(({ to }) => to > version);
  if (steps.length === 0 && heldViews(sqlite) === viewsHash()) return;
  sqlite
    .transaction(() => {
      // Before the tables: SQLite refuses to alter one while a view speaks of what is no longer there.
      for (const { name } of VIEWS) sqlite.exec(`DROP VIEW IF EXISTS ${name}`);
      for (const { statements, to } of steps) {
        for (const statement of statements) sqlite.exec(statement);
        sqlite.pragma(`user_version = ${to}`);
        putMeta(sqlite, "schema_version", String(to));
      }
      addViews(sqlite);
    })
    // At once, not at the first write: another process may be about to do the same.
    .immediate();
}

/** Creates the views in a database that has none of them. */
export function addViews(sqlite: Database.Database): void {
  for (const statement of createViews()) sqlite.exec(statement);
  putMeta(sqlite, VIEWS_KEY, viewsHash());
}

/**
 * For one who only reads: this webspool's views, for this connection alone, where the database has others.
 * They stand before those of the same name.
 */
export function showViews(sqlite: Database.Database): void {
  if (heldViews(sqlite) === viewsHash()) return;
  for (const statement of createViews()) {
    sqlite.exec(statement.replace(/^CREATE VIEW/, "CREATE TEMP VIEW"));
  }
}

/** Whether its tables are of an older schema, which only who may write can bring up to date. */
export function isOlder(version: number): boolean {
  return version < SCHEMA_VERSION;
}

function heldViews(sqlite: Database.Database): string | undefined {
  return sqlite
    .prepare<[string], string>("SELECT value FROM meta WHERE key = ?")
    .pluck()
    .get(VIEWS_KEY);
}

function putMeta(sqlite: Database.Database, key: string, value: string): void {
  sqlite
    .prepare<[string, string]>("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)")
    .run(key, value);
}

function viewsHash(): string {
  return createHash("sha256").update(createViews().join(";\n")).digest("hex").slice(0, 16);
}
