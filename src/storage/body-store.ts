/**
 * The second file: bodies by the hash of their bytes, each once. What names them is in the database, so a
 * body is committed before the row that names it: killed in between, it is one that nobody names, which the
 * next crawl may name and the next prune removes.
 */
import { hash as digest } from "node:crypto";
import { zstdDecompressSync } from "node:zlib";
import Database from "better-sqlite3";
import { StorageError } from "../errors.ts";
import type { KeptBody } from "../messages.ts";
import { writeSnapshot } from "./ask.ts";
import { compact } from "./compact.ts";
import { storageError, type Sqlite, type Statement } from "./connection.ts";
import { bodiesPath, openBodies, openBodiesForReading } from "./open-bodies.ts";
import { StorageWatch, type StorageLook, type WalLimits } from "./storage-watch.ts";

/** Bodies that one transaction of a prune looks at. */
const CHUNK = 2_000;

interface StoredBody {
  readonly bytes: number;
  readonly encoding: "zstd" | "identity";
  readonly content: Buffer;
}

export class BodyStore {
  readonly path: string;
  readonly #sqlite: Sqlite;
  readonly #watch: StorageWatch | null;
  readonly #has: Statement<[string], { id: number }>;
  readonly #read: Statement<[string], StoredBody>;
  readonly #put: Statement<[string, number, string, Uint8Array]>;
  readonly #next: Statement<[number], { id: number; hash: string }>;
  readonly #remove: Statement<[number]>;

  private constructor(sqlite: Sqlite, path: string, walLimits: WalLimits | null) {
    this.#sqlite = sqlite;
    this.path = path;
    this.#watch = walLimits === null ? null : new StorageWatch(sqlite, path, walLimits);
    this.#has = sqlite.prepare("SELECT id FROM body WHERE hash = ?");
    this.#read = sqlite.prepare("SELECT bytes, encoding, content FROM body WHERE hash = ?");
    this.#put = sqlite.prepare(
      "INSERT INTO body (hash, bytes, encoding, content) VALUES (?, ?, ?, ?)",
    );
    this.#next = sqlite.prepare(
      `SELECT id, hash FROM body WHERE id > ? ORDER BY id LIMIT ${CHUNK}`,
    );
    this.#remove = sqlite.prepare("DELETE FROM body WHERE id = ?");
  }

  /**
   * Opens the bodies of a database to write, creating the file where there is none.
   * @throws UsageError for a path that cannot be used, and a file that is not ours
   */
  static open(dbPath: string, walLimits: WalLimits): BodyStore {
    const path = bodiesPath(dbPath);
    return new BodyStore(openBodies(path), path, walLimits);
  }

  /** Null where there is no such file. */
  static openReadOnly(dbPath: string): BodyStore | null {
    const path = bodiesPath(dbPath);
    const sqlite = openBodiesForReading(path);
    return sqlite === null ? null : new BodyStore(sqlite, path, null);
  }

  /**
   * Stores a body unless it is there; committed with `commit`.
   * @throws StorageError when the file cannot be written
   */
  put({ hash, bytes, encoding, content }: KeptBody): void {
    this.#guarded(() => {
      if (this.#has.get(hash) !== undefined) return;
      if (!this.#sqlite.inTransaction) this.#sqlite.exec("BEGIN IMMEDIATE");
      this.#put.run(hash, bytes, encoding, content);
    });
  }

  /** @throws StorageError when the file cannot be written */
  commit(): void {
    if (this.#sqlite.inTransaction) this.#guarded(() => this.#sqlite.exec("COMMIT"));
  }

  rollback(): void {
    if (this.#sqlite.inTransaction) this.#sqlite.exec("ROLLBACK");
  }

  has(hash: string): boolean {
    return this.#guarded(() => this.#has.get(hash) !== undefined);
  }

  /**
   * The decoded bytes; null when there is no such body.
   * @throws StorageError (`body_damaged`) when they are not what the hash says
   */
  read(hash: string): Uint8Array | null {
    const row = this.#guarded(() => this.#read.get(hash));
    if (row === undefined) return null;
    const bytes = decoded(row);
    if (bytes !== null && digest("sha256", bytes, "hex") === hash) return bytes;
    throw new StorageError(
      "body_damaged",
      `The body ${hash} in ${this.path} is damaged: put a good copy of the file in its place, or remove it and crawl again with --store-bodies.`,
    );
  }

  /** Removes the bodies that nobody names, in bounded transactions, or only counts them. */
  removeUnless(isNamed: (hash: string) => boolean, dryRun: boolean): number {
    let removed = 0;
    for (let after = 0, rows; (rows = this.#guarded(() => this.#next.all(after))).length > 0;) {
      after = rows.at(-1)?.id ?? 0;
      const going = rows.filter(({ hash }) => !isNamed(hash));
      removed += going.length;
      if (dryRun || going.length === 0) continue;
      this.#guarded(() => {
        this.#sqlite.transaction(() => going.map(({ id }) => this.#remove.run(id))).immediate();
      });
    }
    return removed;
  }

  /** How the file is, at most a second ago; see `StorageWatch`. */
  look(now: number): StorageLook | null {
    return this.#guarded(() => this.#watch?.look(now) ?? null);
  }

  compact(): void {
    this.#guarded(() => compact(this.#sqlite, this.path));
  }

  snapshot(path: string): void {
    writeSnapshot(this.#sqlite, path);
  }

  close(): void {
    try {
      if (!this.#sqlite.readonly) {
        this.#sqlite.pragma("busy_timeout = 0");
        this.#sqlite.pragma("wal_checkpoint(TRUNCATE)");
      }
    } catch (error) {
      // What was committed is in the log and stays: the next opening takes it from there.
      if (!(error instanceof Database.SqliteError)) throw error;
    } finally {
      this.#sqlite.close();
    }
  }

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storageError(error, this.path);
    }
  }
}

/** Null when the content cannot be decoded, or is not as long as its row says. */
function decoded({ bytes, encoding, content }: StoredBody): Uint8Array | null {
  if (encoding === "identity") return content.length === bytes ? content : null;
  try {
    // Never more than the row says, whatever the content would unfold to.
    const whole = zstdDecompressSync(content, { maxOutputLength: Math.max(1, bytes) });
    return whole.length === bytes ? whole : null;
  } catch {
    return null;
  }
}
