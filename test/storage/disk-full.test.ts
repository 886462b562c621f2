import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import { StorageError } from "../../src/errors.ts";
import { storageError } from "../../src/storage/connection.ts";
import { CrawlDatabase } from "../../src/storage/index.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const STORAGE = new URL("../../src/storage/index.ts", import.meta.url).href;

test("a full disk is named, with what to do", (context) => {
  const sqlite = new Database(join(temporaryFolder(context), "small.db"));
  context.after(() => sqlite.close());
  sqlite.pragma("max_page_count = 4");
  sqlite.exec("CREATE TABLE filler (bytes BLOB)");
  assert.throws(
    () => sqlite.exec("INSERT INTO filler VALUES (zeroblob(100000))"),
    (error) => {
      const known = storageError(error, "crawl.db");
      assert.ok(known instanceof StorageError);
      assert.equal(known.code, "disk_full");
      assert.match(
        known.message,
        /crawl\.db cannot grow: the disk is full.*run the same crawl again/,
      );
      assert.equal(known.cause, error);
      return true;
    },
  );
});

test("a write that fails in the middle is a StorageError, and what was committed is kept", (context) => {
  const path = join(temporaryFolder(context), "crawl.db");
  // The process may write files of 1000 blocks of 512 bytes: the schema fits, the write-ahead log runs into that.
  const program = `
    import { CrawlDatabase } from ${JSON.stringify(STORAGE)};
    const db = CrawlDatabase.open(${JSON.stringify(path)});
    const process_ = { settings: {}, settingsHash: "", version: "", pid: 1, hostname: "", now: 1 };
    const runId = db.transaction(() => db.beginRun({ ...process_, seeds: [] }));
    let committed = 0;
    try {
      for (; committed < 10_000; committed += 1) {
        db.transaction(() => db.frontier.intern("https://a.example/" + committed, runId, 0));
      }
    } catch (error) {
      console.log(JSON.stringify({ committed, name: error.name, code: error.code }));
    }
    process.exit();`;
  const { stdout, stderr } = spawnSync(
    "sh",
    [
      "-c",
      'ulimit -f 1000; exec "$0" --input-type=module-typescript -e "$1"',
      process.execPath,
      program,
    ],
    { encoding: "utf8" },
  );
  assert.notEqual(stdout, "", stderr);
  const told = JSON.parse(stdout) as { committed: number; name: string; code: string };
  assert.deepEqual(
    { name: told.name, code: told.code },
    { name: "StorageError", code: "storage_failed" },
  );
  assert.ok(told.committed > 0);
  const db = CrawlDatabase.open(path);
  try {
    assert.deepEqual(db.query("SELECT count(*) FROM url").rows, [[told.committed]]);
    assert.deepEqual(db.query("PRAGMA integrity_check").rows, [["ok"]]);
  } finally {
    db.close();
  }
});

test("a database that another program keeps locked is told as such", (context) => {
  const path = join(temporaryFolder(context), "held.db");
  const holder = new Database(path);
  context.after(() => holder.close());
  holder.exec("CREATE TABLE held (a); BEGIN IMMEDIATE");
  const writer = new Database(path, { timeout: 1 });
  context.after(() => writer.close());
  assert.throws(
    () => writer.exec("INSERT INTO held VALUES (1)"),
    (error) => {
      const known = storageError(error, "crawl.db");
      assert.ok(known instanceof StorageError);
      assert.match(
        known.message,
        /^crawl\.db could not be written: another program kept it locked/,
      );
      return true;
    },
  );
});
