import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import Database from "better-sqlite3";
import { UsageError } from "../../src/errors.ts";
import { CrawlDatabase, RunLock } from "../../src/storage/index.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Both doors to a database refuse the path in one sentence that names it, and leave the folder as it was. */
function assertRefused(path: string, folder: string, why: RegExp): void {
  const before = snapshotOf(folder);
  for (const open of [() => RunLock.acquire(path), () => CrawlDatabase.open(path)]) {
    assert.throws(open, (error) => {
      assert.ok(error instanceof UsageError, String(error));
      assert.match(error.message, why);
      assert.ok(error.message.includes(path));
      assert.doesNotMatch(error.message, /\n/);
      return true;
    });
  }
  assert.deepEqual(snapshotOf(folder), before);
}

function snapshotOf(folder: string): [string, string][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry): [string, string] => {
      const path = join(entry.parentPath, entry.name);
      return [path, readFileSync(path, "latin1")];
    })
    .toSorted(([one], [other]) => one.localeCompare(other));
}

function otherDatabase(path: string, pragma: string): void {
  const other = new Database(path);
  other.pragma(pragma);
  other.exec("CREATE TABLE notes (text TEXT)");
  other.close();
}

test("a folder, a text file and a truncated header are no database", (context) => {
  const folder = temporaryFolder(context);
  const directory = join(folder, "directory.db");
  mkdirSync(directory);
  assertRefused(directory, folder, /is a folder/);
  const textFile = join(folder, "text.db");
  writeFileSync(textFile, "<html>not a database, but longer than a header ".repeat(10));
  assertRefused(textFile, folder, /not an SQLite database/);
  const short = join(folder, "short.db");
  writeFileSync(short, "SQLite format 3\0");
  assertRefused(short, folder, /not an SQLite database/);
});

test("another application's database is left alone", (context) => {
  const folder = temporaryFolder(context);
  const path = join(folder, "notes.db");
  otherDatabase(path, "application_id = 1234");
  assertRefused(path, folder, /another application/);
  const unmarked = join(folder, "unmarked.db");
  otherDatabase(unmarked, "user_version = 1");
  assertRefused(unmarked, folder, /another application/);
});

test("a newer schema is refused before anything is opened", (context) => {
  const folder = temporaryFolder(context);
  const path = join(folder, "newer.db");
  CrawlDatabase.open(path).close();
  const file = new Database(path);
  file.pragma("user_version = 99");
  file.close();
  assertRefused(path, folder, /schema 99/);
  assert.throws(() => CrawlDatabase.openReadOnly(path), /schema 99/);
});

test("a missing folder is made when it is only one, and not when it is more", (context) => {
  const folder = temporaryFolder(context);
  assertRefused(join(folder, "a", "b", "crawl.db"), folder, /folder .* cannot be made/);
  const path = join(folder, "data", "crawl.db");
  const lock = RunLock.acquire(path);
  assert.ok(lock);
  CrawlDatabase.open(path).close();
  lock.release();
  assert.ok(readdirSync(join(folder, "data")).includes("crawl.db"));
});

test("a path that leads through a file, and an empty one, are refused", (context) => {
  const folder = temporaryFolder(context);
  const file = join(folder, "file");
  writeFileSync(file, "x");
  assertRefused(join(file, "crawl.db"), folder, /cannot be used/);
  assert.throws(() => CrawlDatabase.open(""), UsageError);
});

test("names that SQLite reads in its own way are plain file names", (context) => {
  const folder = temporaryFolder(context);
  const before = process.cwd();
  process.chdir(folder);
  try {
    for (const name of [":memory:", "file:crawl.db?mode=memory"]) {
      CrawlDatabase.open(name).close();
      assert.ok(readdirSync(folder).includes(name));
    }
  } finally {
    process.chdir(before);
  }
});

test("reading needs a database that is there", (context) => {
  const folder = temporaryFolder(context);
  const path = join(folder, "absent.db");
  assert.throws(
    () => CrawlDatabase.openReadOnly(path),
    (error) => {
      assert.ok(error instanceof UsageError);
      assert.ok(error.message.includes(path));
      return true;
    },
  );
  writeFileSync(path, "");
  assert.throws(() => CrawlDatabase.openReadOnly(path), /empty/);
  assert.equal(readFileSync(path, "latin1"), "");
  symlinkSync(join(folder, "nowhere"), join(folder, "dangling.db"));
  assert.throws(() => CrawlDatabase.openReadOnly(join(folder, "dangling.db")), UsageError);
});

test("an empty file becomes a database", (context) => {
  const path = join(temporaryFolder(context), "crawl.db");
  writeFileSync(path, "");
  CrawlDatabase.open(path).close();
  CrawlDatabase.openReadOnly(path).close();
});

test("one holder at a time; release gives the lock to the next", (context) => {
  const path = join(temporaryFolder(context), "crawl.db");
  const first = RunLock.acquire(path);
  assert.ok(first);
  assert.equal(RunLock.acquire(path), null);
  first.release();
  const second = RunLock.acquire(path);
  assert.ok(second);
  assert.equal(RunLock.acquire(path), null);
  second.release();
});

test("looking at a database that is open here costs it none of its locks", async (context) => {
  const path = join(temporaryFolder(context), "crawl.db");
  const db = CrawlDatabase.open(path);
  db.close();
  const open = new Database(path);
  open.exec("BEGIN IMMEDIATE");
  try {
    CrawlDatabase.openReadOnly(path).close();
    RunLock.acquire(path)?.release();
    // Were the locks gone, another process could end WAL mode under the open transaction.
    const script = `const Database = (await import("better-sqlite3")).default;
      const other = new Database(${JSON.stringify(path)}, { timeout: 0 });
      try { process.stdout.write(other.pragma("journal_mode = DELETE", { simple: true })); }
      catch (error) { process.stdout.write(error.code); }`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      cwd: import.meta.dirname,
      stdio: ["ignore", "pipe", "inherit"],
    });
    context.after(() => child.kill("SIGKILL"));
    const [answer] = (await once(child.stdout, "data")) as [Buffer];
    assert.match(answer.toString(), /^(SQLITE_BUSY|wal)/);
  } finally {
    open.exec("ROLLBACK");
    open.close();
  }
});

test("a killed process leaves no lock behind", async (context) => {
  const path = join(temporaryFolder(context), "crawl.db");
  const holder = await lockElsewhere(context, path);
  assert.equal(RunLock.acquire(path), null);
  holder.kill("SIGKILL");
  await once(holder, "exit");
  const lock = RunLock.acquire(path);
  assert.ok(lock);
  lock.release();
});

async function lockElsewhere(
  context: TestContext,
  path: string,
): Promise<ReturnType<typeof spawn>> {
  const storage = new URL("../../src/storage/index.ts", import.meta.url).href;
  const script = `const { RunLock } = await import(${JSON.stringify(storage)});
    process.stdout.write(RunLock.acquire(${JSON.stringify(path)}) === null ? "no" : "yes");
    setInterval(() => {}, 60_000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  context.after(() => child.kill("SIGKILL"));
  const [answer] = (await once(child.stdout, "data")) as [Buffer];
  assert.equal(answer.toString(), "yes");
  return child;
}
