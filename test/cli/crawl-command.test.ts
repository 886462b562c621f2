/** `webspool crawl` and the commands that read what it wrote, as a user sees them. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runCaptured } from "../helpers/captured-terminal.ts";
import { startSite, type Site } from "../helpers/site-server.ts";

const folder = mkdtempSync(join(tmpdir(), "webspool-crawl-"));
const db = join(folder, "it's a.db");
const log = join(folder, "crawl.log");
let site: Site;

before(async () => {
  site = await startSite({
    "/": '<title>\u001b]0;owned\u0007Start</title><a href="/a">a</a> <a href="/gone">gone</a>',
    "/a": '<title>=1+1</title><a href="/">back</a>',
    "/robots.txt": { status: 404 },
  });
});
after(async () => {
  await site.close();
  rmSync(folder, { recursive: true });
});

async function crawl(...args: string[]): ReturnType<typeof runCaptured> {
  return await runCaptured(["crawl", `${site.origin}/`, "--db", db, "--threads", "1", ...args]);
}

test("a crawl begins with database and run, and ends with the report and what to do next", async () => {
  const { code, stdout, stderr } = await crawl("--log", log, "-H", "X-Token: s3cret");
  assert.equal(code, 0, stderr);
  assert.equal(stderr, `${db}: run 1, new\n`);
  assert.match(stdout, /^Run 1 finished after .*: nothing was left to fetch\n/);
  assert.match(stdout, /^ {2}Pages +3 /m);
  assert.match(stdout, /^ {2}Errors +1 /m);
  assert.match(stdout, /^ {2}404 +1 +Not Found$/m);
  assert.match(stdout, /^ {2}first_use +1 /m);
  assert.ok(stdout.includes(`webspool report --db '${folder}/it'\\''s a.db'\n`), stdout);
  assert.ok(site.requests.every(({ headers }) => headers["x-token"] === "s3cret"));
});

test("the log has one JSON object a line, from the start to the end, without secrets", () => {
  const text = readFileSync(log, "utf8");
  assert.ok(text.endsWith("\n"));
  assert.ok(!text.includes("s3cret"));
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const events = lines.map(({ event }) => event);
  assert.equal(events[0], "start");
  assert.equal(events.at(-1), "end");
  const pages = lines.filter(({ event, kind }) => event === "outcome" && kind === "page");
  assert.deepEqual(
    new Map(pages.map(({ url, status }) => [String(url).slice(site.origin.length), status])),
    new Map([
      ["/", 200],
      ["/a", 200],
      ["/gone", 404],
    ]),
  );
  for (const line of lines) assert.equal(typeof line["time"], "number");
});

test("--json is one object on stdout, the same as the report's", async () => {
  const { code, stdout } = await crawl("--json", "--quiet");
  assert.equal(code, 0);
  const summary = JSON.parse(stdout) as Record<string, unknown>;
  assert.equal(summary["run"], 2);
  assert.equal(summary["state"], "finished");
  assert.equal(summary["pages"], 3);
  assert.equal(summary["errors"], 1);
  const requests = Number(summary["requests"]);
  const reused = Number(summary["requests_reused"]);
  assert.equal(summary["reuse_ratio"], Math.round((reused / requests) * 10_000) / 10_000);
  const report = await runCaptured(["report", "--db", db, "--json"]);
  assert.deepEqual(JSON.parse(report.stdout), summary);
  const first = await runCaptured(["report", "--db", db, "--json", "--run", "1"]);
  assert.equal((JSON.parse(first.stdout) as { run: number }).run, 1);
});

test("--quiet says nothing at all when all is well", async () => {
  assert.deepEqual(await crawl("--quiet"), { code: 0, stdout: "", stderr: "" });
});

test("without seeds the last run's are crawled again", async () => {
  const { code, stderr } = await runCaptured(["crawl", "--db", db, "--threads", "1"]);
  assert.equal(code, 0);
  assert.match(stderr, /: run 4, new\n/);
});

test("the run keeps the settings, without header values", async () => {
  const query = "select settings, seeds from run where id = 1";
  const { stdout } = await runCaptured(["sql", "--json", "--db", db, query]);
  const row = JSON.parse(stdout) as { settings: string; seeds: string };
  const settings = JSON.parse(row.settings) as Record<string, unknown>;
  assert.deepEqual(JSON.parse(row.seeds), [`${site.origin}/`]);
  assert.deepEqual(settings["headers"], ["x-token: ***"]);
  assert.equal(settings["profile"], "own");
  assert.equal(settings["threads"], 1);
});

test("status tells the last runs, newest first", async () => {
  const { code, stdout } = await runCaptured(["status", "--db", db]);
  assert.equal(code, 0);
  assert.match(
    stdout,
    /: run 4 finished \(nothing was left to fetch\)\n {2}3 pages, 0 pending, 1 errors?, /,
  );
  const json = await runCaptured(["status", "--db", db, "--json"]);
  const found = JSON.parse(json.stdout) as { live: boolean; runs: { run: number }[] };
  assert.equal(found.live, false);
  assert.deepEqual(
    found.runs.map(({ run }) => run),
    [4, 3, 2, 1],
  );
});

test("sql answers as a table, as JSON lines and as CSV, and what a title holds controls nothing", async () => {
  const query = "select url_id, title from v_page where title is not null order by url_id";
  const table = await runCaptured(["sql", "--db", db, query]);
  assert.equal(table.code, 0);
  assert.match(table.stdout, /^url_id {2}title\n------ {2}-+\n +\d+ {2}\\x1b\]0;owned\\x07Start\n/);
  const json = await runCaptured(["sql", "--db", db, "--json", query]);
  const titles = json.stdout
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { title: string }).title);
  assert.deepEqual(titles, ["\u001b]0;owned\u0007Start", "=1+1"]);
  const csv = await runCaptured(["sql", "--db", db, "--csv", query]);
  assert.match(csv.stdout, /^url_id,title\r\n/);
  assert.match(csv.stdout, /\d,'=1\+1\r\n$/);
});

test("sql that is wrong or would write is refused with exit code 2", async () => {
  for (const query of [
    "selec 1",
    "delete from run",
    "pragma user_version = 9",
    "select 1; select 2",
  ]) {
    const { code, stdout, stderr } = await runCaptured(["sql", "--db", db, query]);
    assert.equal(code, 2, query);
    assert.equal(stdout, "");
    assert.match(stderr, /^webspool: [^\n]+\.\n$/);
  }
});

test("a snapshot is a database of its own, and no file is overwritten", async () => {
  const copy = join(folder, "copy.db");
  const made = await runCaptured(["snapshot", "--db", db, copy]);
  assert.deepEqual([made.code, made.stdout], [0, ""]);
  const pages = await runCaptured(["sql", "--csv", "--db", copy, "select count(*) from v_page"]);
  assert.match(pages.stdout, /\r\n3\r\n$/);
  const again = await runCaptured(["snapshot", "--db", db, copy]);
  assert.equal(again.code, 2);
  assert.match(again.stderr, /copy\.db exists/);
});

test("a crawl whose every seed fails has exit code 7 and says why", async () => {
  const dead = await startSite({});
  await dead.close();
  const args = ["--db", join(folder, "dead.db"), "--threads", "1", "--retries", "0"];
  const { code, stdout } = await runCaptured(["crawl", `${dead.origin}/`, ...args]);
  assert.equal(code, 7);
  assert.match(stdout, /^Run 1 finished after .*: every seed failed\n/);

  const quiet = await runCaptured(["crawl", `${dead.origin}/`, ...args, "--quiet"]);
  assert.equal(quiet.code, 7);
  assert.equal(quiet.stdout, "");
  assert.match(quiet.stderr, /dead\.db: every seed failed \(connect_refused\)\.\n$/);
});
