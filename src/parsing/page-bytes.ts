/**
 * A page as the scanner reads it: UTF-8 with an end mark, in a buffer that all pages of a thread share.
 *
 * Bytes rather than a string: nothing has to be decoded, most of a page is never looked at twice, and the
 * readable text is copied as it stands. V8 reads an array of bytes without asking what kind of string it
 * has, and the end mark saves a check of the length at each byte.
 */
import { Buffer } from "node:buffer";
import { roomyLength } from "../large-buffer.ts";

/** Stands behind the last byte. U+0000 is no character of a page: the tokenizer makes it U+FFFD. */
export const END_MARK = 0;

/** So many bytes behind a page's end may be read, whatever they are. */
export const READ_AHEAD_BYTES = 16;

const FIRST_BYTES = 256 * 1024;

/** Bytes and the same as a view, for reading four at a time. */
export class ByteText {
  readonly bytes: Buffer;
  readonly view: DataView;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafeSlow(size);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
  }
}

/** A buffer that all pages of a thread share, one after the other, as long as they are not large. */
export class SharedByteText {
  readonly #mostKept: number;
  #text: ByteText;

  /** @param mostKept a page that needs more than these bytes has a buffer of its own */
  constructor(mostKept: number) {
    this.#mostKept = mostKept;
    this.#text = new ByteText(FIRST_BYTES);
  }

  /** For the next page: at least `size` bytes, with what the page before left in them. */
  ofSize(size: number): ByteText {
    if (size > this.#mostKept) return new ByteText(roomyLength(size));
    const length = this.#text.bytes.length;
    if (size > length) {
      this.#text = new ByteText(Math.min(Math.max(size, length * 2), this.#mostKept));
    }
    return this.#text;
  }
}

/** A short text with an end mark. */
export function byteText(text: string): ByteText {
  const result = new ByteText(text.length * 3 + READ_AHEAD_BYTES);
  result.bytes.fill(END_MARK).write(text);
  return result;
}

export interface PageBytes {
  /** Valid until the thread's next page is read; what stands behind `length` is undefined but for the mark. */
  readonly text: ByteText;
  readonly length: number;
}

const REPLACEMENT = Buffer.from("\ufffd");

const shared = new SharedByteText(2560 * 1024);

/** Copies the page `utf8`, which is well-formed UTF-8, to where the scanner reads it. */
export function pageBytes(utf8: Uint8Array): PageBytes {
  const page = Buffer.from(utf8.buffer, utf8.byteOffset, utf8.length);
  if (page.includes(END_MARK)) return withoutNul(page);
  const text = shared.ofSize(page.length + READ_AHEAD_BYTES);
  text.bytes.set(page);
  text.bytes[page.length] = END_MARK;
  return { text, length: page.length };
}

/** U+FFFD for each NUL, as the tokenizer has it; by hand, as a page may have nothing else. */
function withoutNul(page: Buffer): PageBytes {
  let nuls = 0;
  for (const byte of page) if (byte === END_MARK) nuls++;
  const size = page.length + nuls * (REPLACEMENT.length - 1);
  const text = shared.ofSize(size + READ_AHEAD_BYTES);
  let length = 0;
  for (const byte of page) {
    if (byte === END_MARK) {
      text.bytes.set(REPLACEMENT, length);
      length += REPLACEMENT.length;
    } else {
      text.bytes[length++] = byte;
    }
  }
  text.bytes[length] = END_MARK;
  return { text, length };
}
