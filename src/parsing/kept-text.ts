/** A text in a buffer from which words are dropped: moves the others together, each byte at most once. */
import type { Buffer } from "node:buffer";

const SPACE = 0x20;

export class KeptText {
  readonly #bytes: Buffer;
  #length = 0;
  /** Where what is not yet moved begins. */
  #from = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Drops the bytes `start`..`end`, behind all that were dropped before. */
  drop(start: number, end: number): void {
    this.#move(start);
    this.#from = end;
  }

  /** The bytes kept of `length`, without the space before a last word that was dropped. */
  end(length: number): number {
    if (this.#from === 0) return length;
    if (this.#from < length) this.#move(length);
    const isOpen = this.#length > 0 && this.#bytes[this.#length - 1] === SPACE;
    return isOpen ? this.#length - 1 : this.#length;
  }

  #move(end: number): void {
    if (this.#length < this.#from) this.#bytes.copyWithin(this.#length, this.#from, end);
    this.#length += end - this.#from;
  }
}
