/**
 * One live run per database. The lock is SQLite's own exclusive lock on a small file beside the
 * database, so the operating system gives it back however the process ends: kill -9 and a reboot leave
 * nothing stale, and no process id is ever compared.
 */
import { existsSync } from "node:fs";
import Database from "better-sqlite3";
import { UsageError } from "../errors.ts";
import { preparePath, realDatabasePath } from "./database-path.ts";

/** Longer than `isHeld` looks, which takes a shared lock for that moment. */
const ASKED_MS = 100;

export class RunLock {
  /** better-sqlite3 closes what is garbage: a lock is held until it is released, whoever lost sight of it. */
  static readonly #held = new Set<RunLock>();
  readonly #file: Database.Database;

  private constructor(file: Database.Database) {
    this.#file = file;
  }

  /**
   * Whether a process holds it now; null when that cannot be asked. Nothing is made or changed, and what
   * asks stands in a crawl's way for less time than `acquire` waits.
   */
  static isHeld(dbPath: string): boolean | null {
    const path = lockPath(dbPath);
    if (!existsSync(path)) return false;
    let file: Database.Database | null = null;
    try {
      file = new Database(path, { readonly: true, timeout: 0 });
      file.prepare("SELECT count(*) FROM sqlite_schema").get();
      return false;
    } catch (error) {
      const code = error instanceof Database.SqliteError ? error.code : "";
      return code.startsWith("SQLITE_BUSY") ? true : null;
    } finally {
      file?.close();
    }
  }

  /**
   * Null when another process holds it.
   * @throws UsageError for a path that cannot hold a database; no lock file is made there
   */
  static acquire(dbPath: string): RunLock | null {
    preparePath(dbPath);
    const path = lockPath(dbPath);
    let file: Database.Database | null = null;
    try {
      file = new Database(path, { timeout: ASKED_MS });
      file.pragma("journal_mode = MEMORY");
      file.exec("BEGIN EXCLUSIVE");
      const lock = new RunLock(file);
      RunLock.#held.add(lock);
      return lock;
    } catch (error) {
      file?.close();
      const code = error instanceof Database.SqliteError ? error.code : "";
      if (code.startsWith("SQLITE_BUSY")) return null;
      throw new UsageError(
        "lock_unusable",
        `The lock file ${path} cannot be used: ${error instanceof Error ? error.message : String(error)}. Name a database in a folder that can be written with --db.`,
        { cause: error },
      );
    }
  }

  release(): void {
    // The file stays: another process may already wait on it, and a new one would be another lock.
    this.#file.close();
    RunLock.#held.delete(this);
  }
}

function lockPath(dbPath: string): string {
  return `${realDatabasePath(dbPath)}-lock`;
}
