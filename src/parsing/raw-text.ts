/** Where elements end whose content is not markup (HTML Standard, 13.2.5.2 to 13.2.5.31). */
import type { Buffer } from "node:buffer";
import { nextByte } from "./next-byte.ts";
import type { ByteText } from "./page-bytes.ts";

const EXCLAMATION = 0x21;
const DASH = 0x2d;
const SLASH = 0x2f;
const LESS_THAN = 0x3c;
const GREATER_THAN = 0x3e;

/** Where the end tag of the raw or escapable raw text at `from` begins, or `length`. */
export function rawTextEnd(text: ByteText, from: number, length: number, name: string): number {
  const { bytes } = text;
  for (let at = from; ; at++) {
    at = nextByte(text, LESS_THAN, at, length);
    if (at === length) return length;
    if (bytes[at + 1] === SLASH && isTagName(bytes, at + 2, name)) return at;
  }
}

/**
 * Where the end tag of the script at `from` begins, or `length`. After `<!--` a script is escaped until
 * `-->`, and `<script` in it escapes twice: the next `</script>` ends only that.
 */
export function scriptEnd(text: ByteText, from: number, length: number): number {
  const { bytes } = text;
  for (let at = from; ; at++) {
    at = nextByte(text, LESS_THAN, at, length);
    if (at === length) return length;
    if (bytes[at + 1] === SLASH && isTagName(bytes, at + 2, "script")) return at;
    if (bytes[at + 1] === EXCLAMATION && bytes[at + 2] === DASH && bytes[at + 3] === DASH) {
      // Its own two dashes may belong to the end, as in "<!-->".
      const behind = escapedEnd(bytes, at + 2, length);
      if (bytes[behind] === LESS_THAN || behind === length) return behind;
      at = behind;
    }
  }
}

/** Where an escaped part ends: at its `>`, or where the script's end tag begins, or at `length`. */
function escapedEnd(bytes: Buffer, from: number, length: number): number {
  let isDouble = false;
  for (let at = from; at < length; at++) {
    const byte = bytes[at];
    if (byte === GREATER_THAN) {
      if (at >= from + 2 && bytes[at - 1] === DASH && bytes[at - 2] === DASH) return at;
    } else if (byte === LESS_THAN) {
      const isEnd = bytes[at + 1] === SLASH;
      if (!isTagName(bytes, isEnd ? at + 2 : at + 1, "script")) continue;
      if (isEnd && !isDouble) return at;
      isDouble = !isEnd;
    }
  }
  return length;
}

/** Whether the tag name at `at` is `name`, in any case. */
function isTagName(bytes: Buffer, at: number, name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    if (((bytes[at + i] as number) | 0x20) !== name.charCodeAt(i)) return false;
  }
  const behind = bytes[at + name.length] as number;
  return behind === SLASH || behind === GREATER_THAN || isSpace(behind);
}

function isSpace(byte: number): boolean {
  return byte === 32 || byte === 10 || byte === 9 || byte === 13 || byte === 12;
}
