/**
 * The worker threads: hands them requests, and replaces one that ends by itself. The only importer of
 * piscina.
 *
 * Each thread is a Piscina of its own, of one thread. A Piscina of several does not say which thread a
 * request was lost with (an ended Worker has no number any more), and starts no replacement after one
 * failed to start, so that requests wait for ever.
 */
import { extname } from "node:path";
import type { ResourceLimits } from "node:worker_threads";
import { Piscina } from "piscina";
import { Flights, type Departure } from "./flights.ts";
import type { FetchBatch, ThreadBatch, WorkerMessage } from "./messages.ts";
import type { WorkerConfig } from "./thread-config.ts";
import type { WorkerPoolEvents } from "./worker-events.ts";

/** A thread refuses nothing: the coordinator alone bounds what is in flight. */
const TASKS_PER_THREAD = 1_000_000;
/** After as many threads in a row that ended before they could take a request, no more are started. */
const FAILED_STARTS = 3;
/** A thread that does not close its session in this time is ended as it is. */
const CLOSE_MS = 10_000;
/**
 * A thread ends each request by itself after --timeout, or after five of these where other large bodies held
 * it up. A robots.txt with all its redirects takes six requests and five pauses, of a minute at most; a plugin
 * has --plugin-timeout beside it. A thread that owes an answer for longer is stuck.
 */
const STUCK_TIMEOUTS = 30;
const STUCK_MS = 6 * 60_000;

/**
 * On a machine with much memory V8 lets the young generation grow to 192 MiB a thread, and what a page
 * leaves behind fills it. With 24 MiB a crawl of 10,000 pages peaked at 580 MB instead of 760, in the same
 * CPU time. A thread that runs out of memory ended the whole process in 3 of 8 tries where it was not bounded,
 * as one collection can then bring more into the old generation than Node's leeway; with 24 MiB in none of 14.
 */
const USUAL_LIMITS: ResourceLimits = { maxYoungGenerationSizeMb: 24 };

/** How threads are made; the defaults are right for every crawl. */
export interface ThreadOptions {
  /** The module that the threads run, by default `workers/fetch-worker`; what wraps it exports the same. */
  readonly worker?: URL;
  /** V8's limits for each thread, beside the usual ones. A thread beyond those of its old generation ends. */
  readonly resourceLimits?: ResourceLimits;
  /** A thread that owes an answer for longer is ended; by default as STUCK_TIMEOUTS has it. */
  readonly stuckAfterMs?: number;
}

export class WorkerPool {
  readonly threads: number;
  readonly #config: WorkerConfig;
  readonly #options: ThreadOptions;
  readonly #events: WorkerPoolEvents;
  readonly #flights: Flights;
  readonly #places: (Thread | null)[];
  readonly #watch: NodeJS.Timeout;
  #failedStarts = 0;
  #closing = false;

  constructor(input: {
    threads: number;
    perHost: number;
    affinity: boolean;
    config: WorkerConfig;
    events: WorkerPoolEvents;
    options?: ThreadOptions | undefined;
  }) {
    this.threads = input.threads;
    this.#config = input.config;
    this.#options = input.options ?? {};
    this.#events = input.events;
    this.#flights = new Flights(input.threads, input.perHost, input.affinity);
    this.#places = Array.from({ length: input.threads }, () => null);
    const { stuckAfterMs = stuckAfter(input.config) } = this.#options;
    this.#watch = setInterval(() => this.#endStuck(stuckAfterMs), stuckAfterMs / 4);
  }

  /**
   * Starts this many of the threads, those that are homes of the hosts that are known first. The others are
   * started when they get their first request: one host that is asked one request at a time needs no second.
   */
  startAhead(threads: number): void {
    for (let place = 0; place < Math.min(threads, this.threads); place += 1) this.#start(place);
  }

  /** Hands requests of one host to threads; their outcomes come as messages, or that they were given back. */
  dispatch(batch: FetchBatch): void {
    for (const departure of this.#flights.begin(batch, Date.now())) this.#send(departure);
  }

  /** Requests that wait in line in their threads. */
  get inLine(): number {
    return this.#flights.inLine;
  }

  /** Has the threads give back what waits in line. */
  recall(): void {
    for (const thread of this.#living()) thread.recall(null);
  }

  /** Closes every thread's session, waits for the last messages, and ends the threads. */
  async close(): Promise<void> {
    this.#closing = true;
    // Threads end without their exit handlers: each has to be asked to close first.
    const closed = Promise.all(this.#living().map((thread) => thread.closeSession()));
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, CLOSE_MS);
    await Promise.race([closed, late.promise]);
    clearTimeout(timer);
    await this.destroy();
  }

  /** Ends the threads at once, with whatever they are doing. */
  async destroy(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#watch);
    await Promise.all(this.#living().map((thread) => thread.destroy()));
  }

  #living(): Thread[] {
    return this.#places.filter((thread) => thread !== null);
  }

  #start(place: number): void {
    try {
      this.#places[place] = new Thread(this.#config, this.#options, {
        started: () => (this.#failedStarts = 0),
        message: (message) => this.#message(place, message),
        ended: (thread, why) => this.#ended(place, thread, why),
      });
    } catch (error) {
      // The system gives no more threads: told later, as whoever makes the pool does not have it yet.
      const why = error instanceof Error ? error.message : String(error);
      setImmediate(() => this.#events.failed(why));
    }
  }

  #message(place: number, message: WorkerMessage): void {
    for (const { urlId } of message.outcomes) {
      this.#send(this.#flights.answered(urlId, Date.now()));
    }
    // A host that one thread leaves alone is left alone by the others.
    for (const [hostId, places] of this.#flights.givenBack(message.givenBack)) {
      for (const other of places) if (other !== place) this.#places[other]?.recall(hostId);
    }
    this.#events.message(message);
  }

