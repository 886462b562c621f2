/**
 * One worker thread, from its start to its end. The only importer of piscina.
 *
 * Each thread is a Piscina of its own, of one thread. A Piscina of several does not say which thread a
 * request was lost with (an ended Worker has no number any more), and starts no replacement after one
 * failed to start, so that requests wait for ever.
 */
import type { ResourceLimits } from "node:worker_threads";
import { Piscina } from "piscina";
import { threadModule } from "./late-module.ts";
import type { ThreadBatch, WorkerMessage } from "./messages.ts";
import type { WorkerConfig } from "./thread-config.ts";

/** A thread refuses nothing: the coordinator alone bounds what is in flight. */
const TASKS_PER_THREAD = 1_000_000;

/**
 * On a machine with much memory V8 lets the young generation grow to 192 MiB a thread, and what a page
 * leaves behind fills it. With 24 MiB a crawl of 10,000 pages peaked at 580 MB instead of 760, in the same
 * CPU time. A thread that runs out of memory ended the whole process in 3 of 8 tries where it was not bounded,
 * as one collection can then bring more into the old generation than Node's leeway; with 24 MiB in none of 14.
 */
const MOST_YOUNG_MB = 24;
/** Many threads have less each: with eight a crawl of 12,000 pages peaked at 600 MB instead of 656. */
const YOUNG_MB_TOGETHER = 64;

/** V8's limits for each of so many threads. */
export function usualLimits(threads: number): ResourceLimits {
  return {
    maxYoungGenerationSizeMb: Math.min(MOST_YOUNG_MB, Math.ceil(YOUNG_MB_TOGETHER / threads)),
  };
}

/** How threads are made; the defaults are right for every crawl. */
export interface ThreadOptions {
  /** The module that the threads run, by default `workers/fetch-worker`; what wraps it exports the same. */
  readonly worker?: URL;
  /** V8's limits for each thread, beside {@link usualLimits}. A thread beyond those of its old generation ends. */
  readonly resourceLimits?: ResourceLimits;
  /** A thread that owes an answer for longer is ended; by default after a time that no request takes. */
  readonly stuckAfterMs?: number;
}

export class WorkerThread {
  /** Its number in the process. */
  readonly id: number;
  /** When it had loaded its module, so that it takes requests; null before. */
  startedAt: number | null = null;
  readonly #piscina: Piscina<unknown, unknown>;
  /** Why it ended; null while it lives. */
  #why: string | null = null;

  constructor(
    config: WorkerConfig,
    { worker = threadModule("workers/fetch-worker"), resourceLimits }: ThreadOptions,
    events: {
      started(): void;
      message(message: WorkerMessage): void;
      ended(thread: WorkerThread, why: string): void;
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
      ...(resourceLimits !== undefined && { resourceLimits }),
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
