/** Character references in text (HTML Standard, 13.2.5.72). */
import type { Buffer } from "node:buffer";
import { decodeHTML } from "entities/decode";
import { KnownTexts } from "./known-texts.ts";
import { byteText, type ByteText } from "./page-bytes.ts";

const NUMBER_SIGN = 0x23;
const SEMICOLON = 0x3b;

/** No name is longer. A number may have zeros before it. */
const MAX_NAME_BYTES = 40;
const MAX_NUMBER_BYTES = 64 * 1024;

/** What a reference stands for, with an end mark. */
const known = new KnownTexts(1024, (reference) => byteText(decodeHTML(reference)));

/**
 * Where the reference ends that may begin with the `&` at `at`: behind all letters and digits, since
 * which of these belong to it only its decoder knows, and perhaps a semicolon.
 */
export function referenceEnd(bytes: Buffer, at: number): number {
  const isNumber = bytes[at + 1] === NUMBER_SIGN;
  const most = at + (isNumber ? MAX_NUMBER_BYTES : MAX_NAME_BYTES);
  let end = at + (isNumber ? 2 : 1);
  while (end < most && isLetterOrDigit(bytes[end] as number)) end++;
  return bytes[end] === SEMICOLON ? end + 1 : end;
}

/** What stands between the two places, decoded, as UTF-8 with an end mark; without any reference, itself. */
export function decodedReference(text: ByteText, at: number, end: number): ByteText {
  return known.get(text, at, end);
}

function isLetterOrDigit(byte: number): boolean {
  const lower = byte | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || (byte >= 0x30 && byte <= 0x39);
}
