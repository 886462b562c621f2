/** The search for a byte. */
import { firstMark, marksEqual, repeated } from "./four-bytes.ts";
import type { ByteText } from "./page-bytes.ts";

/** Native search costs as much as looking at this many bytes by hand, and most searches end before. */
const NEAR_BYTES = 128;

/** Where `byte` stands at or after `from`; `length` when it does not stand before that. */
export function nextByte(text: ByteText, byte: number, from: number, length: number): number {
  const { view } = text;
  const four = repeated(byte);
  const near = Math.min(from + NEAR_BYTES, length);
  for (let at = from; at < near; at += 4) {
    const marks = marksEqual(view.getInt32(at, true), four);
    if (marks !== 0) return Math.min(at + firstMark(marks), length);
  }
  if (near >= length) return length;
  const found = text.bytes.indexOf(byte, near);
  return found < 0 || found > length ? length : found;
}
