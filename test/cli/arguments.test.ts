import assert from "node:assert/strict";
import { test } from "node:test";
import { parseArguments } from "../../src/cli/arguments.ts";
import { nearest } from "../../src/cli/nearest.ts";
import { UsageError } from "../../src/errors.ts";
import { optionOf, SETTINGS, type Setting } from "../../src/settings.ts";

function parse(...args: string[]): ReturnType<typeof parseArguments> {
  return parseArguments(args, SETTINGS);
}

function messageOf(...args: string[]): string {
  try {
    parse(...args);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return error.message;
  }
  return assert.fail(`accepted: ${args.join(" ")}`);
}

const VALUES: Readonly<Record<Setting<unknown>["kind"]["json"], string>> = {
  boolean: "",
  number: "7",
  duration: "7s",
  string: "7",
  strings: "X-A: b",
};

/** Of settings that take other texts than their kind in JSON tells. */
const OWN_VALUES: Readonly<Record<string, string>> = {
  dropQuery: "utm_*",
  extractHeader: "x-cache",
};

test("every setting is an option that reaches the values under its name", () => {
  for (const [name, setting] of Object.entries<Setting<unknown>>(SETTINGS)) {
    const { kind } = setting;
    const written = kind.choices?.at(-1) ?? OWN_VALUES[name] ?? VALUES[kind.json];
    const args = kind.json === "boolean" ? [optionOf(name)] : [optionOf(name), written];
    const { values, operands } = parse(...args);
    assert.deepEqual(Object.keys(values), [name]);
    assert.deepEqual(operands, []);
  }
});

test("every boolean has its --no- form", () => {
  for (const [name, { kind }] of Object.entries<Setting<unknown>>(SETTINGS)) {
    if (kind.json !== "boolean") continue;
    assert.deepEqual(parse(`--no-${optionOf(name).slice(2)}`).values, { [name]: false });
    assert.deepEqual(parse(optionOf(name)).values, { [name]: true });
  }
});

test("values are given with = or after a space, operands anywhere, -- ends the options", () => {
  const { values, operands } = parse(
    "http://a/",
    "--max-pages=5",
    "--delay",
    "2s",
    "--",
    "--quiet",
  );
  assert.deepEqual(values, { maxPages: 5, delay: 2_000 });
  assert.deepEqual(operands, ["http://a/", "--quiet"]);
});

test("of a single option the last wins, repeatable ones collect", () => {
  assert.deepEqual(parse("--max-pages", "5", "--max-pages", "6").values, { maxPages: 6 });
  assert.deepEqual(parse("--robots", "--no-robots").values, { robots: false });
  const { values } = parse(
    "-H",
    "A: 1",
    "--header",
    "B: 2",
    "-HC: 3",
    "--include",
    "x",
    "--include=-y",
  );
  assert.deepEqual(values["header"], ["A: 1", "B: 2", "C: 3"]);
  assert.deepEqual(values["include"], [/x/u, /-y/u]);
});

test("- is a value: standard input", () => {
  assert.deepEqual(parse("--seeds", "-").values, { seeds: "-" });
});

test("help wins over mistakes, in its short form too", () => {
  assert.equal(parse("--bogus", "--help").help, true);
  assert.equal(parse("-h").help, true);
  assert.equal(parse("-V").version, true);
});

test("an unknown option is named, with the nearest known one", () => {
  assert.equal(
    messageOf("--max-page", "5"),
    'There is no option "--max-page": did you mean --max-pages?',
  );
  assert.equal(
    messageOf("--no-robot"),
    'There is no option "--no-robot": did you mean --no-robots?',
  );
  assert.equal(
    messageOf("--xyzzyplugh=1"),
    'There is no option "--xyzzyplugh"; --help lists all options.',
  );
  assert.equal(messageOf("-x"), 'There is no option "-x"; --help lists all options.');
});

test("a value that is missing, superfluous or refused is said in one sentence", () => {
  assert.equal(messageOf("--db"), "--db lacks its value: it takes a text of one line.");
  assert.equal(
    messageOf("--db", "--quiet"),
    '--db lacks its value: "--quiet" looks like an option (if it is the value, write --db=--quiet).',
  );
  assert.equal(
    messageOf("--quiet=yes"),
    '--quiet got "yes", but takes no value: write --quiet or --no-quiet.',
  );
  assert.match(messageOf("--no-db"), /^There is no --no-db: --db takes /);
  assert.equal(
    messageOf("--max-depth", "-1"),
    '--max-depth got "-1", but takes a whole number from 0 to 1000000.',
  );
  assert.match(messageOf("--delay", "5"), /^--delay got "5", but takes a duration with its unit/);
  assert.match(messageOf("--scope", "site"), /^--scope got "site", but takes one of host, domain/);
  assert.match(messageOf("--include", "("), /^--include got "\(", but takes a regular expression/);
});

test("a header's value stands in no message", () => {
  assert.ok(!messageOf("--header", "no colon s3cret").includes("s3cret"));
});

test("the nearest word is one typing error away, not any word", () => {
  assert.equal(nearest("crwal", ["crawl", "report"]), "crawl");
  assert.equal(nearest("reprot", ["crawl", "report"]), "report");
  assert.equal(nearest("xyz", ["crawl", "report", "sql"]), null);
});
