/**
 * Finds which known name stands in a text, in any case, without making a string of it.
 *
 * The caller hashes the name's characters as it looks for the end: start with 0, then
 * `hash = addToHash(hash, code)` for each.
 */

const SLOTS = 1024;

/** `| 32` makes ASCII letters lower case; what it does to others does not matter to a hash. */
export function addToHash(hash: number, code: number): number {
  return (Math.imul(hash, 31) + (code | 32)) | 0;
}

export class NameTable {
  /** Open addressing: number + 1 of the name in each slot, 0 when free. */
  readonly #slots = new Uint16Array(SLOTS);
  readonly #names: readonly string[];

  /** At most a few hundred names of lower-case ASCII; a name's number is its place here. */
  constructor(names: readonly string[]) {
    this.#names = names;
    for (const [number, name] of names.entries()) {
      let hash = 0;
      for (let i = 0; i < name.length; i++) hash = addToHash(hash, name.charCodeAt(i));
      let slot = hash & (SLOTS - 1);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
      this.#slots[slot] = number + 1;
    }
  }

  /** The number of the name at `start`..`end` of `units`, whose hash is `hash`; -1 when unknown. */
  find(hash: number, units: Uint16Array, start: number, end: number): number {
    for (let slot = hash & (SLOTS - 1); ; slot = (slot + 1) & (SLOTS - 1)) {
      const number = (this.#slots[slot] as number) - 1;
      if (number < 0) return -1;
      if (equalsIgnoringCase(this.#names[number] as string, units, start, end)) return number;
    }
  }
}

function equalsIgnoringCase(name: string, units: Uint16Array, start: number, end: number): boolean {
  if (end - start !== name.length) return false;
  for (let i = 0; i < name.length; i++) {
    const code = units[start + i] as number;
    const lower = code >= 65 && code <= 90 ? code + 32 : code;
    if (lower !== name.charCodeAt(i)) return false;
  }
  return true;
}
