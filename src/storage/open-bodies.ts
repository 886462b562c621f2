/** Opens the file of bodies that belongs to a database. */
import Database from "better-sqlite3";
import { usable, type Sqlite } from "./connection.ts";
import { checkOurs, fileState, preparePath, realDatabasePath } from "./database-path.ts";
import { BODY_TABLE } from "./schema-content.ts";
import { WAL_LIMITS } from "./storage-watch.ts";

/** `PRAGMA application_id`: "wspb". */
const APPLICATION_ID = 0x77737062;
const VERSION = 1;
/** A compressed page is a few KiB: on pages of this size most need no chain of further ones. */
const PAGE_BYTES = 16_384;
/** In KiB; negative is SQLite's way to say KiB. Nothing is read again but the index of the hashes. */
const CACHE_KIB = -16_384;
const BUSY_TIMEOUT_MS = 10_000;

/** Beside the database, whatever symbolic links lead to it, as SQLite names its log. */
export function bodiesPath(dbPath: string): string {
  return `${realDatabasePath(dbPath)}-bodies`;
}

/** @throws UsageError for a path that cannot be used */
export function holdsBodies(path: string): boolean {
  return fileState(path) === "file";
}

/** @throws UsageError for a path that cannot be used, and a file that is not ours */
export function openBodies(path: string): Sqlite {
  const isNew = preparePath(path, APPLICATION_ID) !== "ours";
  return usable(path, () => {
    const sqlite = new Database(path, { timeout: BUSY_TIMEOUT_MS });
    return configured(sqlite, () => {
      if (isNew) {
        sqlite.pragma(`page_size = ${PAGE_BYTES}`);
        sqlite.transaction(() => {
          sqlite.pragma(`application_id = ${APPLICATION_ID}`);
          sqlite.pragma(`user_version = ${VERSION}`);
          sqlite.exec(BODY_TABLE);
        })();
      }
      sqlite.pragma("journal_mode = WAL");
      // As the database itself: a commit survives the death of the process.
      sqlite.pragma("synchronous = NORMAL");
      sqlite.pragma(`journal_size_limit = ${WAL_LIMITS.shrinkBytes}`);
      sqlite.pragma(`cache_size = ${CACHE_KIB}`);
    });
  });
}

/** Null where there is no such file, or an empty one: a crawl that was killed while it made it leaves that. */
export function openBodiesForReading(path: string): Sqlite | null {
  if (!holdsBodies(path)) return null;
  return usable(path, () => {
    const sqlite = new Database(path, { readonly: true, timeout: BUSY_TIMEOUT_MS });
    return configured(sqlite, () => {
      const [applicationId, version] = ["application_id", "user_version"].map((name) =>
        Number(sqlite.pragma(name, { simple: true })),
      );
      checkOurs(path, applicationId ?? 0, version ?? 0, APPLICATION_ID);
      sqlite.pragma("query_only = ON");
    });
  });
}

function configured(sqlite: Sqlite, configure: () => void): Sqlite {
  try {
    configure();
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}
