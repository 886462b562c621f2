/** `webspool prune` on a crawled database, beside a crawl, and killed in the middle. */
import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { CrawlDatabase, RunLock } from "../../src/storage/index.ts";
import { runCaptured } from "../helpers/captured-terminal.ts";
import { startCli } from "../helpers/cli-process.ts";
import { crawlSite, questions, temporaryDatabase } from "../helpers/crawl-run.ts";
import { startSite } from "../helpers/site-server.ts";
import { NO_COUNTERS, NOW, Planted } from "../storage/planted.ts";

const A = "https://a.example";

/** A site whose pages, links and robots.txt are others in each run, crawled four times. */
async function crawled(context: TestContext): Promise<string> {
  let run = 0;
  const site = await startSite((req, res) => {
    const path = req.url ?? "";
    if (path === "/robots.txt") {
      res.end(`User-agent: *\nDisallow: /not/${run}\n`);
    } else if (path === "/" || path === "/next") {
      res.setHeader("content-type", "text/html");
      res.end(`<title>Run ${run}</title><p>${"word ".repeat(run)}<a href="/next">n</a>
        <a href="/only/${run}">only</a>`);
    } else {
      res.writeHead(404).end();
    }
  });
  context.after(() => site.close());
  const dbPath = temporaryDatabase(context);
  for (run = 1; run <= 4; run += 1) {
    const { result } = await crawlSite(context, { dbPath, seeds: [`${site.origin}/`], threads: 1 });
    assert.equal(result.reason, "frontier_empty");
  }
  return dbPath;
}

function assertSound(dbPath: string, when: string): void {
  const db = CrawlDatabase.openReadOnly(dbPath);
  try {
    const broken = db.upkeep.checkInvariants().filter(({ count }) => count > 0);
    assert.deepEqual(broken, [], when);
  } finally {
    db.close();
  }
}

