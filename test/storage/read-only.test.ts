import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { UsageError } from "../../src/errors.ts";
import { CrawlDatabase } from "../../src/storage/index.ts";
import { Planted } from "./planted.ts";

const A = "https://a.example";

test("no question writes: not to the database, not to another file, not to the connection", (context) => {
  const planted = new Planted(context);
  const run = planted.begin(`${A}/`);
  planted.page(run, { url: `${A}/`, facts: {} });
  const other = join(dirname(planted.path), "other.db");
  const reader = CrawlDatabase.openReadOnly(planted.path);
  context.after(() => reader.close());
  for (const sql of [
    "INSERT INTO meta VALUES ('a', 'b')",
    "UPDATE run SET state = 'finished' RETURNING id",
    "DROP VIEW v_page",
    `ATTACH '${other}' AS other`,
    `VACUUM INTO '${other}'`,
    "BEGIN IMMEDIATE",
    "PRAGMA user_version = 7",
    "PRAGMA query_only = OFF",
    "PRAGMA journal_mode = DELETE",
    "CREATE TEMP TABLE t (x)",
    "SELECT 1; DELETE FROM run",
  ]) {
    for (const db of [reader, planted.db]) assert.throws(() => db.query(sql), UsageError, sql);
  }
  assert.deepEqual(planted.column("PRAGMA user_version"), [1]);
  assert.deepEqual(planted.column("SELECT state FROM run"), ["running"]);
  assert.equal(existsSync(other), false);
});

test("a snapshot taken while another connection writes is what was committed", (context) => {
  const planted = new Planted(context);
  const run = planted.begin(`${A}/`);
  planted.page(run, { url: `${A}/1`, facts: {} });
  const target = join(dirname(planted.path), "copy.db");
  const reader = CrawlDatabase.openReadOnly(planted.path);
  planted.db.transaction(() => {
    planted.db.frontier.intern(`${A}/uncommitted`, run, null);
    reader.upkeep.snapshot(target);
  });
  // It reads as before afterwards, and still refuses to write.
  assert.deepEqual(reader.query("SELECT count(*) FROM url").rows, [[2]]);
  assert.throws(() => reader.query("DELETE FROM url RETURNING id"), UsageError);
  reader.close();
  // Bytes 18 and 19 of the header: 1 is a file that needs no write-ahead log.
  assert.deepEqual([...readFileSync(target).subarray(18, 20)], [1, 1]);
  assert.equal(existsSync(`${target}-wal`), false);
  const copy = CrawlDatabase.openReadOnly(target);
  context.after(() => copy.close());
  assert.deepEqual(copy.query("SELECT url FROM url").rows, [[`${A}/1`]]);
});
