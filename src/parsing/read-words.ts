/**
 * Reads a page's text as words, for all that compares pages: takes out those that do not count
 * (`volatile-words.ts`), and hashes the others.
 *
 * Words are hashed in lower case (that of ASCII), without a punctuation mark before and behind them, and
 * with each run of digits as one 0: pages that differ in these alone are alike. A word is what stands
 * between white space; of Chinese and Japanese, which are written without any, each character (U+3000
 * to U+9FFF) is a word.
 *
 * Words are hashed four bytes at a time. Those that have a digit or are not ASCII are found by the way,
 * and looked at byte by byte.
 */
import type { Buffer } from "node:buffer";
import { roomyLength } from "../large-buffer.ts";
import { KeptText } from "./kept-text.ts";
import { isClockTime, isDuration, isHalfOfDay, isVolatile } from "./volatile-words.ts";
import {
  COLON,
  NOT_ASCII,
  PUNCTUATION,
  digits,
  isDigit,
  isIdeograph,
  isLetter,
  lowerCase,
  mayBeUnit,
  onlyDigits,
  spread,
} from "./word-bytes.ts";

export interface ReadWords {
  /** Bytes of the text that count; they are the first ones of the buffer now. */
  readonly length: number;
  /** The words' hashes, in the text's order: evenly spread integers of 32 bits, the first `count`. */
  readonly hashes: Int32Array;
  readonly count: number;
}

/** So many bytes behind the text are read, whatever they are. */
export const READ_AHEAD_BYTES = 8;

/** Longer words are neither tokens nor times. */
const MAX_VOLATILE_BYTES = 512;
const MIN_TOKEN_BYTES = 16;

const SPACE = 0x20;
const LOWER_CASE = 0x20202020;

/** Any odd numbers whose bits look random. */
const FACTOR = 0x2c1b3c6d;
const SECOND_FACTOR = 0x297a2d39;

/** Where a word has bytes, for a size of -1 to 8: in its first four, in its next four. */
const FIRST_BYTES = Int32Array.of(0, 0, 0xff, 0xffff, 0xffffff, -1, -1, -1, -1, -1);
const NEXT_BYTES = Int32Array.of(0, 0, 0, 0, 0, 0, 0xff, 0xffff, 0xffffff, -1);

/** What the word before was. */
const PLAIN = 0;
const NUMBER = 1;
const CLOCK = 2;

/** An array that one page made larger than this is not kept for the next one. */
const KEPT_WORDS = 256 * 1024;

let shared = new Int32Array(16 * 1024);

/**
 * Of the first `length` of `bytes`, which are `words` words with one space between them that begin at
 * `starts`, moves those that count together. `hashes` is overwritten by the thread's next page.
 */
export function readWords(
  bytes: Buffer,
  length: number,
  starts: Uint32Array,
  words: number,
): ReadWords {
  starts[words] = length + 1;
  bytes[length] = SPACE;
  return new WordReader(bytes, words).read(length, starts, words);
}

class WordReader {
  readonly #bytes: Buffer;
  readonly #text: KeptText;
  #hashes: Int32Array;
  #count = 0;

  constructor(bytes: Buffer, words: number) {
    this.#bytes = bytes;
    this.#text = new KeptText(bytes);
    if (words > shared.length) shared = new Int32Array(Math.min(words * 2, KEPT_WORDS));
    this.#hashes = words > shared.length ? new Int32Array(roomyLength(words * 4) / 4) : shared;
  }

