/**
 * The coordinator. Data goes one way, a turn at a time: what the threads posted is recorded in one
 * transaction, in which the frontier also hands out what may start next; after the commit the new
 * batches go to the threads and the outcomes are told. Between turns it waits for a message, for a moment
 * where the threads have enough to do, or for the one timer of the next host that becomes ready. There is no
 * polling.
 *
 * A run ends when nothing waits and nothing is in flight, or when it was told to stop (a limit, a
 * signal): then nothing more is handed out and what is in flight may finish.
 */
import { EventEmitter } from "node:events";
import { collectGarbageSoon } from "./collect-garbage.ts";
import { endCrawl, finishArchive, type Ending } from "./crawl-end.ts";
import { activeMs, type CrawlInput, type CrawlParts } from "./crawl-parts.ts";
import { crawlThreads, threadsAhead } from "./crawl-threads.ts";
import { StorageError, WebspoolError } from "./errors.ts";
import type { CrawlEvents, CrawlProgress, OutcomeEvent, RunReason, RunResult } from "./events.ts";
import { holdDatabase } from "./hold-database.ts";
import type { FetchBatch, WorkerMessage } from "./messages.ts";
import { RunLimits, type Budget } from "./run-limits.ts";
import type { CrawlDatabase } from "./storage/index.ts";
import { TurnTiming } from "./turn-timing.ts";
import type { EndedThread, WorkerPoolEvents } from "./worker-events.ts";

export type { CrawlInput } from "./crawl-parts.ts";

/** How long what is in flight may take after the run was told to stop. */
const STOP_GRACE_MS = 10_000;
const HEARTBEAT_MS = 5_000;
/** How soon a crawl that storage holds back looks again. */
const HELD_BACK_MS = 1_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** What a page or sitemap of so many links leaves behind is not kept: each link is a few objects. */
const MANY_LINKS = 10_000;

/** Reasons that do not wait for slow hosts: what is still in flight after the grace is given back. */
const WITH_GRACE: ReadonlySet<RunReason> = new Set<RunReason>(["signal", "max_duration"]);

/** One crawl of one database, from `run()` to its end. Not to be used twice. */
export class Crawl {
  readonly events = new EventEmitter<CrawlEvents>();
  readonly #input: CrawlInput;
  readonly #limits: RunLimits;
  readonly #ended = Promise.withResolvers<Ending>();
  #parts: CrawlParts | null = null;
  /** What happened since the last turn: messages of threads, then threads that ended. */
  #inbox: WorkerMessage[] = [];
  #endedThreads: EndedThread[] = [];
  readonly #timing = new TurnTiming(() => this.#turn());
  #readyTimer: NodeJS.Timeout | null = null;
  #graceTimer: NodeJS.Timeout | null = null;
  #stopReason: RunReason | null = null;
  /** Whether nothing is handed out because the write-ahead log cannot be written back. */
  #isHeldBack = false;
  /** Whether a turn could not be recorded. */
  #hasFailed = false;
  #over = false;

  constructor(input: CrawlInput) {
    this.#input = input;
    this.#limits = new RunLimits(input.settings);
  }

  progress(): CrawlProgress {
    const parts = this.#parts;
    if (parts === null)
      throw new WebspoolError("not_running", "The crawl has not started; call run().");
    return {
      counters: parts.totals.counters,
      pending: parts.frontier.pending,
      inFlight: parts.frontier.inFlight - parts.pool.inLine,
      activeHosts: parts.frontier.activeHosts,
      elapsedMs: Date.now() - parts.startedAt,
    };
  }

  /**
   * Crawls until the run ends. Null when another process holds the database and `ifRunning` is skip,
   * or when it was told to stop while it waited for that process.
   * @throws UsageError for a database or run that cannot be used, DatabaseHeldError, StorageError
   */
  async run(): Promise<RunResult | null> {
    const { dbPath, ifRunning } = this.#input;
    const lock = await holdDatabase(
      dbPath,
      ifRunning,
      () => this.#stopReason !== null,
      () => this.events.emit("waiting"),
    );
    if (lock === null) return null;
    try {
      return await this.#crawl();
    } finally {
      lock.release();
    }
  }

