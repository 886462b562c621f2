/** The write-ahead log under a reader that does not end, and files that are taken away. */
import assert from "node:assert/strict";
import { copyFileSync, renameSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import Database from "better-sqlite3";
import { StorageError } from "../../src/errors.ts";
import { CrawlDatabase, RunLock } from "../../src/storage/index.ts";
import { runCaptured } from "../helpers/captured-terminal.ts";
import { newCrawl, questions, temporaryDatabase } from "../helpers/crawl-run.ts";
import { startSite } from "../helpers/site-server.ts";
import { NOW, PROCESS } from "./planted.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const LIMITS = { shrinkBytes: 2 ** 18, fullBytes: 2 ** 20 };

/** Another connection in the middle of a query, as of a backup or a spreadsheet that was left open. */
function startReading(t: TestContext, path: string): { end: () => void } {
  const reader = new Database(path, { readonly: true });
  t.after(() => reader.close());
  reader.exec("BEGIN");
  reader.prepare("SELECT count(*) FROM url").get();
  return { end: () => reader.exec("COMMIT") };
}

function openSmall(t: TestContext): { db: CrawlDatabase; path: string; write: () => void } {
  const path = join(temporaryFolder(t), "crawl.db");
  const lock = RunLock.acquire(path);
  t.after(() => lock?.release());
  const db = CrawlDatabase.open(path, LIMITS);
  t.after(() => db.close());
  const runId = db.transaction(() => db.beginRun({ ...PROCESS, seeds: [], now: NOW }));
  let written = 0;
  return {
    db,
    path,
    write() {
      db.transaction(() => {
        for (let count = 0; count < 200; count += 1, written += 1) {
          db.frontier.intern(`https://a.example/${written}/${"x".repeat(200)}`, runId, 0);
        }
      });
    },
  };
}

test("the write-ahead log grows while a reader needs it, is full at its limit, and shrinks when the reader ends", (t) => {
  const { db, path, write } = openSmall(t);
  write();
  const reader = startReading(t, path);
  let now = NOW;
  let look = db.look(now);
  for (let turns = 0; turns < 500 && !look.isFull; turns += 1) {
    write();
    now += 1_000;
    look = db.look(now);
  }
  assert.equal(look.isFull, true);
  assert.ok(look.walBytes >= LIMITS.fullBytes);
  assert.equal(statSync(`${path}-wal`).size, look.walBytes);

  reader.end();
  // Between looks it is as it was, and a clock that was set back does not put off the next.
  assert.equal(db.look(now + 999).isFull, true);
  look = db.look(now - 3_600_000);
  assert.equal(look.isFull, false);
  assert.ok(look.walBytes <= LIMITS.shrinkBytes, `${look.walBytes} bytes`);
  assert.equal(statSync(`${path}-wal`).size, look.walBytes);
  write();
  assert.deepEqual(db.query("PRAGMA quick_check").rows, [["ok"]]);
});

test("a log that nobody reads is cut down at the next look", (t) => {
  const { db, write } = openSmall(t);
  for (let turns = 0; turns < 10; turns += 1) write();
  const { walBytes, isFull } = db.look(NOW);
  assert.deepEqual([walBytes, isFull], [0, false]);
});

test("a crawl whose log cannot be written back waits, says so, and goes on when it can", async (t) => {
  const pages = 60;
  const site = await startSite((req, res) => {
    const number = Number(req.url?.slice(1));
    res.setHeader("content-type", "text/html");
    // Each page brings rows: 50 links of its own.
    const links = Array.from({ length: 50 }, (_, at) => `<img src="/i/${number}/${at}.png">`);
    const body = number < pages ? `<a href="/${number + 1}">next</a>${links.join("")}` : "";
    // One after the other, so that the crawl lasts longer than from one look to the next.
    setTimeout(() => res.end(body), 40);
  });
  t.after(() => site.close());
  const dbPath = temporaryDatabase(t);
  const seeds = [`${site.origin}/0`];
  const options = { seeds, sitemaps: false, threads: 1, maxDepth: 1_000 };
  assert.equal((await newCrawl(dbPath, { ...options, maxPages: 1 }).run())?.reason, "max_pages");

  const reader = startReading(t, dbPath);
  // A few pages are enough to fill it.
  const walLimits = { shrinkBytes: 50_000, fullBytes: 100_000 };
  const crawl = newCrawl(dbPath, options, { walLimits });
  let askedWhenFull = -1;
  crawl.events.on("warning", ({ code, message }) => {
    assert.equal(code, "wal_full");
    assert.match(message, /another process reads the database/);
    askedWhenFull = site.requests.length;
    // What is in flight may still come in, and nothing after it. The next look is a second later.
    setTimeout(() => {
      assert.ok(site.requests.length <= askedWhenFull + 1);
      reader.end();
    }, 300);
  });
  const result = await crawl.run();
  assert.ok(askedWhenFull >= 0 && askedWhenFull < pages, `${askedWhenFull} were asked`);
  assert.equal(result?.reason, "frontier_empty");
  assert.deepEqual(questions(dbPath).column("select count(*) from v_page where status = 200"), [
    pages + 1,
  ]);
});

test("files that are removed or replaced are noticed by the next look, each by its name", (t) => {
  for (const name of ["crawl.db", "crawl.db-wal", "crawl.db-lock"]) {
    for (const isReplaced of [false, true]) {
      const { db, path, write } = openSmall(t);
      write();
      db.look(NOW);
      const file = join(path, "..", name);
      if (isReplaced) copyFileSync(file, `${file}.other`);
      renameSync(file, `${file}.kept`);
      if (isReplaced) renameSync(`${file}.other`, file);
      db.look(NOW + 999);
      assert.throws(
        () => db.look(NOW + 1_000),
        (error) => {
          assert.ok(error instanceof StorageError);
          assert.equal(error.code, "database_moved");
          assert.ok(error.message.startsWith(`${file} was ${isReplaced ? "replaced" : "removed"}`));
          return true;
        },
      );
    }
  }
});

test("status warns of a log that is longer than 64 MiB", async (t) => {
  const path = join(temporaryFolder(t), "crawl.db");
  const db = CrawlDatabase.open(path);
  t.after(() => db.close());
  db.transaction(() => db.beginRun({ ...PROCESS, seeds: [], now: NOW }));
  assert.doesNotMatch((await runCaptured(["status", "--db", path])).stdout, /warning/);
  // Zeros after its last frame are no frames.
  truncateSync(`${path}-wal`, 65 * 2 ** 20);
  const { code, stdout } = await runCaptured(["status", "--db", path]);
  assert.equal(code, 0);
  assert.match(stdout.replace(/\s+/g, " "), /warning: The write-ahead log has 65 MiB/);
  const json = JSON.parse((await runCaptured(["status", "--json", "--db", path])).stdout) as {
    warnings: { code: string }[];
  };
  assert.deepEqual(
    json.warnings.map((warning) => warning.code),
    ["wal_large"],
  );
});
