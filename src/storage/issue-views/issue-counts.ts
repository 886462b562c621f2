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
 * Most severe first, then most rows; those without any are left out. It reads all pages and, several
 * times, all links: 3 s for a million of them.
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
