/**
 * The database of one crawl: the one door to everything that is stored. Each kind of row has a store
 * of its own; this class opens the file, owns transactions, and names what the crawl may do.
 */
import type { RunCounters, RunReason, RunState } from "../events.ts";
import type {
  ConnectionReport,
  ExtractedField,
  FetchKind,
  PageFacts,
  SessionReport,
} from "../messages.ts";
import { ask, writeSnapshot, type Answer, type SqlParameters } from "./ask.ts";
import { checkInvariants, repairInvariants, type CheckedInvariant } from "./check-invariants.ts";
import { compact } from "./compact.ts";
import {
  closeAfterCrawl,
  openForCrawl,
  openForReading,
  storageError,
  type Sqlite,
} from "./connection.ts";
import { ContentStore } from "./content-store.ts";
import { FrontierRows } from "./frontier-store.ts";
import { PageStore, type StoredLink } from "./page-store.ts";
import { planPrune, prune, type PrunedRows, type PrunePlan, type PruneRule } from "./prune.ts";
import { runChecks, type AssertedAnswer, type AssertedQuery } from "./run-checks.ts";
import { finishedRunBefore, RunDiff } from "./run-diff.ts";
import { RunStore, type NewRun, type RunProcess, type RunRow } from "./run-store.ts";
import {
  errorKinds,
  lastSuccessAt,
  runStatus,
  type ErrorKind,
  type RunStatus,
} from "./run-status.ts";
import { runSummary, type RunSummary } from "./run-summary.ts";
import type { NamedValues } from "./sql-parameters.ts";
import { StoredFrontier } from "./stored-frontier.ts";
import { StorageWatch, WAL_LIMITS, type StorageLook, type WalLimits } from "./storage-watch.ts";
import { TrafficStore, type RecordedAttempts } from "./traffic-store.ts";
import { UrlHistory } from "./url-history.ts";
import { UrlStore } from "./url-store.ts";

export class CrawlDatabase {
  readonly #sqlite: Sqlite;
  readonly #path: string;
  readonly #watch: StorageWatch;
  readonly #runs: RunStore;
  readonly #urls: UrlStore;
  readonly #frontier: FrontierRows;
  readonly #traffic: TrafficStore;
  readonly #pages: PageStore;
  readonly #content: ContentStore;
  /** URLs, and what waits of them. */
  readonly frontier: StoredFrontier;

  private constructor(sqlite: Sqlite, path: string, walLimits: WalLimits) {
    this.#sqlite = sqlite;
    this.#path = path;
    this.#watch = new StorageWatch(sqlite, path, walLimits);
    this.#runs = new RunStore(sqlite);
    this.#urls = new UrlStore(sqlite);
    this.#frontier = new FrontierRows(sqlite);
    this.#traffic = new TrafficStore(sqlite);
    this.#pages = new PageStore(sqlite);
    this.#content = new ContentStore(sqlite);
    this.frontier = new StoredFrontier(sqlite, {
      urls: this.#urls,
      rows: this.#frontier,
      traffic: this.#traffic,
      pages: this.#pages,
      content: this.#content,
    });
  }

  /**
   * Opens a database to crawl into, creating it where there is none; the caller holds its `RunLock`.
   * @throws UsageError for a path that cannot be used, a file that is not ours, a newer schema
   */
  static open(path: string, walLimits: WalLimits = WAL_LIMITS): CrawlDatabase {
    return CrawlDatabase.#opened(openForCrawl(path), path, walLimits);
  }

  /** @throws UsageError when there is none, or it cannot be read */
  static openReadOnly(path: string): CrawlDatabase {
    return CrawlDatabase.#opened(openForReading(path), path, WAL_LIMITS);
  }

