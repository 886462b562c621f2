/** Prunes one database while no crawl can begin. */
import { holdDatabase, type IfRunning } from "../hold-database.ts";
import type { PruneReport } from "../reporting/prune-text.ts";
import { CrawlDatabase, databaseBytes, type PruneRule } from "../storage/index.ts";

export interface PruneInput {
  readonly dbPath: string;
  readonly rule: PruneRule;
  readonly dryRun: boolean;
  /** Whether the file is made smaller too. */
  readonly vacuum: boolean;
  readonly ifRunning: IfRunning;
}

/**
 * Null when another process holds the database and `ifRunning` is skip.
 * @throws UsageError when there is no such database, DatabaseHeldError, StorageError
 */
export async function pruneDatabase(input: PruneInput): Promise<PruneReport | null> {
  const { dbPath, rule, dryRun } = input;
  // To take the lock, or to open it for writing, would make one where there is none.
  CrawlDatabase.openReadOnly(dbPath).close();
  const lock = await holdDatabase(dbPath, input.ifRunning);
  if (lock === null) return null;
  try {
    const bytesBefore = databaseBytes(dbPath);
    const db = CrawlDatabase.open(dbPath);
    let report: Omit<PruneReport, "bytesAfter">;
    try {
      const plan = db.upkeep.planPrune(rule);
      const pruned = plan === null ? null : db.upkeep.prune(plan, { now: rule.now, dryRun });
      // A crawl that was killed may have left bodies that nothing names, whatever is to be kept.
      const body = db.upkeep.pruneBodies(plan, { dryRun });
      const rows = pruned === null ? null : { ...pruned, body };
      if (!dryRun && input.vacuum) db.upkeep.compact();
      report = { dbPath, dryRun, plan, rows, bytesBefore };
    } finally {
      db.close();
    }
    return { ...report, bytesAfter: databaseBytes(dbPath) };
  } finally {
    lock.release();
  }
}