test("a prune tells what went, as --dry-run said before, and fsck finds nothing wrong", async (context) => {
  const dbPath = await crawled(context);
  const prune = async (...args: string[]): Promise<Record<string, unknown>> => {
    const args_ = ["prune", "--db", dbPath, "--keep-runs", "2", "--json", ...args];
    const { code, stdout, stderr } = await runCaptured(args_);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const { column } = questions(dbPath);
  const attempts = Number(column("SELECT count(*) FROM fetch")[0]);
  const counters = column("SELECT requests FROM run");
  const planned = await prune("--dry-run");
  assert.equal(planned["dry_run"], true);
  assert.equal(column("SELECT count(*) FROM fetch")[0], attempts);
  const pruned = await prune();
  assert.deepEqual(pruned["rows"], planned["rows"]);
  const rows = pruned["rows"] as Record<string, number>;
  assert.equal(pruned["first_kept_run"], 3);
  assert.equal(pruned["runs"], 2);
  assert.equal(column("SELECT count(*) FROM fetch")[0], attempts - (rows["fetch"] ?? 0));
  for (const table of ["page", "link", "connection", "session"]) {
    assert.ok((rows[table] ?? 0) > 0, table);
  }
  assert.deepEqual(column("SELECT DISTINCT run_id FROM connection"), [3, 4]);
  assert.deepEqual(column("SELECT requests FROM run"), counters);
  assert.equal(pruned["bytes_after"], statSync(dbPath).size);
  assertSound(dbPath, "after the prune");
  const text = await runCaptured(["prune", "--db", dbPath, "--keep-runs", "2"]);
  assert.match(text.stdout, /^From 2 runs before run 3 went:\n {2}Attempts +0\n/);
  const report = await runCaptured(["report", "--db", dbPath, "--run", "1"]);
  assert.match(report.stdout, /\n {2}It was pruned: the lists count what is left of it\.\n/);
  const none = await runCaptured(["prune", "--db", dbPath, "--keep-runs", "4"]);
  assert.equal(none.stdout, "No run to prune: all are to be kept\n");
  const fsck = await runCaptured(["fsck", "--db", dbPath]);
  assert.equal(fsck.code, 0, fsck.stdout);
});

test("space that a prune frees goes back to the disk, unless --no-vacuum leaves it to the next runs", async (context) => {
  const planted = planMany(context, 300);
  const size = (): number => statSync(planted.path).size;
  const base = ["prune", "--db", planted.path, "--keep-runs", "1"];
  assert.equal((await runCaptured([...base, "--no-vacuum"])).code, 0);
  const before = size();
  const [free] = planted.column("SELECT freelist_count FROM pragma_freelist_count");
  assert.ok(Number(free) > 0);
  const { stdout } = await runCaptured(base);
  assert.match(stdout, / given back\n$/);
  assert.ok(size() < before / 2, `${size()} of ${before} bytes are left`);
});

test("a prune never works beside a crawl", async (context) => {
  const planted = planMany(context, 3);
  const lock = RunLock.acquire(planted.path);
  assert.ok(lock !== null);
  context.after(() => lock.release());
  const base = ["prune", "--db", planted.path, "--keep-runs", "1"];
  // Locks of one process do not keep it out: another has to ask.
  const folder = dirname(planted.path);
  const held = await startCli(context, folder, ...base).ended;
  assert.equal(held.code, 3);
  assert.match(held.stderr, /Another webspool process/);
  const skipped = await startCli(context, folder, ...base, "--if-running", "skip").ended;
  assert.equal(skipped.code, 0);
  assert.match(skipped.stderr, /another process is at work on it, so it was not pruned/);
  assert.deepEqual(planted.column("SELECT count(*) FROM run WHERE pruned_at IS NOT NULL"), [0]);
});

test("wrong usage is refused, and no database is made", async (context) => {
  const dbPath = temporaryDatabase(context);
  for (const [args, said] of [
    [[], /takes --keep-runs N or --older-than D/],
    [["--keep-runs", "0"], /--keep-runs got "0", but takes a whole number of at least 1/],
    [["--older-than", "90"], /--older-than got "90", but takes a duration/],
    [["--keep-runs", "1"], /There is no database/],
  ] as const) {
    const { code, stderr } = await runCaptured(["prune", "--db", dbPath, ...args]);
    assert.equal(code, 2);
    assert.match(stderr, said);
  }
  assert.ok(!existsSync(dbPath) && !existsSync(`${dbPath}-lock`));
});

/** Eight runs of a site, each page with another title and link in each. */
function planMany(context: TestContext, pages: number): Planted {
  const planted = new Planted(context);
  for (let at = 1; at <= 8; at += 1) {
    const run = planted.begin(`${A}/0`);
    planted.db.transaction(() => {
      for (let number = 0; number < pages; number += 1) {
        planted.page(run, {
          url: `${A}/${number}`,
          facts: { title: `Title ${at} of page ${number}`, textHash: String(at).repeat(32) },
          links: [[`${A}/${(number + at) % pages}`], [`${A}/${(number * at) % pages}`]],
        });
      }
      const counters = { ...NO_COUNTERS, pages };
      planted.db.saveRun(run, { counters, activeMs: 1, now: NOW });
    });
    planted.finish(run);
  }
  return planted;
}

test("a prune killed at any moment leaves a sound database, and is finished by the next", async (context) => {
  const planted = planMany(context, 1_500);
  const { db } = planted;
  const whole = join(dirname(planted.path), "whole.db");
  db.upkeep.snapshot(whole);
  const copy = CrawlDatabase.open(whole);
  const plan = copy.upkeep.planPrune({ keepRuns: 2, olderThanMs: null, now: NOW });
  assert.ok(plan !== null);
  copy.upkeep.prune(plan, { now: NOW, dryRun: false });
  copy.close();

  const { column } = questions(planted.path);
  const left = (): string =>
    ["fetch", "page", "link"]
      .map((table) => String(column(`SELECT count(*) FROM ${table}`)[0]))
      .join();
  const args = ["prune", "--db", planted.path, "--keep-runs", "2"];
  let kills = 0;
  for (let round = 0; round < 3; round += 1) {
    const before = left();
    const cli = startCli(context, dirname(planted.path), ...args);
    const waited = new AbortController();
    void cli.ended.then(() => waited.abort());
    while (!waited.signal.aborted && left() === before) await pause(1);
    if (cli.child.kill("SIGKILL")) kills += 1;
    await cli.ended;
    assertSound(planted.path, `after kill ${round + 1}`);
  }
  assert.ok(kills > 0, "no prune was caught in the middle");
  const last = await startCli(context, dirname(planted.path), ...args).ended;
  assert.equal(last.code, 0, last.stderr);
  assertSound(planted.path, "at the end");
  for (const table of ["fetch", "page", "link"]) {
    const rows = `SELECT * FROM ${table} ORDER BY 1, 2`;
    assert.deepEqual(questions(planted.path).rows(rows), questions(whole).rows(rows), table);
  }
});
