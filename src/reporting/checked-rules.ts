/** What came of the rules of `webspool check`, and how that is told to people and to programs. */
import { formatCount } from "./format.ts";
import { printable } from "./printable.ts";
import { formatTable, type Cell } from "./table.ts";

export interface CheckedRule {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly sql: string;
  readonly columns: readonly string[];
  /** The first of those that were found. */
  readonly rows: readonly (readonly Cell[])[];
  readonly count: number;
  readonly ms: number;
  /** Why it could not be asked to its end. */
  readonly problem: string | null;
}

export type Verdict = "passed" | "failed" | "error";

export function verdictOf({ count, problem }: CheckedRule): Verdict {
  if (problem !== null) return "error";
  return count === 0 ? "passed" : "failed";
}

/** `3 rows`, or why there is no such number. */
export function foundText({ count, problem }: CheckedRule): string {
  if (problem !== null) return `cannot be asked: ${printable(problem)}`;
  return `${formatCount(count)} row${count === 1 ? "" : "s"}`;
}

/** The first rows, and how many more there are. */
export function firstRowsText({ columns, rows, count }: CheckedRule, maxCells: number): string[] {
  if (rows.length === 0) return [];
  const more = count - rows.length;
  return [
    ...formatTable(columns, rows, maxCells),
    ...(more > 0 ? [`... and ${formatCount(more)} more`] : []),
  ];
}

const INDENT = "      ";

/** A line for each rule, below those that failed their first rows, and a verdict over all. */
export function checkedText(
  rules: readonly CheckedRule[],
  of: { readonly dbPath: string; readonly maxCells: number; readonly style: Style },
): string[] {
  const lines: string[] = [];
  for (const rule of rules) {
    const verdict = verdictOf(rule);
    const name = printable(rule.name);
    if (verdict === "passed") {
      lines.push(`ok    ${name}`);
      continue;
    }
    const place = `${printable(rule.file)}:${rule.line}`;
    const word = verdict === "failed" ? "FAIL " : "ERROR";
    lines.push(`${of.style("red", word)} ${name}: ${foundText(rule)} (${place})`);
    lines.push(...firstRowsText(rule, of.maxCells - INDENT.length).map((line) => INDENT + line));
  }
  const failed = rules.filter((rule) => verdictOf(rule) !== "passed").length;
  const verdict =
    failed === 0
      ? `holds all of ${checks(rules.length)}`
      : `breaks ${formatCount(failed)} of ${checks(rules.length)}`;
  const style = failed === 0 ? "bold" : "red";
  return [...lines, "", of.style(style, `${printable(of.dbPath)} ${verdict}`)];
}

type Style = (format: "red" | "bold", text: string) => string;

function checks(count: number): string {
  return `${formatCount(count)} check${count === 1 ? "" : "s"}`;
}
