/**
 * Groups of pages that say nearly the same, found without comparing all pages with each other, as Manku,
 * Jain and Das Sarma do it ("Detecting near-duplicates for web crawling", 2007): two fingerprints of 64
 * bits that differ in at most 3 have one of their four 16-bit parts in common, so that only those with
 * the same part at the same place are compared.
 *
 * A group is a fingerprint, that of the page that founded it, and pages belong to it while theirs is
 * near to it, whatever becomes of the founder. Which pages found groups depends on the order in which
 * they are seen.
 */
import type { Sqlite, Statement } from "./connection.ts";

export interface SimilarGroup {
  /** The fingerprint of the group. */
  readonly group: string;
  /** In how many bits the page's own differs from it, 0 to 3. */
  readonly distance: number;
}

/** Of 64 bits; the paper's choice for 8 billion pages. */
const MAX_DISTANCE = 3;
const BANDS = 4;
/**
 * Groups noted per value of a band: what one page costs stays bounded where a great many share a value.
 * Groups beyond are found by their other bands.
 */
const MAX_GROUPS_PER_BAND = 64;

export class SimilarGroups {
  readonly #candidates: Statement<number[], { band: number; simhash: string }>;
  readonly #note: Statement<[number, string]>;

  constructor(sqlite: Sqlite) {
    this.#candidates = sqlite.prepare(
      "SELECT band, simhash FROM similar_band WHERE band IN (?, ?, ?, ?)",
    );
    this.#note = sqlite.prepare("INSERT INTO similar_band (band, simhash) VALUES (?, ?)");
  }

  /** The nearest group, founded when there is none near enough. */
  join(simhash: string): SimilarGroup {
    const high = half(simhash, 0);
    const low = half(simhash, 8);
    const bands = bandsOf(simhash);
    const known = new Map(bands.map((band) => [band, 0]));
    let nearest: SimilarGroup | null = null;
    for (const { band, simhash: group } of this.#candidates.all(...bands)) {
      const distance = bitsIn(high ^ half(group, 0)) + bitsIn(low ^ half(group, 8));
      if (distance === 0) return { group, distance };
      if (distance <= MAX_DISTANCE && distance < (nearest?.distance ?? Infinity)) {
        nearest = { group, distance };
      }
      known.set(band, (known.get(band) ?? 0) + 1);
    }
    if (nearest !== null) return nearest;
    for (const [band, groups] of known) {
      if (groups < MAX_GROUPS_PER_BAND) this.#note.run(band, simhash);
    }
    return { group: simhash, distance: 0 };
  }
}

/** Each part of 16 bits with its place above it. */
function bandsOf(simhash: string): number[] {
  return Array.from(
    { length: BANDS },
    (_, place) => place * 0x10000 + Number.parseInt(simhash.slice(place * 4, place * 4 + 4), 16),
  );
}

function half(simhash: string, from: number): number {
  return Number.parseInt(simhash.slice(from, from + 8), 16) | 0;
}

function bitsIn(value: number): number {
  let bits = value - ((value >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
