import assert from "node:assert/strict";
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { runCaptured, type Captured } from "../helpers/captured-terminal.ts";
import { newCrawl } from "../helpers/crawl-run.ts";
import { startSite, type Site } from "../helpers/site-server.ts";

const EXAMPLE = join(import.meta.dirname, "../../docs/check-rules.sql");
const folder = mkdtempSync(join(tmpdir(), "webspool-check-"));
const here = process.cwd();
let site: Site;

const SOUND: Record<string, string> = Object.fromEntries(
  Array.from({ length: 12 }, (_, n) => [
    n === 0 ? "/" : `/${n}`,
    `<title>Page ${n}</title><meta name=description content="It is ${n}">
      <a href=/${(n % 11) + 1}>the next</a>`,
  ]),
);

before(async () => {
  process.chdir(folder);
  site = await startSite({
    ...SOUND,
    "/flawed": `<a href=/gone>gone &amp; "lost" &lt;b&gt;</a><a href=/gone2>\u001b[2J]]&gt;</a><a href=/>home</a>`,
  });
  for (const [db, path] of [
    ["sound.db", "/"],
    ["flawed.db", "/flawed"],
  ] as const) {
    const seeds = [`${site.origin}${path}`];
    await newCrawl(join(folder, db), { seeds, sitemaps: false, threads: 1 }).run();
  }
});
after(async () => {
  process.chdir(here);
  await site.close();
  rmSync(folder, { recursive: true, force: true });
});

async function check(rules: string, ...args: string[]): Promise<Captured> {
  writeFileSync("rules.sql", rules);
  return await runCaptured(["check", "rules.sql", "--db", "flawed.db", ...args]);
}

const BROKEN =
  "-- check: no broken links\nSELECT target, status FROM v_broken_link ORDER BY target;\n";
const RUNS = "-- check: there are runs\nSELECT 1 WHERE NOT EXISTS (SELECT 1 FROM run);\n";

test("the example of the docs holds for a sound site, and tells what is wrong with another", async () => {
  const sound = await runCaptured(["check", EXAMPLE, "--db", "sound.db"]);
  assert.deepEqual([sound.code, sound.stderr], [0, ""], sound.stdout);
  assert.match(sound.stdout, /\nsound\.db holds all of 10 checks\n$/);

  const flawed = await runCaptured(["check", EXAMPLE, "--db", "flawed.db", "--json"]);
  assert.equal(flawed.code, 6);
  const { passed, checks } = JSON.parse(flawed.stdout) as {
    passed: boolean;
    checks: { name: string; verdict: string; rows: number; first_rows: object[] }[];
  };
  assert.equal(passed, false);
  assert.deepEqual(
    checks.filter(({ verdict }) => verdict === "failed").map(({ name, rows }) => [name, rows]),
    [
      ["no link leads to an error", 2],
      ["every page has a title", 1],
      ["every page has a description", 1],
    ],
  );
  assert.deepEqual(checks[4]?.first_rows, [{ url: `${site.origin}/flawed` }]);
});

test("a rule that finds rows fails with the first of them, its place, and exit code 6", async () => {
  const { code, stdout, stderr } = await check(`${RUNS}\n${BROKEN}`, "--rows", "1");
  assert.equal(stderr, "");
  assert.deepEqual(stdout.split("\n"), [
    "ok    there are runs",
    "FAIL  no broken links: 2 rows (rules.sql:4)",
    `      target${" ".repeat(site.origin.length - 1)}  status`,
    `      ${"-".repeat(site.origin.length + 5)}  ------`,
    `      ${site.origin}/gone     404`,
    "      ... and 1 more",
    "",
    "flawed.db breaks 1 of 2 checks",
    "",
  ]);
  assert.equal(code, 6);
  const holds = await check(RUNS);
  assert.equal(holds.stdout, "ok    there are runs\n\nflawed.db holds all of 1 check\n");
  assert.equal(holds.code, 0);
});

test("rules come from several files and standard input, and take parameters", async () => {
  writeFileSync("more.sql", "-- check: few pages\nSELECT url FROM v_page WHERE url_id > :most");
  const args = ["rules.sql", "more.sql", "-", "more.sql", "--db", "flawed.db"];
  writeFileSync("rules.sql", RUNS);
  const piped = "-- Check:  piped \nVALUES (:most)";
  const { code, stdout } = await runCaptured(["check", ...args, "--param", "most=1000"], piped);
  assert.equal(code, 6);
  assert.deepEqual(
    stdout.split("\n").filter((line) => /^(ok|FAIL) /.test(line)),
    ["ok    there are runs", "ok    few pages", "FAIL  piped: 1 row (-:1)"],
  );
  const listed = await runCaptured(["check", "rules.sql", "more.sql", "--list", "--db", "none.db"]);
  assert.deepEqual(
    [listed.code, listed.stdout],
    [0, "there are runs (rules.sql:1)\nfew pages (more.sql:1)\n"],
  );
});

