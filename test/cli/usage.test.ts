/** Bad usage: one sentence on stderr that names what is wrong, exit code 2, nothing created. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, test } from "node:test";
import { COMMANDS } from "../../src/cli/commands/index.ts";
import { runCaptured } from "../helpers/captured-terminal.ts";

const folder = mkdtempSync(join(tmpdir(), "webspool-usage-"));
after(() => rmSync(folder, { recursive: true }));

writeFileSync(
  join(folder, "note.db"),
  "this is a note, not a database, and long enough to be read",
);
writeFileSync(join(folder, "bad.json"), '{ "maxPage": 5 }');
writeFileSync(join(folder, "value.json"), '{ "delay": 5 }');
writeFileSync(join(folder, "broken.json"), "{ maxPages");
writeFileSync(join(folder, "seeds.txt"), "http://127.0.0.1:1/\nexample.com\n");
writeFileSync(join(folder, "headers.txt"), "s3cret\n");
mkdirSync(join(folder, "folder.db"));
const foreign = new DatabaseSync(join(folder, "foreign.db"));
foreign.exec("CREATE TABLE t (a); PRAGMA application_id = 7");
foreign.close();

const SEED = "http://127.0.0.1:1/";

const BAD_USAGE: readonly (readonly [string, readonly string[], RegExp])[] = [
  ["an unknown command", ["crwal"], /"crwal": did you mean crawl\?/],
  ["a URL for a command", [SEED], /write webspool crawl http:/],
  ["no seed and no run", ["crawl"], /No seed was given, and data\/crawl\.db has no run/],
  [
    "an unknown option",
    ["crawl", SEED, "--max-page", "3"],
    /"--max-page": did you mean --max-pages\?/,
  ],
  ["a missing value", ["crawl", SEED, "--db"], /--db lacks its value/],
  ["an option for a value", ["crawl", SEED, "--db", "--json"], /--db lacks its value/],
  ["a value for a flag", ["crawl", SEED, "--json=1"], /--json got "1", but takes no value/],
  [
    "a count out of bounds",
    ["crawl", SEED, "--threads", "0"],
    /--threads got "0", but takes .* 1 to 64/,
  ],
  [
    "a lower bound above the upper",
    ["crawl", SEED, "--revisit-min", "2d", "--revisit-max", "1h"],
    /--revisit-min is 2d.*at most --revisit-max, which is 1h/,
  ],
  ["a negative count", ["crawl", SEED, "--max-depth", "-1"], /--max-depth got "-1"/],
  [
    "a duration without unit",
    ["crawl", SEED, "--delay", "5"],
    /--delay got "5", but takes a duration/,
  ],
  [
    "a size that is none",
    ["crawl", SEED, "--max-body", "5X"],
    /--max-body got "5X", but takes a size/,
  ],
  [
    "an unknown choice",
    ["crawl", SEED, "--scope", "all"],
    /--scope got "all", but takes one of host/,
  ],
  ["a wrong expression", ["crawl", SEED, "--include", "("], /--include got "\("/],
  ["a seed without scheme", ["crawl", "example.com"], /did you mean https:\/\/example\.com\?/],
  ["a seed of another scheme", ["crawl", "ftp://example.com/"], /has the scheme ftp/],
  ["a seed that is no URL", ["crawl", "http://"], /"http:\/\/" is not a URL/],
  [
    "a bad seed in a file",
    ["crawl", "--seeds", "seeds.txt"],
    /seeds\.txt, line 2: the seed "example\.com"/,
  ],
  [
    "no file of seeds",
    ["crawl", "--seeds", "none.txt"],
    /--seeds cannot read "none\.txt": there is no such file/,
  ],
  ["no config file", ["crawl", SEED, "--config", "none.json"], /--config cannot read "none\.json"/],
  [
    "a config file with an unknown key",
    ["crawl", SEED, "--config", "bad.json"],
    /bad\.json: has the unknown key "maxPage": did you mean "maxPages"\?/,
  ],
  [
    "a config file with a bad value",
    ["crawl", SEED, "--config", "value.json"],
    /value\.json: delay got 5, but takes/,
  ],
  [
    "a config file that is no JSON",
    ["crawl", SEED, "--config", "broken.json"],
    /broken\.json: is not JSON/,
  ],
  ["a header without a colon", ["crawl", SEED, "-H", "s3cret"], /--header got "\*\*\*", but takes/],
  [
    "a file of bad headers",
    ["crawl", SEED, "-H", "@headers.txt"],
    /--header, line 1 of "headers\.txt"/,
  ],
  [
    "a user agent that no header can carry",
    ["crawl", SEED, "--user-agent", "\u{1f577}"],
    /--user-agent got/,
  ],
  [
    "a log in no folder",
    ["crawl", SEED, "--log", "none/x.log"],
    /--log cannot write "none\/x\.log": its folder/,
  ],
  [
    "a file that is no database",
    ["crawl", SEED, "--db", "note.db"],
    /note\.db cannot be used: it is not an SQLite database/,
  ],
  [
    "a database of another program",
    ["crawl", SEED, "--db", "foreign.db"],
    /foreign\.db cannot be used: it belongs to another/,
  ],
  ["a folder for a database", ["crawl", SEED, "--db", "folder.db"], /folder\.db/],
  ["a database in no folder", ["crawl", SEED, "--db", "no/such/x.db"], /no\/such\/x\.db/],
  ["an argument where none is taken", ["demo", "x"], /demo takes no arguments, but got "x"/],
  ["sql without a query", ["sql", "--db", "note.db"], /sql takes one QUERY/],
  ["sql in two words", ["sql", "select", "1"], /sql takes one QUERY .* but got "1"/],
  [
    "two forms of output",
    ["sql", "select 1", "--json", "--csv"],
    /--json and --csv exclude each other/,
  ],
  ["a report of no database", ["report", "--db", "none.db"], /no database none\.db/],
  ["a status of no database", ["status", "--db", "none.db"], /no database none\.db/],
  ["a query of no database", ["sql", "--db", "none.db", "select 1"], /no database none\.db/],
  ["a snapshot of no database", ["snapshot", "--db", "none.db", "copy.db"], /no database none\.db/],
  ["a probe of nothing", ["probe"], /probe takes at least 1 URL, but got none/],
  ["one run too many", ["diff", "1", "2", "3"], /diff takes at most 2 RUNs, but got "3"/],
  ["a process watched", ["status", "--pid", "--watch", "1s"], /--watch and --pid exclude each/],
  [
    "help on two commands",
    ["help", "sql", "crawl"],
    /help takes at most 1 command, but got "crawl"/,
  ],
  ["help on no command", ["help", "crwal"], /"crwal": did you mean crawl\?/],
];

describe("bad usage", () => {
  const here = process.cwd();
  const entries = readdirSync(folder).toSorted();
  before(() => process.chdir(folder));
  for (const [name, args, expected] of BAD_USAGE) {
    test(name, async () => {
      const { code, stdout, stderr } = await runCaptured(args);
      assert.match(stderr, expected);
      assert.match(stderr, /^webspool: [^\n]+[.?]\n$/, "one sentence");
      assert.ok(!stderr.includes("s3cret"), stderr);
      assert.equal(stdout, "");
      assert.equal(code, 2);
      assert.deepEqual(readdirSync(folder).toSorted(), entries, "nothing was created");
    });
  }
  after(() => process.chdir(here));
});

test("every command has help with examples, in lines that fit", async () => {
  for (const { name } of COMMANDS) {
    const { code, stdout, stderr } = await runCaptured([name, "--help"]);
    assert.equal(code, 0, name);
    assert.match(stdout, new RegExp(`^Usage: webspool ${name}`, "m"));
    assert.match(stdout, /^Examples:\n {2}# /m);
    assert.equal(stderr, "");
    for (const line of stdout.split("\n")) assert.ok(line.length <= 110, line);
    assert.equal((await runCaptured(["help", name])).stdout, stdout);
  }
});

test("the program's help names every command", async () => {
  const { code, stdout } = await runCaptured(["--help"]);
  assert.equal(code, 0);
  for (const { name, summary } of COMMANDS) {
    assert.match(stdout, new RegExp(`^  ${name} +${summary}$`, "m"));
  }
  for (const line of stdout.split("\n")) assert.ok(line.length <= 80, line);
  assert.equal((await runCaptured(["help"])).stdout, stdout);
});
