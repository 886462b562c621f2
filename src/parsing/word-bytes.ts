/** What the bytes of words are, for `page-words.ts`. */
import type { Buffer } from "node:buffer";

/** "microseconds" with some punctuation. */
const MAX_UNIT_BYTES = 16;

/** Any odd number whose bits look random. */
const FACTOR = 0x2c1b3c6d;

const COLON = 0x3a;
/** 1 for ASCII punctuation. */
export const PUNCTUATION = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[!-/:-@[-`{-~]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

/** The hash of a word goes from byte to byte, beginning with 0; letters are to be in lower case. */
export function addToHash(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, FACTOR);
}

/** The bytes of `four` that are digits, by their highest bits. */
export function digits(four: number): number {
  const value = four ^ 0x30303030;
  return ~(((value & 0x7f7f7f7f) + 0x76767676) | value) & 0x80808080;
}

/** Digits, and punctuation between and around them. */
export function onlyDigits(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (!isDigit(byte) && (byte === COLON || PUNCTUATION[byte] === 0)) return false;
  }
  return true;
}

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

export function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

export function lowerCase(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}

/** Whether this is the first of three bytes of U+3000 to U+9FFF. */
export function isIdeograph(byte: number): boolean {
  return byte >= 0xe3 && byte <= 0xe9;
}

/** Murmur3's last step: afterwards any of the bits are as good as any others. */
export function spread(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Whether a word begins as units of time do; cheaply no for nearly all words. */
export function mayBeUnit(bytes: Buffer, start: number, end: number): boolean {
  if (end - start > MAX_UNIT_BYTES) return false;
  const first = (bytes[start] as number) | 0x20;
  const second = (bytes[start + 1] as number) | 0x20;
  // s, sec and second; ms and milliseconds, microseconds; us; the two letters mu.
  if (first === 0x73) return second === 0x65 || !isLetter(second);
  if (first === 0x6d) return second === 0x73 || second === 0x69;
  return (first === 0x75 && second === 0x73) || first === 0xe2 || first === 0xee;
}

/** Whether a word whose digits begin at `first` may be a clock time: "9:05", "12:34:56". */
export function mayBeClock(bytes: Buffer, first: number): boolean {
  return bytes[first + 1] === COLON || bytes[first + 2] === COLON;
}

/** Whether a word whose digits begin at `first` may be a date with a time: the T is behind the day. */
export function mayBeDateTime(bytes: Buffer, first: number): boolean {
  return isT(bytes[first + 8] as number) || isT(bytes[first + 10] as number);
}

function isT(byte: number): boolean {
  return (byte | 0x20) === 0x74;
}

/** What bytes are in a random token. */
const SMALL = 1;
const CAPITAL = 2;
const DIGIT = 3;
const TOKEN_KINDS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (isDigit(byte)) return DIGIT;
  if (!isLetter(byte)) return 0;
  return lowerCase(byte) === byte ? SMALL : CAPITAL;
});

/** Whether a word may be or end in a random token: has the digits, or the changes, that the shortest has. */
export function mayBeToken(bytes: Buffer, start: number, end: number): boolean {
  let hexDigits = 0;
  let changes = 0;
  let before = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    const kind = TOKEN_KINDS[byte] as number;
    if (kind === DIGIT || (kind > 0 && (byte | 0x20) <= 0x66)) hexDigits++;
    const isChange = before > 0 && kind > 0 && before !== kind;
    if (isChange && (before !== CAPITAL || kind === DIGIT)) changes++;
    before = kind;
  }
  return hexDigits >= 16 || changes >= 4;
}

/** Whether the last letter or digit of a word is one that units of time end with: "ms", "sec", "second". */
export function mayEndDuration(bytes: Buffer, start: number, end: number): boolean {
  for (let i = end - 1; i >= start; i--) {
    const byte = bytes[i] as number;
    if (isDigit(byte)) return false;
    if (isLetter(byte)) return [0x73, 0x63, 0x64].includes(byte | 0x20);
  }
  return false;
}
