/** `webspool status` as others see a crawl: while it runs, when it was killed, when it ended. */
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { runCli, startCli, temporaryFolder } from "../helpers/cli-process.ts";
import { runCaptured } from "../helpers/captured-terminal.ts";
import { temporaryDatabase } from "../helpers/crawl-run.ts";
import { startSite, type Site } from "../helpers/site-server.ts";
import { readStatus } from "../../src/cli/read-status.ts";
import type { HostState } from "../../src/frontier-store.ts";
import { CrawlDatabase } from "../../src/storage/index.ts";
import { NOW, Planted, PROCESS } from "../storage/planted.ts";

const NO_STATE: HostState = {
  crawlDelayMs: null,
  nextFetchAt: null,
  backoffUntil: null,
  failures: 0,
  runId: null,
  throttled: 0,
  slowedDelayMs: null,
  autoDelayMs: null,
  robotsTries: 0,
  failure: null,
};

type Json = Record<string, unknown>;

/** Three pages and a broken link are answered, everything else is held back until the site closes. */
async function heldSite(t: TestContext): Promise<{ site: Site; held: Promise<void> }> {
  const held = Promise.withResolvers<void>();
  const links = Array.from({ length: 30 }, (_, at) => `<a href="/held/${at}">x</a>`).join("");
  const site = await startSite((req, res) => {
    if (req.url?.startsWith("/held/") === true) {
      held.resolve();
      return;
    }
    res.setHeader("content-type", "text/html");
    res.statusCode = ["/", "/a", "/b"].includes(req.url ?? "") ? 200 : 404;
    res.end(`<title>x</title><a href="/a">a</a><a href="/b">b</a><a href="/gone">c</a>${links}`);
  });
  t.after(() => site.close());
  return { site, held: held.promise };
}

async function statusOf(t: TestContext, cwd: string): Promise<Json> {
  const { code, stdout, stderr } = await runCli(t, cwd, "status", "--db", "x.db", "--json");
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^\{[^\n]*\}\n$/);
  return JSON.parse(stdout) as Json;
}

void describe("webspool status", { concurrency: 2 }, () => {
  void test("a live run is seen from another process, and a killed one is known to be gone at once", async (t) => {
    const cwd = temporaryFolder(t);
    const { site, held } = await heldSite(t);
    const args = ["--db", "x.db", "--threads", "1", "--per-host", "4", "--no-sitemaps"];
    const crawl = startCli(t, cwd, "crawl", `${site.origin}/`, ...args, "--max-duration", "1h");
    const early = await Promise.race([held, crawl.ended]);
    assert.equal(early, undefined, early?.stderr);

    // The last of what is in flight is committed in the turn that hands it out.
    let live = await statusOf(t, cwd);
    for (let tries = 0; live["in_flight"] !== 4 && tries < 100; tries++)
      live = await statusOf(t, cwd);
    assert.equal(live["live"], true);
    assert.equal(live["pid"], crawl.child.pid);
    assert.equal(live["pending"], 26);
    assert.deepEqual(live["error_kinds"], [{ error: null, status: 404, count: 1 }]);
    assert.equal(live["left_at_least"], true);
    assert.equal(live["waiting_host_count"], 1);
    const [host] = live["waiting_hosts"] as Json[];
    assert.deepEqual([host?.["origin"], host?.["pending"]], [site.origin, 26]);
    const [run] = live["runs"] as Json[];
    assert.equal(live["ends_by"], Number(run?.["started_at"]) + 3_600_000);
    assert.ok(Number(live["pages_per_second_now"]) > 0);
    const pid = await runCli(t, cwd, "status", "--db", "x.db", "--pid");
    assert.deepEqual([pid.code, pid.stdout], [0, `${crawl.child.pid}\n`]);
    const text = await runCli(t, cwd, "status", "--db", "x.db");
    assert.match(text.stdout, /^x\.db: run 1 is running, process \d+ on /);
    assert.match(text.stdout, /^ {2}4 pages, 26 pending, 4 in flight, 1 error, /m);

    crawl.child.kill("SIGKILL");
    await crawl.ended;
    const gone = await statusOf(t, cwd);
    assert.equal(gone["live"], false);
    assert.equal(gone["pid"], null);
    assert.equal(gone["ends_by"], null);
    assert.equal(gone["pages_per_second_now"], null);
    assert.equal(gone["in_flight"], 4, "what was in flight will be asked again");
    const none = await runCli(t, cwd, "status", "--db", "x.db", "--pid");
    assert.deepEqual([none.code, none.stdout], [0, ""]);
    const after = await runCli(t, cwd, "status", "--db", "x.db");
    assert.match(after.stdout, /^x\.db: run 1 was last heard of .*; the next crawl continues it\n/);
  });

  void test("--watch shows it again until Ctrl-C, which is its success", async (t) => {
    const cwd = temporaryFolder(t);
    const site = await startSite({ "/": "<title>x</title>" });
    t.after(() => site.close());
    const made = await runCli(t, cwd, "crawl", `${site.origin}/`, "--db", "x.db", "--quiet");
    assert.equal(made.code, 0, made.stderr);
    const watching = startCli(t, cwd, "status", "--db", "x.db", "--json", "--watch", "100ms");
    let lines = 0;
    watching.child.stdout?.on("data", (text: string) => {
      lines += text.split("\n").length - 1;
      if (lines >= 3) watching.child.kill("SIGINT");
    });
    const { code, signal, stdout, stderr } = await watching.ended;
    assert.deepEqual([code, signal, stderr], [0, null, ""]);
    const shown = stdout.trimEnd().split("\n");
    assert.ok(shown.length >= 3);
    for (const line of shown) assert.equal((JSON.parse(line) as Json)["live"], false);
  });
});

