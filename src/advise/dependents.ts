/** Which requests wait for the end of one, and when they start once nothing is left to wait for. */
import type { Trace } from "./trace.ts";

/** What is the same in every replay of a trace. */
interface Edges {
  /** From a request to those that wait for it, as linked lists. */
  readonly first: Int32Array;
  readonly next: Int32Array;
  readonly waiting: Int32Array;
  /** How many each waits for. */
  readonly count: Int32Array;
  /** From the end of the last that it waited for to its start, in the run. */
  readonly pauseMs: Float64Array;
}

const edgesOfTrace = new WeakMap<Trace, Edges>();

export class Dependents {
  readonly #edges: Edges;
  /** How many each still waits for. */
  readonly #left: Int32Array;

  constructor(trace: Trace) {
    let edges = edgesOfTrace.get(trace);
    if (edges === undefined) edgesOfTrace.set(trace, (edges = edgesOf(trace)));
    this.#edges = edges;
    this.#left = edges.count.slice();
  }

  /** Whether a request waits for none. */
  isFree(index: number): boolean {
    return this.#left[index] === 0;
  }

  /** A request has ended: tells of each that waits for nothing more, and how long after now it starts. */
  ended(index: number, start: (index: number, pauseMs: number) => void): void {
    const { first, next, waiting, pauseMs } = this.#edges;
    for (let edge = first[index] ?? -1; edge >= 0; edge = next[edge] ?? -1) {
      const request = waiting[edge] ?? 0;
      const left = (this.#left[request] ?? 0) - 1;
      this.#left[request] = left;
      if (left === 0) start(request, pauseMs[request] ?? 0);
    }
  }
}

function edgesOf({ requests, causes }: Trace): Edges {
  const first = new Int32Array(requests.length).fill(-1);
  const next = new Int32Array(causes.of.length);
  const waiting = new Int32Array(causes.of.length);
  const count = new Int32Array(requests.length);
  const pauseMs = new Float64Array(requests.length);
  for (const [index, { startedAt }] of requests.entries()) {
    let lastEnd = -Infinity;
    const end = causes.first[index + 1] ?? 0;
    for (let edge = causes.first[index] ?? 0; edge < end; edge += 1) {
      const cause = causes.of[edge] ?? 0;
      lastEnd = Math.max(lastEnd, requests[cause]?.endedAt ?? 0);
      waiting[edge] = index;
      next[edge] = first[cause] ?? -1;
      first[cause] = edge;
      count[index] = (count[index] ?? 0) + 1;
    }
    pauseMs[index] = Math.max(0, startedAt - lastEnd);
  }
  return { first, next, waiting, count, pauseMs };
}
