/**
 * Requests that were lost with a thread, when they are asked again: any of them may be what ended it.
 * A thread gets one of them at a time, so that if it ends too, that one was it, and no innocent request
 * fails for the company it was in.
 */
import type { FetchBatch } from "./messages.ts";

/** A batch of one request that waits for its turn. */
interface Suspect {
  readonly urlId: number;
  readonly batch: FetchBatch;
}

export class Suspects {
  readonly #waiting = new Map<number, Suspect[]>();
  /** The URL that each place has at the moment. */
  readonly #current = new Map<number, number>();

  /** Puts a request in line for a place. */
  add(place: number, urlId: number, batch: FetchBatch): void {
    const waiting = this.#waiting.get(place);
    if (waiting === undefined) this.#waiting.set(place, [{ urlId, batch }]);
    else waiting.push({ urlId, batch });
  }

  /** The next request for a place, which has it from then on; null while it has one, or none waits. */
  next(place: number): FetchBatch | null {
    if (this.#current.has(place)) return null;
    const suspect = this.#waiting.get(place)?.shift();
    if (suspect === undefined) return null;
    this.#current.set(place, suspect.urlId);
    return suspect.batch;
  }

  /** Whether a request that a place had, and that has ended, was its suspect. */
  ended(place: number, urlId: number): boolean {
    return this.#current.get(place) === urlId && this.#current.delete(place);
  }
}
