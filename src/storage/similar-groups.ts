/**
 * Groups of pages that say nearly the same, found without comparing all pages with each other, as Manku,
 * Jain and Das Sarma do it ("Detecting near-duplicates for web crawling", 2007): two fingerprints of 64
 * bits that differ in at most 3 have one of their four 16-bit parts in common, so that only those with
 * the same part at the same place are compared.
 *
 * A group is a fingerprint, that of the page that founded it, and pages belong to it while theirs is
 * near to it, whatever becomes of the founder. Which pages found groups depends on the order in which
 * they are seen.
 *
 * The bands of new groups lie all over their table, and each would change a page of it. So they are
 * written in batches, in order; until then a group's bands are in memory, made anew from its row when a
 * process starts or a transaction was undone.
 */
import type { Sqlite, Statement } from "./connection.ts";

export interface SimilarGroup {
  readonly groupId: number;
  /** In how many bits the page's own fingerprint differs from the group's, 0 to 3. */
  readonly distance: number;
}

interface Group {
  readonly id: number;
  /** The two halves of its fingerprint. */
  readonly high: number;
  readonly low: number;
}

type GroupRow = [id: number, simhash: string];

/** Of 64 bits; the paper's choice for 8 billion pages. */
const MAX_DISTANCE = 3;
/**
 * Groups noted per value of a band, at most these many of a batch and only where fewer are there, so
 * fewer than 64: what one page costs stays bounded where a great many groups share a value. Groups
 * beyond are found by their other bands.
 */
const MAX_PER_BATCH = 32;
/** Every group up to the last multiple of this has its bands in the table. */
export const BATCH_GROUPS = 2_048;

export class SimilarGroups {
  readonly #candidates: Statement<number[], GroupRow>;
  readonly #found: Statement<[string]>;
  readonly #newest: Statement<[], { id: number | null }>;
  readonly #after: Statement<[number], GroupRow>;
  readonly #writeBands: Statement<[string]>;
  /** The groups of the batch that is not full yet, by band; null before it was looked up. */
  #recent: Map<number, Group[]> | null = null;

  constructor(sqlite: Sqlite) {
    this.#candidates = sqlite
      .prepare<number[], GroupRow>(`SELECT g.id, g.simhash FROM similar_band b
      JOIN similar_group g ON g.id = b.group_id WHERE b.band IN (?, ?, ?, ?)`)
      .raw();
    this.#found = sqlite.prepare("INSERT INTO similar_group (simhash) VALUES (?)");
    this.#newest = sqlite.prepare("SELECT max(id) AS id FROM similar_group");
    this.#after = sqlite
      .prepare<[number], GroupRow>("SELECT id, simhash FROM similar_group WHERE id > ?")
      .raw();
    // One statement for all: run by run, it would take as long as all else that a page costs.
    this.#writeBands = sqlite.prepare(`INSERT INTO similar_band (band, group_id)
      SELECT value ->> 0, value ->> 1 FROM json_each(?)
      WHERE (SELECT count(*) FROM similar_band b WHERE b.band = value ->> 0) < ${MAX_PER_BATCH}`);
  }

  /** The nearest group, founded when there is none near enough. */
  join(simhash: string): SimilarGroup {
    const recent = (this.#recent ??= this.#load());
    const bands = bandsOf(simhash);
    const high = half(simhash, 0);
    const low = half(simhash, 8);
    let nearest: SimilarGroup | null = null;
    const compare = (group: Group): void => {
      const distance = bitsIn(high ^ group.high) + bitsIn(low ^ group.low);
      if (distance > MAX_DISTANCE || distance >= (nearest?.distance ?? Infinity)) return;
      nearest = { groupId: group.id, distance };
    };
    for (const row of this.#candidates.all(...bands)) compare(groupOf(row));
    for (const band of bands) recent.get(band)?.forEach(compare);
    return nearest ?? { groupId: this.#add(simhash, recent), distance: 0 };
  }

  /** After a transaction that was undone: the groups that it founded are none. */
  forget(): void {
    this.#recent = null;
  }

  #add(simhash: string, recent: Map<number, Group[]>): number {
    const id = Number(this.#found.run(simhash).lastInsertRowid);
    note(recent, simhash, groupOf([id, simhash]));
    if (id % BATCH_GROUPS === 0) {
      const rows = [...recent].toSorted(([a], [b]) => a - b);
      this.#writeBands.run(
        JSON.stringify(rows.flatMap(([band, groups]) => groups.map((group) => [band, group.id]))),
      );
      recent.clear();
    }
    return id;
  }

  #load(): Map<number, Group[]> {
    const newest = this.#newest.get()?.id ?? 0;
    const recent = new Map<number, Group[]>();
    for (const row of this.#after.all(newest - (newest % BATCH_GROUPS)))
      note(recent, row[1], groupOf(row));
    return recent;
  }
}

function note(recent: Map<number, Group[]>, simhash: string, group: Group): void {
  for (const band of bandsOf(simhash)) {
    const groups = recent.get(band);
    if (groups === undefined) recent.set(band, [group]);
    else if (groups.length < MAX_PER_BATCH) groups.push(group);
  }
}

/** Each part of 16 bits with its place above it. */
export function bandsOf(simhash: string): number[] {
  const halves = [half(simhash, 0), half(simhash, 8)];
  return halves.flatMap((bits, at) => [
    at * 0x20000 + (bits >>> 16),
    at * 0x20000 + 0x10000 + (bits & 0xffff),
  ]);
}

function groupOf([id, simhash]: GroupRow): Group {
  return { id, high: half(simhash, 0), low: half(simhash, 8) };
}

function half(simhash: string, from: number): number {
  return Number.parseInt(simhash.slice(from, from + 8), 16) | 0;
}

function bitsIn(value: number): number {
  let bits = value - ((value >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
