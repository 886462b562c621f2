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
  const count = sqlite.prepare<[], number>("SELECT count(DISTINCT hash) FROM fetch_body").pluck();
  const named = Number(count.get());
  if (named === 0) return rules.map((rule) => ({ ...rule, count: 0, problem: null }));
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
    // Evenly by hash, which is as good as at random, and the same ones each time.
    const step = all ? 1 : Math.max(1, Math.floor(named / SAMPLE));
    const { missing, damaged } = compared(sqlite, bodies, step);
    return [
      // Asked once more: a prune beside this may have removed the row, and the body after it.
      { ...rules[0], count: namedBy(sqlite, missing), problem: null },
      { ...rules[1], count: damaged, problem: null },
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
    const missing: string[] = [];
    for (const hash of namedHashes(sqlite)) if (bodies?.has(hash) !== true) missing.push(hash);
    const drop = sqlite.prepare<[string]>("DELETE FROM fetch_body WHERE hash = ?");
    for (const hash of missing) drop.run(hash);
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

/** One after another: there may be as many as pages. */
function namedHashes(sqlite: Sqlite): Iterable<string> {
  const named = sqlite.prepare<[], string>("SELECT DISTINCT hash FROM fetch_body ORDER BY hash");
  return named.pluck().iterate();
}

/** Looks for all bodies that are named, and reads the newest and each `step`th. */
function compared(
  sqlite: Sqlite,
  bodies: BodyStore | null,
  step: number,
): { readonly missing: readonly string[]; readonly damaged: number } {
  const newest = sqlite
    .prepare<[number], string>("SELECT hash FROM fetch_body ORDER BY fetch_id DESC LIMIT ?")
    .pluck();
  const chosen = new Set(newest.all(SAMPLE));
  const missing: string[] = [];
  let damaged = 0;
  let index = 0;
  for (const hash of namedHashes(sqlite)) {
    if (bodies?.has(hash) !== true) missing.push(hash);
    else if ((index % step === 0 || chosen.has(hash)) && isDamaged(bodies, hash)) damaged += 1;
    index += 1;
  }
  return { missing, damaged };
}

function isDamaged(bodies: BodyStore, hash: string): boolean {
  try {
    bodies.read(hash);
    return false;
  } catch (error) {
    if (!(error instanceof StorageError) || error.code !== "body_damaged") throw error;
    return true;
  }
}
