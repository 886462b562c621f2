/**
 * What may happen to a database while it is crawled into: its files are taken away or replaced under
 * the open handle, which SQLite does not notice, and its write-ahead log grows because a reader keeps it
 * from being written back.
 */
import { statSync, type BigIntStats } from "node:fs";
import { StorageError } from "../errors.ts";
import type { Sqlite } from "./connection.ts";
import { realDatabasePath } from "./database-path.ts";

/** Sizes of the write-ahead log, in bytes. */
export interface WalLimits {
  /** Beyond this it is cut down as soon as no reader needs it. */
  readonly shrinkBytes: number;
  /** From this on nothing more should be written until it could be cut down. */
  readonly fullBytes: number;
}

export const WAL_LIMITS: WalLimits = { shrinkBytes: 64 * 2 ** 20, fullBytes: 2 ** 30 };

export interface StorageLook {
  readonly walBytes: number;
  /** Whether the log has reached `fullBytes`. */
  readonly isFull: boolean;
}

/** Looks at the files cost a few microseconds; a turn of a fast crawl is not much longer. */
const LOOK_MS = 1_000;

export class StorageWatch {
  readonly #sqlite: Sqlite;
  readonly #path: string;
  readonly #limits: WalLimits;
  /** Which file each is, as it was when it was first seen. */
  readonly #identities = new Map<string, string>();
  #lookedAt = -Infinity;
  #look: StorageLook = { walBytes: 0, isFull: false };

  constructor(sqlite: Sqlite, path: string, limits: WalLimits) {
    this.#sqlite = sqlite;
    this.#path = realDatabasePath(path);
    this.#limits = limits;
    this.#checkFiles();
  }

  /**
   * How the files are, at most a second ago. Cuts the log down where it is long and can be.
   * @throws StorageError (`database_moved`) when a file is gone, or another is in its place
   */
  look(now: number): StorageLook {
    const passedMs = now - this.#lookedAt;
    // A clock that was set back does not put off the next look.
    if (passedMs >= 0 && passedMs < LOOK_MS) return this.#look;
    this.#lookedAt = now;
    let walBytes = this.#checkFiles();
    if (walBytes > this.#limits.shrinkBytes) {
      this.#truncate();
      walBytes = this.#checkFiles();
    }
    this.#look = { walBytes, isFull: walBytes >= this.#limits.fullBytes };
    return this.#look;
  }

  /** Returns the size of the log. */
  #checkFiles(): number {
    this.#check("", "what comes now would be lost");
    this.#check("-lock", "another crawl could begin beside this one");
    return this.#check("-wal", "what comes now would be lost");
  }

  /** Returns the size of a file, 0 as long as there was none. */
  #check(suffix: string, danger: string): number {
    const file = `${this.#path}${suffix}`;
    const stats = statsOf(file);
    const identity = stats === null ? null : `${stats.dev}:${stats.ino}`;
    const known = this.#identities.get(file);
    if (known !== undefined && known !== identity) {
      throw new StorageError(
        "database_moved",
        `${file} was ${identity === null ? "removed" : "replaced"} during the crawl, so that ${danger}: keep the file in place while a crawl runs, put it back as it was, and run the same crawl again.`,
      );
    }
    if (identity !== null) this.#identities.set(file, identity);
    return Number(stats?.size ?? 0n);
  }

  /** Writes the log back and empties it, unless a reader still needs it: it is not waited for. */
  #truncate(): void {
    const [{ timeout }] = this.#sqlite.pragma("busy_timeout") as [{ timeout: number }];
    this.#sqlite.pragma("busy_timeout = 0");
    try {
      this.#sqlite.pragma("wal_checkpoint(TRUNCATE)");
    } finally {
      this.#sqlite.pragma(`busy_timeout = ${timeout}`);
    }
  }
}

/** Null for a file that is gone, or that may not be looked at any more. */
function statsOf(file: string): BigIntStats | null {
  try {
    return statSync(file, { bigint: true });
  } catch {
    return null;
  }
}

/** The size of a database's write-ahead log; 0 when there is none. */
export function walBytes(path: string): number {
  return statSync(`${realDatabasePath(path)}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}
