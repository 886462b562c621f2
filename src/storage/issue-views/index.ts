/** The views of issues, made from their declarations: one `v_issue_<id>` each, and `v_issues` over all. */
import type { View } from "../view.ts";
import { AUDIT_LIMIT_VIEW } from "./audit-limits.ts";
import { AUDIT_PAGE_VIEW } from "./audit-page-view.ts";
import { CANONICAL_ISSUES } from "./canonical-issues.ts";
import { CONTENT_ISSUES } from "./content-issues.ts";
import { DEPTH_ISSUES } from "./depth-issues.ts";
import { DIRECTIVE_ISSUES } from "./directive-issues.ts";
import { HREFLANG_ISSUES } from "./hreflang-issues.ts";
import { IMAGE_ISSUES } from "./image-issues.ts";
import { ISSUE_GROUPS, NOTED_LINKS, type Issue } from "./issue.ts";
import { PAGINATION_ISSUES } from "./pagination-issues.ts";
import { REDIRECT_ISSUES } from "./redirect-issues.ts";
import { SECURITY_ISSUES } from "./security-issues.ts";
import { SITEMAP_ISSUES } from "./sitemap-issues.ts";
import { STATUS_ISSUES } from "./status-issues.ts";
import { TEXT_ISSUES } from "./text-issues.ts";
import { URL_ISSUES } from "./url-issues.ts";

export const ISSUES: readonly Issue[] = [
  ...STATUS_ISSUES,
  ...REDIRECT_ISSUES,
  ...CANONICAL_ISSUES,
  ...TEXT_ISSUES,
  ...DIRECTIVE_ISSUES,
  ...HREFLANG_ISSUES,
  ...PAGINATION_ISSUES,
  ...IMAGE_ISSUES,
  ...SECURITY_ISSUES,
  ...URL_ISSUES,
  ...DEPTH_ISSUES,
  ...SITEMAP_ISSUES,
  ...CONTENT_ISSUES,
];

function viewName({ id }: Issue): string {
  return `v_issue_${id}`;
}

function issueView(issue: Issue): View {
  const { group, severity, sentence, columns, key, from } = issue;
  const sql = [...key, ...columns.map(([, , column]) => column)].join(", ");
  return {
    name: viewName(issue),
    meaning: `${ISSUE_GROUPS[group]}, ${severity}. ${sentence}`,
    columns: [
      ["url_id", "number of the URL to act on"],
      ["url", "the URL to act on"],
      ...columns.map(([name, meaning]) => [name, meaning] as const),
    ],
    question: "Where?",
    example: `SELECT * FROM ${viewName(issue)}`,
    select: `SELECT ${sql}\nFROM ${from}`,
  };
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** What `v_issues` made before it counts, in the place of what a view makes for itself. */
function prepared(sql: string): string {
  return sql
    .replaceAll(/\bv_audit_page\b(?: a\b)?/g, "a")
    .replaceAll(/^link l\b|\blink m\b/g, (link) => `noted_${link}`);
}

/** The counts of issues of pages alone as a JSON object, in one pass over the pages. */
const OF_PAGES = ISSUES.flatMap((issue) =>
  issue.condition === null
    ? []
    : [`"${issue.id}":' || count(*) FILTER (WHERE ${prepared(issue.condition)})`],
).join(" || ',\n    ");

/** The others are counted as their views would do it. */
const OF_VIEWS = ISSUES.filter(({ condition }) => condition === null).map(
  ({ id, counted, from }) =>
    `SELECT ${text(id)}, ${counted === undefined ? "count(*)" : "count"} FROM ${prepared(counted ?? from)}`,
);

const RANKS = { error: 1, warning: 2, notice: 3 } as const;

const ISSUES_VIEW: View = {
  name: "v_issues",
  meaning:
    "The issues that are there now, most severe first, then by how many rows their views have; those without any are left out. `run_id` is the newest run: issues are of the state it left, as v_page and v_link show it, and not kept for earlier runs.",
  columns: [
    ["run_id", "the newest run"],
    ["id", "the issue: `v_issue_<id>` has its rows"],
    ["issue_group", "what it is about"],
    ["severity", "`error`, `warning` or `notice`"],
    ["sentence", "what is wrong"],
    ["count", "rows of its view"],
  ],
  question: "What is wrong with the site?",
  example: "SELECT severity, count, id, sentence FROM v_issues",
  // Few references to other views: one statement may have 1,000 of what they read. MATERIALIZED, or the
  // comparison with 0 would count each of them a second time.
  select: `WITH a AS MATERIALIZED (SELECT * FROM v_audit_page),
noted_link AS MATERIALIZED (${NOTED_LINKS}),
c(id, count) AS MATERIALIZED (
  ${OF_VIEWS.join("\n  UNION ALL ")}
  UNION ALL SELECT j.key, j.value FROM (SELECT '{${OF_PAGES} || '}' AS counts FROM a) p,
    json_each(p.counts) j),
i(id, rank, issue_group, severity, sentence) AS (VALUES ${ISSUES.map(
    ({ id, group, severity, sentence }) =>
      `(${[text(id), RANKS[severity], text(group), text(severity), text(sentence)].join(", ")})`,
  ).join(",\n  ")})
SELECT (SELECT max(id) FROM run), i.id, i.issue_group, i.severity, i.sentence, c.count
FROM c JOIN i ON i.id = c.id WHERE c.count > 0 ORDER BY i.rank, c.count DESC, i.id`,
};

export const ISSUE_VIEWS: readonly View[] = [
  AUDIT_PAGE_VIEW,
  AUDIT_LIMIT_VIEW,
  ISSUES_VIEW,
  ...ISSUES.map(issueView),
];

export { ISSUE_GROUPS } from "./issue.ts";
export type { Issue } from "./issue.ts";
