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
import type { FetchBatch, FetchRequest, WorkerConfig, WorkerMessage } from "./messages.ts";
import { Suspects } from "./suspects.ts";
import { ThreadShares } from "./thread-shares.ts";
import type { LostRequest, WorkerPoolEvents } from "./worker-events.ts";

/** A thread refuses nothing: the coordinator alone bounds what is in flight. */
const TASKS_PER_THREAD = 1_000_000;
/** After as many threads in a row that ended before they could take a request, no more are started. */
const FAILED_STARTS = 3;
/** A thread that does not close its session in this time is ended as it is. */
const CLOSE_MS = 10_000;

/** How threads are made; the defaults are right for every crawl. */
export interface ThreadOptions {
  /** The module that the threads run, by default `workers/fetch-worker`; what wraps it exports the same. */
  readonly worker?: URL;
  /** V8's limits for each thread, by default those of the process. A thread beyond them ends. */
  readonly resourceLimits?: ResourceLimits;
}

interface Flight {
  readonly request: FetchRequest;
  readonly hostId: number;
  readonly place: number;
  readonly startedAt: number;
}

export class WorkerPool {
  readonly threads: number;
  readonly #config: WorkerConfig;
  readonly #options: ThreadOptions;
  readonly #events: WorkerPoolEvents;
  readonly #shares: ThreadShares;
  /** A thread that was replaced leaves its place to its successor. */
  readonly #places: (Thread | null)[];
  readonly #inFlight = new Map<number, Flight>();
  /** The place of the thread with which a URL was lost, until it is answered or lost again. */
  readonly #lostAt = new Map<number, number>();
  readonly #suspects = new Suspects();
  #failedStarts = 0;
  #closing = false;

  constructor(input: {
    threads: number;
    perHost: number;
    config: WorkerConfig;
    events: WorkerPoolEvents;
    options?: ThreadOptions | undefined;
  }) {
    this.threads = input.threads;
    this.#config = input.config;
    this.#options = input.options ?? {};
    this.#events = input.events;
    this.#shares = new ThreadShares(input.threads, input.perHost);
    this.#places = Array.from({ length: input.threads }, () => null);
    for (let place = 0; place < input.threads; place += 1) this.#start(place);
  }

  /** Hands requests of one host to threads; their outcomes come as messages. */
  dispatch(batch: FetchBatch): void {
    const parts = new Map<number, FetchRequest[]>();
    for (const request of batch.requests) {
      const lostAt = this.#lostAt.get(request.urlId) ?? null;
      const place = this.#shares.take(batch.hostId, lostAt);
      const part = parts.get(place);
      if (lostAt !== null) {
        this.#suspects.add(place, request.urlId, { ...batch, requests: [request] });
        this.#sendSuspect(place);
      } else if (part === undefined) parts.set(place, [request]);
      else part.push(request);
    }
    for (const [place, requests] of parts) this.#send(place, { ...batch, requests });
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
    await Promise.all(this.#living().map((thread) => thread.destroy()));
  }

  #living(): Thread[] {
    return this.#places.filter((thread) => thread !== null);
  }

  #start(place: number): void {
    try {
      this.#places[place] = new Thread(this.#config, this.#options, {
        started: () => (this.#failedStarts = 0),
        message: (message) => {
          for (const outcome of message.outcomes) this.#answered(outcome.urlId);
          this.#events.message(message);
        },
        ended: (thread, why) => this.#ended(place, thread, why),
      });
    } catch (error) {
      // The system gives no more threads: told later, as whoever makes the pool does not have it yet.
      const why = error instanceof Error ? error.message : String(error);
      setImmediate(() => this.#events.failed(why));
    }
  }

  #send(place: number, batch: FetchBatch): void {
    const { hostId } = batch;
    const startedAt = Date.now();
    for (const request of batch.requests) {
      this.#inFlight.set(request.urlId, { request, hostId, place, startedAt });
    }
    this.#places[place]?.fetch(batch);
  }

  #sendSuspect(place: number): void {
    const batch = this.#suspects.next(place);
    if (batch !== null) this.#send(place, batch);
  }

  #ended(place: number, thread: Thread, why: string): void {
    if (this.#closing) return;
    const lost: LostRequest[] = [];
    for (const [urlId, flight] of this.#inFlight) {
      if (flight.place !== place) continue;
      this.#finished(urlId, flight);
      this.#suspects.ended(place, urlId);
      const isFirst = !this.#lostAt.has(urlId);
      if (isFirst) this.#lostAt.set(urlId, place);
      else this.#lostAt.delete(urlId);
      lost.push({ request: flight.request, startedAt: flight.startedAt, isFirst });
    }
    this.#places[place] = null;
    if (!thread.isStarted) this.#failedStarts += 1;
    this.#events.ended({ thread: thread.id, lost, why });
    if (this.#failedStarts < FAILED_STARTS) {
      this.#start(place);
      this.#sendSuspect(place);
    } else this.#events.failed(why);
  }

  #answered(urlId: number): void {
    const flight = this.#inFlight.get(urlId);
    if (flight === undefined) return;
    this.#finished(urlId, flight);
    this.#lostAt.delete(urlId);
    if (this.#suspects.ended(flight.place, urlId)) this.#sendSuspect(flight.place);
  }

  #finished(urlId: number, { hostId, place }: Flight): void {
    this.#inFlight.delete(urlId);
    this.#shares.giveBack(hostId, place);
  }
}

/** One worker thread, from its start to its end. */
class Thread {
  /** Its number in the process. */
  readonly id: number;
  /** Whether it has loaded its module, so that it takes requests. */
  isStarted = false;
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
      ...(resourceLimits === undefined ? {} : { resourceLimits }),
    });
    const [thread] = this.#piscina.threads;
    if (thread === undefined) throw new Error("piscina started no thread");
    this.id = thread.threadId;
    this.#piscina.on("message", (message: WorkerMessage) => events.message(message));
    // Told with the thread's end, below.
    this.#piscina.on("error", () => {});
    // The first message of all is piscina's own: the module has been loaded.
    thread.once("message", () => {
      this.isStarted = true;
      events.started();
    });
    // Before piscina hears of it, which would start a replacement.
    thread.prependOnceListener("error", (error: Error) => this.#die(error.message));
    thread.prependOnceListener("exit", (code: number) => {
      this.#die(`the thread ended with exit code ${code}`);
      // Everything it posted has been delivered by now.
      events.ended(this, this.#why ?? "");
    });
  }

  fetch(batch: FetchBatch): void {
    this.#piscina.run(batch, { name: "fetchBatch" }).catch((error: unknown) => {
      // A batch settles each of its requests; one that cannot is of a thread that cannot be trusted.
      this.#die(error instanceof Error ? error.message : String(error));
    });
  }

  /** Resolves also when the thread ends instead. */
  async closeSession(): Promise<void> {
    await Promise.allSettled([this.#piscina.run({}, { name: "closeSession" })]);
  }

  async destroy(): Promise<void> {
    await this.#piscina.destroy();
  }

  #die(why: string): void {
    if (this.#why !== null) return;
    this.#why = why;
    void this.#piscina.destroy();
  }
}

function fetchWorker(): URL {
  return new URL(`../workers/fetch-worker${extname(import.meta.filename)}`, import.meta.url);
}
