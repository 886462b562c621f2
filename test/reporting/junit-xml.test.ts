import assert from "node:assert/strict";
import { test } from "node:test";
import { Parser } from "htmlparser2";
import type { CheckedRule } from "../../src/reporting/checked-rules.ts";
import { junitXml } from "../../src/reporting/junit-xml.ts";

const RUN = { startedAt: Date.UTC(2026, 10, 21, 12, 34, 56, 789), properties: { run: "3" } };

function rule(of: Partial<CheckedRule>): CheckedRule {
  return {
    name: "a rule",
    file: "dir/rules.sql",
    line: 7,
    sql: "SELECT 1",
    columns: ["url"],
    rows: [],
    count: 0,
    ms: 2,
    problem: null,
    ...of,
  };
}

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

/** Reads a document back, and refuses what is not well-formed: another parser's word on ours. */
function readXml(xml: string): Element[] {
  assert.match(xml, /^<\?xml version="1\.0" encoding="UTF-8"\?>\n</);
  // XML 1.0, 2.2: the characters that a document may have.
  // eslint-disable-next-line no-control-regex
  assert.doesNotMatch(xml, /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
  assert.doesNotMatch(xml, /&(?!(?:amp|lt|gt|quot);)/);
  const elements: Element[] = [];
  const open: Element[] = [];
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        const element = { name, attributes, text: "" };
        elements.push(element);
        open.push(element);
      },
      ontext: (text) => open.forEach((element) => (element.text += text)),
      onclosetag(name, implied) {
        const element = open.pop();
        assert.equal(name, element?.name);
        // Only those that end in "/>" close themselves.
        assert.ok(!implied || element?.text === "", name);
      },
      onerror: (error) => assert.fail(error),
    },
    { xmlMode: true },
  );
  parser.end(xml);
  assert.deepEqual(open, []);
  return elements;
}

test("a suite for each file and a case for each rule, with counts that CI servers add up", () => {
  const failed = rule({ name: "fails", rows: [["http://a/"]], count: 12 });
  const broken = rule({ name: "breaks", problem: "malformed JSON", sql: "SELECT json('x')" });
  const suites = [
    { name: "rules.sql", rules: [rule({}), failed] },
    { name: "b.c.sql", rules: [broken] },
  ];
  const elements = readXml(junitXml(suites, RUN));
  const found = (name: string): Element[] => elements.filter((element) => element.name === name);
  const all = { name: "webspool check", tests: "3", failures: "1", errors: "1", time: "0.006" };
  assert.deepEqual(found("testsuites")[0]?.attributes, all);
  const suite = { name: "rules.sql", tests: "2", failures: "1", errors: "0", time: "0.004" };
  assert.deepEqual(found("testsuite")[0]?.attributes, {
    ...suite,
    skipped: "0",
    timestamp: "2026-11-21T12:34:56",
  });
  assert.deepEqual(found("property")[0]?.attributes, { name: "run", value: "3" });
  assert.deepEqual(
    found("testcase").map(({ attributes }) => [attributes["classname"], attributes["name"]]),
    [
      ["rules", "a rule"],
      ["rules", "fails"],
      ["b_c", "breaks"],
    ],
  );
  const place = { file: "dir/rules.sql", line: "7", time: "0.002" };
  assert.deepEqual(found("testcase")[0]?.attributes, {
    name: "a rule",
    classname: "rules",
    ...place,
  });
  const [failure] = found("failure");
  assert.deepEqual(failure?.attributes, { message: "12 rows", type: "rows" });
  assert.equal(failure.text, "url\n---------\nhttp://a/\n... and 11 more\n\nSELECT 1");
  const [error] = found("error");
  assert.deepEqual(error?.attributes, { message: "cannot be asked: malformed JSON", type: "sql" });
});

test("what the web and the user wrote stays text, whatever it holds", () => {
  const evil = `</failure><x y="&amp;">]]>\u0000\u0008\u001b[2J\u0085\u202e\ufffe\uffff\ud800 "' \u{1f577}`;
  const shown = `</failure><x y="&amp;">]]>\\x00\\x08\\x1b[2J\\x85\\u202e\\ufffe\\uffff\\ud800 "' \u{1f577}`;
  const rules = [
    rule({ name: evil, file: evil, columns: [evil], rows: [[evil]], count: 1, sql: `'${evil}'` }),
  ];
  const properties = { database: evil };
  const elements = readXml(junitXml([{ name: evil, rules }], { ...RUN, properties }));
  const [, suite, , property, testcase, failure, ...more] = elements;
  assert.deepEqual(more, []);
  assert.equal(suite?.attributes["name"], shown);
  assert.equal(property?.attributes["value"], shown);
  assert.equal(testcase?.attributes["name"], shown);
  assert.equal(testcase.attributes["file"], shown);
  const [head, , row, , sql] = failure?.text.split("\n") ?? [];
  assert.deepEqual([head, row, sql], [shown, shown, `'${shown}'`]);
});

test("the lines of a rule's SQL stay lines, and no row is no table", () => {
  const [, , , failure] = readXml(
    junitXml([{ name: "x", rules: [rule({ count: 1, sql: "SELECT 1\nFROM run" })] }], {
      ...RUN,
      properties: {},
    }),
  ).filter(({ name }) => name !== "properties");
  assert.equal(failure?.text, "\nSELECT 1\nFROM run");
});
