/**
 * The worker threads: hands them requests, replaces one that ends by itself, and ends one that is stuck.
 */
import { Flights, type Departure } from "./flights.ts";
import type { FetchBatch, WorkerMessage } from "./messages.ts";
import type { WorkerConfig } from "./thread-config.ts";
import type { WorkerPoolEvents } from "./worker-events.ts";
import { usualLimits, WorkerThread, type ThreadOptions } from "./worker-thread.ts";

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

export class WorkerPool {
  readonly threads: number;
  readonly #config: WorkerConfig;
  readonly #options: ThreadOptions;
  readonly #events: WorkerPoolEvents;
  readonly #flights: Flights;
  readonly #places: (WorkerThread | null)[];
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
    this.#options = {
      ...input.options,
      resourceLimits: { ...usualLimits(input.threads), ...input.options?.resourceLimits },
    };
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

  /** Whether the threads have work for longer than a turn takes: twice as much in line as in flight. */
  get hasLongLines(): boolean {
    const { all, inLine } = this.#flights;
    return inLine > 0 && inLine >= 2 * (all - inLine);
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

  #living(): WorkerThread[] {
    return this.#places.filter((thread) => thread !== null);
  }

  #start(place: number): void {
    try {
      this.#places[place] = new WorkerThread(this.#config, this.#options, {
        started: () => {
          this.#failedStarts = 0;
          this.#events.started();
        },
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

  #ended(place: number, thread: WorkerThread, why: string): void {
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

function stuckAfter({ timeoutMs, plugin, pluginTimeoutMs }: WorkerConfig): number {
  return STUCK_TIMEOUTS * timeoutMs + (plugin === null ? 0 : pluginTimeoutMs) + STUCK_MS;
}
