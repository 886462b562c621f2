/** What looks after a database between crawls: is it sound, can it be mended, may it shrink, a copy of it. */
import { checkBodies, dropMissingBodies } from "./check-bodies.ts";
import { checkInvariants, repairInvariants, type CheckedInvariant } from "./check-invariants.ts";
import { compact } from "./compact.ts";
import { guarded, type Sqlite } from "./connection.ts";
import { compactBodies, pruneBodies } from "./prune-bodies.ts";
import { planPrune, prune, type PrunedRows, type PrunePlan, type PruneRule } from "./prune.ts";
import type { EndedRun, RunRow } from "./run-store.ts";
import { writeSnapshots, type CopiedBodies } from "./snapshot.ts";

/** Ends runs: what mending needs of the database. */
interface Runs {
  lastRun(): RunRow | null;
  endRun(id: number, to: EndedRun): void;
  transaction<T>(work: () => T): T;
}

export class Upkeep {
  readonly #sqlite: Sqlite;
  readonly #path: string;
  readonly #runs: Runs;

  constructor(sqlite: Sqlite, path: string, runs: Runs) {
    this.#sqlite = sqlite;
    this.#path = path;
    this.#runs = runs;
  }

  /**
   * Rows that break each invariant; all 0 in a sound database.
   * @throws StorageError when the database cannot be read
   */
  checkInvariants({ allBodies = false } = {}): CheckedInvariant[] {
    return guarded(this.#path, () => [
      ...checkInvariants(this.#sqlite),
      ...checkBodies(this.#sqlite, this.#path, allBodies),
    ]);
  }

  /**
   * Ends a run that no process has any more, and mends what breaks an invariant where other rows tell
   * how. Returns the run that was ended, else null. The caller holds the `RunLock`.
   * @throws StorageError when the database cannot be written
   */
  repair(now: number): RunRow | null {
    return this.#runs.transaction(() => {
      const last = this.#runs.lastRun();
      const left = last?.state === "running" ? last : null;
      if (left !== null) {
        const { id, heartbeatAt, activeMs } = left;
        const to = { state: "interrupted", reason: "process_ended", detail: null } as const;
        this.#runs.endRun(id, { ...to, now: heartbeatAt, activeMs });
      }
      repairInvariants(this.#sqlite, now);
      dropMissingBodies(this.#sqlite, this.#path);
      return left;
    });
  }

  /** Null when no run is to be pruned by these rules. */
  planPrune(rule: PruneRule): PrunePlan | null {
    return guarded(this.#path, () => planPrune(this.#sqlite, rule));
  }

  /**
   * Removes the rows of a plan, or only counts them. The caller holds the `RunLock`.
   * @throws StorageError when the database cannot be written
   */
  prune(plan: PrunePlan, options: { readonly now: number; readonly dryRun: boolean }): PrunedRows {
    return guarded(this.#path, () => prune(this.#sqlite, plan, options));
  }

  /**
   * Removes bodies that nothing names, or counts those of which it would be so after the plan. The caller
   * holds the `RunLock`.
   * @throws StorageError when the second file cannot be written
   */
  pruneBodies(plan: PrunePlan | null, { dryRun }: { readonly dryRun: boolean }): number {
    const firstKept = plan?.firstKept ?? null;
    return guarded(this.#path, () => pruneBodies(this.#sqlite, this.#path, { firstKept, dryRun }));
  }

  /**
   * Gives free pages back to the disk. The caller holds the `RunLock`.
   * @throws StorageError when the disk has no room for the copy that this needs for a while
   */
  compact(): void {
    guarded(this.#path, () => {
      compact(this.#sqlite, this.#path);
      compactBodies(this.#path);
    });
  }

  /**
   * A copy, with its bodies where they are asked for.
   * @throws UsageError when the target exists or cannot be written
   */
  snapshot(path: string, { bodies = false } = {}): CopiedBodies {
    return writeSnapshots(this.#sqlite, this.#path, { path, bodies });
  }
}
