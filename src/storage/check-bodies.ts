/** What must hold of the second file: the bodies that rows name are there, and are what their hash says. */
import { StorageError, UsageError } from "../errors.ts";
import { BodyStore } from "./body-store.ts";
import type { CheckedInvariant } from "./check-invariants.ts";
import type { Sqlite } from "./connection.ts";
import { LEFT_OUT } from "./kept-content.ts";

/** Bodies that are read where not all are: as many of the newest as of the others. */
const SAMPLE = 50;

const THERE = {
  name: "bodies_there",
  meaning: "each body that an attempt names is in the second file",
};
const agreeing = (all: boolean): { name: string; meaning: string } => ({
  name: "bodies_agree",
  meaning: all
    ? "the bytes of each body are those that its hash says"
    : `the bytes of the newest ${SAMPLE} bodies and ${SAMPLE} others are those that their hash says`,
});

/**
 * Reads the database before the second file: in this order they agree also while a crawl writes.
 * @param all whether each body is read, and not only a sample
 */
export function checkBodies(
  sqlite: Sqlite,
  dbPath: string,
  all: boolean,
): readonly CheckedInvariant[] {
  const rules = [THERE, agreeing(all)] as const;
  const named = sqlite
    .prepare<[], string>("SELECT DISTINCT hash FROM fetch_body ORDER BY hash")
    .pluck()
    .all();
  if (named.length === 0) return rules.map((rule) => ({ ...rule, count: 0, problem: null }));
  let bodies: BodyStore | null;
  try {
    bodies = BodyStore.openReadOnly(dbPath);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const problem = error.message;
    return rules.map((rule) => ({ ...rule, count: 1, problem }));
  }
  if (bodies === null && isLeftOut(sqlite)) {
    return rules.map((rule) => ({ ...rule, count: 0, problem: null }));
  }
  try {
    const store = bodies;
    const missing = named.filter((hash) => store?.has(hash) !== true);
    const chosen = all ? named : sample(sqlite, named);
    return [
      // Asked once more: a prune beside this may have removed the row, and the body after it.
      { ...rules[0], count: namedBy(sqlite, missing), problem: null },
      { ...rules[1], count: store === null ? 0 : damaged(store, chosen), problem: null },
    ];
  } finally {
    bodies?.close();
  }
}

/** Whether the bodies that rows name were left out of this copy. */
export function isLeftOut(sqlite: Sqlite): boolean {
  const value = sqlite.prepare<[string], string>("SELECT value FROM meta WHERE key = ?").pluck();
  return value.get(LEFT_OUT.key) === LEFT_OUT.value;
}

/** Removes the names of bodies that are not there; where they were left out there are none to miss. */
export function dropMissingBodies(sqlite: Sqlite, dbPath: string): void {
  const bodies = BodyStore.openReadOnly(dbPath);
  try {
    if (bodies === null && isLeftOut(sqlite)) return;
    const named = sqlite.prepare<[], string>("SELECT DISTINCT hash FROM fetch_body").pluck().all();
    const drop = sqlite.prepare<[string]>("DELETE FROM fetch_body WHERE hash = ?");
    for (const hash of named) if (bodies?.has(hash) !== true) drop.run(hash);
  } finally {
    bodies?.close();
  }
}

function namedBy(sqlite: Sqlite, hashes: readonly string[]): number {
  const count = sqlite
    .prepare<[string], number>("SELECT count(*) FROM fetch_body WHERE hash = ?")
    .pluck();
  return hashes.reduce((sum, hash) => sum + Number(count.get(hash)), 0);
}

function sample(sqlite: Sqlite, named: readonly string[]): Set<string> {
  const newest = sqlite
    .prepare<[number], string>("SELECT hash FROM fetch_body ORDER BY fetch_id DESC LIMIT ?")
    .pluck()
    .all(SAMPLE);
  // Evenly by hash, which is as good as at random, and the same ones each time.
  const step = Math.max(1, Math.floor(named.length / SAMPLE));
  return new Set([...newest, ...named.filter((_, index) => index % step === 0)]);
}

function damaged(bodies: BodyStore, hashes: Iterable<string>): number {
  let count = 0;
  for (const hash of hashes) {
    try {
      bodies.read(hash);
    } catch (error) {
      if (!(error instanceof StorageError) || error.code !== "body_damaged") throw error;
      count += 1;
    }
  }
  return count;
}
