/**
 * The words of a page's text, for all that compares pages: takes out those that do not count
 * (`volatile-words.ts`), and hashes the others.
 *
 * Words are hashed in lower case (that of ASCII), without a punctuation mark before and behind them, and
 * with each run of digits as one 0: pages that differ in these alone are alike. A word is what stands
 * between white space; of Chinese and Japanese, which are written without any, each character (U+3000
 * to U+9FFF) is a word.
 *
 * Most words are hashed four bytes at a time. Those that have a digit or are not ASCII are found by the way,
 * and looked at byte by byte.
 */
import type { Buffer } from "node:buffer";
import { roomyLength } from "../large-buffer.ts";
import { KeptText } from "./kept-text.ts";
import type { ByteText } from "./page-bytes.ts";
import { isClockTime, isDuration, isHalfOfDay, isVolatile } from "./volatile-words.ts";
import {
  PUNCTUATION,
  addToHash,
  digits,
  isDigit,
  isIdeograph,
  isLetter,
  lowerCase,
  mayBeClock,
  mayBeDateTime,
  mayBeToken,
  mayBeUnit,
  mayEndDuration,
  onlyDigits,
  spread,
} from "./word-bytes.ts";

/** Longer words are neither tokens nor times. */
const MAX_VOLATILE_BYTES = 512;
const MIN_TOKEN_BYTES = 16;

/** What the word before was. */
const PLAIN = 0;
const NUMBER = 1;
const CLOCK = 2;

const LOWER_CASE = 0x20202020;

/** Any odd numbers whose bits look random. */
const FACTOR = 0x2c1b3c6d;
const SECOND_FACTOR = 0x297a2d39;

/** Where a word has bytes, for a size of -1 to 8: in its first four, in its next four. */
const FIRST_BYTES = Int32Array.of(0, 0, 0xff, 0xffff, 0xffffff, -1, -1, -1, -1, -1);
const NEXT_BYTES = Int32Array.of(0, 0, 0, 0, 0, 0, 0xff, 0xffff, 0xffffff, -1);

/** An array that one page made larger than this is not kept for the next one. */
const KEPT_WORDS = 256 * 1024;

let shared = new Int32Array(64 * 1024);

export class PageWords {
  /** Evenly spread integers of 32 bits in the text's order, the first `count`; valid until the next page. */
  hashes = shared;
  count = 0;
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #kept: KeptText;
  #before = PLAIN;
  #startBefore = 0;

  /** Words of what is written to `text`. */
  constructor({ bytes, view }: ByteText) {
    this.#bytes = bytes;
    this.#view = view;
    this.#kept = new KeptText(bytes);
  }

