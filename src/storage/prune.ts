/**
 * Removes what only runs that are no longer of interest need. What the kept runs left, and what the next
 * crawl goes by, stays exact: the last attempt on each URL and the last good one, the newest version of
 * each page, the links that were there, since when what is broken is broken. URLs and runs stay.
 *
 * The rows go in bounded transactions, each of which leaves a sound database, so a prune may be killed at
 * any moment and be done again.
 */
import { pruneSteps, type PruneStep, type PrunedTable } from "./prune-steps.ts";
import type { Sqlite } from "./connection.ts";

/** Which runs are kept; what no rule keeps goes. The newest finished run and later ones always stay. */
export interface PruneRule {
  /** The newest finished runs to keep; null when this is no rule. */
  readonly keepRuns: number | null;
  /** Runs that ended within this time are kept; null when this is no rule. */
  readonly olderThanMs: number | null;
  readonly now: number;
}

export interface PrunePlan {
  /** The oldest run that is kept: all before it are pruned. */
  readonly firstKept: number;
  /** Runs before it, those that were pruned already included. */
  readonly runs: number;
}

export type PrunedRows = Readonly<Record<PrunedTable, number>>;

/** Null when there is no run to prune. */
export function planPrune(sqlite: Sqlite, rule: PruneRule): PrunePlan | null {
  const { keepRuns, olderThanMs, now } = rule;
  const number = (sql: string, ...parameters: number[]): number | null =>
    sqlite
      .prepare<number[], number | null>(sql)
      .pluck()
      .get(...parameters) ?? null;
  const newest = number("SELECT max(id) FROM run WHERE state = 'finished'");
  if (newest === null) return null;
  let firstKept = newest;
  if (keepRuns !== null) {
    const oldest = "SELECT id FROM run WHERE state = 'finished' ORDER BY id DESC LIMIT 1 OFFSET ?";
    firstKept = Math.min(firstKept, number(oldest, Math.max(1, keepRuns) - 1) ?? 0);
  }
  if (olderThanMs !== null) {
    const recent = "SELECT min(id) FROM run WHERE coalesce(finished_at, heartbeat_at) >= ?";
    firstKept = Math.min(firstKept, number(recent, now - olderThanMs) ?? newest);
  }
  const runs = number("SELECT count(*) FROM run WHERE id < ?", firstKept) ?? 0;
  return runs === 0 ? null : { firstKept, runs };
}

/**
 * Removes the rows of a plan, or only counts them. The caller holds the `RunLock`.
 * @returns the rows by table
 */
export function prune(
  sqlite: Sqlite,
  { firstKept }: PrunePlan,
  { now, dryRun }: { readonly now: number; readonly dryRun: boolean },
): PrunedRows {
  const inTransaction = <T>(work: () => T): T => {
    sqlite.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      sqlite.exec(dryRun ? "ROLLBACK" : "COMMIT");
      return result;
    } finally {
      if (sqlite.inTransaction) sqlite.exec("ROLLBACK");
    }
  };
  // First: from now on the run's counters may be more than its rows, and nothing is compared with it.
  inTransaction(() =>
    sqlite
      .prepare("UPDATE run SET pruned_at = ? WHERE id < ? AND pruned_at IS NULL")
      .run(now, firstKept),
  );
  const rows: Record<PrunedTable, number> = {
    fetch: 0,
    page: 0,
    page_text: 0,
    similar_group: 0,
    link: 0,
    extract: 0,
    robots: 0,
    connection: 0,
    session: 0,
  };
  for (const step of pruneSteps(sqlite, firstKept)) {
    rows[step.table] += removeAll(step, inTransaction);
  }
  return rows;
}

function removeAll(step: PruneStep, inTransaction: <T>(work: () => T) => T): number {
  let removed = 0;
  for (let after: unknown = null, done = false; !done;) {
    const chunk = inTransaction(() => step.chunk(after));
    removed += chunk.removed;
    after = chunk.after;
    done = chunk.after === null;
  }
  return removed;
}
