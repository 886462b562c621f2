/** The rule files of `webspool check`: which assertions they make, and what is wrong with them. */
import { basename } from "node:path";
import { UsageError } from "../errors.ts";
import { quoted } from "../reporting/printable.ts";
import { splitScript, type ScriptStatement } from "../storage/index.ts";

/** One assertion: a query that shall have no rows. */
export interface CheckRule {
  readonly name: string;
  /** As it was given. */
  readonly file: string;
  /** Line of the name, from 1. */
  readonly line: number;
  readonly sql: string;
  /** `rules.sql, line 3`, for messages about the SQL. */
  readonly place: string;
}

// Of one line as SQL sees lines: U+2028 and U+2029 end none there.
const NAME = /^check:\s*(.*)$/isu;

/**
 * Reads `-- check: NAME` and the SELECT below it, again and again, with `;` between them.
 * @throws UsageError for the first that lacks its name or its SELECT, a name given twice, and no rule at all
 */
export function readRules(text: string, file: string): CheckRule[] {
  const called = file === "-" ? "standard input" : quoted(file).slice(1, -1);
  const refuse = (line: number, what: string): never => {
    throw new UsageError("bad_rule", `${called}, line ${line}: ${what}`);
  };
  const rules: CheckRule[] = [];
  for (const statement of splitScript(text)) {
    const names = namesOf(statement);
    const [first, second] = names;
    const { sql, line } = statement;
    const late = names.find(({ within }) => within);
    if (late !== undefined) {
      refuse(
        late.line,
        `${quoted(late.name)} begins before the query above it has ended: put a ; there.`,
      );
    }
    if (first === undefined) {
      if (sql === "") continue;
      return refuse(
        line,
        'the query has no name: write "-- check: what must hold" in the line above it.',
      );
    }
    if (first.name === "")
      refuse(first.line, 'the check has no name: say after "check:" what must hold.');
    if (sql === "" || second !== undefined) {
      refuse(
        first.line,
        `${quoted(first.name)} has no query: write a SELECT of what must not be there below it.`,
      );
    }
    const same = rules.find(({ name }) => name === first.name);
    if (same !== undefined) {
      refuse(
        first.line,
        `${quoted(first.name)} stands in line ${same.line} already: give it another name.`,
      );
    }
    rules.push({ name: first.name, file, line: first.line, sql, place: `${called}, line ${line}` });
  }
  if (rules.length > 0) return rules;
  throw new UsageError(
    "no_rules",
    `${called} has no check: write "-- check: what must hold" and a SELECT below it.`,
  );
}

/** What a suite of checks is called: the file without its folder. */
export function suiteName(file: string): string {
  return file === "-" ? "standard input" : basename(file);
}

function namesOf({
  comments,
}: ScriptStatement): { readonly name: string; readonly line: number; readonly within: boolean }[] {
  return comments.flatMap(({ text, line, within }) => {
    const name = NAME.exec(text)?.[1];
    return name === undefined ? [] : [{ name: name.trim(), line, within }];
  });
}
