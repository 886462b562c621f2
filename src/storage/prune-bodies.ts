/** Bodies that no attempt names any more: after a prune, or after a crawl that was killed. */
import { BodyStore } from "./body-store.ts";
import type { Sqlite } from "./connection.ts";
import { bodiesPath, holdsBodies } from "./open-bodies.ts";
import { STAYS } from "./prune-steps.ts";
import { WAL_LIMITS } from "./storage-watch.ts";

/**
 * Removes them, after the attempts went; or counts them as they would be then. The caller holds the
 * `RunLock`.
 * @param firstKept the oldest run that is kept; null where no run is pruned
 * @returns how many bodies went, or would go
 * @throws StorageError when the second file cannot be written, UsageError when it cannot be used
 */
export function pruneBodies(
  sqlite: Sqlite,
  dbPath: string,
  { firstKept, dryRun }: { readonly firstKept: number | null; readonly dryRun: boolean },
): number {
  if (!holdsBodies(bodiesPath(dbPath))) return 0;
  const isNamed =
    firstKept !== null && dryRun
      ? sqlite.prepare(`SELECT 1 FROM fetch_body b JOIN fetch f ON f.id = b.fetch_id
          WHERE b.hash = @hash AND (f.run_id >= @keep OR (${STAYS})) LIMIT 1`)
      : sqlite.prepare("SELECT 1 FROM fetch_body WHERE hash = @hash AND @keep > 0 LIMIT 1");
  const bodies = BodyStore.open(dbPath, WAL_LIMITS);
  try {
    const keep = firstKept ?? 1;
    return bodies.removeUnless((hash) => isNamed.get({ hash, keep }) !== undefined, dryRun);
  } finally {
    bodies.close();
  }
}

/**
 * Gives the free pages of the second file back to the disk.
 * @throws StorageError when the disk has no room for the copy that this needs for a while
 */
export function compactBodies(dbPath: string): void {
  if (!holdsBodies(bodiesPath(dbPath))) return;
  const bodies = BodyStore.open(dbPath, WAL_LIMITS);
  try {
    bodies.compact();
  } finally {
    bodies.close();
  }
}
