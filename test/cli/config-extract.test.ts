/** Extraction rules of a config file: what is wrong with one is told before anything starts. */
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { readConfigFile } from "../../src/cli/config-file.ts";
import { UsageError } from "../../src/errors.ts";
import type { ExtractRule } from "../../src/thread-config.ts";
import { checkDefault, checkSelector } from "../../src/parsing/extraction.ts";
import { runCli, temporaryFolder } from "../helpers/cli-process.ts";
import type { TestContext } from "node:test";

const RULE = { name: "price", selector: ".price" };

function read(t: TestContext, extract: unknown): readonly ExtractRule[] | undefined {
  const file = join(temporaryFolder(t), "site.json");
  writeFileSync(file, JSON.stringify({ extract }));
  return readConfigFile(file, { selector: checkSelector, default: checkDefault }).extract;
}

void describe("a rule that is wrong is told in one sentence", () => {
  const cases: [rule: object, sentence: RegExp][] = [
    [
      { selector: "p[" },
      /extract got the selector "p\[" for "price", but takes a CSS selector \(.+\)\.$/,
    ],
    [{ selector: "p >" }, /but takes a CSS selector \(nothing follows its last combinator\)\.$/],
    [{ selector: 1 }, /extract\.1\.selector got 1, but takes a CSS selector\.$/],
    [{ atribute: "x" }, /has the unknown key "atribute" in extract: did you mean "attribute"\?$/],
    [{ take: "inner" }, /extract\.1\.take got "inner", but takes one of text, html, outer\.$/],
    [
      { take: "html", attribute: "x" },
      /extract\.1\.take got "html" beside an attribute, but takes one/,
    ],
    [{ regex: "(" }, /extract\.1\.regex got "\(", but takes a regular expression \(.+\)\.$/],
    [{ regex: "" }, /extract\.1\.regex is empty, but takes a regular expression\.$/],
    [{ match: ["a", "["] }, /extract\.1\.match got "\[", but takes a regular expression \(.+\)\.$/],
    [
      { match: [] },
      /extract\.1\.match got \[\], but takes a regular expression or a list of them\.$/,
    ],
    [
      { name: "n".repeat(201) },
      /extract\.1\.name is too long, but takes at most 200 characters\.$/,
    ],
    [{ match: 5 }, /extract\.1\.match got 5, but takes a regular expression or a list of them\.$/],
    [{ exclude: "+" }, /extract\.1\.exclude got "\+", but takes a regular expression \(.+\)\.$/],
    [{ values: "many" }, /extract\.1\.values got "many", but takes one of all, first, count\.$/],
    [
      { type: "money" },
      /extract\.1\.type got "money", but takes one of string, number, .+, json\.$/,
    ],
    [{ decimal: ";" }, /extract\.1\.decimal got ";", but takes one of \., ,\.$/],
    [
      { decimal: "," },
      /extract\.1\.decimal got ",", but takes it for the types number and integer/,
    ],
    [{ values: "count", type: "number" }, /extract\.1\.type got "number", but a count takes none/],
    [
      { type: "number", default: "?" },
      /extract\.1\.default got "\?", but takes a value of the type number \(it is no number\)\.$/,
    ],
    [{ default: [] }, /extract\.1\.default got \[\], but takes a text, a number, true or false\.$/],
    [
      { name: "title" },
      /extract\.1\.name got "title", which extract\.0 has, but takes a name of its own/,
    ],
  ];
  for (const [rule, sentence] of cases) {
    test(JSON.stringify(rule), (t) => {
      const rules = [
        { name: "title", selector: "h1" },
        { ...RULE, ...rule },
      ];
      assert.throws(
        () => read(t, rules),
        (error) => {
          assert.ok(error instanceof UsageError, String(error));
          assert.match(error.message, sentence);
          assert.ok(!error.message.includes("\n"), error.message);
          return true;
        },
      );
    });
  }
});

void describe("a rule that is right", () => {
  test("keeps only what was given, so that it reads as it did in an earlier run", (t) => {
    assert.deepEqual(read(t, [RULE]), [{ ...RULE, attribute: null }]);
  });

  test("takes one pattern for a list of one, and a default of any plain type", (t) => {
    const rule = {
      ...RULE,
      match: "a",
      exclude: ["b"],
      type: "number",
      decimal: ",",
      default: 1.5,
    };
    assert.deepEqual(read(t, [rule]), [{ ...rule, attribute: null, match: ["a"], default: "1.5" }]);
  });

  test("may have the name of another where each is for pages of its own", (t) => {
    const rules = read(t, [
      { ...RULE, match: "/shop/" },
      { ...RULE, selector: "b", match: "/books/" },
    ]);
    assert.deepEqual(
      rules?.map(({ name }) => name),
      ["price", "price"],
    );
  });
});

test("the command ends with 2 and creates nothing", async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, "c.json"), JSON.stringify({ extract: [{ ...RULE, selector: "p[" }] }));
  const ended = await runCli(t, folder, "crawl", "http://127.0.0.1:1/", "--config", "c.json");
  assert.equal(ended.code, 2);
  assert.match(ended.stderr, /^webspool: c\.json: extract got the selector "p\[" for "price".*\n$/);
  assert.ok(!existsSync(join(folder, "data")));
});
