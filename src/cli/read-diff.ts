/** Finds the two runs that are to be compared, and opens what differs between them. */
import { UsageError } from "../errors.ts";
import { quoted } from "../reporting/printable.ts";
import type { CrawlDatabase, RunDiff, RunRow } from "../storage/index.ts";
import { readDatabase } from "./read-database.ts";

/**
 * Calls `use` while the database is open.
 * @param runs none, one or two numbers of runs, in any order
 * @throws UsageError when there is no such database or run, or nothing to compare with
 */
export function readDiff(
  dbPath: string,
  runs: readonly number[],
  use: (from: RunRow, to: RunRow, diff: RunDiff) => void,
): void {
  readDatabase(dbPath, (db) => {
    const [from, to] = runsOf(db, quoted(dbPath).slice(1, -1), runs);
    use(from, to, db.reports.runDiff(from.id, to.id));
  });
}

/** Whether a run can be compared with the finished one before it. */
export function hasRunBefore(dbPath: string, runId: number): boolean {
  return readDatabase(dbPath, (db) => {
    const before = db.reports.finishedRunBefore(runId);
    return before !== null && db.run(before)?.prunedAt === null;
  });
}

function runsOf(
  db: CrawlDatabase,
  shown: string,
  runs: readonly number[],
): readonly [from: RunRow, to: RunRow] {
  const given = runs.toSorted((one, other) => one - other);
  const toId = given.at(-1) ?? db.reports.finishedRunBefore(null);
  if (toId === null) {
    throw new UsageError("no_run", `${shown} has no finished run yet: crawl first.`);
  }
  const to = runOf(db, shown, toId);
  const fromId = given.length === 2 ? (given[0] ?? null) : db.reports.finishedRunBefore(toId);
  if (fromId === null) {
    throw new UsageError(
      "no_run_before",
      `${shown} has no finished run before run ${toId}: there is nothing to compare it with yet.`,
    );
  }
  const from = runOf(db, shown, fromId);
  if (from.id === to.id) {
    throw new UsageError("same_run", `webspool diff got run ${to.id} twice: give two runs.`);
  }
  if (from.prunedAt !== null) {
    throw new UsageError(
      "run_pruned",
      `Run ${from.id} of ${shown} was pruned, so nothing can be compared with it: give two later runs.`,
    );
  }
  return [from, to];
}

function runOf(db: CrawlDatabase, shown: string, id: number): RunRow {
  const run = db.run(id);
  if (run !== null) return run;
  throw new UsageError(
    "no_run",
    `There is no run ${id} in ${shown}; its last is ${db.lastRun()?.id ?? "none"}.`,
  );
}
