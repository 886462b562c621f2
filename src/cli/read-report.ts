/** Reads a run's report from a database, while it is being crawled too. */
import { UsageError } from "../errors.ts";
import { quoted } from "../reporting/printable.ts";
import type { RunReport } from "../reporting/run-report.ts";
import { type CrawlDatabase, FRONTIER_REASONS, OPEN_REASONS } from "../storage/index.ts";
import { readDatabase } from "./read-database.ts";

/**
 * @param runId the last run's by default
 * @throws UsageError when there is no such database or run
 */
export function readReport(dbPath: string, runId?: number): RunReport {
  return readDatabase(dbPath, (db) => reportOf(db, dbPath, runId));
}

/** @throws UsageError when there is no such run, or none at all */
export function reportOf(db: CrawlDatabase, dbPath: string, runId: number | undefined): RunReport {
  const id = runId ?? db.lastRun()?.id;
  const summary = id === undefined ? null : db.reports.runSummary(id);
  if (summary === null) {
    const shown = quoted(dbPath).slice(1, -1);
    throw new UsageError(
      "no_run",
      runId === undefined
        ? `${shown} has no run yet: start one with webspool crawl.`
        : `--run got ${runId}, but ${shown} has no such run; its last is ${db.lastRun()?.id ?? "none"}.`,
    );
  }
  const { run, sessions, openReasons, excluded, ...counts } = summary;
  return {
    dbPath,
    runId: run.id,
    state: run.state,
    reason: run.reason,
    detail: run.detail,
    seeds: run.seeds,
    version: run.version,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    prunedAt: run.prunedAt,
    activeMs: run.activeMs,
    ...run.counters,
    ...counts,
    openReasons: openReasons.map((row) => ({ ...row, meaning: OPEN_REASONS[row.reason] })),
    excluded: excluded.map((row) => ({ ...row, meaning: FRONTIER_REASONS[row.reason] ?? "" })),
    pending: db.reports.pendingCount(run.id),
    threads: sessions.toSorted((a, b) => a.thread - b.thread),
  };
}
