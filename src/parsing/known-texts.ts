/**
 * What short pieces of pages mean, kept from page to page: the pages of a site share most of their links,
 * their anchors and their attributes. Looking a piece up by its bytes takes a fraction of what making a
 * string of it does, and leaves no garbage.
 *
 * Each piece has one place, by its hash; the last one that came stays there. So memory is fixed, whatever
 * a page says, and a piece is compared with one other at most.
 */
import type { ByteText } from "./page-bytes.ts";
import { spread } from "./word-bytes.ts";

/** Longer pieces are seldom the same as others. */
const MAX_BYTES = 128;
const PIECE_WORDS = MAX_BYTES / 4;

/** Any odd number whose bits look random. */
const FACTOR = 0x2c1b3c6d;
const FACTOR_SQUARED = Math.imul(FACTOR, FACTOR);

/** Where the last, perhaps incomplete four bytes of a piece are its own, by how many these are. */
const OWN_BYTES = Int32Array.of(0, 0xff, 0xffff, 0xffffff, -1);

export class KnownTexts<Value> {
  readonly #make: (piece: string) => Value;
  readonly #places: number;
  /** The pieces, each in `PIECE_WORDS` of its own, the last word filled up with zeros. */
  readonly #pieces: Int32Array;
  /** Their sizes; 0 where there is none. */
  readonly #sizes: Uint8Array;
  readonly #values: (Value | undefined)[];

  /** Keeps what `make` tells of up to `places` pieces, a power of two; takes 128 bytes for each. */
  constructor(places: number, make: (piece: string) => Value) {
    this.#make = make;
    this.#places = places;
    this.#pieces = new Int32Array(places * PIECE_WORDS);
    this.#sizes = new Uint8Array(places);
    this.#values = Array.from({ length: places });
  }

  /** What the bytes `start`..`end` of `text`, which are UTF-8, mean. */
  get({ bytes, view }: ByteText, start: number, end: number): Value {
    const size = end - start;
    if (size > MAX_BYTES || size <= 0) return this.#make(bytes.toString("utf8", start, end));
    const whole = end - 4;
    let hash = size;
    let at = start;
    // A polynomial, two steps at a time: what they wait for is one multiplication.
    for (; at + 4 < whole; at += 8) {
      const next = Math.imul(view.getInt32(at, true), FACTOR) + view.getInt32(at + 4, true);
      hash = (Math.imul(hash, FACTOR_SQUARED) + next) | 0;
    }
    if (at < whole) {
      hash = (Math.imul(hash, FACTOR) + view.getInt32(at, true)) | 0;
      at += 4;
    }
    const last = view.getInt32(at, true) & (OWN_BYTES[end - at] as number);
    hash = spread((Math.imul(hash, FACTOR) + last) | 0);
    const place = hash & (this.#places - 1);
    const first = place * PIECE_WORDS;
    if (this.#sizes[place] === size) {
      const pieces = this.#pieces;
      let word = first;
      at = start;
      while (at < whole && pieces[word] === view.getInt32(at, true)) {
        word++;
        at += 4;
      }
      if (at >= whole && pieces[word] === last) return this.#values[place] as Value;
    }
    const value = this.#make(bytes.toString("utf8", start, end));
    let word = first;
    for (at = start; at < whole; at += 4) this.#pieces[word++] = view.getInt32(at, true);
    this.#pieces[word] = last;
    this.#sizes[place] = size;
    this.#values[place] = value;
    return value;
  }
}
