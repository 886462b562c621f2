import assert from "node:assert/strict";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import Database from "better-sqlite3";
import { PendingFile } from "../../src/cli/pending-file.ts";
import { runCaptured, type Captured } from "../helpers/captured-terminal.ts";
import { startCliAs } from "../helpers/cli-process.ts";
import { newCrawl } from "../helpers/crawl-run.ts";
import { duckRows } from "../helpers/duckdb.ts";
import { startSite } from "../helpers/site-server.ts";

const folder = mkdtempSync(join(tmpdir(), "webspool-export-command-"));
const dbPath = join(folder, "crawl.db");

before(async () => {
  const site = await startSite({ "/": "<title>=1+1</title><a href=/gone>gone</a>" });
  try {
    await newCrawl(dbPath, { seeds: [`${site.origin}/`], sitemaps: false, threads: 1 }).run();
  } finally {
    await site.close();
  }
});
after(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: string[]): Promise<Captured> {
  return await runCaptured(["export", "--db", dbPath, ...args]);
}

test("a table, a view, a named query, SQL, a file of SQL and standard input are exported to stdout", async () => {
  const titles = '{"title":"=1+1"}\n';
  const sql = "SELECT title FROM v_page WHERE title IS NOT NULL";
  writeFileSync(join(folder, "titles.sql"), sql);
  assert.equal((await run(sql)).stdout, titles);
  assert.equal((await run("--file", join(folder, "titles.sql"))).stdout, titles);
  assert.equal((await runCaptured(["export", "-", "--db", dbPath], sql)).stdout, titles);
  assert.equal((await run(`${sql} AND title = :t`, "--param", "t=x")).stdout, "");
  const page = await run("PAGE");
  assert.equal((JSON.parse(page.stdout) as { title: string }).title, "=1+1");
  assert.equal(page.stderr, "");
  const broken = await run("@broken-links", "--param", "limit=5");
  assert.equal((JSON.parse(broken.stdout) as { status: number }).status, 404);
  assert.equal((await run("v_broken_link")).stdout.trimEnd().split("\n").length, 1);
});

test("CSV begins a text that is a formula with ', unless it is to be raw", async () => {
  const sql = "SELECT title FROM page";
  assert.equal((await run(sql, "--format", "csv")).stdout, "title\r\n'=1+1\r\n");
  assert.equal((await run(sql, "--format", "csv", "--raw")).stdout, "title\r\n=1+1\r\n");
});

test("a terminal is shown no control characters, whatever the form", async () => {
  const sql = "SELECT char(27) || '[2J' AS t";
  for (const format of ["csv", "jsonl"]) {
    const args = ["export", "--db", dbPath, sql, "--format", format];
    const { stdout } = await runCaptured(args, "", { isTty: true });
    assert.ok(!stdout.includes("\u001b"), format);
    assert.ok(stdout.includes("[2J"), format);
  }
  const file = await run(sql, "--format", "csv");
  assert.ok(file.stdout.includes("\u001b"));
});

const WRONG: readonly (readonly [string, readonly string[], RegExp])[] = [
  ["nothing", [], /takes one TABLE, VIEW, @NAME or QUERY .*, but got none/],
  ["two things", ["page", "link"], /but got "link"/],
  ["a table and --all", ["page", "--all", "x"], /what is to be exported and --all exclude/],
  ["--all and --to", ["--all", "x", "--to", "y.csv"], /--all and --to exclude each other/],
  ["a misspelt table", ["pgae"], /no table or view "pgae": did you mean page\?/],
  ["a view without its v_", ["broken_link"], /did you mean v_broken_link\?/],
  ["an unknown table", ["zzzzzzzzzzz"], /docs\/schema\.md has all of them/],
  ["an unknown query", ["@broken-link"], /did you mean @broken-links\?/],
  ["wrong SQL", ["SELECT missing FROM page"], /cannot be run: no such column: missing/],
  ["SQL that writes", ["DELETE FROM page"], /only read here/],
  ["SQL that fails on a row", ["SELECT json('{')"], /malformed JSON/],
  ["a parameter of a table", ["page", "--param", "a=1"], /a is not asked for: page is a table/],
  ["an ending that tells nothing", ["page", "--to", "x.txt"], /whose ending tells no format/],
  ["compressed Parquet", ["page", "--to", "x.parquet.gz"], /compressed already/],
  ["an unknown form", ["page", "--format", "xls"], /takes one of jsonl, csv, parquet/],
  ["raw JSON", ["page", "--raw"], /--raw says how CSV is written/],
  ["a folder that is not there", ["page", "--to", "no/x.csv"], /its folder does not exist/],
  [
    "the database itself",
    ["page", "--format", "csv", "--force", "--to", dbPath],
    /is what is read/,
  ],
];

