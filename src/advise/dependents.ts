/** Which requests wait for the end of one, and when they start once nothing is left to wait for. */
import type { Trace } from "./trace.ts";

export class Dependents {
  /** The edges from a request to those that wait for it, as linked lists. */
  readonly #firstEdge: Int32Array;
  readonly #nextEdge: Int32Array;
  readonly #waiting: Int32Array;
  /** How many each still waits for. */
  readonly #left: Int32Array;
  /** From the end of the last that it waited for to its start, in the run. */
  readonly #pauseMs: Float64Array;

  constructor({ requests, causes: { first, of } }: Trace) {
    this.#firstEdge = new Int32Array(requests.length).fill(-1);
    this.#nextEdge = new Int32Array(of.length);
    this.#waiting = new Int32Array(of.length);
    this.#left = new Int32Array(requests.length);
    this.#pauseMs = new Float64Array(requests.length);
    for (const [index, { startedAt }] of requests.entries()) {
      let lastEnd = -Infinity;
      const end = first[index + 1] ?? 0;
      for (let edge = first[index] ?? 0; edge < end; edge += 1) {
        const cause = of[edge] ?? 0;
        lastEnd = Math.max(lastEnd, requests[cause]?.endedAt ?? 0);
        this.#waiting[edge] = index;
        this.#nextEdge[edge] = this.#firstEdge[cause] ?? -1;
        this.#firstEdge[cause] = edge;
        this.#left[index] = (this.#left[index] ?? 0) + 1;
      }
      this.#pauseMs[index] = Math.max(0, startedAt - lastEnd);
    }
  }

  /** Whether a request waits for none. */
  isFree(index: number): boolean {
    return this.#left[index] === 0;
  }

  /** A request has ended: tells of each that waits for nothing more, and how long after now it starts. */
  ended(index: number, start: (index: number, pauseMs: number) => void): void {
    for (let edge = this.#firstEdge[index] ?? -1; edge >= 0; edge = this.#nextEdge[edge] ?? -1) {
      const waiting = this.#waiting[edge] ?? 0;
      const left = (this.#left[waiting] ?? 0) - 1;
      this.#left[waiting] = left;
      if (left === 0) start(waiting, this.#pauseMs[waiting] ?? 0);
    }
  }
}
