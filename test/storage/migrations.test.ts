/** Databases of every schema that was released become ones of this webspool, with all they held. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import Database from "better-sqlite3";
import { bringUpToDate, MIGRATIONS, type Migration } from "../../src/storage/migrations.ts";
import { CrawlDatabase, SCHEMA_VERSION, TABLES, VIEWS } from "../../src/storage/index.ts";
import { crawlSite } from "../helpers/crawl-run.ts";
import { startSite } from "../helpers/site-server.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const RELEASED = join(import.meta.dirname, "released");

function released(context: TestContext, version: number): string {
  const path = join(temporaryFolder(context), "crawl.db");
  const db = new Database(path);
  db.exec(readFileSync(join(RELEASED, `schema-${version}.sql`), "utf8"));
  db.close();
  return path;
}

/** Tables, indexes and triggers, without the spaces that tell nothing. */
function schemaOf(path: string): string[] {
  return ask<string>(
    path,
    `SELECT sql FROM sqlite_master WHERE type <> 'view' AND sql IS NOT NULL AND name NOT LIKE 'sqlite%'
      ORDER BY type, name`,
  ).map((sql) => sql.replaceAll(/\s+/g, " "));
}

function ask<Value>(path: string, sql: string): Value[] {
  const db = new Database(path, { readonly: true });
  try {
    return db.prepare<[], Value>(sql).pluck().all();
  } finally {
    db.close();
  }
}

function change(path: string, ...statements: string[]): void {
  const db = new Database(path);
  for (const statement of statements) db.exec(statement);
  db.close();
}

const NEXT: readonly Migration[] = [
  {
    to: SCHEMA_VERSION + 1,
    change: "a column",
    statements: [
      "ALTER TABLE page ADD COLUMN mood TEXT",
      "UPDATE page SET mood = 'fine' WHERE title = 'A'",
    ],
  },
  {
    to: SCHEMA_VERSION + 2,
    change: "a table",
    statements: ["CREATE TABLE mood (name TEXT NOT NULL) STRICT"],
  },
];

test("each schema that was released has its frozen database, and steps lead from one to the next", () => {
  const frozen = globSync("schema-*.sql", { cwd: RELEASED }).map((name) =>
    Number(/\d+/.exec(name)?.[0]),
  );
  const all = Array.from({ length: SCHEMA_VERSION }, (_, index) => index + 1);
  assert.deepEqual(
    frozen.sort((a, b) => a - b),
    all,
  );
  assert.deepEqual(
    MIGRATIONS.map(({ to }) => to),
    all.slice(1),
  );
});

for (let version = 1; version <= SCHEMA_VERSION; version += 1) {
  test(`a database of schema ${version} gets this one's tables and views and keeps its rows`, (context) => {
    const path = released(context, version);
    const urls = ask(path, "SELECT url FROM url ORDER BY id");
    CrawlDatabase.open(path).close();
    const fresh = join(temporaryFolder(context), "fresh.db");
    CrawlDatabase.open(fresh).close();
    assert.deepEqual(
      schemaOf(path),
      schemaOf(fresh),
      "a released schema is never changed in place: append a step to MIGRATIONS (before the first release: freeze it again)",
    );
    assert.deepEqual(ask(path, "SELECT url FROM url ORDER BY id"), urls);
    assert.ok(urls.length >= 3);
    assert.deepEqual(ask(path, "SELECT title FROM v_page WHERE title IS NOT NULL ORDER BY title"), [
      "A",
      "Home",
    ]);
    const db = CrawlDatabase.openReadOnly(path);
    for (const { name } of [...TABLES, ...VIEWS]) db.query(`SELECT * FROM ${name} LIMIT 1`);
    db.close();
  });

  test(`a crawl goes on in a database of schema ${version}`, async (context) => {
    const site = await startSite({ "/": "<title>New</title>" });
    context.after(() => site.close());
    const dbPath = released(context, version);
    const { result, column } = await crawlSite(context, { dbPath, seeds: [`${site.origin}/`] });
    assert.equal(result.reason, "frontier_empty");
    assert.deepEqual(column("SELECT id FROM run ORDER BY id"), [1, 2]);
    assert.deepEqual(column("SELECT title FROM v_page WHERE run_id = 2 AND title IS NOT NULL"), [
      "New",
    ]);
  });
}

test("steps are taken once, in their order, and only those that are missing", (context) => {
  const path = released(context, SCHEMA_VERSION);
  const db = new Database(path);
  bringUpToDate(db, NEXT.slice(0, 1));
  assert.equal(db.pragma("user_version", { simple: true }), SCHEMA_VERSION + 1);
  bringUpToDate(db, NEXT);
  bringUpToDate(db, NEXT);
  assert.equal(db.pragma("user_version", { simple: true }), SCHEMA_VERSION + 2);
  db.close();
  assert.deepEqual(ask(path, "SELECT mood FROM page ORDER BY url_id"), [null, "fine"]);
  assert.deepEqual(ask(path, "SELECT value FROM meta WHERE key = 'schema_version'"), [
    String(SCHEMA_VERSION + 2),
  ]);
  assert.deepEqual(ask(path, "SELECT count(*) FROM v_page"), [4]);
});

test("a step that fails leaves the database as it was, views and all", (context) => {
  const path = released(context, SCHEMA_VERSION);
  const before = ask(path, "SELECT sql FROM sqlite_master ORDER BY name");
  const broken = [
    ...NEXT,
    { to: SCHEMA_VERSION + 3, change: "", statements: ["DROP TABLE nowhere"] },
  ];
  const db = new Database(path);
  assert.throws(() => bringUpToDate(db, broken), /nowhere/);
  assert.equal(db.pragma("user_version", { simple: true }), SCHEMA_VERSION);
  db.close();
  assert.deepEqual(ask(path, "SELECT sql FROM sqlite_master ORDER BY name"), before);
});

test("views of an older release are made anew by who writes, and shown to who only reads", (context) => {
  const path = released(context, SCHEMA_VERSION);
  change(
    path,
    "DROP VIEW v_page",
    "CREATE VIEW v_page (url) AS SELECT 'old'",
    "DROP VIEW v_redirect",
    "CREATE VIEW my_pages AS SELECT url FROM v_page",
    "UPDATE meta SET value = 'older' WHERE key = 'views'",
  );
  const reader = CrawlDatabase.openReadOnly(path);
  assert.equal(reader.query("SELECT url FROM v_page WHERE title = 'A'").rows.length, 1);
  assert.equal(reader.query("SELECT source FROM v_redirect").rows.length, 1);
  reader.close();
  assert.deepEqual(ask(path, "SELECT url FROM v_page"), ["old"]);
  CrawlDatabase.open(path).close();
  assert.equal(ask(path, "SELECT url FROM v_page WHERE title = 'A'").length, 1);
  assert.equal(ask(path, "SELECT url FROM my_pages").length, 4);
});

test("a reader of an older schema says what brings it up to date", (context) => {
  const path = released(context, SCHEMA_VERSION);
  change(path, "PRAGMA user_version = 0");
  assert.throws(
    () => CrawlDatabase.openReadOnly(path),
    (error: { code?: string; message?: string }) =>
      error.code === "schema_older" && /next webspool crawl/.test(error.message ?? ""),
  );
});
