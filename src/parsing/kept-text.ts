/** A text in a buffer from which words are dropped: moves the others together, each byte at most once. */
import type { Buffer } from "node:buffer";

const SPACE = 0x20;

/** Enough for most pages, and one page is read at a time. */
const few = new Int32Array(32);

export class KeptText {
  readonly #bytes: Buffer;
  /** Starts and ends of what was dropped, the first `2 * #count`. */
  #dropped = few;
  #count = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Drops the bytes `start`..`end`, which begin at or behind the end of all that were dropped before. */
  drop(start: number, end: number): void {
    const last = this.#count - 1;
    if (last >= 0 && this.#dropped[2 * last + 1] === start) {
      this.#dropped[2 * last + 1] = end;
      return;
    }
    if (2 * this.#count === this.#dropped.length) {
      const larger = new Int32Array(this.#dropped.length * 2);
      larger.set(this.#dropped);
      this.#dropped = larger;
    }
    this.#dropped[2 * this.#count] = start;
    this.#dropped[2 * this.#count + 1] = end;
    this.#count++;
  }

  /**
   * Moves together what is kept of the first `length` bytes; returns how many they are, without the
   * space before a last word that was dropped.
   */
  end(length: number): number {
    if (this.#count === 0) return length;
    let kept = this.#dropped[0] as number;
    for (let i = 0; i < this.#count; i++) {
      const from = this.#dropped[2 * i + 1] as number;
      const to = i + 1 < this.#count ? (this.#dropped[2 * i + 2] as number) : length;
      if (from >= to) continue;
      this.#bytes.copyWithin(kept, from, to);
      kept += to - from;
    }
    return kept > 0 && this.#bytes[kept - 1] === SPACE ? kept - 1 : kept;
  }
}
