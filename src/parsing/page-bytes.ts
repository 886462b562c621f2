/**
 * A page as the scanner reads it: UTF-8 with an end mark. A large page is read where it is, where there is
 * room behind it; all others are copied to a buffer that they share.
 *
 * Bytes rather than a string: nothing has to be decoded, most of a page is never looked at twice, and the
 * readable text is copied as it stands. V8 reads an array of bytes without asking what kind of string it
 * has, and the end mark saves a check of the length at each byte.
 */
import { Buffer } from "node:buffer";
import { LARGE_BYTES, roomyLength, SPARE_BYTES } from "../large-buffer.ts";

/** Stands behind the last byte. U+0000 is no character of a page: the tokenizer makes it U+FFFD. */
export const END_MARK = 0;

/** So many bytes behind a page's end may be read, whatever they are. */
export const READ_AHEAD_BYTES = SPARE_BYTES;

const FIRST_BYTES = 256 * 1024;

/** Bytes and the same as a view, for reading four at a time. */
export class ByteText {
  readonly bytes: Buffer;
  readonly view: DataView;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
  }
}

/** `size` bytes with anything in them. */
export function emptyText(size: number): ByteText {
  return new ByteText(Buffer.allocUnsafeSlow(size));
}

/** Of a page that is larger nothing is kept. */
const MOST_KEPT_BYTES = 5 * 1024 * 1024;

/** A buffer that all pages of a thread share, one after the other, and one more for those that are large. */
export class SharedByteText {
  readonly #mostKept: number;
  #text: ByteText;
  #large: ByteText | null = null;

  /** @param mostKept a page that needs more than these bytes is large */
  constructor(mostKept: number) {
    this.#mostKept = mostKept;
    this.#text = emptyText(FIRST_BYTES);
  }

  /** For the next page: at least `size` bytes, with what the page before left in them. */
  ofSize(size: number): ByteText {
    if (size > MOST_KEPT_BYTES) return emptyText(roomyLength(size));
    if (size > this.#mostKept) return (this.#large ??= emptyText(roomyLength(size)));
    const length = this.#text.bytes.length;
    if (size > length) {
      this.#text = emptyText(Math.min(Math.max(size, length * 2), this.#mostKept));
    }
    return this.#text;
  }
}

/** A short text with an end mark. */
export function byteText(text: string): ByteText {
  const result = emptyText(text.length * 3 + READ_AHEAD_BYTES);
  result.bytes.fill(END_MARK).write(text);
  return result;
}

export interface PageBytes {
  /** Valid until the thread's next page is read; what stands behind `length` is undefined but for the mark. */
  readonly text: ByteText;
  readonly length: number;
  /** To be called when nothing is read any more: puts back what the mark has taken the place of. */
  release(): void;
}

/**
 * Stands for each NUL: no UTF-8 has this byte, so that every decoder makes U+FFFD of it, which is what the
 * tokenizer makes of NUL. It needs no more room than the NUL, and a page may have nothing else.
 */
const BAD_BYTE = 0xff;

const shared = new SharedByteText(LARGE_BYTES + READ_AHEAD_BYTES);

/** The page `utf8`, which is well-formed UTF-8, where the scanner can read it. */
export function pageBytes(utf8: Uint8Array): PageBytes {
  const { length } = utf8;
  const page = Buffer.from(utf8.buffer, utf8.byteOffset, length);
  const hasNul = page.includes(END_MARK);
  const hasRoom = utf8.byteOffset + length + READ_AHEAD_BYTES <= utf8.buffer.byteLength;
  if (length >= LARGE_BYTES && hasRoom && !hasNul) return inPlace(utf8);
  const text = shared.ofSize(length + READ_AHEAD_BYTES);
  text.bytes.set(page);
  if (hasNul) replaceNuls(text.bytes, length);
  text.bytes[length] = END_MARK;
  return { text, length, release() {} };
}

function inPlace({ buffer, byteOffset, length }: Uint8Array): PageBytes {
  const text = new ByteText(Buffer.from(buffer, byteOffset, length + READ_AHEAD_BYTES));
  const behind = text.bytes[length] as number;
  text.bytes[length] = END_MARK;
  return {
    text,
    length,
    release() {
      text.bytes[length] = behind;
    },
  };
}

function replaceNuls(bytes: Buffer, length: number): void {
  for (let i = 0; i < length; i++) if (bytes[i] === END_MARK) bytes[i] = BAD_BYTE;
}