const WRONG: readonly (readonly [string, string, RegExp])[] = [
  ["a query without a name", "select 1;", /line 1: the query has no name: write "-- check:/],
  ["a name without a query", "-- check: a\n", /line 1: "a" has no query: write a SELECT/],
  ["two names for one query", "-- check: a\n-- check: b\nselect 1", /line 1: "a" has no query/],
  ["an empty name", "\n-- check:\nselect 1", /line 2: the check has no name: say after "check:"/],
  [
    "a name that stands twice",
    "-- check: a\nselect 1;\n-- check: a\nselect 2",
    /line 3: "a" stands in line 1 already/,
  ],
  [
    "a semicolon that was forgotten",
    "-- check: a\nselect 1\n-- check: b\nselect 2;",
    /line 3: "b" begins before the query above it has ended: put a ; there/,
  ],
  ["no rule at all", "-- nothing\n;", /rules\.sql has no check: write "-- check: what must hold"/],
  ["an empty file", "", /rules\.sql has no check/],
  ["SQL that is none", "-- check: a\n\nselec 1", /rules\.sql, line 3: near "selec": syntax error/],
  ["an unknown table", "-- check: a\nselect 1 from nowhere", /line 2: no such table: nowhere/],
  ["an unknown column", "-- check: a\nselect x from run", /line 2: no such column: x/],
  ["a statement that writes", "-- check: a\ndelete from run", /line 2: a check only asks: write a/],
  [
    "one that writes and answers",
    "-- check: a\ndelete from run returning id",
    /line 2: a check only asks/,
  ],
  ["a pragma", "-- check: a\npragma user_version", /line 2: a check only asks/],
  ["an explanation", "-- check: a\nexplain select 1", /line 2: a check only asks/],
  ["a parameter that is not given", "-- check: a\nselect :x", /line 2: The SQL asks for :x: give/],
  ["a parameter without a name", "-- check: a\nselect ?", /line 2: The SQL asks for \?: write/],
];

describe("what is wrong with a file of rules is told with its line, and nothing is run", () => {
  for (const [name, rules, expected] of WRONG) {
    test(name, async () => {
      // What comes after it is sound, and would fail.
      const isEmpty = name === "an empty file" || name === "no rule at all";
      for (const text of isEmpty ? [rules] : [rules, `${rules};\n-- check: fails\nSELECT 1`]) {
        const { code, stdout, stderr } = await check(text, "--junit", "none.xml");
        assert.match(stderr, expected);
        assert.match(stderr, /^webspool: [^\n]+\.\n$/);
        assert.equal(stdout, "");
        assert.equal(code, 2);
        assert.ok(!existsSync("none.xml"));
      }
    });
  }

  test("a wrong rule in the second file keeps those of the first from running", async () => {
    writeFileSync("second.sql", "\n\n-- check: wrong\nselect missing");
    const { code, stdout, stderr } = await check(BROKEN, "second.sql");
    assert.match(stderr, /^webspool: second\.sql, line 4: no such column: missing\.\n$/);
    assert.deepEqual([code, stdout], [2, ""]);
  });

  for (const [name, args, expected] of [
    ["no file", [], /check takes at least 1 FILE/],
    ["a file that is not there", ["none.sql"], /cannot read "none\.sql": there is no such file/],
    ["a parameter that no rule has", ["rules.sql", "--param", "x=1"], /--param x is not asked for/],
    ["no database", ["rules.sql", "--db", "none.db"], /There is no database none\.db/],
    [
      "a folder for the report",
      ["rules.sql", "--junit", "."],
      /--junit cannot write "\.": it is a/,
    ],
    ["no folder for the report", ["rules.sql", "--junit", "no/x.xml"], /its folder does not exist/],
    [
      "the database for the report",
      ["rules.sql", "--junit", "flawed.db", "--force"],
      /"flawed\.db": it is what is read here/,
    ],
    [
      "the rules for the report",
      ["rules.sql", "--junit", "./rules.sql", "--force"],
      /it is what is read here/,
    ],
  ] as const) {
    test(name, async () => {
      writeFileSync("rules.sql", BROKEN);
      const before = readFileSync("rules.sql", "utf8");
      const { code, stdout, stderr } = await runCaptured(["check", "--db", "flawed.db", ...args]);
      assert.match(stderr, expected);
      assert.match(stderr, /^webspool: [^\n]+\.\n$/);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.equal(readFileSync("rules.sql", "utf8"), before);
    });
  }
});

test("a rule that breaks off while it runs is an error: the others are told, and the exit code is 2", async () => {
  const late = `-- check: breaks off\nSELECT json(iif(id > 0, 'no json', '{}')) FROM run;\n`;
  const { code, stdout, stderr } = await check(`${late}${BROKEN}`, "--junit", "late.xml");
  assert.equal(code, 2);
  assert.match(
    stderr,
    /^webspool: rules\.sql, line 1: breaks off cannot be asked: malformed JSON\.\n$/,
  );
  assert.match(
    stdout,
    /^ERROR breaks off: cannot be asked: malformed JSON \(rules\.sql:1\)\nFAIL /,
  );
  const xml = readFileSync("late.xml", "utf8");
  assert.match(xml, /failures="1" errors="1"/);
  assert.match(xml, /<error message="cannot be asked: malformed JSON" type="sql">/);
});

test("--junit is written beside the text, and over no file but with --force", async () => {
  const first = await check(`${RUNS}${BROKEN}`, "--junit", "report.xml");
  assert.equal(first.code, 6);
  assert.match(first.stdout, /breaks 1 of 2 checks/);
  const written = readFileSync("report.xml", "utf8");
  const again = await check(RUNS, "--junit", "report.xml");
  assert.deepEqual([again.code, again.stdout], [2, ""]);
  assert.match(
    again.stderr,
    /"report\.xml": it exists; name a new file, or replace it with --force/,
  );
  assert.equal(readFileSync("report.xml", "utf8"), written);
  assert.equal((await check(RUNS, "--junit", "report.xml", "--force")).code, 0);
  assert.match(readFileSync("report.xml", "utf8"), /tests="1" failures="0"/);
  // Behind a link stands the file that is meant.
  symlinkSync("report.xml", "link.xml");
  assert.equal((await check(BROKEN, "--junit", "link.xml", "--force")).code, 6);
  assert.ok(lstatSync("link.xml").isSymbolicLink());
  assert.match(readFileSync("report.xml", "utf8"), /tests="1" failures="1"/);
  assert.ok(!readdirSync(folder).some((name) => name.includes("partial")));
});
