/** Taking a database for oneself: what happens when another process holds it. */
import { setTimeout as pause } from "node:timers/promises";
import { DatabaseHeldError } from "./errors.ts";
import { RunLock } from "./storage/run-lock.ts";

const RETRY_MS = 500;

export type IfRunning = "skip" | "wait" | "fail";

/**
 * The run lock of a database. Null when another process holds it and `ifRunning` is skip, or when
 * `isStopped` turned true while it waited, of which `waits` is told once.
 * @throws DatabaseHeldError when another process holds it and `ifRunning` is fail; UsageError for a path
 * that cannot hold a database
 */
export async function holdDatabase(
  dbPath: string,
  ifRunning: IfRunning,
  isStopped: () => boolean = () => false,
  waits: () => void = () => {},
): Promise<RunLock | null> {
  for (let tries = 0; ; tries++) {
    const lock = RunLock.acquire(dbPath);
    if (lock !== null) return lock;
    if (ifRunning === "skip") return null;
    if (ifRunning === "fail") {
      throw new DatabaseHeldError(
        "database_held",
        `Another webspool process is crawling into ${dbPath}: wait for it, or give --if-running wait or skip, or another --db.`,
      );
    }
    if (tries === 0) waits();
    await pause(RETRY_MS);
    if (isStopped()) return null;
  }
}