  /** Adds the word `start`..`end`, behind all others. */
  add(start: number, end: number, isAscii: boolean): void {
    const bytes = this.#bytes;
    const view = this.#view;
    const from = start + (PUNCTUATION[bytes[start] as number] as number);
    const size = end - (PUNCTUATION[bytes[end - 1] as number] as number) - from;
    let hash = size;
    let found = 0;
    if (size <= 8) {
      const first = view.getInt32(from, true) & (FIRST_BYTES[size + 1] as number);
      const second = view.getInt32(from + 4, true) & (NEXT_BYTES[size + 1] as number);
      hash = Math.imul(first | LOWER_CASE, FACTOR) + Math.imul(second | LOWER_CASE, SECOND_FACTOR);
      found = digits(first) | digits(second);
    } else {
      for (let at = 0; at < size; at += 4) {
        const four =
          view.getInt32(from + at, true) & (FIRST_BYTES[Math.min(size - at, 4) + 1] as number);
        hash = Math.imul(hash ^ (hash >>> 15) ^ (four | LOWER_CASE), FACTOR);
        found |= digits(four);
      }
    }
    if (this.count === this.hashes.length) this.#grow();
    if ((found | this.#before) === PLAIN && isAscii) {
      this.hashes[this.count] = spread(hash | 0);
      // A mark that stands alone is no word.
      this.count += -size >>> 31;
    } else {
      const own = size > 0 ? hash | 0 : null;
      this.#before = this.#addRare(start, end, found !== 0, isAscii, own);
    }
    this.#startBefore = start;
  }

  /** The bytes of `length` that count: the first ones of the text now, which is taken apart. */
  keptLength(length: number): number {
    return this.#kept.end(length);
  }

  /**
   * Adds a word that has a digit, is not ASCII, or is behind a number; `hash` is null for a mark that
   * stands alone. Returns what the word is.
   */
  #addRare(
    start: number,
    end: number,
    hasDigits: boolean,
    isAscii: boolean,
    hash: number | null,
  ): number {
    const bytes = this.#bytes;
    const before = this.#before;
    if (hasDigits && onlyDigits(bytes, start, end)) {
      this.#addBytes(start, end);
      return NUMBER;
    }
    if (end - start <= MAX_VOLATILE_BYTES) {
      if (before === NUMBER && mayBeUnit(bytes, start, end) && this.#isUnit(start, end)) {
        this.#kept.drop(this.#startBefore, end + 1);
        this.count--;
        return PLAIN;
      }
      if (before === CLOCK && isHalfOfDay(bytes.toString("utf8", start, end))) {
        this.#kept.drop(start, end + 1);
        return PLAIN;
      }
      if (hasDigits && mayBeVolatile(bytes, start, end)) {
        const text = bytes.toString("utf8", start, end);
        const isClock = isClockTime(text);
        if (isClock || isVolatile(text)) {
          this.#kept.drop(start, end + 1);
          return isClock ? CLOCK : PLAIN;
        }
      }
    }
    if (hasDigits || !isAscii) this.#addBytes(start, end);
    else if (hash !== null) this.#push(hash);
    return PLAIN;
  }

  #isUnit(start: number, end: number): boolean {
    const number = this.#bytes.toString("utf8", this.#startBefore, start - 1);
    return isDuration(number, this.#bytes.toString("utf8", start, end));
  }

  #addBytes(start: number, end: number): void {
    const bytes = this.#bytes;
    const from = start + (PUNCTUATION[bytes[start] as number] as number);
    const to = end - (PUNCTUATION[bytes[end - 1] as number] as number);
    let hash = 0;
    let isOpen = false;
    for (let i = from; i < to; i++) {
      const byte = bytes[i] as number;
      if (isIdeograph(byte)) {
        if (isOpen) this.#push(hash);
        hash = addToHash(byte, bytes[i + 1] as number);
        this.#push(addToHash(hash, bytes[i + 2] as number));
        hash = 0;
        isOpen = false;
        i += 2;
      } else {
        isOpen = true;
        const isRepeated = isDigit(byte) && i > from && isDigit(bytes[i - 1] as number);
        if (!isRepeated) hash = addToHash(hash, isDigit(byte) ? 0x30 : lowerCase(byte));
      }
    }
    if (isOpen) this.#push(hash);
  }

  #push(hash: number): void {
    if (this.count === this.hashes.length) this.#grow();
    this.hashes[this.count++] = spread(hash);
  }

  #grow(): void {
    const larger = new Int32Array(roomyLength(this.count * 8) / 4);
    larger.set(this.hashes);
    this.hashes = larger;
    if (larger.length <= KEPT_WORDS) shared = larger;
  }
}

/** Cheaply no for nearly all words that have a digit: the patterns would cost a microsecond each. */
function mayBeVolatile(bytes: Buffer, start: number, end: number): boolean {
  if (end - start >= MIN_TOKEN_BYTES && mayBeToken(bytes, start, end)) return true;
  // All others begin with a digit, but for marks around them.
  let first = start;
  while (!isDigit(bytes[first] as number)) {
    if (first === end || isLetter(bytes[first] as number)) return false;
    first++;
  }
  return (
    mayBeClock(bytes, first) || mayBeDateTime(bytes, first) || mayEndDuration(bytes, first, end)
  );
}