describe("what is wrong is said in one sentence, and nothing is written", () => {
  for (const [called, args, message] of WRONG) {
    test(called, async () => {
      const { code, stdout, stderr } = await run(...args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
      assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
      assert.equal(stdout, "");
    });
  }
  test("Parquet on a terminal", async () => {
    const args = ["export", "--db", dbPath, "page", "--format", "parquet"];
    const { code, stderr } = await runCaptured(args, "", { isTty: true });
    assert.equal(code, 2);
    assert.match(stderr, /give --to FILE/);
  });
  test("no database", async () => {
    const { code, stderr } = await runCaptured(["export", "page", "--db", join(folder, "no.db")]);
    assert.equal(code, 2);
    assert.match(stderr, /There is no database/);
  });
});

test("a file that exists is replaced by force only, one or all of a folder", async () => {
  const path = join(folder, "here.csv");
  writeFileSync(path, "mine");
  const refused = await run("page", "--to", path);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /it exists; name a new file, or replace it with --force/);
  assert.equal(readFileSync(path, "utf8"), "mine");
  const forced = await run("page", "--to", path, "--force");
  assert.equal(forced.stderr, `wrote ${path}: 1 row\n`);
  assert.match(readFileSync(path, "utf8"), /^url_id,/);

  const target = join(folder, "some");
  assert.equal((await run("--all", target, "--format", "csv")).code, 0);
  writeFileSync(join(target, "page.csv"), "mine");
  rmSync(join(target, "link.csv"));
  assert.equal((await run("--all", target, "--format", "csv")).code, 2);
  assert.equal(readFileSync(join(target, "page.csv"), "utf8"), "mine");
  assert.ok(!existsSync(join(target, "link.csv")), "all or none");
  const again = await run("--all", target, "--format", "csv", "--force", "--quiet");
  assert.deepEqual([again.code, again.stderr], [0, ""]);
  assert.ok(existsSync(join(target, "link.csv")));
});

test("a link that leads nowhere is no free name, and what belongs to the database is not replaced by force", async () => {
  const link = join(folder, "link.csv");
  symlinkSync("nowhere.csv", link);
  for (const force of [[], ["--force"]]) {
    const { code, stderr } = await run("page", "--to", link, ...force);
    assert.equal(code, 2);
    assert.match(stderr, /it is a link to a file that does not exist/);
    assert.equal(readlinkSync(link), "nowhere.csv");
  }
  for (const suffix of ["", "-bodies", "-lock"]) {
    const path = `${dbPath}${suffix}`;
    if (!existsSync(path)) writeFileSync(path, "bodies");
    const before = readFileSync(path);
    const { code, stderr } = await run("page", "--to", path, "--format", "csv", "--force");
    assert.equal(code, 2, path);
    assert.match(stderr, /it is what is read here, or belongs to it/);
    assert.deepEqual(readFileSync(path), before);
    if (suffix === "-bodies") rmSync(path);
  }
});

test("a name that is taken while the file is written is not replaced without force", async () => {
  const path = join(folder, "raced.csv");
  const file = { path, option: "--to", force: false };
  const pending = await PendingFile.write(file, ["ours"], null);
  writeFileSync(path, "mine");
  assert.throws(() => pending.commit(), /raced\.csv": it has come to exist meanwhile\.$/);
  assert.equal(readFileSync(path, "utf8"), "mine");
  const left = readdirSync(folder).filter((name) => name.startsWith("raced.csv"));
  assert.deepEqual(left, ["raced.csv"]);
});

test("what fails on the way leaves the old file, and nothing beside it", async () => {
  const target = join(folder, "failing");
  assert.equal((await run("--all", target)).code, 0);
  const before = readdirSync(target);
  const path = join(target, "url.parquet");
  const content = readFileSync(path);
  // The first rows are fine.
  const series =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60001) SELECT iif(i < 60000, i, abs(-9223372036854775807 - 1)) AS v FROM n";
  for (const file of [path, join(target, "url.csv")]) {
    const { code, stderr } = await run(series, "--to", file, "--force");
    assert.equal(code, 2);
    assert.match(stderr, /integer overflow/);
  }
  assert.deepEqual(readdirSync(target), before);
  assert.deepEqual(readFileSync(path), content);
});

test("a reader that has seen enough ends the export early, with success", async (context) => {
  const numbers =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) SELECT i FROM n";
  const shell = 'set -o pipefail; "$0" "$@" | head -n 1; exit $?';
  const ended = await startCliAs(
    context,
    folder,
    { shell: `exec bash -c '${shell}' "$0" "$@"` },
    "export",
    "--db",
    dbPath,
    numbers,
  ).ended;
  assert.deepEqual([ended.code, ended.stdout, ended.stderr], [0, '{"i":1}\n', ""]);
});

test(
  "standard output on a disk that is full is told in a sentence, with exit code 5",
  { skip: existsSync("/dev/full") ? false : "the system has no /dev/full" },
  async (context) => {
    const how = { shell: 'exec "$0" "$@" >/dev/full' };
    const { ended } = startCliAs(context, folder, how, "export", "url", "--db", dbPath);
    const { code, stderr } = await ended;
    assert.equal(code, 5, stderr);
    assert.match(stderr, /^webspool: The output cannot be written: the disk is full\..*\n$/);
  },
);

test("an export is of one moment, while a crawl writes", async () => {
  const copy = join(folder, "moment.db");
  assert.equal((await runCaptured(["snapshot", copy, "--db", dbPath])).code, 0);
  const live = new Database(copy);
  live.pragma("journal_mode = WAL");
  live.exec("CREATE TABLE a_tick (n INTEGER) STRICT; CREATE TABLE z_tick (n INTEGER) STRICT");
  const tick = live.transaction(() => {
    live.exec("INSERT INTO a_tick VALUES (1); INSERT INTO z_tick VALUES (1)");
  });
  const timer = setInterval(tick, 1);
  try {
    const target = join(folder, "moment");
    const { code, stderr } = await runCaptured(["export", "--all", target, "--db", copy]);
    assert.equal(code, 0, stderr);
    const [row] = await duckRows(
      `SELECT (SELECT count(*) FROM '${target}/a_tick.parquet') = (SELECT count(*) FROM '${target}/z_tick.parquet')`,
    );
    assert.deepEqual(row, [true]);
    const ticks = live.prepare<[], { n: number }>("SELECT count(*) AS n FROM a_tick").get();
    assert.ok((ticks?.n ?? 0) > 0, "it wrote meanwhile");
  } finally {
    clearInterval(timer);
    live.close();
  }
});
