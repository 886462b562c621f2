/** What is wrong: each kind of issue with its sentence, how often, and where to begin. */
import type { IssueExamples } from "../../storage/index.ts";
import { formatAmount, formatCount } from "../format.ts";
import { WHY_NO_ISSUES } from "../issues-left-out.ts";
import { dataTable, partsBar } from "./data-table.ts";
import { cut, foreign, html, link, type Html } from "./html.ts";
import type { GroupedIssue, ReportData } from "./report-data.ts";
import { nothing, type Section } from "./section.ts";
import type { Tone } from "./tone.ts";

const SEVERITIES = [
  ["error", "visitors or search engines meet a failure", "bad"],
  ["warning", "likely harm", "warn"],
  ["notice", "look at it", "info"],
] as const;

const TONES: Readonly<Record<string, Tone>> = { error: "bad", warning: "warn", notice: "info" };

export function issuesSection({ state }: ReportData): Section {
  const about = { id: "issues", title: "Issues" };
  const issues = state === "earlier_run" ? state : state.issues;
  if (typeof issues === "string") return { ...about, body: nothing(WHY_NO_ISSUES[issues]) };
  if (issues.length === 0) return { ...about, body: nothing("No issue was found.") };
  const examples = state === "earlier_run" ? new Map<string, IssueExamples>() : state.examples;
  const rows = issues.reduce((sum, { count }) => sum + count, 0);
  const parts = SEVERITIES.map(([severity, meaning, tone]) => {
    const count = issues
      .filter((issue) => issue.severity === severity)
      .reduce((sum, issue) => sum + issue.count, 0);
    const text = formatCount(count);
    return { name: `${severity} (${meaning})`, tone, share: count / rows, text };
  }).filter(({ share }) => share > 0);
  const summary = `${formatAmount(issues.length, "kind")} of issues in ${formatAmount(rows, "place")}: ${parts.map(({ name, text }) => `${name} ${text}`).join(", ")}.`;
  return {
    ...about,
    note: html`${formatAmount(issues.length, "kind")} of issues in ${formatAmount(rows, "place")},
    the most severe first. Open one to see where it is.`,
    body: html`${partsBar(summary, parts)}
      <div class="issues">${issues.map((issue) => issueHtml(issue, examples.get(issue.id)))}</div>`,
  };
}

function issueHtml(
  { id, severity, sentence, count, group }: GroupedIssue,
  found: IssueExamples | undefined,
): Html {
  return html`<details class="issue">
    <summary>
      <span class="badge badge-${TONES[severity] ?? "dark"}">${severity}</span>
      <span class="count">${formatCount(count)}</span>
      <span class="sentence">${sentence} <span class="muted">${group}</span></span>
    </summary>
    ${found === undefined ? null : examplesHtml(found, id)}
    <p class="more">
      ${
        found !== undefined && found.rows.length < count
          ? html`${formatAmount(found.rows.length, "example")} of ${formatCount(count)}. All of
            them: `
          : "As rows: "
      }<code>SELECT * FROM v_issue_${id}</code>
    </p>
  </details>`;
}

function examplesHtml({ columns, rows }: IssueExamples, id: string): Html {
  return dataTable(
    `Where ${id} is`,
    columns.map(({ name, meaning }, at) => ({
      name: name.replaceAll("_", " "),
      hint: meaning,
      wide: at === 0,
      numeric: rows.length > 0 && rows.every((row) => isNumber(row[at])),
    })),
    rows.map((row) => row.map((value) => ({ shown: valueHtml(value ?? null) }))),
  );
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" || typeof value === "bigint";
}

function valueHtml(value: IssueExamples["rows"][number][number]): Html {
  if (value === null) return html`<span class="muted">none</span>`;
  if (typeof value !== "string") {
    const number = typeof value === "number" && !Number.isInteger(value);
    return html`${number ? value.toFixed(1) : cut(String(value), 60)}`;
  }
  return /^https?:\/\//.test(value) ? link(value) : foreign(value, "empty");
}
