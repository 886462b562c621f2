/** Finds which known name stands in a page, in any case, without making a string of it. */
import { Buffer } from "node:buffer";
import { FIRST_BYTES, firstMark, HIGH_BITS, LOWER_CASE, ONES } from "./four-bytes.ts";
import type { ByteText } from "./page-bytes.ts";

const SLOTS = 1024;
const SLOT_SHIFT = 22;
/** About one of thirty factors gives each of 85 names a slot of its own. */
const MOST_TRIES = 10_000;
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

/** The names of up to seven letters, which nearly all are, each in a slot of its own. */
class ShortNames {
  readonly firsts = new Int32Array(SLOTS);
  readonly seconds = new Int32Array(SLOTS);
  /** The names' numbers; -1 where there is none. */
  readonly numbers = new Int16Array(SLOTS);
  factor = FACTOR;

  /** @param names the words of each name, lowest byte first, by its number */
  constructor(names: ReadonlyMap<number, readonly [number, number]>) {
    for (let tries = 0; !this.#fill(names); tries++) {
      if (tries === MOST_TRIES) throw new RangeError("two names are alike, or there are too many");
      this.factor += 2;
    }
  }

  #fill(names: ReadonlyMap<number, readonly [number, number]>): boolean {
    this.numbers.fill(-1);
    for (const [number, [first, second]] of names) {
      const slot = shortSlotOf(first, second, this.factor);
      if (this.numbers[slot] !== -1) return false;
      this.firsts[slot] = first;
      this.seconds[slot] = second;
      this.numbers[slot] = number;
    }
    return true;
  }
}

export class NameTable {
  /** Where the name ends that was read last. */
  end = 0;
  /** Open addressing: number + 1 of the name in each slot, 0 when free. */
  readonly #slots = new Uint16Array(SLOTS);
  /** The names in lower case, each filled up with zeros. */
  readonly #words: Int32Array;
  readonly #short: ShortNames;

  /** At most a few hundred names of less than 20 letters, digits and dashes; a name's number is its place here. */
  constructor(names: readonly string[]) {
    this.#words = new Int32Array(names.length * NAME_WORDS);
    const short = new Map<number, readonly [number, number]>();
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
      if (0 < name.length && name.length < 8) {
        short.set(number, [bytes.readInt32LE(0), bytes.readInt32LE(4)]);
      }
    }
    this.#short = new ShortNames(short);
  }

  /**
   * Reads the name that begins at `start`; returns its number, or -1 for one that is not known. It ends
   * at a space, a control character, or one of `/<=>?`.
   */
  read(text: ByteText, start: number): number {
    const { view } = text;
    let first = view.getInt32(start, true);
    let second = 0;
    let marks = marksEnd(first);
    if (marks !== 0) {
      const size = firstMark(marks);
      this.end = start + size;
      first = (first | LOWER_CASE) & (FIRST_BYTES[size] as number);
    } else {
      second = view.getInt32(start + 4, true);
      marks = marksEnd(second);
      if (marks === 0) return this.#readLong(text, start);
      const size = firstMark(marks);
      this.end = start + 4 + size;
      first |= LOWER_CASE;
      second = (second | LOWER_CASE) & (FIRST_BYTES[size] as number);
    }
    const { firsts, seconds, numbers, factor } = this.#short;
    const slot = shortSlotOf(first, second, factor);
    const isSame = firsts[slot] === first && seconds[slot] === second;
    return isSame ? (numbers[slot] as number) : -1;
  }

  #readLong({ view }: ByteText, start: number): number {
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

function shortSlotOf(first: number, second: number, factor: number): number {
  return Math.imul(first ^ Math.imul(second, FACTOR), factor) >>> SLOT_SHIFT;
}

function slotOf(hash: number): number {
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}
