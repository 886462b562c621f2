/** What a crawl is told, and what it is made of while it runs. */
import type { CrawlSettings } from "./crawl-settings.ts";
import type { Frontier } from "./frontier/index.ts";
import type { IfRunning } from "./hold-database.ts";
import type { Recorder } from "./record-outcome.ts";
import type { RunTotals } from "./run-counters.ts";
import type { CrawlDatabase, WalLimits } from "./storage/index.ts";
import type { WorkerPool } from "./worker-pool.ts";
import type { ThreadOptions } from "./worker-thread.ts";

/** What a crawl is told. */
export interface CrawlInput {
  readonly settings: CrawlSettings;
  readonly dbPath: string;
  readonly ifRunning: IfRunning;
  /** The settings as they are stored in the run, secrets as `***`. */
  readonly settingsRecord: Record<string, unknown>;
  readonly version: string;
  /** How threads are made, where the defaults are not right. */
  readonly threadOptions?: ThreadOptions;
  /** How far the write-ahead log may grow, where the defaults are not right. */
  readonly walLimits?: WalLimits;
}

export interface StartedRun {
  readonly runId: number;
  readonly continued: boolean;
  /** Time earlier processes spent on this run. */
  readonly activeMsBefore: number;
}

/** What a crawl is made of while it runs. */
export interface CrawlParts {
  readonly db: CrawlDatabase;
  readonly frontier: Frontier;
  readonly pool: WorkerPool;
  readonly recorder: Recorder;
  readonly totals: RunTotals;
  readonly started: StartedRun;
  readonly startedAt: number;
}

/** Time with a live process, over all processes of the run. */
export function activeMs(parts: CrawlParts, now: number): number {
  return parts.started.activeMsBefore + now - parts.startedAt;
}
