/**
 * The readable text of a page with its white space folded, as UTF-8 bytes: counted, hashed, and
 * the source of anchors and headings, which are ranges of it.
 *
 * The bytes are copied by hand into one buffer that all pages of a thread share: one pass finds where a
 * text ends, counts, folds and hashes, and no string is made of text that nobody asks for.
 */
import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import type { KeptText } from "../messages.ts";
import { firstMark, HIGH_BITS, ONES } from "./four-bytes.ts";
import { KnownTexts } from "./known-texts.ts";
import { type ByteText, END_MARK, READ_AHEAD_BYTES, SharedByteText } from "./page-bytes.ts";
import { PageWords } from "./page-words.ts";
import { simHash } from "./sim-hash.ts";
import { WIDE_SPACE_STARTS, isAsciiSpace, wideSpaceSize } from "./white-space.ts";
import { wordSample } from "./word-sample.ts";

/** More than the text of a page that is not large. */
const shared = new SharedByteText(1280 * 1024);

const AMPERSAND = 0x26;
const LESS_THAN = 0x3c;
const AMPERSANDS = 0x26262626;
const LESS_THANS = 0x3c3c3c3c;
/** The first character that is no control character and no space. */
const EXCLAMATIONS = 0x21212121;

/** What bytes are in a text: of a word, in the middle of which no other kind is, */
const LETTER = 0;
/** of a word as well, */
const PART = 1;
/** white space or of a word, white space, and what ends the text. */
const MAY_BE_SPACE = 2;
const SPACE = 3;
const STOP = 4;
export type TextKinds = Uint8Array;

/** Text in markup: `<` and `&` end it, as the end mark does everywhere. */
export const MARKUP = Uint8Array.from({ length: 256 }, (_, byte) => kindOf(byte));
/** Escapable raw text: `&` ends it. */
export const ESCAPABLE = MARKUP.map((kind, byte) => (byte === LESS_THAN ? PART : kind));
/** Raw text. */
export const PLAIN = ESCAPABLE.map((kind, byte) => (byte === AMPERSAND ? PART : kind));

export interface TextFingerprints {
  /** 32 hex digits: the start of SHA-256 over the words that count, with one space between them. */
  readonly textHash: string;
  readonly simhash: string | null;
  readonly wordSample: number[];
}

const knownTexts = new KnownTexts(8192, (text) => text);

export class PageText {
  /** Words by white space (that of JavaScript's `\s`) and by the borders of blocks. */
  words = 0;
  readonly #text: ByteText;
  readonly #bytes: Buffer;
  readonly #words: PageWords;
  #length = 0;
  /** Where the word that is open begins, or -1, and whether all of it is ASCII. */
  #start = -1;
  #isAscii = true;

  /** The text of a page of `length` bytes. */
  constructor(length: number) {
    // The reference that is shortest for its text is "&nGt;", for six bytes.
    this.#text = shared.ofSize(Math.ceil(length * 1.2) + READ_AHEAD_BYTES);
    this.#bytes = this.#text.bytes;
    this.#words = new PageWords(this.#text);
  }

  /** Where the next text will be, for {@link PageText.textSince}. */
  get length(): number {
    return this.#length;
  }

  /** The border of a block separates words as white space does. */
  break(): void {
    if (this.#start < 0) return;
    this.#words.add(this.#start, this.#length, this.#isAscii);
    this.#start = -1;
  }

  /** Adds the text at `from` of `page` up to where `kinds` says that it ends; returns that place. */
  add({ bytes, view }: ByteText, from: number, kinds: TextKinds): number {
    const text = this.#bytes;
    const textView = this.#text.view;
    let at = from;
    let length = this.#length;
    let start = this.#start;
    for (;;) {
      const byte = bytes[at] as number;
      const kind = kinds[byte] as number;
      if (kind > PART) {
        if (kind === STOP) break;
        const size = kind === SPACE ? 1 : wideSpaceSize(bytes, at);
        at += size;
        if (size > 0) {
          if (start >= 0) this.#words.add(start, length, this.#isAscii);
          start = -1;
          continue;
        }
      }
      if (start < 0) {
        if (length > 0) text[length++] = 32;
        start = length;
        this.words++;
        this.#isAscii = true;
      }
      if (kind === LETTER) {
        // Four bytes at a time; what is copied too much, the next ones overwrite.
        let marks: number;
        do {
          const four = view.getInt32(at, true);
          marks = marksEnd(four);
          textView.setInt32(length, four, true);
          const size = marks === 0 ? 4 : firstMark(marks);
          at += size;
          length += size;
        } while (marks === 0);
      } else {
        text[length++] = byte;
        at++;
        if (byte >= 0x80) this.#isAscii = false;
      }
    }
    this.#length = length;
    this.#start = start;
    return at;
  }

  /** The text from byte `start` on, trimmed, at most `maxChars` long. */
  textSince(start: number, maxChars: number): string {
    const length = this.#length;
    const from = this.#bytes[start] === 32 ? start + 1 : start;
    if (from >= length) return "";
    if (length - from <= maxChars) return knownTexts.get(this.#text, from, length);
    const end = Math.min(length, from + maxChars * 3);
    const text = this.#bytes.toString("utf8", from, end);
    return text.length > maxChars ? text.slice(0, maxChars).toWellFormed() : text;
  }

  /** All of the text, cut between two characters at `maxBytes` of UTF-8. */
  readable(maxBytes: number): KeptText {
    const cut = cutText(this.#bytes, this.#length, maxBytes);
    if (Buffer.byteLength(cut.text) <= maxBytes) return cut;
    // U+FFFD for each bad byte takes more than the byte.
    const utf8 = Buffer.from(cut.text);
    return cutText(utf8, utf8.length, maxBytes);
  }

  /** What pages are compared by. Takes the text apart: nothing can be asked of it afterwards. */
  fingerprints(): TextFingerprints {
    this.break();
    const length = this.#words.keptLength(this.#length);
    const { hashes, count } = this.#words;
    return {
      textHash: hash("sha256", this.#bytes.subarray(0, length), "hex").slice(0, 32),
      wordSample: wordSample(hashes, count),
      // Last: it overwrites the hashes.
      simhash: simHash(hashes, count),
    };
  }
}

function cutText(bytes: Buffer, length: number, maxBytes: number): KeptText {
  let end = Math.min(length, maxBytes);
  if (end < length) while (end > 0 && isContinuation(bytes[end] as number)) end--;
  return { text: bytes.toString("utf8", 0, end).trimEnd(), truncated: end < length };
}

/** Whether a byte of UTF-8 goes on with the character before it. */
function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

function kindOf(byte: number): number {
  if (byte === END_MARK || byte === LESS_THAN || byte === AMPERSAND) return STOP;
  if (isAsciiSpace(byte)) return SPACE;
  if (WIDE_SPACE_STARTS.includes(byte)) return MAY_BE_SPACE;
  return byte > 32 && byte < 0x80 ? LETTER : PART;
}

/**
 * Marks the bytes that are no {@link LETTER}: `marksBelow` and `marksEqual` in fewer steps, as bytes that
 * are not ASCII are marked anyway.
 */
function marksEnd(four: number): number {
  return (
    (four | (four - EXCLAMATIONS) | ((four ^ LESS_THANS) - ONES) | ((four ^ AMPERSANDS) - ONES)) &
    HIGH_BITS
  );
}
