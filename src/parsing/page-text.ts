/**
 * The readable text of a page with its white space folded, as UTF-8 bytes: counted, hashed, and
 * the source of anchors and headings, which are ranges of it.
 *
 * The bytes are written by hand into one buffer that all pages of a thread share: one pass counts,
 * folds and encodes, and no string is made of text that nobody asks for.
 */
import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import type { KeptText } from "../messages.ts";
import { roomyLength } from "../large-buffer.ts";
import { READ_AHEAD_BYTES, readWords } from "./read-words.ts";
import { simHash } from "./sim-hash.ts";
import { wordSample } from "./word-sample.ts";

/** A buffer that one page made larger than this is not kept for the next one. */
const KEPT_BYTES = 1024 * 1024;

let shared = Buffer.allocUnsafeSlow(256 * 1024);
/** Where the words begin: a word and its space are two bytes at least. */
let sharedStarts = new Uint32Array(shared.length / 2);

export interface TextFingerprints {
  /** 32 hex digits: the start of SHA-256 over the words that count, with one space between them. */
  readonly textHash: string;
  readonly simhash: string | null;
  readonly wordSample: number[];
}

export class PageText {
  /** Words by white space (that of JavaScript's `\s`) and by the borders of blocks. */
  words = 0;
  #bytes = shared;
  #starts = sharedStarts;
  #length = 0;
  /** Whether white space was seen since the last character. */
  #space = true;

  /** Where the next text will be, for {@link PageText.textSince}. */
  get length(): number {
    return this.#length;
  }

  /** The border of a block separates words as white space does. */
  break(): void {
    this.#space = true;
  }

  /** Adds the UTF-16 units `start`..`end`. */
  add(units: Uint16Array, start: number, end: number): void {
    // A UTF-16 unit is three bytes at most, and each may have a space before it.
    const bytes = this.#room((end - start) * 4);
    const starts = this.#starts;
    let { words } = this;
    let length = this.#length;
    let space = this.#space;
    for (let i = start; i < end; i++) {
      const code = units[i] as number;
      if (code <= 32 ? isAsciiSpace(code) : code >= 0xa0 && isWideSpace(code)) {
        space = true;
        continue;
      }
      if (space) {
        if (length > 0) bytes[length++] = 32;
        starts[words++] = length;
        space = false;
      }
      if (code < 0x80) {
        bytes[length++] = code;
      } else if (code < 0x800) {
        bytes[length++] = 0xc0 | (code >> 6);
        bytes[length++] = 0x80 | (code & 63);
      } else {
        const low = isHighSurrogate(code) && i + 1 < end ? (units[i + 1] as number) : 0;
        if (isLowSurrogate(low)) {
          const point = 0x10000 + ((code & 0x3ff) << 10) + (low & 0x3ff);
          bytes[length++] = 0xf0 | (point >> 18);
          bytes[length++] = 0x80 | ((point >> 12) & 63);
          bytes[length++] = 0x80 | ((point >> 6) & 63);
          bytes[length++] = 0x80 | (point & 63);
          i++;
        } else {
          bytes[length++] = 0xe0 | (code >> 12);
          bytes[length++] = 0x80 | ((code >> 6) & 63);
          bytes[length++] = 0x80 | (code & 63);
        }
      }
    }
    this.words = words;
    this.#length = length;
    this.#space = space;
  }

  /**
   * The text from byte `start` on, trimmed, at most `maxChars` long: a string of its own, not a
   * slice that would keep the whole page alive.
   */
  textSince(start: number, maxChars: number): string {
    if (this.#length === start) return "";
    const end = Math.min(this.#length, start + 1 + maxChars * 3);
    const text = this.#bytes.toString("utf8", start, end).trim();
    return text.length > maxChars ? text.slice(0, maxChars).toWellFormed() : text;
  }

  /**
   * All of the text, cut between two characters at `maxBytes` of UTF-8. NUL becomes U+FFFD, as it ends a
   * text for much of what reads a database.
   */
  readable(maxBytes: number): KeptText {
    const bytes = this.#bytes;
    let end = Math.min(this.#length, maxBytes);
    if (end < this.#length) while (end > 0 && isContinuation(bytes[end] as number)) end--;
    const text = bytes.toString("utf8", 0, end).trimEnd().replaceAll("\0", "\ufffd");
    return { text, truncated: end < this.#length };
  }

  /** What pages are compared by. Takes the text apart: nothing can be asked of it afterwards. */
  fingerprints(): TextFingerprints {
    const bytes = this.#room(READ_AHEAD_BYTES);
    const { length, hashes, count } = readWords(bytes, this.#length, this.#starts, this.words);
    return {
      textHash: hash("sha256", bytes.subarray(0, length), "hex").slice(0, 32),
      wordSample: wordSample(hashes, count),
      // Last: it overwrites the hashes.
      simhash: simHash(hashes, count),
    };
  }

  #room(bytes: number): Buffer {
    if (this.#length + bytes > this.#bytes.length) {
      const needed = Math.max(this.#bytes.length * 2, this.#length + bytes);
      const larger = Buffer.allocUnsafeSlow(roomyLength(needed));
      this.#bytes.copy(larger, 0, 0, this.#length);
      const starts = new Uint32Array(larger.length / 2 + 1);
      starts.set(this.#starts.subarray(0, this.words));
      this.#bytes = larger;
      this.#starts = starts;
      if (larger.length <= KEPT_BYTES) {
        shared = larger;
        sharedStarts = starts;
      }
    }
    return this.#bytes;
  }
}

/** Whether a byte of UTF-8 goes on with the character before it. */
function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

function isHighSurrogate(code: number): boolean {
  return (code & 0xfc00) === 0xd800;
}

export function isLowSurrogate(code: number): boolean {
  return (code & 0xfc00) === 0xdc00;
}

function isAsciiSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

function isWideSpace(code: number): boolean {
  if (code < 0x1680) return code === 0xa0;
  if (code > 0x3000) return code === 0xfeff;
  return (
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

/** `text` with its white space folded and trimmed, at most `maxChars` long. */
export function foldWhiteSpace(text: string, maxChars: number): string {
  // Word by word, because of a text of megabytes only the beginning is kept.
  let folded = "";
  for (const [word] of text.matchAll(/\S+/g)) {
    folded += folded === "" ? word : ` ${word}`;
    if (folded.length > maxChars) break;
  }
  return folded.length > maxChars ? folded.slice(0, maxChars).toWellFormed() : folded;
}
