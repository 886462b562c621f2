/** Every invariant sees the breakage that it is there for, and no other does. */
import assert from "node:assert/strict";
import { copyFileSync, openSync, closeSync, writeSync } from "node:fs";
import { join } from "node:path";
import { before, test, type TestContext } from "node:test";
import Database from "better-sqlite3";
import { CrawlDatabase, INVARIANTS } from "../../src/storage/index.ts";
import { crawlSite } from "../helpers/crawl-run.ts";
import { startSite } from "../helpers/site-server.ts";
import { AN_EXCLUDED, BREAKAGES } from "./breakages.ts";
import { temporaryFolder } from "./temporary-folder.ts";

let sound: string;

before(async (t) => {
  const context = t as TestContext;
  const site = await startSite({
    "/robots.txt": "User-agent: *\nDisallow: /private",
    "/": `<title>Home</title><a href="/a">a</a> <a href="/private">p</a> <a href="/gone">g</a>
      <a href="http://elsewhere.example/">e</a>`,
    "/a": "<title>A</title><a href='/'>home</a>",
  });
  try {
    const options = { seeds: [`${site.origin}/`], sitemaps: false, threads: 1 };
    const { dbPath } = await crawlSite(context, options);
    await crawlSite(context, { ...options, dbPath });
    sound = dbPath;
  } finally {
    await site.close();
  }
});

/** A copy of a sound database, of a site that was crawled twice. */
function soundCopy(t: TestContext): string {
  const path = join(temporaryFolder(t), "crawl.db");
  copyFileSync(sound, path);
  return path;
}

function brokenIn(path: string): Record<string, number> {
  const db = CrawlDatabase.openReadOnly(path);
  try {
    const broken = db.upkeep.checkInvariants().filter(({ count }) => count > 0);
    return Object.fromEntries(broken.map(({ name, count }) => [name, count]));
  } finally {
    db.close();
  }
}

test("a finished crawl breaks no invariant, and a repair finds nothing to change", (t) => {
  const path = soundCopy(t);
  assert.deepEqual(brokenIn(path), {});
  const contents = (): unknown => {
    const sqlite = new Database(path, { readonly: true });
    try {
      return ["run", "frontier", "fetch", "connection", "session"].map((table) =>
        sqlite.prepare(`SELECT * FROM ${table}`).all(),
      );
    } finally {
      sqlite.close();
    }
  };
  const was = contents();
  const db = CrawlDatabase.open(path);
  try {
    assert.equal(db.upkeep.repair(Date.now()), null);
  } finally {
    db.close();
  }
  assert.deepEqual(contents(), was);
});

for (const { invariant, what, sql, isMended = true } of BREAKAGES) {
  test(`${invariant} sees ${what}${isMended ? ", and the repair mends it" : ""}`, (t) => {
    const path = soundCopy(t);
    const sqlite = new Database(path);
    sqlite.pragma("foreign_keys = OFF");
    for (const statement of sql) sqlite.exec(statement);
    sqlite.close();
    assert.deepEqual(brokenIn(path), { [invariant]: 1 });

    const db = CrawlDatabase.open(path);
    try {
      db.upkeep.repair(Date.now());
    } finally {
      db.close();
    }
    assert.deepEqual(brokenIn(path), isMended ? {} : { [invariant]: 1 });
  });
}

test("file_sound sees a file whose list of free pages is wrong", (t) => {
  const path = soundCopy(t);
  const file = openSync(path, "r+");
  // https://sqlite.org/fileformat2.html#the_database_header: how many free pages there are.
  writeSync(file, Buffer.from([0, 0, 0, 5]), 0, 4, 36);
  closeSync(file);
  assert.deepEqual(brokenIn(path), { file_sound: 1 });
});

test("what lies in a damaged page is told as that, and the rest is still asked", (t) => {
  const path = soundCopy(t);
  const sqlite = new Database(path);
  const page = Number(
    sqlite.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'session'").pluck().get(),
  );
  const size = Number(sqlite.pragma("page_size", { simple: true }));
  sqlite.pragma("journal_mode = DELETE");
  sqlite.close();
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(size, 0xab), 0, size, (page - 1) * size);
  closeSync(file);
  const db = CrawlDatabase.openReadOnly(path);
  t.after(() => db.close());
  const found = new Map(db.upkeep.checkInvariants().map((one) => [one.name, one]));
  assert.ok((found.get("file_sound")?.count ?? 0) > 0);
  assert.match(found.get("sessions_end")?.problem ?? "", /malformed/);
  assert.equal(found.get("counters_agree")?.count, 0);
});

test("a run whose process is gone is ended by the repair, and the next crawl continues it", (t) => {
  const path = soundCopy(t);
  const sqlite = new Database(path);
  sqlite.exec(`UPDATE run SET state = 'running', reason = NULL, finished_at = NULL WHERE id = 2;
    UPDATE frontier SET state = 'fetching', reason = NULL, settled_at = NULL, run_id = 2 WHERE ${AN_EXCLUDED};
    UPDATE connection SET closed_at = NULL, close_reason = NULL WHERE run_id = 2;
    UPDATE session SET closed_at = NULL WHERE run_id = 2`);
  sqlite.close();
  assert.deepEqual(brokenIn(path), {}, "so it looks after kill -9, and that is sound");
  const db = CrawlDatabase.open(path);
  try {
    assert.equal(db.upkeep.repair(Date.now())?.id, 2);
    assert.deepEqual(
      db.query("SELECT state, reason, finished_at = heartbeat_at FROM run WHERE id = 2").rows,
      [["interrupted", "process_ended", 1]],
    );
    assert.equal(db.unfinishedRun()?.id, 2);
    const open = "SELECT count(*) FROM connection WHERE closed_at IS NULL";
    assert.deepEqual(db.query(open).rows, [[0]]);
    assert.deepEqual(db.query("SELECT count(*) FROM frontier WHERE state = 'fetching'").rows, [
      [0],
    ]);
  } finally {
    db.close();
  }
  assert.deepEqual(brokenIn(path), {});
});

test("each invariant has a breakage here", () => {
  const tried = new Set(["file_sound", ...BREAKAGES.map(({ invariant }) => invariant)]);
  assert.deepEqual(
    INVARIANTS.map(({ name }) => name).filter((name) => !tried.has(name)),
    [],
  );
});
