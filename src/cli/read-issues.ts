/** Reads what a report says of issues: only of the newest run, whose state they are of. */
import { UsageError } from "../errors.ts";
import type { IssuesLeftOut } from "../reporting/issues-left-out.ts";
import type { RunReport } from "../reporting/run-report.ts";
import { auditSize, issueCounts, type CrawlDatabase, type IssueCount } from "../storage/index.ts";
import { programName, shellWord, type NextCommand } from "./next-commands.ts";
import { readDatabase } from "./read-database.ts";

/**
 * More work than this is not done unasked: its reader would wait. Counted in links, of which 3 million take a
 * second; a page, with its headers and texts, takes as long as some 150 (see docs/report.md for figures).
 */
const MOST_WORK_LINKS = 20_000_000;
const LINKS_PER_PAGE = 150;

/**
 * Why a report of this run counts no issues; null when it does.
 * @param wanted what the user said; undefined: as long as that does not take long
 * @throws UsageError when they are wanted of an earlier run
 */
export function whyNoIssues(
  db: CrawlDatabase,
  runId: number,
  wanted: boolean | undefined,
): IssuesLeftOut | null {
  if (db.lastRun()?.id !== runId) {
    if (wanted !== true) return "earlier_run";
    throw new UsageError(
      "options_conflict",
      `--issues asks for the state that the newest run left, and --run got the earlier ${runId}, whose issues are not kept: leave one of them out.`,
    );
  }
  if (wanted !== undefined) return wanted ? null : "not_wanted";
  const { pages, links } = auditSize(db);
  return pages * LINKS_PER_PAGE + links > MOST_WORK_LINKS ? "too_many" : null;
}

/**
 * The newest run's issues, or why they were not counted.
 * @throws UsageError as `whyNoIssues` does
 */
export function readIssues(
  { dbPath, runId }: RunReport,
  wanted: boolean | undefined,
): readonly IssueCount[] | IssuesLeftOut {
  return readDatabase(dbPath, (db) => whyNoIssues(db, runId, wanted) ?? issueCounts(db));
}

/** The queries that show more of issues, with a word on each. */
export function issueCommands(
  { dbPath }: RunReport,
  issues: readonly IssueCount[] | IssuesLeftOut,
  environment: NodeJS.ProcessEnv,
): NextCommand[] {
  const ask = `${programName(environment)} sql --db ${shellWord(dbPath)}`;
  const all: NextCommand = [`${ask} "select * from v_issues"`, "all issues"];
  if (typeof issues === "string") return issues === "too_many" ? [all] : [];
  const [first] = issues;
  if (first === undefined) return [];
  return [[`${ask} "select * from v_issue_${first.id}"`, "where an issue is"], all];
}