  static #opened(sqlite: Sqlite, path: string, walLimits: WalLimits): CrawlDatabase {
    try {
      return new CrawlDatabase(sqlite, path, walLimits);
    } catch (error) {
      sqlite.close();
      throw storageError(error, path);
    }
  }

  /**
   * How the database's files are, at most a second ago; cuts the write-ahead log down where it can.
   * Not within a transaction.
   * @throws StorageError when they were removed or replaced, or the log cannot be written back
   */
  look(now: number): StorageLook {
    return this.#guarded(() => this.#watch.look(now));
  }

  close(): void {
    if (this.#sqlite.readonly) this.#sqlite.close();
    else closeAfterCrawl(this.#sqlite);
  }

  /**
   * Everything in `work` becomes true together or not at all.
   * @throws StorageError when the database cannot be written
   */
  transaction<T>(work: () => T): T {
    try {
      return this.#sqlite.transaction(work).immediate();
    } catch (error) {
      this.#urls.forget();
      this.#traffic.forget();
      this.#pages.forget();
      throw storageError(error, this.#path);
    }
  }

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storageError(error, this.#path);
    }
  }

  // Runs

  unfinishedRun(): RunRow | null {
    return this.#runs.unfinished();
  }

  lastRun(): RunRow | null {
    return this.#runs.last();
  }

  recentRuns(limit: number): RunRow[] {
    return this.#runs.recent(limit);
  }

  run(id: number): RunRow | null {
    return this.#runs.byId(id);
  }

  beginRun(input: NewRun): number {
    return this.#runs.begin(input);
  }

  /** Takes a run up where a process left it, cleanly or not. */
  continueRun(id: number, input: RunProcess): void {
    const before = this.#runs.byId(id);
    this.#runs.takeOver(id, input);
    this.#frontier.releaseAll();
    // What the dead process left open ended when it was last heard of.
    this.#traffic.closeOpen(id, before?.heartbeatAt ?? input.now);
  }

  saveRun(id: number, to: { counters: RunCounters; activeMs: number; now: number }): void {
    this.#runs.save(id, to);
  }

  endRun(
    id: number,
    to: {
      state: RunState;
      reason: RunReason;
      detail: string | null;
      now: number;
      activeMs: number;
    },
  ): void {
    this.#runs.end(id, to);
    this.#frontier.releaseAll();
    this.#traffic.closeOpen(id, to.now);
  }

  everySeedFailed(runId: number): boolean {
    return this.#runs.everySeedFailed(runId);
  }

  // What outcomes bring

  recordSession(runId: number, report: SessionReport, pid: number): number {
    return this.#traffic.recordSession(runId, report, pid);
  }

  /** A thread of this run ended without closing its session. */
  endThread(runId: number, of: { pid: number; thread: number; now: number }): void {
    this.#traffic.endThread(runId, of);
  }

  recordConnections(sessionId: number, runId: number, reports: readonly ConnectionReport[]): void {
    this.#traffic.recordConnections(sessionId, runId, reports);
  }

  recordAttempts(input: RecordedAttempts): number {
    return this.#traffic.recordAttempts(input);
  }

  takeSettledPages(): number {
    return this.#traffic.takeSettledPages();
  }

  recordPage(input: {
    runId: number;
    urlId: number;
    fetchId: number;
    depth: number | null;
    facts: PageFacts;
  }): void {
    this.#pages.recordPage(input);
  }

  recordLinks(input: { runId: number; fromUrlId: number; links: readonly StoredLink[] }): void {
    this.#pages.recordLinks(input);
  }

  /** A page is what it was: its newest version, its links and fields were seen again. */
  recordUnchanged(runId: number, urlId: number, kind: FetchKind): void {
    this.#content.seenUnchanged(urlId, kind, runId);
  }

  recordFields(runId: number, urlId: number, fields: readonly ExtractedField[]): void {
    this.#pages.recordFields(runId, urlId, fields);
  }

  // Questions

  runSummary(runId: number): RunSummary | null {
    const run = this.#runs.byId(runId);
    return run === null ? null : runSummary(this.#sqlite, run);
  }

  /** How far a run is at a moment: now, or when it was last heard of. */
  runStatus(runId: number, of: { at: number; mostHosts: number }): RunStatus {
    return runStatus(this.#sqlite, runId, of);
  }

  errorKinds(runId: number): ErrorKind[] {
    return errorKinds(this.#sqlite, runId);
  }

  lastSuccessAt(): number | null {
    return lastSuccessAt(this.#sqlite);
  }

  /** What is stored of single URLs; all answers that `read` gets are of one moment. */
  readHistory<T>(read: (history: UrlHistory) => T): T {
    return this.#sqlite.transaction(read).deferred(new UrlHistory(this.#sqlite));
  }

  /** @throws UsageError for wrong SQL, or SQL that would change something */
  query(sql: string, parameters: SqlParameters = []): Answer {
    return ask(this.#sqlite, sql, parameters);
  }

  /** @throws UsageError when one of the queries is wrong: none was run then */
  runChecks(
    queries: readonly AssertedQuery[],
    of: { readonly parameters: NamedValues; readonly firstRows: number },
  ): AssertedAnswer[] {
    return runChecks(this.#sqlite, queries, of);
  }

  /**
   * Rows that break each invariant; all 0 in a sound database.
   * @throws StorageError when the database cannot be read
   */
  checkInvariants(): CheckedInvariant[] {
    return this.#guarded(() => checkInvariants(this.#sqlite));
  }

  /**
   * Ends a run that no process has any more, and mends what breaks an invariant where other rows tell
   * how. Returns the run that was ended, else null. The caller holds the `RunLock`.
   * @throws StorageError when the database cannot be written
   */
  repair(now: number): RunRow | null {
    return this.transaction(() => {
      const last = this.#runs.last();
      const left = last?.state === "running" ? last : null;
      if (left !== null) {
        const { id, heartbeatAt, activeMs } = left;
        const to = { state: "interrupted", reason: "process_ended", detail: null } as const;
        this.endRun(id, { ...to, now: heartbeatAt, activeMs });
      }
      repairInvariants(this.#sqlite, now);
      return left;
    });
  }

  /** Null when no run is to be pruned by these rules. */
  planPrune(rule: PruneRule): PrunePlan | null {
    return this.#guarded(() => planPrune(this.#sqlite, rule));
  }

  /**
   * Removes the rows of a plan, or only counts them. The caller holds the `RunLock`.
   * @throws StorageError when the database cannot be written
   */
  prune(plan: PrunePlan, options: { readonly now: number; readonly dryRun: boolean }): PrunedRows {
    return this.#guarded(() => prune(this.#sqlite, plan, options));
  }

  /**
   * Gives free pages back to the disk. The caller holds the `RunLock`.
   * @throws StorageError when the disk has no room for the copy that this needs for a while
   */
  compact(): void {
    this.#guarded(() => compact(this.#sqlite, this.#path));
  }

  /** The newest finished run before another, or of all; null when there is none. */
  finishedRunBefore(runId: number | null): number | null {
    return finishedRunBefore(this.#sqlite, runId);
  }

  /** What differs in the state that two runs left. */
  runDiff(from: number, to: number): RunDiff {
    return new RunDiff(this.#sqlite, { from, to });
  }

  snapshot(path: string): void {
    writeSnapshot(this.#sqlite, path);
  }
}
