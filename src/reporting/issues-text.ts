/** The most severe issues of a crawl as lines for a terminal. */
import { formatCount } from "./format.ts";
import { WHY_NO_ISSUES, type IssuesLeftOut } from "./issues-left-out.ts";
import type { Heading } from "./report-text.ts";
import { padText, wrapText } from "./text-width.ts";

/** Issues shown; the rest is summed up in one line. */
const MOST_ISSUES = 8;

/** Sentences wrapped into less would be columns of single words. */
const LEAST_SENTENCE_CELLS = 20;

export interface CountedIssue {
  readonly id: string;
  readonly severity: string;
  readonly sentence: string;
  readonly count: number;
}

/**
 * Nothing when there are none; why they were not counted unless that goes without saying. Sentences are
 * ours, so nothing in them can control a terminal.
 */
export function issuesText(
  issues: readonly CountedIssue[] | IssuesLeftOut,
  heading: Heading,
  maxCells = Infinity,
): string[] {
  if (typeof issues === "string") {
    if (issues !== "too_many") return [];
    const cells = Math.max(LEAST_SENTENCE_CELLS, maxCells - 2);
    const lines = wrapText(WHY_NO_ISSUES[issues], cells).map((line) => `  ${line}`);
    return ["", heading("Issues"), ...lines];
  }
  if (issues.length === 0) return [];
  const shown = issues.length > MOST_ISSUES + 1 ? issues.slice(0, MOST_ISSUES) : issues;
  const more = issues.length - shown.length;
  const ids = Math.max(...shown.map(({ id }) => id.length));
  const counts = Math.max(...shown.map(({ count }) => formatCount(count).length));
  const indent = 2 + 7 + 2 + ids + 2 + counts + 2;
  const lines = shown.flatMap(({ id, severity, sentence, count }) => {
    const cells = Math.max(LEAST_SENTENCE_CELLS, maxCells - indent);
    const [first = "", ...rest] = wrapText(sentence, cells);
    const number = padText(formatCount(count), counts, "right");
    const line = `  ${padText(severity, 7)}  ${padText(id, ids)}  ${number}  ${first}`;
    return [line.trimEnd(), ...rest.map((text) => " ".repeat(indent) + text)];
  });
  return ["", heading("Issues"), ...lines, ...(more > 0 ? [`  and ${more} more`] : [])];
}
