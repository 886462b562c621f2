/** Opens the SQLite file: checks that it is ours, creates and configures it, and maps SQLite's errors. */
import { resolve } from "node:path";
import Database from "better-sqlite3";
import { StorageError, UsageError, WebspoolError } from "../errors.ts";
import { checkOurs, fileState, preparePath, unusable } from "./database-path.ts";
import { addViews, bringUpToDate, isOlder, showViews } from "./migrations.ts";
import { APPLICATION_ID, createTables, SCHEMA_VERSION } from "./schema.ts";
import { WAL_LIMITS } from "./storage-watch.ts";

export type Sqlite = Database.Database;
export type Statement<Parameters extends unknown[] = unknown[], Row = unknown> = Database.Statement<
  Parameters,
  Row
>;

/** Page cache, in KiB; negative is SQLite's way to say KiB instead of pages. */
const CACHE_KIB = -65_536;
/**
 * Pages (of 4 KiB) in the write-ahead log before it is written back. The random pages of the link and
 * URL indexes change in every transaction; with SQLite's default of 1,000 each is written back, and
 * synced, far more often than it has to be.
 */
const CHECKPOINT_PAGES = 8_000;
/** How long a reader's lock may hold up a write. */
const BUSY_TIMEOUT_MS = 10_000;

/**
 * Opens a database to crawl into, creating it where there is none.
 * @throws UsageError for a path that cannot be used, a file that is not ours, a newer schema
 */
export function openForCrawl(path: string): Sqlite {
  const isNew = preparePath(path) !== "ours";
  return usable(path, () => {
    const sqlite = new Database(resolve(path), { timeout: BUSY_TIMEOUT_MS });
    try {
      // REFERENCES say what belongs to what; enforcing them would cost a look-up per link.
      sqlite.pragma("foreign_keys = OFF");
      // Before WAL, so that a file on disk is either empty or whole, whenever this process dies.
      if (isNew) create(sqlite);
      sqlite.pragma("journal_mode = WAL");
      bringUpToDate(sqlite);
      // A commit survives the death of the process; the last ones may be lost with the machine's power.
      sqlite.pragma("synchronous = NORMAL");
      sqlite.pragma(`journal_size_limit = ${WAL_LIMITS.shrinkBytes}`);
      sqlite.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
      sqlite.pragma(`cache_size = ${CACHE_KIB}`);
      // What sorting, and undoing a statement that changes millions of rows, need beyond a little goes to
      // temporary files: in memory it would grow with the crawl.
      sqlite.pragma("temp_store = FILE");
      return sqlite;
    } catch (error) {
      sqlite.close();
      throw error;
    }
  });
}

/** Opens an existing database to read from, during a run too. */
export function openForReading(path: string): Sqlite {
  const state = fileState(path);
  if (state === "absent") {
    throw new UsageError("no_database", `There is no database ${path}: name one with --db.`);
  }
  if (state === "empty") throw unusable(path, "it is empty");
  return usable(path, () => {
    const sqlite = new Database(resolve(path), { readonly: true, timeout: BUSY_TIMEOUT_MS });
    try {
      const [applicationId, version] = ["application_id", "user_version"].map((name) =>
        Number(sqlite.pragma(name, { simple: true })),
      );
      checkOurs(path, applicationId ?? 0, version ?? 0);
      if (isOlder(version ?? 0)) throw olderSchema(path, version ?? 0);
      showViews(sqlite);
      sqlite.pragma("query_only = ON");
      return sqlite;
    } catch (error) {
      sqlite.close();
      throw error;
    }
  });
}

/** Closes a database that was crawled into: statistics for the views' plans, then the WAL into the file. */
export function closeAfterCrawl(sqlite: Sqlite): void {
  try {
    // Bounded: at most this many rows of an index are looked at.
    sqlite.pragma("analysis_limit = 1000");
    sqlite.pragma("optimize");
    // Empties the log unless a reader needs it, who is not waited for. SQLite does as much when it closes,
    // but not to a file that was moved: its log would then be taken for that of the file in its place.
    sqlite.pragma("busy_timeout = 0");
    sqlite.pragma("wal_checkpoint(TRUNCATE)");
  } catch (error) {
    // What was committed is in the log and stays: the next opening takes it from there.
    if (!(error instanceof Database.SqliteError)) throw error;
  } finally {
    sqlite.close();
  }
}

/** What `work` returns; a failure of SQLite in it becomes one of storage. */
export function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storageError(error, path);
  }
}

/** A failure of SQLite in the middle of the work, as what the user can act on. */
export function storageError(error: unknown, path: string): unknown {
  if (error instanceof WebspoolError || !(error instanceof Database.SqliteError)) return error;
  const { code, message } = error;
  if (code.startsWith("SQLITE_FULL")) {
    return failure("disk_full", `${path} cannot grow: the disk is full`, error);
  }
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) {
    return new StorageError(
      "database_damaged",
      `${path} is damaged (${code}: ${message}): put a good copy in its place and run the same crawl again, or save what can be read with sqlite3's .recover and begin anew with another --db.`,
      { cause: error },
    );
  }
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    const what = `${path} could not be written: another program kept it locked (${code})`;
    return failure("storage_failed", what, error);
  }
  if (/^SQLITE_(IOERR|CANTOPEN|READONLY|PERM|NOLFS)/.test(code)) {
    return failure("storage_failed", `${path} could not be written (${code}: ${message})`, error);
  }
  return error;
}

function failure(code: string, what: string, cause: Error): StorageError {
  return new StorageError(
    code,
    `${what}. What was committed is kept; mend the cause and run the same crawl again to continue.`,
    { cause },
  );
}

/** @throws UsageError for what `open` finds wrong with the file */
export function usable<T>(path: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (error instanceof WebspoolError) throw error;
    const code = error instanceof Database.SqliteError ? error.code : "";
    if (code === "SQLITE_NOTADB") throw unusable(path, "it is not an SQLite database", error);
    if (code.startsWith("SQLITE_CORRUPT")) throw unusable(path, "it is damaged", error);
    throw unusable(path, error instanceof Error ? error.message : String(error), error);
  }
}

function olderSchema(path: string, version: number): UsageError {
  return new UsageError(
    "schema_older",
    `The database ${path} has schema ${version}, this webspool reads ${SCHEMA_VERSION}: the next webspool crawl into it brings it up to date.`,
  );
}

function create(sqlite: Sqlite): void {
  sqlite.transaction(() => {
    sqlite.pragma(`application_id = ${APPLICATION_ID}`);
    sqlite.pragma(`user_version = ${SCHEMA_VERSION}`);
    for (const statement of createTables()) sqlite.exec(statement);
    addViews(sqlite);
    const put = sqlite.prepare<[string, string]>("INSERT INTO meta (key, value) VALUES (?, ?)");
    put.run("schema_version", String(SCHEMA_VERSION));
    put.run("created_by", "webspool");
    put.run("created_at", String(Date.now()));
  })();
}
