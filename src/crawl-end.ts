/** How a crawl ends: the threads, the run's last transaction, the archive, what is told of it. */
import { activeMs, type CrawlParts } from "./crawl-parts.ts";
import { StorageError } from "./errors.ts";
import { runStateOf, type OutcomeEvent, type RunReason, type RunResult } from "./events.ts";
import { lateModule } from "./late-module.ts";
import type * as Warc from "./warc/index.ts";

const loadWarc = lateModule("src/warc/index") as () => typeof Warc;

export interface Ending {
  readonly reason: RunReason;
  readonly detail: string | null;
}

/**
 * Ends the threads and the run. What they still posted is recorded by `record`, in the transaction that
 * ends the run; what is in flight after that waits again.
 */
export async function endCrawl(
  parts: CrawlParts,
  ending: Ending,
  record: (now: number) => OutcomeEvent[],
): Promise<{ readonly result: RunResult; readonly told: readonly OutcomeEvent[] }> {
  const { db, frontier, pool, started, totals } = parts;
  // Threads that still wait for an answer are ended; the others close their sessions and say how.
  if (frontier.inFlight > 0) await pool.destroy();
  else await pool.close();
  const now = Date.now();
  let { reason, detail } = ending;
  const { runId } = started;
  const { counters } = totals;
  let told: readonly OutcomeEvent[] = [];
  const before = { ...counters };
  try {
    told = db.transaction(() => {
      const events = record(now);
      frontier.release();
      if (reason === "frontier_empty" && db.everySeedFailed(runId)) reason = "all_seeds_failed";
      db.saveRun(runId, { counters, activeMs: activeMs(parts, now), now });
      const state = runStateOf(reason);
      db.endRun(runId, { state, reason, detail, now, activeMs: activeMs(parts, now) });
      return events;
    });
  } catch (error) {
    // Storage that fails at the very end leaves the run as it was; the next start takes it up.
    if (!(error instanceof StorageError)) throw error;
    totals.restore(before);
    // The first failure says more than what followed from it.
    if (reason !== "storage") detail = error.message;
    reason = "storage";
  }
  const state = runStateOf(reason);
  return {
    result: { runId, state, reason, detail, counters, activeMs: activeMs(parts, now) },
    told,
  };
}

/**
 * Threads that were ended at once have left their files open.
 * @param warc the archive's folder; null without one
 */
export function finishArchive(
  warc: string | null,
  warn: (warning: { readonly code: string; readonly message: string }) => void,
): void {
  if (warc === null) return;
  try {
    loadWarc().finishFiles(warc, Date.now());
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `Files of the archive in ${warc} are left open (${why}): the next crawl finishes them`;
    warn({ code: "warc_unfinished", message });
  }
}
