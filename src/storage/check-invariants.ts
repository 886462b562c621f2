/** Asks what must hold of a database, and mends what its other rows tell. */
import Database from "better-sqlite3";
import type { Sqlite } from "./connection.ts";
import { INVARIANTS, type Invariant } from "./invariants.ts";

export interface CheckedInvariant {
  readonly name: string;
  readonly meaning: string;
  /** Rows that break it; 1 when they could not be counted. */
  readonly count: number;
  /** Why they could not be counted: the file is damaged. */
  readonly problem: string | null;
}

/** Repairs of one invariant may break another, whose repair then follows. */
const REPAIR_ROUNDS = 3;

export function checkInvariants(sqlite: Sqlite): CheckedInvariant[] {
  return INVARIANTS.map((invariant) => check(sqlite, invariant));
}

/**
 * Mends what can be mended, in the transaction that the caller has begun; no crawl may run. Rows that
 * cannot be told from others stay as they are.
 */
export function repairInvariants(sqlite: Sqlite, now: number): void {
  for (let round = 0; round < REPAIR_ROUNDS; round += 1) {
    const broken = INVARIANTS.filter((invariant) => check(sqlite, invariant).count > 0);
    for (const { repair = [] } of broken) {
      for (const sql of repair) {
        const statement = sqlite.prepare(sql);
        if (sql.includes("@now")) statement.run({ now });
        else statement.run();
      }
    }
  }
}

function check(sqlite: Sqlite, { name, meaning, count }: Invariant): CheckedInvariant {
  try {
    const found = Number(sqlite.prepare(count).pluck().get());
    return { name, meaning, count: found, problem: null };
  } catch (error) {
    // What lies in a damaged page cannot be counted: that is a finding, and the others are still asked.
    if (!(error instanceof Database.SqliteError) || !error.code.startsWith("SQLITE_CORRUPT")) {
      throw error;
    }
    return { name, meaning, count: 1, problem: error.message };
  }
}
