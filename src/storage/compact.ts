/** Gives the free pages of a database file back to the disk. */
import { statfsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { StorageError } from "../errors.ts";
import { formatSize } from "../setting-kinds.ts";
import { storageError, type Sqlite } from "./connection.ts";
import { realDatabasePath } from "./database-path.ts";

/** VACUUM makes a copy in the temporary folder, and writes it into the write-ahead log. */
const COPIES = 2;

/** The size of a database and of its bodies, with their write-ahead logs, in bytes. */
export function databaseBytes(path: string): number {
  const real = realDatabasePath(path);
  const sizes = ["", "-wal", "-bodies", "-bodies-wal"].map(
    (suffix) => statSync(`${real}${suffix}`, { throwIfNoEntry: false })?.size ?? 0,
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/**
 * Rewrites the file without its free pages: one transaction, killed at any moment it leaves the file as it
 * was. Readers go on; the file shrinks when the last one that reads from before has ended. A database is
 * made without auto_vacuum, which would cost every page of a crawl and take longer here: to move free
 * pages out one by one is slower than to write what is left once.
 * @throws StorageError (`no_room`) when the disk has no room for the copy, and as `storageError`
 */
export function compact(sqlite: Sqlite, path: string): void {
  const pragma = (name: string): number => Number(sqlite.pragma(name, { simple: true }));
  const free = pragma("freelist_count");
  if (free > 0) {
    const needed = (pragma("page_count") - free) * pragma("page_size") * COPIES;
    const { bavail, bsize } = statfsSync(dirname(resolve(path)));
    if (bavail * bsize < needed) {
      throw new StorageError(
        "no_room",
        `${path} was pruned, but not made smaller: that needs ${formatSize(needed)} on its disk for a while. Make room and prune it again; until then the next runs use the space inside it.`,
      );
    }
    try {
      // The copy may be larger than what memory can hold.
      sqlite.pragma("temp_store = FILE");
      sqlite.exec("VACUUM");
    } catch (error) {
      throw storageError(error, path);
    }
  }
  sqlite.pragma("wal_checkpoint(TRUNCATE)");
}
