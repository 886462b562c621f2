import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test, type TestContext } from "node:test";
import { NAMED_QUERIES } from "../../src/storage/index.ts";
import { runCaptured, type Captured } from "../helpers/captured-terminal.ts";
import { startCli } from "../helpers/cli-process.ts";
import { newCrawl } from "../helpers/crawl-run.ts";
import { startSite, type Site } from "../helpers/site-server.ts";

const folder = mkdtempSync(join(tmpdir(), "webspool-sql-"));
const dbPath = join(folder, "crawl.db");
let site: Site;

before(async () => {
  site = await startSite({
    "/": "<title>2024</title><a href=/a>to a</a><a href=/gone>gone</a>",
    "/a": "<title>007</title>",
  });
  await newCrawl(dbPath, { seeds: [`${site.origin}/`], sitemaps: false, threads: 1 }).run();
  writeFileSync(join(folder, "one.sql"), "\ufeffSELECT title FROM v_page WHERE title = :title;\n");
});
after(async () => {
  await site.close();
  rmSync(folder, { recursive: true, force: true });
});

async function sql(...args: string[]): Promise<Captured> {
  return await runCaptured(["sql", "--db", dbPath, ...args]);
}

async function csv(...args: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await sql("--csv", ...args);
  assert.equal(code, 0, stderr);
  return stdout.trimEnd().split("\r\n");
}

test("the SQL comes from the command line, a file or standard input", async () => {
  assert.deepEqual(await csv("select title from v_page where title = '007'"), ["title", "007"]);
  assert.deepEqual(await csv("--file", join(folder, "one.sql"), "--param", "title=007"), [
    "title",
    "007",
  ]);
  const piped = await runCaptured(["sql", "-", "--csv", "--db", dbPath], "select 1 + 1 as n\n");
  assert.equal(piped.stdout, "n\r\n2\r\n");
});

test("a parameter is a number where it is written as one, and is found as text all the same", async () => {
  const typeOf = async (value: string): Promise<string | undefined> =>
    (await csv("select typeof(:v) || ' ' || :v", "--param", `v=${value}`))[1];
  assert.equal(await typeOf("20"), "integer 20");
  assert.equal(await typeOf("-1"), "integer -1");
  assert.equal(await typeOf("9007199254740993"), "integer 9007199254740993");
  assert.equal(await typeOf("0.5"), "real 0.5");
  for (const text of ["007", "1e3", "0x10", "1.", "+1", "99999999999999999999"])
    assert.equal(await typeOf(text), `text ${text}`);
  assert.equal(await typeOf("a=b"), "text a=b");
  const titles = "select title from v_page where title = :title";
  assert.deepEqual(await csv(titles, "--param", "title=2024"), ["title", "2024"]);
  assert.deepEqual(await csv(titles, "--param", "title=007"), ["title", "007"]);
  // The sign may be written too, and of one that is given twice the last counts.
  assert.deepEqual(await csv("select :a", "--param", ":a=1", "--param", "a=2"), [":a", "2"]);
  assert.deepEqual(await csv("select $a as x, @a as y", "--param", "a=1"), ["x,y", "1,1"]);
});

test("a named query runs with its defaults, and with what is given in their place", async () => {
  const columns = "source,target,kind,anchor,status,error";
  const row = `${site.origin}/,${site.origin}/gone,a,gone,404,`;
  assert.deepEqual(await csv("@broken-links"), [columns, row]);
  assert.deepEqual(await csv("@broken-links", "--param", "limit=0"), [columns]);
  assert.deepEqual(await csv("@broken-links", "--param", `under=${site.origin}/a`), [columns]);
  // As a browser shows it: without the slash that a canonical URL has.
  const { stdout } = await sql("@path-to", "--param", `url=${site.origin}`, "--json");
  assert.equal((JSON.parse(stdout) as { url: string }).url, `${site.origin}/`);
});

test("--list names every query with what it takes, --show tells its SQL, which can be asked again", async () => {
  const { code, stdout } = await sql("--list");
  assert.equal(code, 0);
  for (const { name, question } of NAMED_QUERIES) {
    assert.ok(stdout.includes(`  @${name} `), name);
    assert.ok(stdout.replaceAll(/\s+/g, " ").includes(question), name);
  }
  for (const line of stdout.split("\n")) assert.ok(line.length <= 100, line);
  const json = await sql("--list", "--json");
  assert.deepEqual(
    json.stdout
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { name: string }).name),
    NAMED_QUERIES.map(({ name }) => name),
  );
  for (const name of ["statuses", "@statuses"]) {
    const shown = await sql("--show", name);
    assert.match(shown.stdout, /^-- statuses: .*\n-- :under .*\(default: everywhere\)\nSELECT /);
    writeFileSync(join(folder, "shown.sql"), shown.stdout);
    const file = join(folder, "shown.sql");
    assert.deepEqual(await csv("--file", file, "--param", "under="), await csv("@statuses"));
  }
});

