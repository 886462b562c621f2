/** Reads all that the HTML report is made of, as of one moment: a run may go on meanwhile. */
import { AttemptFigures } from "../reporting/html-report/attempt-figures.ts";
import { htmlPage } from "../reporting/html-report/html-page.ts";
import type { ReportData } from "../reporting/html-report/report-data.ts";
import type { IssuesLeftOut } from "../reporting/issues-left-out.ts";
import type { RunReport } from "../reporting/run-report.ts";
import {
  CLOSE_REASONS,
  ISSUE_GROUPS,
  issueCounts,
  ISSUES,
  type CrawlDatabase,
  type RunDetails,
} from "../storage/index.ts";
import { programName, shellWord } from "./next-commands.ts";
import { readDatabase } from "./read-database.ts";
import { whyNoIssues } from "./read-issues.ts";
import { reportOf } from "./read-report.ts";

/** Rows of each list: the page stays small, however large the crawl. */
const MOST_ORIGINS = 25;
const MOST_THREADS = 64;
const MOST_BROKEN = 50;
const MOST_EXAMPLES = 5;

export interface PageRequest {
  readonly dbPath: string;
  /** The last one by default. */
  readonly runId?: number | undefined;
  /** Whether to count issues; as long as it does not take long by default. */
  readonly issues?: boolean | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * The HTML report of a run.
 * @throws UsageError when there is no such database or run
 * @throws StorageError when the database cannot be read
 */
export function readReportPage({ dbPath, runId, issues, now, environment }: PageRequest): string {
  return readDatabase(dbPath, (db) =>
    db.reports.readDetails((details) => {
      const report = reportOf(db, dbPath, runId);
      const attempts = new AttemptFigures();
      for (const row of details.attempts(report.runId)) attempts.add(row);
      const listed = [...attempts.slowest(), ...attempts.largest()].map(({ urlId }) => urlId);
      return htmlPage({
        report,
        settings: db.run(report.runId)?.settings ?? {},
        madeAt: now,
        attempts,
        urls: details.urls(listed),
        sockets: socketsOf(details, report.runId),
        state: stateOf(db, details, whyNoIssues(db, report.runId, issues)),
        excludedExamples: details.excludedExamples(report.runId),
        commands: commandsOf(report, {
          environment,
          hasBefore: db.reports.finishedRunBefore(report.runId) !== null,
        }),
      });
    }),
  );
}

function socketsOf(details: RunDetails, runId: number): ReportData["sockets"] {
  return {
    run: details.reuseOfRun(runId),
    origins: details.reuseByOrigin(runId, MOST_ORIGINS),
    threads: details.reuseByThread(runId, MOST_THREADS),
    closeReasons: details.closeReasons(runId).map(({ reason, count }) => ({
      reason,
      count,
      meaning: reason === null ? "it was still open when this was read" : CLOSE_REASONS[reason],
    })),
  };
}

/** Asked of the newest run only, as the views know no other state. */
function stateOf(
  db: CrawlDatabase,
  details: RunDetails,
  leftOut: IssuesLeftOut | null,
): ReportData["state"] {
  if (leftOut === "earlier_run") return leftOut;
  const brokenTargets = details.brokenTargets(MOST_BROKEN);
  if (leftOut !== null) return { issues: leftOut, examples: new Map(), brokenTargets };
  const groups = new Map(ISSUES.map(({ id, group }) => [id, ISSUE_GROUPS[group]]));
  const issues = issueCounts(db).map((issue) => ({ ...issue, group: groups.get(issue.id) ?? "" }));
  const ids = issues.map(({ id }) => id);
  return {
    issues,
    examples: details.issueExamples(ids, MOST_EXAMPLES),
    brokenTargets,
  };
}

function commandsOf(
  { dbPath, runId }: RunReport,
  { environment, hasBefore }: { environment: NodeJS.ProcessEnv; hasBefore: boolean },
): ReportData["commands"] {
  const program = programName(environment);
  const db = `--db ${shellWord(dbPath)}`;
  const ask = `${program} sql ${db}`;
  return [
    [`${ask} "SELECT severity, count, id, sentence FROM v_issues"`, "All issues"],
    [`${ask} "SELECT * FROM v_broken_link" --csv`, "Every broken link, for a spreadsheet"],
    [`${ask} @slowest-pages --param limit=100`, "More of the slowest pages"],
    [
      `${ask} "SELECT * FROM v_new_connection WHERE run_id = ${runId}"`,
      "Why each socket was opened",
    ],
    [`${ask} @excluded`, "What was left out"],
    [`${ask} --list`, "The questions that have a name"],
    [`${program} explain URL ${db}`, "Why a URL was asked for, or was not"],
    ...(hasBefore
      ? ([[`${program} diff ${db}`, "What changed since the run before"]] as const)
      : []),
    [`${program} report ${db} --run ${runId} --json`, "The totals of this page, for a program"],
  ];
}
