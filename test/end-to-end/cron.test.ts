/** What a job scheduler sees of `webspool crawl --quiet`: its exit code, its streams, its log. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { runCli, startCli, temporaryFolder, type CliProcess } from "../helpers/cli-process.ts";
import { questions } from "../helpers/crawl-run.ts";
import { startSite, type Route, type Site } from "../helpers/site-server.ts";

const QUICK = ["--threads", "1", "--no-sitemaps"] as const;

async function siteOf(
  t: TestContext,
  routes: Readonly<Record<string, Route>> | Extract<Route, (...args: never[]) => unknown>,
): Promise<Site> {
  const site = await startSite(routes);
  t.after(() => site.close());
  return site;
}

/** A site that answers robots.txt, and the rest once it is opened. */
async function heldSite(
  t: TestContext,
): Promise<{ site: Site; reached: (by: CliProcess) => Promise<void>; open: () => void }> {
  const held = Promise.withResolvers<void>();
  const waiting: (() => void)[] = [];
  let isOpen = false;
  const site = await siteOf(t, (req, res) => {
    const answer = (): void => {
      res.setHeader("content-type", "text/html").end("<title>x</title>");
    };
    if (req.url === "/robots.txt") res.writeHead(404).end();
    else if (isOpen) answer();
    else {
      waiting.push(answer);
      held.resolve();
    }
  });
  return {
    site,
    async reached(by) {
      const early = await Promise.race([held.promise, by.ended]);
      assert.equal(early, undefined, early?.stderr);
    },
    open() {
      isOpen = true;
      for (const answer of waiting.splice(0)) answer();
    },
  };
}

