/**
 * The database of one crawl: the one door to everything that is stored. Each kind of row has a store
 * of its own; this class opens the file, owns transactions, and names what the crawl may do.
 */
import type { RunCounters, RunReason, RunState } from "../events.ts";
import type {
  ConnectionReport,
  ExtractedField,
  FetchKind,
  KeptText,
  PageFacts,
  SessionReport,
} from "../messages.ts";
import { ask, type Answer, type SqlParameters } from "./ask.ts";
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
import { KeptContent } from "./kept-content.ts";
import { PageStore, type StoredLink } from "./page-store.ts";
import { planPrune, prune, type PrunedRows, type PrunePlan, type PruneRule } from "./prune.ts";
import { runChecks, type AssertedAnswer, type AssertedQuery } from "./run-checks.ts";
import { finishedRunBefore, RunDiff } from "./run-diff.ts";
import { RunDetails } from "./run-details.ts";
import { RowReader } from "./row-reader.ts";
import { recordedTraffic, type RecordedTraffic } from "./recorded-traffic.ts";
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
import { checkBodies, dropMissingBodies } from "./check-bodies.ts";
import { findBody, type FoundBody, type NoBody } from "./find-body.ts";
import { compactBodies, pruneBodies } from "./prune-bodies.ts";
import { searchPages, type SearchAnswer, type SearchQuery } from "./search-pages.ts";
import { writeSnapshots, type CopiedBodies } from "./snapshot.ts";
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
  /** What is kept of pages beyond their facts. */
  readonly kept: KeptContent;
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
    this.kept = new KeptContent(sqlite, path, walLimits);
    this.#content = new ContentStore(sqlite, this.kept);
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
    return this.#guarded(() => this.kept.look(now, this.#watch.look(now)));
  }

  close(): void {
    this.kept.close();
    if (this.#sqlite.readonly) this.#sqlite.close();
    else closeAfterCrawl(this.#sqlite);
  }

  /**
   * Everything in `work` becomes true together or not at all.
   * @throws StorageError when the database cannot be written
   */
  transaction<T>(work: () => T): T {
    try {
      const whole = (): T => {
        const result = work();
        this.kept.commit();
        return result;
      };
      return this.#sqlite.transaction(whole).immediate();
    } catch (error) {
      this.kept.rollback();
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
    text?: KeptText | undefined;
  }): void {
    const version = this.#pages.recordPage(input);
    const { urlId, facts, text } = input;
    if (text === undefined) return;
    const { title, h1: heading } = facts;
    this.kept.recordText({ urlId, version, title, heading, kept: text });
  }

  recordLinks(input: { runId: number; fromUrlId: number; links: readonly StoredLink[] }): void {
    this.#pages.recordLinks(input);
  }

  /** A page is what it was: its newest version, its links, fields and body were seen again. */
  recordUnchanged(of: { runId: number; urlId: number; kind: FetchKind; fetchId: number }): void {
    this.#content.seenUnchanged(of.urlId, of.kind, of.runId, of.fetchId);
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

  /** Who asked what when, over which socket: the first attempts of a run, `most` of them. */
  recordedTraffic(runId: number, most: number): RecordedTraffic {
    return this.#guarded(() => recordedTraffic(this.#sqlite, runId, most));
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

  /** What reports list of runs; all answers that `read` gets are of one moment. */
  readDetails<T>(read: (details: RunDetails) => T): T {
    return this.#sqlite.transaction(read).deferred(new RunDetails(this.#sqlite));
  }

  /** @throws UsageError for wrong SQL, or SQL that would change something */
  query(sql: string, parameters: SqlParameters = []): Answer {
    return ask(this.#sqlite, sql, parameters);
  }

  /**
   * Answers row by row, of any size; all that `read` gets are of one moment. A crawl goes on meanwhile,
   * but its write-ahead log cannot be cut down.
   */
  async readRows<T>(read: (reader: RowReader) => Promise<T>): Promise<T> {
    this.#guarded(() => this.#sqlite.exec("BEGIN"));
    try {
      return await read(new RowReader(this.#sqlite));
    } finally {
      if (this.#sqlite.inTransaction) this.#sqlite.exec("ROLLBACK");
    }
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
  checkInvariants({ allBodies = false } = {}): CheckedInvariant[] {
    return this.#guarded(() => [
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
    return this.transaction(() => {
      const last = this.#runs.last();
      const left = last?.state === "running" ? last : null;
      if (left !== null) {
        const { id, heartbeatAt, activeMs } = left;
        const to = { state: "interrupted", reason: "process_ended", detail: null } as const;
        this.endRun(id, { ...to, now: heartbeatAt, activeMs });
      }
      repairInvariants(this.#sqlite, now);
      dropMissingBodies(this.#sqlite, this.#path);
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
   * Removes bodies that nothing names, or counts those of which it would be so after the plan. The caller
   * holds the `RunLock`.
   * @throws StorageError when the second file cannot be written
   */
  pruneBodies(plan: PrunePlan | null, { dryRun }: { readonly dryRun: boolean }): number {
    const firstKept = plan?.firstKept ?? null;
    return this.#guarded(() => pruneBodies(this.#sqlite, this.#path, { firstKept, dryRun }));
  }

  /**
   * Gives free pages back to the disk. The caller holds the `RunLock`.
   * @throws StorageError when the disk has no room for the copy that this needs for a while
   */
  compact(): void {
    this.#guarded(() => {
      compact(this.#sqlite, this.#path);
      compactBodies(this.#path);
    });
  }

  /** The newest finished run before another, or of all; null when there is none. */
  finishedRunBefore(runId: number | null): number | null {
    return finishedRunBefore(this.#sqlite, runId);
  }

  /** What differs in the state that two runs left. */
  runDiff(from: number, to: number): RunDiff {
    return new RunDiff(this.#sqlite, { from, to });
  }

  /**
   * A copy, with its bodies where they are asked for.
   * @throws UsageError when the target exists or cannot be written
   */
  snapshot(path: string, { bodies = false } = {}): CopiedBodies {
    return writeSnapshots(this.#sqlite, this.#path, { path, bodies });
  }

  /** @throws UsageError when the expression is wrong */
  search(query: SearchQuery): SearchAnswer {
    return this.#guarded(() => searchPages(this.#sqlite, query));
  }

  /**
   * The newest body of a URL, or that of one run; else why there is none.
   * @throws StorageError when it is damaged
   */
  body(of: { readonly url: string; readonly runId: number | null }): FoundBody | NoBody {
    return this.#guarded(() => findBody(this.#sqlite, this.#path, of));
  }
}
