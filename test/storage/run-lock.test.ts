/** One live run per database, and none that disturbs another's. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import { CrawlDatabase, RunLock } from "../../src/storage/index.ts";
import { newCrawl, questions, temporaryDatabase } from "../helpers/crawl-run.ts";
import { startSite } from "../helpers/site-server.ts";
import { NOW, PROCESS } from "./planted.ts";
import { temporaryFolder } from "./temporary-folder.ts";

test("a run that the database calls running by a live process's number is taken over: no number is compared", async (t) => {
  const site = await startSite({ "/": "<title>Home</title>" });
  t.after(() => site.close());
  const dbPath = temporaryDatabase(t);
  const options = { seeds: [`${site.origin}/`], sitemaps: false, threads: 1 };
  await newCrawl(dbPath, options).run();
  const sqlite = new Database(dbPath);
  // After a reboot another process may have the number of the one that crawled: here, this one.
  sqlite
    .prepare("UPDATE run SET state = 'running', reason = NULL, finished_at = NULL, pid = ?")
    .run(process.pid);
  sqlite.close();
  assert.ok(existsSync(`${dbPath}-lock`), "the lock's file is left, and locks nothing");
  const result = await newCrawl(dbPath, options).run();
  assert.deepEqual([result?.runId, result?.state], [1, "finished"]);
});

test("a lock file that the machine's end cut off locks nothing", (t) => {
  const path = join(temporaryFolder(t), "crawl.db");
  writeFileSync(`${path}-lock`, "");
  const lock = RunLock.acquire(path);
  assert.ok(lock !== null);
  lock.release();
});

test("a database has one lock, by whatever links it is named", (t) => {
  const folder = temporaryFolder(t);
  const real = join(folder, "real");
  mkdirSync(real);
  const linked = join(folder, "linked");
  symlinkSync(real, linked);
  const path = join(real, "crawl.db");
  symlinkSync(path, join(folder, "other.db"));
  const names = [path, join(linked, "crawl.db"), join(folder, "other.db")];
  // Before the database is there, its folder may be a link already.
  for (const [first, second] of [
    [path, join(linked, "crawl.db")],
    [join(linked, "crawl.db"), path],
  ] as const) {
    const lock = RunLock.acquire(first);
    assert.ok(lock !== null);
    assert.equal(RunLock.acquire(second), null);
    lock.release();
  }
  CrawlDatabase.open(path).close();
  for (const first of names) {
    const lock = RunLock.acquire(first);
    assert.ok(lock !== null);
    for (const second of names) {
      assert.equal(RunLock.acquire(second), null, `${second} while ${first} is held`);
      assert.equal(RunLock.isHeld(second), true);
    }
    lock.release();
  }
});

test("the write-ahead log of a database that is named by a link is watched where it is", (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "crawl.db");
  CrawlDatabase.open(path).close();
  const link = join(folder, "link.db");
  symlinkSync(path, link);
  const db = CrawlDatabase.open(link);
  t.after(() => db.close());
  db.transaction(() => db.beginRun({ ...PROCESS, seeds: [], now: NOW }));
  assert.ok(db.look(NOW).walBytes > 0);
});

test("two crawls at once, side by side in one folder, do not disturb each other", async (t) => {
  const pages = 200;
  // The seed is answered when both have asked for it: on a busy machine one could end before the other begins.
  const held: (() => void)[] = [];
  const site = await startSite(async (req, res) => {
    const number = Number(req.url?.slice(1));
    res.setHeader("content-type", "text/html");
    if (number === 0) {
      await new Promise<void>((resolve) => {
        held.push(resolve);
        if (held.length === 2) for (const answer of held) answer();
      });
    }
    if (number < pages) res.end(`<a href="/${number + 1}">1</a><a href="/${number + 7}">7</a>`);
    else res.writeHead(404).end();
  });
  t.after(() => site.close());
  const folder = temporaryFolder(t);
  const options = { seeds: [`${site.origin}/0`], sitemaps: false, threads: 1, maxDepth: 1_000 };
  const paths = ["one.db", "two.db"].map((name) => join(folder, name));
  const started: string[] = [];
  const ended: string[] = [];
  const results = await Promise.all(
    paths.map(async (path) => {
      const crawl = newCrawl(path, options);
      crawl.events.once("outcome", () => started.push(path));
      const result = await crawl.run();
      assert.equal(started.length, 2, "both had begun before one ended");
      ended.push(path);
      return result;
    }),
  );
  assert.equal(ended.length, 2);
  for (const result of results) assert.equal(result?.reason, "frontier_empty");
  for (const path of paths) {
    const { column } = questions(path);
    assert.deepEqual(column("select count(*) from v_page where status = 200"), [pages]);
    const db = CrawlDatabase.openReadOnly(path);
    assert.deepEqual(
      db.upkeep.checkInvariants().filter(({ count }) => count > 0),
      [],
    );
    db.close();
  }
});