  read(length: number, starts: Uint32Array, words: number): ReadWords {
    const bytes = this.#bytes;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let hashes = this.#hashes;
    let count = 0;
    let before = PLAIN;
    let start = 0;
    let startBefore = 0;
    for (let i = 0; i < words; i++) {
      const next = starts[i + 1] as number;
      const from = start + (PUNCTUATION[bytes[start] as number] as number);
      const size = next - 1 - (PUNCTUATION[bytes[next - 2] as number] as number) - from;
      let hash: number;
      let found: number;
      let notAscii: number;
      if (size <= 8) {
        const first = view.getInt32(from, true) & (FIRST_BYTES[size + 1] as number);
        const second = view.getInt32(from + 4, true) & (NEXT_BYTES[size + 1] as number);
        hash =
          Math.imul(first | LOWER_CASE, FACTOR) + Math.imul(second | LOWER_CASE, SECOND_FACTOR);
        found = digits(first) | digits(second);
        notAscii = (first | second) & NOT_ASCII;
      } else {
        hash = size;
        found = 0;
        notAscii = 0;
        for (let at = 0; at < size; at += 4) {
          const four =
            view.getInt32(from + at, true) & (FIRST_BYTES[Math.min(size - at, 4) + 1] as number);
          hash = Math.imul(hash ^ (hash >>> 15) ^ (four | LOWER_CASE), FACTOR);
          found |= digits(four);
          notAscii |= four & NOT_ASCII;
        }
      }
      if ((found | notAscii | before) === 0) {
        hashes[count] = spread(hash | 0);
        // A mark that stands alone is no word.
        count += -size >>> 31;
      } else {
        this.#count = count;
        const word = {
          start,
          end: next - 1,
          hash: hash | 0,
          size,
          hasDigits: found !== 0,
          isAscii: notAscii === 0,
        };
        before = this.#addRare(word, before, startBefore);
        hashes = this.#roomFor(words - i);
        count = this.#count;
      }
      startBefore = start;
      start = next;
    }
    return { length: this.#text.end(length), hashes, count };
  }

  /** Adds a word that has a digit, is not ASCII, or is behind a number; returns what it is. */
  #addRare(word: Word, before: number, startBefore: number): number {
    const { start, end, hasDigits } = word;
    const bytes = this.#bytes;
    if (hasDigits && onlyDigits(bytes, start, end)) {
      this.#addBytes(start, end);
      return NUMBER;
    }
    if (end - start <= MAX_VOLATILE_BYTES) {
      if (before === NUMBER && mayBeUnit(bytes, start, end) && this.#isUnit(word, startBefore)) {
        this.#text.drop(startBefore, end + 1);
        this.#count--;
        return PLAIN;
      }
      if (before === CLOCK && isHalfOfDay(bytes.toString("utf8", start, end))) {
        this.#text.drop(start, end + 1);
        return PLAIN;
      }
      if (hasDigits && mayBeVolatile(bytes, word)) {
        const text = bytes.toString("utf8", start, end);
        const isClock = isClockTime(text);
        if (isClock || isVolatile(text)) {
          this.#text.drop(start, end + 1);
          return isClock ? CLOCK : PLAIN;
        }
      }
    }
    if (hasDigits || !word.isAscii) this.#addBytes(start, end);
    else if (word.size > 0) this.#add(word.hash);
    return PLAIN;
  }

  #isUnit({ start, end }: Word, startBefore: number): boolean {
    const number = this.#bytes.toString("utf8", startBefore, start - 1);
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
        if (isOpen) this.#add(hash);
        hash = Math.imul(byte, FACTOR) ^ (bytes[i + 1] as number);
        this.#add(Math.imul(hash, FACTOR) ^ (bytes[i + 2] as number));
        hash = 0;
        isOpen = false;
        i += 2;
      } else {
        isOpen = true;
        const isRepeated = isDigit(byte) && i > from && isDigit(bytes[i - 1] as number);
        if (!isRepeated) hash = Math.imul(hash, FACTOR) ^ (isDigit(byte) ? 0x30 : lowerCase(byte));
      }
    }
    if (isOpen) this.#add(hash);
  }

  #add(hash: number): void {
    this.#roomFor(1)[this.#count++] = spread(hash);
  }

  #roomFor(words: number): Int32Array {
    const size = this.#count + words;
    if (size > this.#hashes.length) {
      const larger = new Int32Array(roomyLength(size * 8) / 4);
      larger.set(this.#hashes);
      this.#hashes = larger;
      if (larger.length <= KEPT_WORDS) shared = larger;
    }
    return this.#hashes;
  }
}

interface Word {
  readonly start: number;
  readonly end: number;
  /** Its size without the marks around it. */
  readonly size: number;
  readonly hash: number;
  readonly hasDigits: boolean;
  readonly isAscii: boolean;
}

/** Cheaply no for nearly all words. */
function mayBeVolatile(bytes: Buffer, { start, end }: Word): boolean {
  if (end - start >= MIN_TOKEN_BYTES || !isLetter(bytes[start] as number)) return true;
  for (let i = start; i < end; i++) if (bytes[i] === COLON) return true;
  return false;
}