const WRONG: readonly (readonly [string, readonly string[], RegExp])[] = [
  ["no query", [], /takes one QUERY \(in quotes\), but got none/],
  ["two queries", ["select", "1"], /takes one QUERY .*, but got "1"/],
  ["a query and a file", ["select 1", "--file", "x.sql"], /a QUERY and --file exclude each other/],
  ["a list and a query", ["--list", "--show", "statuses"], /--list and --show exclude each other/],
  ["an unknown name", ["@broken-link"], /no query "@broken-link": did you mean @broken-links\?/],
  ["a name like no other", ["--show", "zzzzzzzz"], /"@zzzzzzzz": webspool sql --list lists all/],
  ["a parameter without a value", ["select 1", "--param", "x"], /--param got "x", but takes NAME=/],
  ["an unknown parameter", ["@thin-pages", "--param", "word=1"], /"word": did you mean words\?/],
  ["one where there is none", ["@depths", "--param", "limit=1"], /"limit": it has none/],
  ["a needed one", ["@links-to"], /needs the URL, as a browser shows it: give --param url=VALUE/],
  [
    "a word for a number",
    ["@runs", "--param", "limit=x"],
    /--param limit got "x", but takes a num/,
  ],
  ["no URL", ["@links-to", "--param", "url=a.example"], /did you mean https:\/\/a\.example\?/],
  ["one that is not given", ["select :a"], /asks for :a: give --param a=VALUE/],
  ["one that is not there", ["select :a", "--param", "a=1", "--param", "b=2"], /b .* has :a\./],
  ["one without a name", ["select ?", "--param", "a=1"], /asks for \?: write :name/],
  ["no such file", ["--file", "none.sql"], /--file cannot read "none\.sql": there is no such/],
  ["a file that is no text", ["--file", "crawl.db"], /crawl\.db": it is no text in UTF-8/],
  ["a pause that is none", ["select 1", "--watch", "2"], /--watch got "2", but takes a duration/],
];

describe("what is wrong is told in one sentence", () => {
  const here = process.cwd();
  before(() => process.chdir(folder));
  after(() => process.chdir(here));
  for (const [name, args, expected] of WRONG) {
    test(name, async () => {
      const { code, stdout, stderr } = await runCaptured(["sql", ...args, "--db", dbPath]);
      assert.match(stderr, expected);
      assert.match(stderr, /^webspool: [^\n]+[.?]\n$/);
      assert.equal(stdout, "");
      assert.equal(code, 2);
    });
  }

  test("a file with a NUL in its middle is not taken for what is before it", async () => {
    writeFileSync("nul.sql", "select 1 \0 and something else");
    const { code, stderr } = await sql("--file", "nul.sql");
    assert.match(stderr, /it is no text in UTF-8/);
    assert.equal(code, 2);
  });
});

/** What was said until it had been asked twice and was ended. */
async function watched(context: TestContext, ...form: string[]): Promise<string> {
  const query = "select count(*) as n from run";
  const args = ["sql", query, "--db", dbPath, "--watch", "100ms", ...form];
  const cli = startCli(context, dirname(dbPath), ...args);
  let text = "";
  const twice = Promise.withResolvers<void>();
  cli.child.stdout?.on("data", (chunk: string) => {
    text += chunk;
    if (text.split("1\n").length > 2 || text.split("1}\n").length > 2) twice.resolve();
  });
  await Promise.race([twice.promise, cli.ended]);
  cli.child.kill("SIGINT");
  const { code, signal, stderr } = await cli.ended;
  assert.deepEqual([code, signal, stderr], [0, null, ""]);
  return text;
}

describe("--watch asks again and again until Ctrl-C, which is no failure", () => {
  test("with an empty line between the answers", async (context) => {
    assert.match(await watched(context), /^n\n-\n1\n\nn\n-\n1\n/);
  });

  test("as JSON a line for every row and nothing between them", async (context) => {
    assert.match(await watched(context, "--json"), /^\{"n":1\}\n\{"n":1\}\n/);
  });
});