  #send(departure: Departure | null): void {
    if (departure === null) return;
    const { place, batch } = departure;
    if (this.#places[place] === null && !this.#closing) this.#start(place);
    this.#places[place]?.fetch(batch);
  }

  #ended(place: number, thread: Thread, why: string): void {
    if (this.#closing) return;
    const lost = this.#flights.lose(place);
    this.#places[place] = null;
    if (thread.startedAt === null) this.#failedStarts += 1;
    this.#events.ended({ thread: thread.id, ...lost, why });
    if (this.#failedStarts < FAILED_STARTS) {
      this.#start(place);
      this.#send(this.#flights.nextSuspect(place, Date.now()));
    } else this.#events.failed(why);
  }

  /** No timer of a thread in an endless loop runs, so that nothing else would end its requests. */
  #endStuck(afterMs: number): void {
    const since = Date.now() - afterMs;
    for (const place of this.#flights.overdue(since)) {
      const thread = this.#places[place];
      const hadTime = (thread?.startedAt ?? Infinity) < since;
      if (hadTime) thread?.end("the thread gave no answer any more");
    }
  }
}

/** One worker thread, from its start to its end. */
class Thread {
  /** Its number in the process. */
  readonly id: number;
  /** When it had loaded its module, so that it takes requests; null before. */
  startedAt: number | null = null;
  readonly #piscina: Piscina<unknown, unknown>;
  /** Why it ended; null while it lives. */
  #why: string | null = null;

  constructor(
    config: WorkerConfig,
    { worker = fetchWorker(), resourceLimits }: ThreadOptions,
    events: {
      started(): void;
      message(message: WorkerMessage): void;
      ended(thread: Thread, why: string): void;
    },
  ) {
    this.#piscina = new Piscina({
      filename: worker.href,
      minThreads: 1,
      maxThreads: 1,
      // With the default "sync" a thread's event loop stands still between tasks, and with it every
      // keep-alive timer and every notice that a peer closed a socket.
      atomics: "disabled",
      concurrentTasksPerWorker: TASKS_PER_THREAD,
      recordTiming: false,
      workerData: config,
      resourceLimits: { ...USUAL_LIMITS, ...resourceLimits },
    });
    const [thread] = this.#piscina.threads;
    if (thread === undefined) throw new Error("piscina started no thread");
    this.id = thread.threadId;
    this.#piscina.on("message", (message: WorkerMessage) => events.message(message));
    // Told with the thread's end, below.
    this.#piscina.on("error", () => {});
    // The first message of all is piscina's own: the module has been loaded.
    thread.once("message", () => {
      this.startedAt = Date.now();
      events.started();
    });
    // Before piscina hears of it, which would start a replacement.
    thread.prependOnceListener("error", (error: Error) => this.end(error.message));
    thread.prependOnceListener("exit", (code: number) => {
      this.end(`the thread ended with exit code ${code}`);
      // Everything it posted has been delivered by now.
      events.ended(this, this.#why ?? "");
    });
  }

  fetch(batch: ThreadBatch): void {
    this.#run("fetchBatch", batch);
  }

  /** Has it give back what waits in line, of one host or of all. */
  recall(hostId: number | null): void {
    this.#run("recall", { hostId });
  }

  /** Resolves also when the thread ends instead. */
  async closeSession(): Promise<void> {
    await Promise.allSettled([this.#piscina.run({}, { name: "closeSession" })]);
  }

  async destroy(): Promise<void> {
    await this.#piscina.destroy();
  }

  /** What a thread is told settles; one of which it does not cannot be trusted. */
  #run(name: string, told: object): void {
    this.#piscina.run(told, { name }).catch((error: unknown) => {
      this.end(error instanceof Error ? error.message : String(error));
    });
  }

  /** Ends the thread as if by itself: the pool hears of it. */
  end(why: string): void {
    if (this.#why !== null) return;
    this.#why = why;
    void this.#piscina.destroy();
  }
}

function stuckAfter({ timeoutMs, plugin, pluginTimeoutMs }: WorkerConfig): number {
  return STUCK_TIMEOUTS * timeoutMs + (plugin === null ? 0 : pluginTimeoutMs) + STUCK_MS;
}

function fetchWorker(): URL {
  return new URL(`../workers/fetch-worker${extname(import.meta.filename)}`, import.meta.url);
}
