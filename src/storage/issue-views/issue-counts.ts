/** The issues of the state that is there now, counted: what a report shows of `v_issues`. */
import type { Answer } from "../ask.ts";
import type { Severity } from "./issue.ts";

export interface IssueCount {
  readonly id: string;
  readonly severity: Severity;
  readonly sentence: string;
  /** Rows of `v_issue_<id>`. */
  readonly count: number;
}

/**
 * Most severe first, then most rows; those without any are left out. It reads all pages and all links: of
 * 21,635 pages with 1.4 million links in 1.4 s, of 302,890 with 10.3 million in 17 s (v_issues, AMD EPYC).
 */
export function issueCounts(db: { query(sql: string): Answer }): IssueCount[] {
  const { rows } = db.query("SELECT id, severity, sentence, count FROM v_issues");
  return rows.map(([id, severity, sentence, count]) => ({
    id: String(id),
    severity: severity as Severity,
    sentence: String(sentence),
    count: Number(count),
  }));
}

/** How much there is to look through, at once: what the largest run counted, which is most of it. */
export function auditSize(db: { query(sql: string): Answer }): {
  readonly pages: number;
  readonly links: number;
} {
  const { rows } = db.query("SELECT max(pages), max(links) FROM run");
  const [pages, links] = rows[0] ?? [];
  return { pages: Number(pages), links: Number(links) };
}