test("what a host's robots.txt, its 429s and --delay auto ask for is part of its estimate", (t) => {
  const interval = (
    host: Partial<HostState>,
    settings: Readonly<Record<string, unknown>>,
  ): unknown => {
    const planted = new Planted(t);
    const runId = planted.db.transaction(() =>
      planted.db.beginRun({
        ...PROCESS,
        seeds: [],
        now: NOW,
        settings: { perHost: 1, ...settings },
      }),
    );
    planted.add(runId, "https://a.example/1");
    planted.add(runId, "https://a.example/2");
    const { hostId } = planted.db.transaction(() =>
      planted.db.frontier.intern("https://a.example/1", runId, null),
    );
    planted.db.transaction(() => planted.db.frontier.saveHost(hostId, { ...NO_STATE, ...host }));
    const waiting = readStatus(planted.path, NOW).last?.waitingHosts[0];
    assert.equal(waiting?.leftMs, (waiting?.intervalMs ?? 0) * 2);
    return waiting?.intervalMs;
  };
  const polite = { delayMs: 1_000, autoDelay: false };
  assert.equal(interval({}, polite), 1_000);
  assert.equal(interval({ crawlDelayMs: 5_000 }, polite), 5_000);
  assert.equal(interval({ crawlDelayMs: 90_000 }, polite), 30_000, "honoured to 30 s");
  assert.equal(interval({ slowedDelayMs: 8_000, crawlDelayMs: 5_000 }, polite), 8_000);
  assert.equal(interval({ autoDelayMs: 300 }, polite), 1_000, "only where it was asked for");
  assert.equal(interval({ autoDelayMs: 300 }, { ...polite, autoDelay: true }), 300);
});

test("the keys of --json are those that docs/cron.md names", async (t) => {
  const dbPath = temporaryDatabase(t);
  CrawlDatabase.open(dbPath).close();
  const { code, stdout } = await runCaptured(["status", "--db", dbPath, "--json"]);
  assert.equal(code, 0);
  const keys = Object.keys(JSON.parse(stdout) as Json);
  const docs = readFileSync(join(import.meta.dirname, "../../docs/cron.md"), "utf8");
  for (const key of keys) assert.ok(docs.includes(`\`${key}\``), key);
  assert.deepEqual(keys, [
    "database",
    "now",
    "live",
    "pid",
    "pending",
    "in_flight",
    "pages_per_second_now",
    "pages_per_second",
    "reuse_ratio",
    "left_ms",
    "left_at_least",
    "ends_by",
    "error_kinds",
    "waiting_hosts",
    "waiting_host_count",
    "warnings",
    "runs",
  ]);
});

test("status makes and changes no file", async (t) => {
  const cwd = temporaryFolder(t);
  const db = join(cwd, "x.db");
  CrawlDatabase.open(db).close();
  const before = statSync(db);
  const { code, stdout } = await runCaptured(["status", "--db", db]);
  assert.equal(code, 0);
  assert.equal(stdout, `${db} has no run yet\n`);
  assert.equal(statSync(db).mtimeMs, before.mtimeMs);
  assert.equal(statSync(`${db}-lock`, { throwIfNoEntry: false }), undefined);
});

test("two forms of output exclude each other", async () => {
  const { code, stderr } = await runCaptured(["status", "--json", "--pid"]);
  assert.equal(code, 2);
  assert.match(stderr, /--json and --pid exclude each other/);
});
