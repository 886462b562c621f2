/** Reads what a report says of issues: only of the newest run, whose state they are of. */
import type { RunReport } from "../reporting/run-report.ts";
import { issueCounts, type IssueCount } from "../storage/index.ts";
import { programName, shellWord, type NextCommand } from "./next-commands.ts";
import { readDatabase } from "./read-database.ts";

/** More links than these are not read for a report, which would take longer than its reader waits. */
export const MOST_LINKS = 2_000_000;

/** The newest run's issues; null of an earlier run, and where there are too many links to ask unasked. */
export function readIssues(report: RunReport): IssueCount[] | null {
  if (report.links > MOST_LINKS) return null;
  return readDatabase(report.dbPath, (db) =>
    db.lastRun()?.id === report.runId ? issueCounts(db) : null,
  );
}

/** The queries that show more of issues, with a word on each. */
export function issueCommands(
  { dbPath, links }: RunReport,
  issues: readonly IssueCount[] | null,
  environment: NodeJS.ProcessEnv,
): NextCommand[] {
  const ask = `${programName(environment)} sql --db ${shellWord(dbPath)}`;
  const all: NextCommand = [`${ask} "select * from v_issues"`, "all issues"];
  const first = issues?.[0];
  if (first !== undefined) {
    return [[`${ask} "select * from v_issue_${first.id}"`, "where an issue is"], all];
  }
  return links > MOST_LINKS ? [all] : [];
}
