/** Finds which known name stands in a page, in any case, without making a string of it. */
import { Buffer } from "node:buffer";
import { FIRST_BYTES, firstMark, HIGH_BITS, LOWER_CASE, ONES } from "./four-bytes.ts";
import type { ByteText } from "./page-bytes.ts";

const SLOTS = 1024;
/** Known names are shorter than four times this: there is a zero behind each. */
const NAME_WORDS = 5;

/** Any odd number whose bits look random. */
const FACTOR = 0x2c1b3c6d;

const SLASHES = 0x2f2f2f2f;
/** With these as 0, `<`, `=`, `>` and `?` are what is below 4. */
const LESS_THANS = 0x3c3c3c3c;
const FOURS = 0x04040404;
/** The first character that is no control character and no space. */
const EXCLAMATIONS = 0x21212121;

export class NameTable {
  /** Where the name ends that was read last. */
  end = 0;
  /** Open addressing: number + 1 of the name in each slot, 0 when free. */
  readonly #slots = new Uint16Array(SLOTS);
  /** The names in lower case, each filled up with zeros. */
  readonly #words: Int32Array;

  /** At most a few hundred names of less than 20 letters, digits and dashes; a name's number is its place here. */
  constructor(names: readonly string[]) {
    this.#words = new Int32Array(names.length * NAME_WORDS);
    for (const [number, name] of names.entries()) {
      const bytes = Buffer.alloc(NAME_WORDS * 4);
      bytes.write(name);
      let hash = 0;
      for (let i = 0; i < NAME_WORDS; i++) {
        const four = bytes.readInt32LE(4 * i);
        this.#words[number * NAME_WORDS + i] = four;
        if (four !== 0) hash = mix(hash, four);
      }
      let slot = slotOf(hash);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
      this.#slots[slot] = number + 1;
    }
  }

  /**
   * Reads the name that begins at `start`; returns its number, or -1 for one that is not known. It ends
   * at a space, a control character, or one of `/<=>?`.
   */
  read({ view }: ByteText, start: number): number {
    let hash = 0;
    let at = start;
    let four = view.getInt32(at, true);
    let marks = marksEnd(four);
    while (marks === 0) {
      hash = mix(hash, four | LOWER_CASE);
      at += 4;
      four = view.getInt32(at, true);
      marks = marksEnd(four);
    }
    const rest = firstMark(marks);
    this.end = at + rest;
    const last = (four | LOWER_CASE) & (FIRST_BYTES[rest] as number);
    if (last !== 0) hash = mix(hash, last);
    for (let slot = slotOf(hash); ; slot = (slot + 1) & (SLOTS - 1)) {
      const number = (this.#slots[slot] as number) - 1;
      if (number < 0 || this.#isAt(number, view, start, at, last)) return number;
    }
  }

  /** Whether the name is what stands from `start` to `lastAt` and `last` behind it. */
  #isAt(number: number, view: DataView, start: number, lastAt: number, last: number): boolean {
    const words = this.#words;
    let word = number * NAME_WORDS;
    for (let at = start; at < lastAt; at += 4) {
      if (words[word++] !== (view.getInt32(at, true) | LOWER_CASE)) return false;
    }
    return words[word] === last;
  }
}

/** `marksBelow` and `marksEqual` in fewer steps: bytes that are not ASCII are left out once for all. */
function marksEnd(four: number): number {
  const marks = (four - EXCLAMATIONS) | ((four ^ LESS_THANS) - FOURS) | ((four ^ SLASHES) - ONES);
  return marks & ~four & HIGH_BITS;
}

function mix(hash: number, four: number): number {
  return Math.imul(hash ^ (hash >>> 15) ^ four, FACTOR);
}

function slotOf(hash: number): number {
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}
