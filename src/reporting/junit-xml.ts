/**
 * Checked rules as JUnit XML, which CI servers show as tests: a suite for each rule file, a case for each
 * rule. There is no standard; the elements and attributes are those that Jenkins' xunit plugin (its
 * junit-10.xsd), GitLab and Azure read.
 */
import { firstRowsText, foundText, verdictOf, type CheckedRule } from "./checked-rules.ts";
import { printable } from "./printable.ts";

export interface JunitSuite {
  readonly name: string;
  readonly rules: readonly CheckedRule[];
}

export interface JunitRun {
  /** Epoch milliseconds when the checks began. */
  readonly startedAt: number;
  /** Shown with each suite: what was checked. */
  readonly properties: Readonly<Record<string, string>>;
}

/** The document, with its declaration. */
export function junitXml(suites: readonly JunitSuite[], run: JunitRun): string {
  const all = suites.flatMap(({ rules }) => rules);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attributes({ name: "webspool check", ...totals(all) })}>`,
    ...suites.flatMap((suite) => suiteLines(suite, run)),
    "</testsuites>",
    "",
  ].join("\n");
}

function suiteLines({ name, rules }: JunitSuite, { startedAt, properties }: JunitRun): string[] {
  // Without its zone: the schema has none, and CI servers take it for UTC.
  const timestamp = new Date(startedAt).toISOString().slice(0, 19);
  return [
    `  <testsuite ${attributes({ name, ...totals(rules), skipped: 0, timestamp })}>`,
    "    <properties>",
    ...Object.entries(properties).map(
      ([key, value]) => `      <property ${attributes({ name: key, value })}/>`,
    ),
    "    </properties>",
    ...rules.flatMap((rule) => caseLines(rule, name)),
    "  </testsuite>",
  ];
}

function caseLines(rule: CheckedRule, suite: string): string[] {
  const { name, file, line, sql, ms } = rule;
  // A dot would be read as a package and a class in it.
  const classname = suite.replace(/\.[^.]*$/, "").replaceAll(".", "_");
  const head = attributes({ name, classname, file, line, time: seconds(ms) });
  const verdict = verdictOf(rule);
  if (verdict === "passed") return [`    <testcase ${head}/>`];
  const element = verdict === "failed" ? "failure" : "error";
  const said = attributes({
    message: foundText(rule),
    type: verdict === "failed" ? "rows" : "sql",
  });
  const text = [...firstRowsText(rule, Infinity), "", ...sql.split("\n").map(printable)];
  return [
    `    <testcase ${head}>`,
    `      <${element} ${said}>${text.map(escapeXml).join("\n")}</${element}>`,
    "    </testcase>",
  ];
}

function totals(rules: readonly CheckedRule[]): Record<string, string | number> {
  const verdicts = rules.map(verdictOf);
  return {
    tests: rules.length,
    failures: verdicts.filter((verdict) => verdict === "failed").length,
    errors: verdicts.filter((verdict) => verdict === "error").length,
    time: seconds(rules.reduce((sum, { ms }) => sum + ms, 0)),
  };
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escapeXml(printable(String(value)))}"`)
    .join(" ");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

// What `printable` leaves of the characters that XML 1.0 (2.2, Char) has no place for: the two last ones.
const NO_CHARACTERS = /[\ufffe\uffff]/g;

function escapeXml(text: string): string {
  return text
    .replace(NO_CHARACTERS, (character) => `\\u${character.charCodeAt(0).toString(16)}`)
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
