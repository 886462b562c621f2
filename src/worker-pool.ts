/**
 * The worker threads, and which of them a host's requests go to. The only importer of piscina.
 *
 * Affinity: a host has a home thread, so that its sockets are few and reused. A host's in-flight
 * allowance is split into fixed shares, one per thread, and a thread gets no more of the host than its
 * share: home first, the next thread when home is full. The shares sum up to the allowance, so a host
 * that fills all of them uses every thread, yet never opens more sockets than the allowance.
 */
import { extname } from "node:path";
import { Piscina, queueOptionsSymbol } from "piscina";
import type { FetchBatch, FetchRequest, WorkerConfig, WorkerMessage } from "./messages.ts";

/** A thread refuses nothing: the coordinator alone bounds what is in flight. */
const TASKS_PER_THREAD = 1_000_000;

export interface WorkerPoolEvents {
  /** What a thread posted. */
  message(message: WorkerMessage): void;
  /** A thread ended with these requests unanswered. */
  lost(requests: readonly FetchRequest[], why: string): void;
}

interface HostLoad {
  /** Requests in flight of this host, by thread. */
  readonly perThread: Int32Array;
  total: number;
}

export class WorkerPool {
  readonly threads: number;
  readonly #piscina: Piscina<unknown, unknown>;
  readonly #perHost: number;
  readonly #events: WorkerPoolEvents;
  /** The worker id behind each thread's place; a replaced worker takes its predecessor's place. */
  readonly #places: (number | null)[];
  readonly #hosts = new Map<number, HostLoad>();
  readonly #inFlight = new Map<
    number,
    { readonly request: FetchRequest; readonly hostId: number; readonly thread: number }
  >();
  #closing = false;

  constructor(input: {
    threads: number;
    perHost: number;
    config: WorkerConfig;
    events: WorkerPoolEvents;
  }) {
    this.threads = input.threads;
    this.#perHost = input.perHost;
    this.#events = input.events;
    this.#places = Array.from({ length: input.threads }, () => null);
    const worker = new URL(
      `../workers/fetch-worker${extname(import.meta.filename)}`,
      import.meta.url,
    );
    this.#piscina = new Piscina({
      filename: worker.href,
      minThreads: input.threads,
      maxThreads: input.threads,
      // With the default "sync" a thread's event loop stands still between tasks, and with it every
      // keep-alive timer and every notice that a peer closed a socket.
      atomics: "disabled",
      concurrentTasksPerWorker: TASKS_PER_THREAD,
      recordTiming: false,
      workerData: input.config,
      loadBalancer: (task, workers) => {
        const options = task[queueOptionsSymbol] as { place: number } | null;
        const id = options === null ? null : this.#places[options.place];
        return workers.find((candidate) => candidate.id === id) ?? null;
      },
    });
    this.#piscina.on("workerCreate", (created: { id: number }) => {
      const free = this.#places.indexOf(null);
      if (free !== -1) this.#places[free] = created.id;
    });
    this.#piscina.on("workerDestroy", (destroyed: { id: number }) => {
      const place = this.#places.indexOf(destroyed.id);
      if (place !== -1) this.#places[place] = null;
    });
    this.#piscina.on("message", (message: WorkerMessage) => {
      for (const outcome of message.outcomes) this.#finished(outcome.urlId);
      this.#events.message(message);
    });
    // A thread that fails between tasks has nothing in flight; its replacement starts by itself.
    this.#piscina.on("error", (error: Error) => {
      if (!this.#closing) this.#events.lost([], error.message);
    });
  }

  /** Hands requests of one host to threads; their outcomes come as messages. */
  dispatch(batch: FetchBatch): void {
    const load = this.#load(batch.hostId);
    const parts = new Map<number, FetchRequest[]>();
    for (const request of batch.requests) {
      const thread = this.#threadFor(batch.hostId, load);
      load.perThread[thread] = (load.perThread[thread] ?? 0) + 1;
      load.total += 1;
      this.#inFlight.set(request.urlId, { request, hostId: batch.hostId, thread });
      const part = parts.get(thread);
      if (part === undefined) parts.set(thread, [request]);
      else part.push(request);
    }
    for (const [thread, requests] of parts) this.#send(thread, { ...batch, requests });
  }

  /** Closes every thread's session, waits for the last messages, and ends the threads. */
  async close(): Promise<void> {
    this.#closing = true;
    // piscina ends live threads without their exit handlers: each has to be asked to close first.
    const asked = this.#places.flatMap((id, place) =>
      id === null ? [] : [this.#piscina.run(route(place, {}), { name: "closeSession" })],
    );
    await Promise.allSettled(asked);
    await this.#piscina.destroy();
  }

  /** Ends the threads at once, with whatever they are doing. */
  async destroy(): Promise<void> {
    this.#closing = true;
    await this.#piscina.destroy();
  }

  #send(thread: number, batch: FetchBatch): void {
    this.#piscina
      .run(route(thread, { ...batch }), { name: "fetchBatch" })
      .catch((error: unknown) => {
        if (this.#closing) return;
        const lost = batch.requests.filter(
          (request) => this.#inFlight.get(request.urlId)?.request === request,
        );
        for (const request of lost) this.#finished(request.urlId);
        this.#events.lost(lost, error instanceof Error ? error.message : String(error));
      });
  }

  #threadFor(hostId: number, load: HostLoad): number {
    const home = hostId % this.threads;
    let least = home;
    for (let step = 0; step < this.threads; step += 1) {
      const thread = (home + step) % this.threads;
      const used = load.perThread[thread] ?? 0;
      if (used < this.#share(step)) return thread;
      if (used < (load.perThread[least] ?? 0)) least = thread;
    }
    return least;
  }

  /** The share of the thread that is `step` places after home. */
  #share(step: number): number {
    const even = Math.floor(this.#perHost / this.threads);
    return even + (step < this.#perHost % this.threads ? 1 : 0);
  }

  #finished(urlId: number): void {
    const flight = this.#inFlight.get(urlId);
    if (flight === undefined) return;
    this.#inFlight.delete(urlId);
    const load = this.#hosts.get(flight.hostId);
    if (load === undefined) return;
    load.perThread[flight.thread] = (load.perThread[flight.thread] ?? 1) - 1;
    load.total -= 1;
    if (load.total === 0) this.#hosts.delete(flight.hostId);
  }

  #load(hostId: number): HostLoad {
    let load = this.#hosts.get(hostId);
    if (load === undefined) {
      load = { perThread: new Int32Array(this.threads), total: 0 };
      this.#hosts.set(hostId, load);
    }
    return load;
  }
}

function route<T extends object>(place: number, task: T): T {
  return Object.assign(task, { [queueOptionsSymbol]: { place } });
}
