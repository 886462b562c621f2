/** What those who tell of a crawl ask: reports, status, diff, advice, explain, search and body. */
import { guarded, type Sqlite } from "./connection.ts";
import { findBody, type FoundBody, type NoBody } from "./find-body.ts";
import type { FrontierRows } from "./frontier-store.ts";
import { recordedTraffic, type RecordedTraffic } from "./recorded-traffic.ts";
import { RunDetails } from "./run-details.ts";
import { finishedRunBefore, RunDiff } from "./run-diff.ts";
import {
  errorKinds,
  lastSuccessAt,
  runStatus,
  type ErrorKind,
  type RunStatus,
} from "./run-status.ts";
import type { RunRow, RunStore } from "./run-store.ts";
import { runSummary, type RunSummary } from "./run-summary.ts";
import { searchPages, type SearchAnswer, type SearchQuery } from "./search-pages.ts";
import { UrlHistory } from "./url-history.ts";

/** Stores that others use as well, made when they are asked for. */
interface SharedStores {
  runs(): RunStore;
  rows(): FrontierRows;
}

export class StoredReports {
  readonly #sqlite: Sqlite;
  readonly #path: string;
  readonly #stores: SharedStores;

  constructor(sqlite: Sqlite, path: string, stores: SharedStores) {
    this.#sqlite = sqlite;
    this.#path = path;
    this.#stores = stores;
  }

  recentRuns(limit: number): RunRow[] {
    return this.#stores.runs().recent(limit);
  }

  runSummary(runId: number): RunSummary | null {
    const run = this.#stores.runs().byId(runId);
    return run === null ? null : runSummary(this.#sqlite, run);
  }

  /** How many URLs wait in a run. */
  pendingCount(runId: number): number {
    return this.#stores.rows().pendingCount(runId);
  }

  /** How far a run is at a moment: now, or when it was last heard of. */
  runStatus(runId: number, of: { at: number; mostHosts: number }): RunStatus {
    return runStatus(this.#sqlite, runId, of);
  }

  /** Who asked what when, over which socket: the first attempts of a run, `most` of them. */
  recordedTraffic(runId: number, most: number): RecordedTraffic {
    return guarded(this.#path, () => recordedTraffic(this.#sqlite, runId, most));
  }

  errorKinds(runId: number): ErrorKind[] {
    return errorKinds(this.#sqlite, runId);
  }

  lastSuccessAt(): number | null {
    return lastSuccessAt(this.#sqlite);
  }

  /** The newest finished run before another, or of all; null when there is none. */
  finishedRunBefore(runId: number | null): number | null {
    return finishedRunBefore(this.#sqlite, runId);
  }

  /** What differs in the state that two runs left. */
  runDiff(from: number, to: number): RunDiff {
    return new RunDiff(this.#sqlite, { from, to });
  }

  /** What reports list of runs; all answers that `read` gets are of one moment. */
  readDetails<T>(read: (details: RunDetails) => T): T {
    return this.#sqlite.transaction(read).deferred(new RunDetails(this.#sqlite));
  }

  /** What is stored of single URLs; all answers that `read` gets are of one moment. */
  readHistory<T>(read: (history: UrlHistory) => T): T {
    return this.#sqlite.transaction(read).deferred(new UrlHistory(this.#sqlite));
  }

  /** @throws UsageError when the expression is wrong */
  search(query: SearchQuery): SearchAnswer {
    return guarded(this.#path, () => searchPages(this.#sqlite, query));
  }

  /**
   * The newest body of a URL, or that of one run; else why there is none.
   * @throws StorageError when it is damaged
   */
  body(of: { readonly url: string; readonly runId: number | null }): FoundBody | NoBody {
    return guarded(this.#path, () => findBody(this.#sqlite, this.#path, of));
  }
}