  /** Hands out nothing more; what is in flight may finish for up to 10 s. */
  stop(reason: RunReason = "signal"): void {
    // A limit may wait for slow hosts, and a signal then shortens that; the limit stays the reason.
    const shortens = WITH_GRACE.has(reason) && this.#graceTimer === null;
    if (this.#over || (this.#stopReason !== null && !shortens)) return;
    this.#stopReason ??= reason;
    if (this.#parts === null) return;
    this.events.emit("stopping", { reason, inFlight: this.progress().inFlight });
    this.#parts.pool.recall();
    if (shortens) this.#graceTimer = setTimeout(() => this.abort(), STOP_GRACE_MS);
    this.#timing.soon();
  }

  /** Ends now: what is in flight is given back to the frontier. */
  abort(): void {
    this.#stopReason ??= "signal";
    this.#end(this.#stopReason, null);
  }

  async #crawl(): Promise<RunResult> {
    const events: WorkerPoolEvents = {
      started: () => this.events.emit("threadStarted"),
      message: (message) => this.#receive(message),
      ended: (thread) => this.#threadEnded(thread),
      failed: (why) => this.#fail(new Error(`Worker threads cannot be started: ${why}`)),
    };
    const ahead = threadsAhead(this.#input, events);
    let db: CrawlDatabase | null = null;
    try {
      const [{ CrawlDatabase }, { startParts }] = await Promise.all([
        import("./storage/database.ts"),
        import("./crawl-start.ts"),
      ]);
      db = CrawlDatabase.open(this.#input.dbPath, this.#input.walLimits);
      this.#parts = startParts(
        db,
        this.#input,
        (warc) => ahead ?? crawlThreads(this.#input, events, warc),
      );
      return await this.#toItsEnd(this.#parts);
    } finally {
      // Where the crawl came to its end they have ended.
      if (this.#parts === null) await ahead?.destroy();
      db?.close();
    }
  }

  async #toItsEnd(parts: CrawlParts): Promise<RunResult> {
    const { runId, continued } = parts.started;
    this.events.emit("start", { runId, continued, dbPath: this.#input.dbPath });
    const heartbeat = setInterval(() => this.#timing.soon(), HEARTBEAT_MS);
    const { maxDurationMs } = this.#input.settings;
    const deadline =
      maxDurationMs === null
        ? null
        : setTimeout(() => this.stop("max_duration"), Math.min(maxDurationMs, LONGEST_TIMER_MS));
    this.#timing.soon();
    const ending = await this.#ended.promise;
    clearInterval(heartbeat);
    if (deadline !== null) clearTimeout(deadline);
    return await this.#finish(parts, ending);
  }

  #receive(message: WorkerMessage): void {
    this.#inbox.push(message);
    if (message.archiveFailure !== null) {
      this.#fail(new StorageError("warc_failed", message.archiveFailure));
    } else if (message.givenBack.length === 0 && this.#parts?.pool.hasLongLines === true) {
      // The threads have more to do, whatever comes of this.
      this.#timing.afterPause();
    } else this.#timing.soon();
  }

  #threadEnded(thread: EndedThread): void {
    this.#endedThreads.push(thread);
    const message = `A worker thread ended and was replaced: ${thread.why}`;
    this.events.emit("warning", { code: "thread_died", message });
    this.#timing.soon();
  }

  #turn(): void {
    const parts = this.#parts;
    if (parts === null || this.#over) return;
    const { db, frontier, pool, totals } = parts;
    const told: OutcomeEvent[] = [];
    let batches: FetchBatch[] = [];
    const now = Date.now();
    const before = { ...totals.counters };
    try {
      this.#lookAtStorage(db, now);
      db.transaction(() => {
        told.push(...this.#record(parts, now));
        this.#checkLimits(parts);
        const mayStart = this.#stopReason === null && !this.#isHeldBack;
        if (mayStart) batches = frontier.handOut(now, this.#budget(parts));
        this.#save(parts, now);
      });
    } catch (error) {
      parts.totals.restore(before);
      this.#hasFailed = true;
      this.#fail(error);
      return;
    }
    for (const batch of batches) pool.dispatch(batch);
    for (const event of told) this.events.emit("outcome", event);
    if (told.some(({ links }) => links >= MANY_LINKS)) collectGarbageSoon();
    this.#wait(parts, now);
  }

  /**
   * Records what happened since the last turn; returns what is to be told of it. After a turn that failed
   * nothing: later messages build on those that were lost with it, and what they bring is asked again.
   */
  #record(parts: CrawlParts, now: number): OutcomeEvent[] {
    const { recorder, totals } = parts;
    const told: OutcomeEvent[] = [];
    if (this.#hasFailed) return told;
    const inbox = this.#inbox;
    this.#inbox = [];
    for (const message of inbox) {
      const events = recorder.record(message, now);
      totals.add(message, events);
      told.push(...events);
    }
    for (const thread of this.#endedThreads.splice(0)) {
      const events = recorder.recordEnded(thread, now);
      totals.addLost(events);
      told.push(...events);
    }
    this.#count(parts);
    return told;
  }

  /** @throws StorageError when the file is not the one that was opened */
  #lookAtStorage(db: CrawlDatabase, now: number): void {
    const { walBytes, isFull } = db.look(now);
    if (isFull && !this.#isHeldBack) {
      const size = `${Math.round(walBytes / 2 ** 20)} MiB`;
      const message = `The write-ahead log has grown to ${size}, because another process reads the database all the time: the crawl waits until that ends`;
      this.events.emit("warning", { code: "wal_full", message });
    }
    this.#isHeldBack = isFull;
  }

  /** Counts what was settled since it last did; the frontier settles also while it hands out. */
  #count({ db, frontier, totals }: CrawlParts): void {
    totals.addPages(db.takeSettledPages());
    totals.addFailed(frontier.takeGivenUp());
  }

  #save(parts: CrawlParts, now: number): void {
    this.#count(parts);
    const { counters } = parts.totals;
    parts.db.saveRun(parts.started.runId, { counters, activeMs: activeMs(parts, now), now });
  }

  #checkLimits({ totals }: CrawlParts): void {
    const reached = this.#limits.reached(totals.counters);
    if (reached !== null) this.stop(reached);
  }

  #budget({ frontier, totals }: CrawlParts): Budget {
    return this.#limits.budget(frontier, totals.counters);
  }

  /** Ends the run when nothing is left to wait for, else sets the timer for the next ready host. */
  #wait(parts: CrawlParts, now: number): void {
    const { frontier } = parts;
    // What was left out when its turn came may have reached a limit too.
    this.#checkLimits(parts);
    if (this.#readyTimer !== null) clearTimeout(this.#readyTimer);
    this.#readyTimer = null;
    if (this.#stopReason !== null) {
      if (frontier.inFlight === 0) this.#end(this.#stopReason, null);
      return;
    }
    const budget = this.#budget(parts);
    const nextAt = budget.slots > 0 && budget.pages > 0 ? frontier.nextReadyAt(now) : null;
    if (nextAt !== null) {
      const atLeast = this.#isHeldBack ? HELD_BACK_MS : 0;
      const delayMs = Math.min(Math.max(atLeast, nextAt - Date.now()), LONGEST_TIMER_MS);
      if (delayMs === 0) this.#timing.soon();
      else this.#readyTimer = setTimeout(() => this.#timing.soon(), delayMs);
    } else if (frontier.inFlight === 0) {
      if (frontier.pending === 0) this.#end("frontier_empty", null);
      else this.#fail(new Error(`${frontier.pending} URLs wait, but no host has any of them`));
    }
  }

  #fail(error: unknown): void {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (error instanceof StorageError) this.#end("storage", error.message);
    else this.#end("internal", detail);
  }

  #end(reason: RunReason, detail: string | null): void {
    if (this.#over) return;
    this.#over = true;
    for (const timer of [this.#readyTimer, this.#graceTimer])
      if (timer !== null) clearTimeout(timer);
    this.#timing.cancel();
    this.#ended.resolve({ reason, detail });
  }

  async #finish(parts: CrawlParts, ending: Ending): Promise<RunResult> {
    const { result, told } = await endCrawl(parts, ending, (now) => this.#record(parts, now));
    finishArchive(this.#input.settings.warc, (warning) => this.events.emit("warning", warning));
    for (const event of told) this.events.emit("outcome", event);
    this.events.emit("end", result);
    return result;
  }
}
