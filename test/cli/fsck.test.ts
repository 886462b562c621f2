import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { test, type TestContext } from "node:test";
import Database from "better-sqlite3";
import { INVARIANTS, RunLock } from "../../src/storage/index.ts";
import { runCaptured } from "../helpers/captured-terminal.ts";
import { crawlSite, newCrawl, questions, temporaryDatabase } from "../helpers/crawl-run.ts";
import { startSite, type Site } from "../helpers/site-server.ts";

async function smallSite(t: TestContext): Promise<Site> {
  const site = await startSite({ "/": "<a href='/a'>a</a>", "/a": "<title>A</title>" });
  t.after(() => site.close());
  return site;
}

async function crawledDatabase(t: TestContext, site: Site): Promise<string> {
  const { dbPath } = await crawlSite(t, {
    seeds: [`${site.origin}/`],
    sitemaps: false,
    threads: 1,
  });
  return dbPath;
}

function change(dbPath: string, sql: string): void {
  const sqlite = new Database(dbPath);
  sqlite.exec(sql);
  sqlite.close();
}

test("fsck says of each rule how many rows break it, and exits with 0 when none does", async (t) => {
  const dbPath = await crawledDatabase(t, await smallSite(t));
  const { code, stdout, stderr } = await runCaptured(["fsck", "--db", dbPath]);
  assert.equal(code, 0);
  assert.equal(stderr, "");
  for (const { name, meaning } of INVARIANTS) {
    assert.ok(stdout.includes(` ${name} `), name);
    assert.ok(stdout.includes(meaning), name);
  }
  // Two more are of the second file.
  assert.match(stdout, new RegExp(`is sound: ${INVARIANTS.length + 2} rules hold\n$`));

  const json = await runCaptured(["fsck", "--json", "--db", dbPath]);
  const found = JSON.parse(json.stdout) as { sound: boolean; rules: { query: string | null }[] };
  assert.equal(found.sound, true);
  // Each query can be asked by hand.
  const { column } = questions(dbPath);
  const queries = found.rules.flatMap(({ query }) => query ?? []);
  assert.equal(queries.length, INVARIANTS.length);
  for (const query of queries) assert.deepEqual(column(query), [0]);
});

test("fsck exits with 6 when a rule is broken, only reads, and mends with --repair", async (t) => {
  const dbPath = await crawledDatabase(t, await smallSite(t));
  change(dbPath, "UPDATE run SET pages = 77; UPDATE session SET closed_at = NULL");
  const { code, stdout } = await runCaptured(["fsck", "--db", dbPath]);
  assert.equal(code, 6);
  assert.match(stdout, /^ +1 +counters_agree /m);
  assert.match(stdout, /^ +1 +sessions_end /m);
  assert.match(stdout, /breaks 2 of \d+ rules\n$/);
  const json = await runCaptured(["fsck", "--json", "--db", dbPath]);
  assert.equal(json.code, 6);
  assert.equal((JSON.parse(json.stdout) as { sound: boolean }).sound, false);
  const { column } = questions(dbPath);
  assert.deepEqual(column("select pages from run"), [77]);

  const mended = await runCaptured(["fsck", "--repair", "--db", dbPath]);
  assert.equal(mended.code, 0, mended.stdout);
  assert.match(mended.stdout, /is sound/);
  assert.deepEqual(column("select pages from run"), [2]);
});

test("what cannot be told from other rows stays broken, and says so", async (t) => {
  const dbPath = await crawledDatabase(t, await smallSite(t));
  change(dbPath, "PRAGMA foreign_keys = OFF; DELETE FROM frontier WHERE url_id = 1");
  const { code, stdout } = await runCaptured(["fsck", "--repair", "--db", dbPath]);
  assert.equal(code, 6);
  assert.match(stdout, /^ +1 +urls_known /m);
});

test("beside a live crawl fsck reads and does not repair", async (t) => {
  const dbPath = await crawledDatabase(t, await smallSite(t));
  const lock = RunLock.acquire(dbPath);
  assert.ok(lock !== null);
  t.after(() => lock.release());
  assert.equal((await runCaptured(["fsck", "--db", dbPath])).code, 0);
  const { code, stdout, stderr } = await runCaptured(["fsck", "--repair", "--db", dbPath]);
  assert.equal(code, 3);
  assert.equal(stdout, "");
  assert.match(stderr, /^webspool: Another webspool process [^\n]+ repair it when [^\n]+\n$/);
});

test("a run that lost its process is ended by --repair, and the next crawl continues it", async (t) => {
  const site = await smallSite(t);
  const dbPath = await crawledDatabase(t, site);
  change(
    dbPath,
    `UPDATE run SET state = 'running', reason = NULL, finished_at = NULL;
     UPDATE session SET closed_at = NULL;
     UPDATE connection SET closed_at = NULL, close_reason = NULL`,
  );
  // So it looks after kill -9: nothing is broken, only open.
  assert.equal((await runCaptured(["fsck", "--db", dbPath])).code, 0);
  const { code, stderr } = await runCaptured(["fsck", "--repair", "--db", dbPath]);
  assert.equal(code, 0);
  assert.match(stderr, /^run 1 had no process any more/);
  const { rows, column } = questions(dbPath);
  assert.deepEqual(rows("select state, reason from run"), [
    { state: "interrupted", reason: "process_ended" },
  ]);
  assert.deepEqual(column("select count(*) from connection where closed_at is null"), [0]);

  const options = { seeds: [`${site.origin}/`], sitemaps: false, threads: 1 };
  const result = await newCrawl(dbPath, options).run();
  assert.deepEqual([result?.runId, result?.state, result?.counters.pages], [1, "finished", 2]);
});

test("without a database fsck makes none, with --repair neither", async (t) => {
  const dbPath = temporaryDatabase(t);
  for (const more of [[], ["--repair"]]) {
    const { code, stderr } = await runCaptured(["fsck", "--db", dbPath, ...more]);
    assert.equal(code, 2);
    assert.match(stderr, /^webspool: There is no database [^\n]+\n$/);
  }
  assert.deepEqual(readdirSync(dirname(dbPath)), []);
});
