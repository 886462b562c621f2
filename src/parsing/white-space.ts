/** White space as JavaScript's `\s` has it, in bytes of UTF-8 and in strings. */
import type { Buffer } from "node:buffer";

/** The first bytes of all white space that is not ASCII, but of other characters too. */
export const WIDE_SPACE_STARTS: readonly number[] = [0xc2, 0xe1, 0xe2, 0xe3, 0xef];

export function isAsciiSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}

/** The size of the white space at `at`, which begins with one of {@link WIDE_SPACE_STARTS}; 0 if it is none. */
export function wideSpaceSize(bytes: Buffer, at: number): number {
  const first = bytes[at] as number;
  const second = bytes[at + 1] as number;
  if (first === 0xc2) return second === 0xa0 ? 2 : 0;
  const third = bytes[at + 2] as number;
  const isSpace =
    (first === 0xe2 && second === 0x80 && (third <= 0x8a || isOther(third))) ||
    (first === 0xe2 && second === 0x81 && third === 0x9f) ||
    (first === 0xe3 && second === 0x80 && third === 0x80) ||
    (first === 0xe1 && second === 0x9a && third === 0x80) ||
    (first === 0xef && second === 0xbb && third === 0xbf);
  return isSpace ? 3 : 0;
}

/** The line and paragraph separators, and the narrow space that does not break. */
function isOther(third: number): boolean {
  return third === 0xa8 || third === 0xa9 || third === 0xaf;
}

const FOLDED = /^\S+(?: \S+)*$/;

/** `text` with its white space folded and trimmed, at most `maxChars` long. */
export function foldWhiteSpace(text: string, maxChars: number): string {
  // Most texts are short and written so already: this look took four fifths off.
  if (text.length <= maxChars && FOLDED.test(text)) return text;
  // Word by word, because of a text of megabytes only the beginning is kept.
  let folded = "";
  for (const [word] of text.matchAll(/\S+/g)) {
    folded += folded === "" ? word : ` ${word}`;
    if (folded.length > maxChars) break;
  }
  return folded.length > maxChars ? folded.slice(0, maxChars).toWellFormed() : folded;
}
