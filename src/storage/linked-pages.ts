/**
 * Which pages have links stored, as far as that is known without a look: a bit for each URL behind the last
 * one that had any when the first links were stored. In the first run of a database nearly every page is one
 * of those and has none yet; to look for them took 4 % of what the coordinator does for a page. A bit too
 * many, after a transaction that was undone, costs a look and no more.
 */

const BITS = 8;

export class LinkedPages {
  /** The last URL of which only a look tells. */
  readonly #lastBefore: number;
  /** An eighth of a byte for each URL that comes later: 1.25 MB for ten million. */
  #bits = new Uint8Array(1024);

  constructor(lastBefore: number) {
    this.#lastBefore = lastBefore;
  }

  /** Notes that links of a page are stored; returns whether there may have been some before. */
  add(urlId: number): boolean {
    const bit = urlId - this.#lastBefore - 1;
    if (bit < 0) return true;
    const at = Math.floor(bit / BITS);
    if (at >= this.#bits.length) this.#grow(at + 1);
    const mask = 1 << (bit % BITS);
    const byte = this.#bits[at] ?? 0;
    this.#bits[at] = byte | mask;
    return (byte & mask) !== 0;
  }

  #grow(least: number): void {
    const grown = new Uint8Array(Math.max(least, 2 * this.#bits.length));
    grown.set(this.#bits);
    this.#bits = grown;
  }
}
