/**
 * One pass over a page's readable text, for all that compares pages: it takes out the words that do not
 * count (`volatile-words.ts`), and hashes the others.
 *
 * Words are hashed in lower case (that of ASCII), without ASCII punctuation, and with each run of digits
 * as one 0: pages that differ in these alone are alike. A word is what stands between white space; of
 * Chinese and Japanese, which are written without any, each character is a word (U+3000 to U+9FFF).
 */
import type { Buffer } from "node:buffer";
import { isClockTime, isDuration, isHalfOfDay, isVolatile } from "./volatile-words.ts";

export interface ReadWords {
  /** Bytes of the text that count; they are the first ones of the buffer now. */
  readonly length: number;
  /** The words' hashes, in the text's order: evenly spread integers of 32 bits, the first `count`. */
  readonly hashes: Int32Array;
  readonly count: number;
}

/** An array that one page made larger than this is not kept for the next one. */
const KEPT_WORDS = 1024 * 1024;

/** Longer words are neither tokens nor times. */
const MAX_VOLATILE_BYTES = 512;
const MIN_TOKEN_BYTES = 16;
/** "microseconds" with some punctuation. */
const MAX_UNIT_BYTES = 16;

const SPACE = 0x20;
const SEED = 0x811c9dc5 | 0;
const PRIME = 0x01000193;

// What a byte is, above the eight bits of what it counts as.
const BORDER = 0x100;
const DIGIT = 0x200;
const LETTER = 0x400;
const COLON = 0x800;
const PUNCTUATION = 0x1000;
/** The first byte of U+3000 to U+9FFF: three bytes that are a word. */
const IDEOGRAPH = 0x2000;
const OTHER = 0x4000;
/** Of a word: it was taken for a clock time. */
const CLOCK = 0x8000;
const SLOW = BORDER | DIGIT | PUNCTUATION | IDEOGRAPH;

const BYTES = Uint16Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  if (byte <= SPACE) return byte === SPACE ? BORDER : PUNCTUATION;
  if (byte >= 0xe3 && byte <= 0xe9) return byte | IDEOGRAPH;
  if (byte >= 0x80) return byte | OTHER;
  if (/[0-9]/.test(character)) return 0x30 | DIGIT;
  if (/[A-Za-z]/.test(character)) return byte | 0x20 | LETTER;
  return byte | PUNCTUATION | (character === ":" ? COLON : 0);
});

let shared = new Int32Array(16 * 1024);

/**
 * Reads the first `length` of `bytes`, which are words with one space between them, and moves those
 * that count together; one byte of room must be behind them. `hashes` is overwritten by the thread's
 * next page.
 */
export function readWords(bytes: Buffer, length: number): ReadWords {
  // A word takes a byte and a space at least, an ideograph three bytes.
  const hashes = room((length >> 1) + 2);
  let count = 0;
  const kept = new KeptText(bytes);
  let start = 0;
  let classes = 0;
  let hash = SEED;
  let startBefore = 0;
  let classesBefore = 0;
  bytes[length] = SPACE;
  for (let i = 0; i <= length; i++) {
    const what = BYTES[bytes[i] as number] as number;
    classes |= what;
    if ((what & SLOW) === 0) {
      hash = Math.imul(hash ^ (what & 0xff), PRIME);
    } else if ((what & DIGIT) !== 0) {
      hash = Math.imul(hash ^ 0x30, PRIME);
      while (isDigit(bytes[i + 1] as number)) i++;
    } else if ((what & IDEOGRAPH) !== 0) {
      if (hash !== SEED) hashes[count++] = spread(hash);
      hash = Math.imul(SEED ^ what, PRIME);
      hash = Math.imul(hash ^ (bytes[i + 1] as number), PRIME);
      hashes[count++] = spread(Math.imul(hash ^ (bytes[i + 2] as number), PRIME));
      hash = SEED;
      i += 2;
    } else if ((what & BORDER) !== 0) {
      const verdict = mayNotCount(classes, classesBefore, i - start, bytes[start] as number)
        ? judged(bytes, start, i, startBefore, classesBefore)
        : COUNTS;
      if (verdict === COUNTS) {
        if (hash !== SEED) hashes[count++] = spread(hash);
      } else {
        // The number before its unit was taken for a word.
        if (verdict === COUNTS_NOT_WITH_BEFORE) count--;
        kept.drop(verdict === COUNTS_NOT_WITH_BEFORE ? startBefore : start, i + 1);
        if (verdict === CLOCK_TIME) classes |= CLOCK;
      }
      startBefore = start;
      classesBefore = classes;
      start = i + 1;
      classes = 0;
      hash = SEED;
    }
  }
  return { length: kept.end(length), hashes, count };
}

/** Cheaply no for nearly all words. */
function mayNotCount(classes: number, before: number, size: number, first: number): boolean {
  if ((classes & IDEOGRAPH) !== 0 || size > MAX_VOLATILE_BYTES) return false;
  if ((classes & DIGIT) === 0) {
    return size <= MAX_UNIT_BYTES && ((before & CLOCK) !== 0 || isNumber(before));
  }
  if ((classes & COLON) !== 0 || size >= MIN_TOKEN_BYTES) return true;
  return (classes & (LETTER | OTHER)) !== 0 && ((BYTES[first] as number) & LETTER) === 0;
}

const COUNTS = 0;
const COUNTS_NOT = 1;
const CLOCK_TIME = 2;
const COUNTS_NOT_WITH_BEFORE = 3;

function judged(
  bytes: Buffer,
  start: number,
  end: number,
  startBefore: number,
  before: number,
): number {
  const word = bytes.toString("utf8", start, end);
  if (isNumber(before)) {
    const number = bytes.toString("utf8", startBefore, start - 1);
    if (isDuration(number, word)) return COUNTS_NOT_WITH_BEFORE;
  }
  if ((before & CLOCK) !== 0 && isHalfOfDay(word)) return COUNTS_NOT;
  if (isClockTime(word)) return CLOCK_TIME;
  return isVolatile(word) ? COUNTS_NOT : COUNTS;
}

function isNumber(classes: number): boolean {
  return (classes & (DIGIT | LETTER | COLON | OTHER | IDEOGRAPH)) === DIGIT;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** Murmur3's last step: afterwards any of the bits are as good as any others. */
function spread(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function room(words: number): Int32Array {
  if (shared.length >= words) return shared;
  const larger = new Int32Array(words);
  if (words <= KEPT_WORDS) shared = larger;
  return larger;
}

/** Moves what is not dropped together, each byte at most once. */
class KeptText {
  readonly #bytes: Buffer;
  #length = 0;
  /** Where what is not yet moved begins. */
  #from = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  drop(start: number, end: number): void {
    this.#move(start);
    this.#from = end;
  }

  /** The bytes kept of `length`, without the space before a last word that was dropped. */
  end(length: number): number {
    if (this.#from === 0) return length;
    if (this.#from <= length) this.#move(length);
    else if (this.#length > 0) this.#length--;
    return this.#length;
  }

  #move(end: number): void {
    if (this.#length < this.#from) this.#bytes.copyWithin(this.#length, this.#from, end);
    this.#length += end - this.#from;
  }
}
