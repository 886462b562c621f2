/**
 * A text as an array of UTF-16 units with an end mark. Reading a string behind its end gives NaN,
 * after which V8 handles all codes as floating-point numbers, and checking each index costs too:
 * against both, this took a sixth off the whole scan.
 */
import { Buffer } from "node:buffer";
import { roomyLength } from "../large-buffer.ts";

/** Stands behind the last unit, so that loops need no check of the length. */
export const NO_MORE = 0;

/** A page that needs more than this does not keep its array for the next one. */
const KEPT_UNITS = 1024 * 1024;

let shared = new Uint16Array(256 * 1024);

/**
 * The units of `text`, in which no U+0000 may be, and {@link NO_MORE} behind them; what follows is
 * undefined. The array is overwritten by the thread's next page.
 */
export function sharedUnits(text: string): Uint16Array {
  if (shared.length > text.length) return fill(shared, text);
  const bytes = Math.max(text.length + 1, shared.length * 2) * 2;
  const larger = new Uint16Array(roomyLength(bytes) / 2);
  if (larger.length <= KEPT_UNITS) shared = larger;
  return fill(larger, text);
}

/** Short texts are copied by hand: calling into native code takes longer than the copy. */
const SHORT_UNITS = 256;
const short = new Uint16Array(SHORT_UNITS);

/** The same for a piece of text beside the page's; overwritten by the next call. */
export function pieceUnits(text: string): Uint16Array {
  if (text.length >= SHORT_UNITS) return fill(new Uint16Array(text.length + 1), text);
  for (let i = 0; i < text.length; i++) short[i] = text.charCodeAt(i);
  short[text.length] = NO_MORE;
  return short;
}

function fill(units: Uint16Array, text: string): Uint16Array {
  Buffer.from(units.buffer, units.byteOffset, units.byteLength).write(text, 0, "utf16le");
  units[text.length] = NO_MORE;
  return units;
}