function linesOf(file: string): Record<string, unknown>[] {
  const text = readFileSync(file, "utf8");
  // It may have been opened a moment ago.
  if (text === "") return [];
  assert.ok(text.endsWith("\n"));
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const ONE_SENTENCE = /^webspool: [^\n]+\.\n$/;

void describe("webspool crawl --quiet as a job", { concurrency: 3 }, () => {
  void test("a run that ends well says nothing at all, however it is recorded", async (t) => {
    const cwd = temporaryFolder(t);
    const site = await siteOf(t, { "/": '<a href="/gone">x</a>' });
    const args = ["--db", "x.db", "--quiet", "--if-running", "skip", "--max-duration", "1h"];
    const records = ["--log", "x.log", "--metrics-file", "x.prom"];
    const ended = await runCli(t, cwd, "crawl", `${site.origin}/`, ...args, ...records, ...QUICK);
    assert.deepEqual(ended, { code: 0, signal: null, stdout: "", stderr: "" });
    assert.ok(existsSync(join(cwd, "x.log")) && existsSync(join(cwd, "x.prom")));
  });

  void test("wrong usage and seeds that all fail are one sentence each on stderr", async (t) => {
    const cwd = temporaryFolder(t);
    const site = await siteOf(t, {});
    const wrong = await runCli(t, cwd, "crawl", `${site.origin}/`, "--quiet", "--max-pages", "no");
    assert.deepEqual([wrong.code, wrong.stdout], [2, ""]);
    assert.match(wrong.stderr, ONE_SENTENCE);
    const failed = await runCli(t, cwd, "crawl", `${site.origin}/`, "--quiet", ...QUICK);
    assert.deepEqual([failed.code, failed.stdout], [7, ""]);
    assert.match(failed.stderr, ONE_SENTENCE);
  });

  void test("a job that finds the last one at work is silent with skip, one sentence without", async (t) => {
    const cwd = temporaryFolder(t);
    const { site, reached, open } = await heldSite(t);
    const args = ["crawl", `${site.origin}/`, "--db", "x.db", "--quiet", ...QUICK];
    const first = startCli(t, cwd, ...args);
    await reached(first);
    const skipped = await runCli(t, cwd, ...args, "--if-running", "skip");
    assert.deepEqual(skipped, { code: 0, signal: null, stdout: "", stderr: "" });
    const refused = await runCli(t, cwd, ...args);
    assert.deepEqual([refused.code, refused.stdout], [3, ""]);
    assert.match(refused.stderr, ONE_SENTENCE);
    open();
    assert.equal((await first.ended).code, 0);
  });

  void test("one that a signal stopped says so, after one signal and after two", async (t) => {
    const cwd = temporaryFolder(t);
    const { site, reached, open } = await heldSite(t);
    const args = ["crawl", `${site.origin}/`, "--db", "x.db", "--quiet", ...QUICK];
    const twice = startCli(t, cwd, ...args, "--log", "x.log");
    await reached(twice);
    twice.child.kill("SIGTERM");
    while (!existsSync(join(cwd, "x.log")) || !linesOf(join(cwd, "x.log")).some(isStopping)) {
      const early = await Promise.race([new Promise((go) => setTimeout(go, 50)), twice.ended]);
      assert.equal(early, undefined, "it waits for what is in flight");
    }
    twice.child.kill("SIGTERM");
    const second = await twice.ended;
    assert.deepEqual([second.code, second.stdout], [4, ""]);
    assert.match(second.stderr, ONE_SENTENCE);

    const once = startCli(t, cwd, ...args);
    await reached(once);
    while (site.requests.filter(({ url }) => url === "/").length < 2) {
      await new Promise((go) => setTimeout(go, 20));
    }
    once.child.kill("SIGINT");
    open();
    const first = await once.ended;
    assert.deepEqual([first.code, first.stdout], [4, ""]);
    assert.match(first.stderr, /^webspool: x\.db: stopped by a signal; [^\n]+\.\n$/);
  });

  void test("the log has a line for each outcome, with the fields and levels that docs/cron.md names", async (t) => {
    const cwd = temporaryFolder(t);
    const links = '<a href="/gone">x</a><a href="http://127.0.0.1:1/">y</a>';
    const site = await siteOf(t, { "/": links });
    const more = ["--check", "external", "--allow-private", "--retries", "0", ...QUICK];
    const args = ["crawl", `${site.origin}/`, "--db", "x.db", "--log", "x.log", "--quiet", ...more];
    const ended = await runCli(t, cwd, ...args);
    assert.equal(ended.code, 0, ended.stderr);
    const lines = linesOf(join(cwd, "x.log"));
    for (const line of lines) {
      assert.deepEqual([line["db"], line["run"], typeof line["pid"]], ["x.db", 1, "number"]);
      assert.equal(typeof line["time"], "number");
    }
    const docs = readFileSync(join(import.meta.dirname, "../../docs/cron.md"), "utf8");
    const fieldsOf = (event: string): string[] => {
      const line = lines.find((one) => one["event"] === event) ?? {};
      const row = docs.split("\n").find((text) => text.startsWith(`| \`${event}\` |`)) ?? "";
      const common = new Set(["level", "time", "pid", "db", "run", "event"]);
      const names = Object.keys(line).filter((name) => !common.has(name));
      for (const name of names) assert.ok(row.includes(`\`${name}\``), `${name} of ${event}`);
      return names;
    };
    assert.deepEqual(fieldsOf("start"), ["continued"]);
    assert.equal(
      fieldsOf("outcome").join(" "),
      "url kind status error detail settled total_ms bytes_body reused new_connection_reason links thread",
    );
    assert.equal(
      fieldsOf("end").join(" "),
      "state reason detail active_ms pages requests requests_reused connections_opened bytes_wire bytes_body errors links",
    );
    const { rows, column } = questions(join(cwd, "x.db"));
    const outcomes = lines.filter(({ event }) => event === "outcome");
    assert.equal(outcomes.length, column("select id from fetch").length);
    const [run] = rows("select pages, requests, errors, links, bytes_wire from run");
    const end = lines.at(-1) ?? {};
    for (const [name, value] of Object.entries(run ?? {})) assert.equal(end[name], value, name);
    assert.equal(outcomes.filter(({ error }) => error === "connect_refused").length, 1);
    for (const { level, error } of outcomes) assert.equal(level, error === null ? "info" : "warn");
  });

  void test("SIGHUP reopens the log of a live crawl, and does not end one that still waits", async (t) => {
    const cwd = temporaryFolder(t);
    const { site, reached, open } = await heldSite(t);
    const args = ["crawl", `${site.origin}/`, "--db", "x.db", ...QUICK];
    const first = startCli(t, cwd, ...args, "--log", "first.log", "--quiet");
    await reached(first);
    const waits = startCli(t, cwd, ...args, "--log", "second.log", "--if-running", "wait");
    const log = join(cwd, "first.log");
    await waits.said("waiting for it to end");
    while (!existsSync(log)) await new Promise((go) => setTimeout(go, 20));
    renameSync(log, `${log}.1`);
    first.child.kill("SIGHUP");
    while (!existsSync(log)) {
      const early = await Promise.race([new Promise((go) => setTimeout(go, 20)), first.ended]);
      assert.equal(early, undefined, "SIGHUP ended it");
    }
    waits.child.kill("SIGHUP");
    open();
    assert.equal((await first.ended).code, 0);
    assert.equal((await waits.ended).code, 0);
    assert.equal(linesOf(log).at(-1)?.["event"], "end");
    assert.equal(linesOf(join(cwd, "second.log")).at(-1)?.["event"], "end");
  });

  void test("a log that cannot be opened anew is told, and goes on when the next SIGHUP finds its folder", async (t) => {
    const cwd = temporaryFolder(t);
    const { site, reached, open } = await heldSite(t);
    const folder = join(cwd, "logs");
    mkdirSync(folder);
    const args = ["crawl", `${site.origin}/`, "--db", "x.db", "--quiet", ...QUICK];
    const crawl = startCli(t, cwd, ...args, "--log", "logs/x.log");
    await reached(crawl);
    rmSync(folder, { recursive: true });
    crawl.child.kill("SIGHUP");
    await crawl.said("--log cannot be written (ENOENT");
    mkdirSync(folder);
    crawl.child.kill("SIGHUP");
    while (!existsSync(join(folder, "x.log"))) {
      const early = await Promise.race([new Promise((go) => setTimeout(go, 20)), crawl.ended]);
      assert.equal(early, undefined, "it ended");
    }
    open();
    const { code, stderr } = await crawl.ended;
    assert.equal(code, 0);
    assert.match(stderr, ONE_SENTENCE);
    assert.equal(linesOf(join(folder, "x.log")).at(-1)?.["event"], "end");
  });
});

function isStopping({ event }: Record<string, unknown>): boolean {
  return event === "stopping";
}
