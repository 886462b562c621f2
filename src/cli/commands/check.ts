import { UsageError } from "../../errors.ts";
import { formatCount } from "../../reporting/format.ts";
import { checkedText, verdictOf, type CheckedRule } from "../../reporting/checked-rules.ts";
import { junitXml } from "../../reporting/junit-xml.ts";
import { printable, printableJson } from "../../reporting/printable.ts";
import { count, text } from "../../setting-kinds.ts";
import type { Setting } from "../../settings.ts";
import type { CheckRule } from "../check-rules.ts";
import { defineCommand, EXIT } from "../command.ts";
import { checkNewFile, writeNewFile } from "../new-file.ts";
import { PARAM_OPTION, plainValues } from "../query-parameters.ts";
import { DB_OPTION, formOption } from "../read-options.ts";
import { readTextFile } from "../read-text-file.ts";
import type { Terminal } from "../terminal.ts";
import { rowObject } from "../write-answer.ts";

const ROWS_OPTION: Setting<number> = {
  group: "Output",
  kind: count(1, 10_000),
  default: 10,
  description: "Show at most N rows of each check that fails.",
};

const JUNIT_OPTION: Setting<string> = {
  group: "Output",
  kind: text("FILE"),
  default: null,
  description: "Write JUnit XML too, for CI servers.",
};

export const check = defineCommand({
  usage: "FILE... [options]",
  description: [
    'A rule is a line "-- check: what must hold" and below it a SELECT of what must not be there; rules are separated by ";". Any row is a failure, and exit code 6; 0 when no rule has one. Nothing is run before all rules of all files are understood: what is wrong is told with file and line, and exit code 2. FILE is - for standard input. Rules to begin with are in docs/check-rules.sql, how to use them in CI is in docs/checks.md.',
    "A :name in a rule stands for the value of --param name=VALUE.",
  ],
  examples: [
    { text: "after a crawl", command: "webspool check rules.sql --db site.db" },
    {
      text: "for a CI server",
      command: "webspool check rules.sql --db site.db --junit report.xml --force",
    },
    { text: "with a bound of its own", command: "webspool check rules.sql --param slowest=500" },
    { text: "which rules are there?", command: "webspool check rules.sql --list" },
  ],
  operands: { min: 1, max: 1_000, called: "FILE of rules" },
  options: {
    db: DB_OPTION,
    param: PARAM_OPTION,
    rows: ROWS_OPTION,
    junit: JUNIT_OPTION,
    force: formOption("Replace the file of --junit."),
    json: formOption("One JSON object."),
    list: formOption("List the rules and run none; with --json one object a line."),
  },
  async run({ terminal, operands, values }) {
    const { stdout, stdin } = terminal;
    const [{ CrawlDatabase, checkGiven, parameterNames }, { readRules, suiteName }, { defaultDb }] =
      await Promise.all([
        import("../../storage/index.ts"),
        import("../check-rules.ts"),
        import("../default-db.ts"),
      ]);
    const rules: CheckRule[] = [];
    for (const file of new Set(operands)) {
      rules.push(...readRules(await readTextFile(file, "webspool check", stdin), file));
    }
    if (values.list === true) {
      list(rules, values.json === true, terminal);
      return EXIT.ok;
    }
    const parameters = plainValues(values.param ?? new Map());
    const asked = rules.flatMap(({ sql }) => parameterNames(sql));
    checkGiven([...new Set(asked)], Object.keys(parameters));
    const dbPath = values.db ?? defaultDb();
    const { junit, force = false } = values;
    const file = junit === undefined ? null : { path: junit, option: "--junit", force };
    if (file !== null) checkNewFile(file, [dbPath, ...operands]);

    const startedAt = Date.now();
    const db = CrawlDatabase.openReadOnly(dbPath);
    let checked: CheckedRule[];
    let run: number | null;
    try {
      run = db.lastRun()?.id ?? null;
      const answers = db.runChecks(rules, { parameters, firstRows: values.rows ?? 10 });
      checked = rules.map((rule, at) => checkedRule(rule, answers[at]));
    } finally {
      db.close();
    }
    if (values.json === true) stdout.line(printableJson(checkedJson(checked, { dbPath, run })));
    else {
      const style = (format: "red" | "bold", words: string): string => stdout.style(format, words);
      const how = { dbPath, maxCells: stdout.columns, style };
      for (const line of checkedText(checked, how)) stdout.line(line);
    }
    if (file !== null) {
      const suites = [...new Set(operands)].map((name) => ({
        name: suiteName(name),
        rules: checked.filter((rule) => rule.file === name),
      }));
      const properties = { database: dbPath, run: String(run ?? "none") };
      writeNewFile(file, junitXml(suites, { startedAt, properties }));
    }
    return exitCode(checked);
  },
});

/** @throws UsageError when a rule could not be asked to its end: neither holds it nor not */
function exitCode(checked: readonly CheckedRule[]): 0 | 6 {
  const [first, ...more] = checked.filter((rule) => verdictOf(rule) === "error");
  if (first !== undefined) {
    const others = more.length === 0 ? "" : ` (and ${formatCount(more.length)} more)`;
    throw new UsageError(
      "check_failed",
      `${first.file}, line ${first.line}: ${first.name} cannot be asked: ${first.problem ?? ""}${others}.`,
    );
  }
  return checked.some((rule) => verdictOf(rule) === "failed") ? EXIT.found : EXIT.ok;
}

type Answer = Omit<CheckedRule, "name" | "file" | "line" | "sql">;

function checkedRule(
  { name, file, line, sql }: CheckRule,
  answer: Answer | undefined,
): CheckedRule {
  if (answer === undefined) throw new Error(`the check ${name} was not run`);
  return { name, file, line, sql, ...answer };
}

function list(rules: readonly CheckRule[], json: boolean, { stdout }: Terminal): void {
  for (const { name, file, line, sql } of rules) {
    stdout.line(
      json
        ? printableJson({ name, file, line, sql })
        : `${printable(name)} (${printable(file)}:${line})`,
    );
  }
}

function checkedJson(
  checked: readonly CheckedRule[],
  of: { readonly dbPath: string; readonly run: number | null },
): Record<string, unknown> {
  return {
    database: of.dbPath,
    run: of.run,
    passed: checked.every((rule) => verdictOf(rule) === "passed"),
    checks: checked.map((rule) => ({
      name: rule.name,
      file: rule.file,
      line: rule.line,
      verdict: verdictOf(rule),
      rows: rule.count,
      first_rows: rule.rows.map((row) => rowObject(rule.columns, row)),
      problem: rule.problem,
      ms: Math.round(rule.ms * 10) / 10,
      sql: rule.sql,
    })),
  };
}
