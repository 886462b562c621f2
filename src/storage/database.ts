/**
 * The database of one crawl: the one door to everything that is stored. Each kind of row has a store
 * of its own; this class opens the file, owns transactions, and names what the crawl may do.
 */
import type { RunCounters } from "../events.ts";
import type { ExtractedField, FetchKind, KeptText } from "../messages.ts";
import type { ConnectionReport, SessionReport } from "../thread-reports.ts";
import { lateModule } from "../late-module.ts";
import { ask, type Answer, type SqlParameters } from "./ask.ts";
import {
  closeAfterCrawl,
  guarded,
  openForCrawl,
  openForReading,
  storageError,
  type Sqlite,
} from "./connection.ts";
import { ContentStore } from "./content-store.ts";
import { FrontierRows } from "./frontier-store.ts";
import { KeptContent } from "./kept-content.ts";
import { PageStore, type ReadPage, type StoredLink } from "./page-store.ts";
import { runChecks, type AssertedAnswer, type AssertedQuery } from "./run-checks.ts";
import { RowReader } from "./row-reader.ts";
import { RunStore, type EndedRun, type NewRun, type RunProcess, type RunRow } from "./run-store.ts";
import type { NamedValues } from "./sql-parameters.ts";
import { StoredFrontier } from "./stored-frontier.ts";
import { StoredReports } from "./stored-reports.ts";
import { StorageWatch, WAL_LIMITS, type StorageLook, type WalLimits } from "./storage-watch.ts";
import { TrafficStore, type RecordedAttempts } from "./traffic-store.ts";
import type * as Upkeeping from "./upkeep.ts";
import { UrlStore } from "./url-store.ts";

/** No crawl needs it. */
const loadUpkeep = lateModule("src/storage/upkeep") as () => typeof Upkeeping;

/**
 * The stores that were asked for: to prepare the statements of all takes 15 to 50 ms, and a command that reads
 * needs few of them.
 */
interface MadeStores {
  runs?: RunStore;
  urls?: UrlStore;
  rows?: FrontierRows;
  traffic?: TrafficStore;
  pages?: PageStore;
  content?: ContentStore;
  kept?: KeptContent;
  frontier?: StoredFrontier;
  upkeep?: Upkeeping.Upkeep;
}

export class CrawlDatabase {
  readonly #sqlite: Sqlite;
  readonly #path: string;
  readonly #walLimits: WalLimits;
  readonly #watch: StorageWatch;
  readonly #made: MadeStores = {};
  /** What is told of runs, URLs and pages. */
  readonly reports: StoredReports;

  private constructor(sqlite: Sqlite, path: string, walLimits: WalLimits) {
    this.#sqlite = sqlite;
    this.#path = path;
    this.#walLimits = walLimits;
    this.#watch = new StorageWatch(sqlite, path, walLimits);
    this.reports = new StoredReports(sqlite, path, {
      runs: () => this.#runs,
      rows: () => this.#frontier,
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
      const db = new CrawlDatabase(sqlite, path, walLimits);
      // A temporary table of theirs that a transaction made could be undone with it.
      if (!sqlite.readonly) void db.frontier;
      return db;
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
    return guarded(this.#path, () => this.kept.look(now, this.#watch.look(now)));
  }

  close(): void {
    this.#made.kept?.close();
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
        this.#made.kept?.commit();
        return result;
      };
      return this.#sqlite.transaction(whole).immediate();
    } catch (error) {
      this.#made.kept?.rollback();
      this.#made.urls?.forget();
      this.#made.traffic?.forget();
      this.#made.pages?.forget();
      throw storageError(error, this.#path);
    }
  }

  // Stores

  get #runs(): RunStore {
    return (this.#made.runs ??= new RunStore(this.#sqlite));
  }

  get #urls(): UrlStore {
    return (this.#made.urls ??= new UrlStore(this.#sqlite));
  }

  get #frontier(): FrontierRows {
    return (this.#made.rows ??= new FrontierRows(this.#sqlite));
  }

  get #traffic(): TrafficStore {
    return (this.#made.traffic ??= new TrafficStore(this.#sqlite));
  }

  get #pages(): PageStore {
    return (this.#made.pages ??= new PageStore(this.#sqlite));
  }

  get #content(): ContentStore {
    return (this.#made.content ??= new ContentStore(this.#sqlite, this.kept));
  }

  /** What is kept of pages beyond their facts. */
  get kept(): KeptContent {
    return (this.#made.kept ??= new KeptContent(this.#sqlite, this.#path, this.#walLimits));
  }

  /** URLs, and what waits of them. */
  get frontier(): StoredFrontier {
    return (this.#made.frontier ??= new StoredFrontier(this.#sqlite, {
      urls: this.#urls,
      rows: this.#frontier,
      traffic: this.#traffic,
      pages: this.#pages,
      content: this.#content,
    }));
  }

  /** Checks, mending, pruning, copies. */
  get upkeep(): Upkeeping.Upkeep {
    return (this.#made.upkeep ??= new (loadUpkeep().Upkeep)(this.#sqlite, this.#path, this));
  }

  // Runs

  unfinishedRun(): RunRow | null {
    return this.#runs.unfinished();
  }

  lastRun(): RunRow | null {
    return this.#runs.last();
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

  endRun(id: number, to: EndedRun): void {
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

  recordPage(input: ReadPage & { readonly text?: KeptText | undefined }): void {
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

  /** @throws UsageError for wrong SQL, or SQL that would change something */
  query(sql: string, parameters: SqlParameters = []): Answer {
    return ask(this.#sqlite, sql, parameters);
  }

  /**
   * Answers row by row, of any size; all that `read` gets are of one moment. A crawl goes on meanwhile,
   * but its write-ahead log cannot be cut down.
   */
  async readRows<T>(read: (reader: RowReader) => Promise<T>): Promise<T> {
    guarded(this.#path, () => this.#sqlite.exec("BEGIN"));
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
}
