/**
 * Writes `schema-<version>.sql` beside itself: a database as this webspool makes it, from a small crawl.
 * From it the tests know what a release promised. Run once for each schema, when it is released:
 *
 *   node test/storage/released/freeze.ts
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { newCrawl } from "../../helpers/crawl-run.ts";
import { startSite } from "../../helpers/site-server.ts";

const PAGES = {
  "/": `<title>Home</title><h1>Home</h1><a href="/a">A</a> <a href="/moved">moved</a> <a href="/gone">gone</a>`,
  "/a": `<html lang="en"><title>A</title><p>One page of the release, with words of its own to count.</p><a href="/">up</a>`,
  "/moved": { status: 301, headers: { location: "/a" } },
} as const;

/** Every statement that makes the database again: tables and their rows, then indexes, triggers, views. */
function dump(db: Database.Database): string {
  const objects = db
    .prepare<[], { type: string; name: string; sql: string }>(
      // The tables behind a virtual one come with it.
      `SELECT m.type, m.name, m.sql FROM sqlite_master m
          LEFT JOIN pragma_table_list t ON t.name = m.name AND t.schema = 'main'
        WHERE m.sql IS NOT NULL AND m.name NOT LIKE 'sqlite%' AND t.type IS NOT 'shadow'
        ORDER BY m.type <> 'table', m.rowid`,
    )
    .all();
  const pragmas = ["application_id", "user_version"].map(
    (name) => `PRAGMA ${name} = ${String(db.pragma(name, { simple: true }))}`,
  );
  const rows = objects
    .filter(({ type, sql }) => type === "table" && !sql.startsWith("CREATE VIRTUAL"))
    .flatMap(({ name }) => {
      const columns = db.prepare(`SELECT * FROM ${name}`).columns();
      const values = columns.map((column) => `quote("${column.name}")`).join(" || ', ' || ");
      return db
        .prepare<[], string>(
          `SELECT 'INSERT INTO ${name} VALUES (' || ${values} || ')' FROM ${name}`,
        )
        .pluck()
        .all();
    });
  const [tables, others] = [true, false].map((isTable) =>
    objects.filter(({ type }) => (type === "table") === isTable).map(({ sql }) => sql),
  );
  // What is read back stands in no order that would satisfy REFERENCES at each moment.
  return [
    "PRAGMA foreign_keys = OFF",
    ...pragmas,
    "BEGIN",
    ...(tables ?? []),
    ...rows,
    ...(others ?? []),
    // Of the texts as they are by now.
    "INSERT INTO page_search (page_search) VALUES ('rebuild')",
    "COMMIT",
  ]
    .map((sql) => `${sql};\n`)
    .join("");
}

const folder = mkdtempSync(join(tmpdir(), "webspool-freeze-"));
const site = await startSite(PAGES);
try {
  const path = join(folder, "crawl.db");
  const options = { threads: 1, text: true, storeBodies: true };
  await newCrawl(path, { seeds: [`${site.origin}/`], ...options }).run();
  const db = new Database(path, { readonly: true });
  const version = String(db.pragma("user_version", { simple: true }));
  writeFileSync(join(import.meta.dirname, `schema-${version}.sql`), dump(db));
  db.close();
} finally {
  await site.close();
  rmSync(folder, { recursive: true, force: true });
}
