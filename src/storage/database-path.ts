/**
 * What lies at a database's path, told from the file alone: nothing is created or changed before it is
 * known that the path can be used.
 */
import { accessSync, constants, mkdirSync, realpathSync, statSync } from "node:fs";
import type { Stats } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import Database from "better-sqlite3";
import { UsageError } from "../errors.ts";
import { APPLICATION_ID, SCHEMA_VERSION } from "./schema.ts";

type PathState = "absent" | "empty" | "ours";

/** @throws UsageError for a folder, a device, and what cannot be looked at */
export function fileState(path: string): "absent" | "empty" | "file" {
  if (path === "") throw unusable(path, "it has no name");
  const stats = statsOf(path);
  if (stats === null) return "absent";
  if (!stats.isFile()) {
    throw unusable(path, stats.isDirectory() ? "it is a folder" : "it is not a plain file");
  }
  return stats.size === 0 ? "empty" : "file";
}

/**
 * Makes sure that a database can be written at `path`, and makes its folder when only that is missing.
 * @throws UsageError as `fileState`, for a path that cannot be written, a file that is not a database of
 * ours, and one of a newer schema
 */
export function preparePath(path: string, ownId = APPLICATION_ID): PathState {
  let state = fileState(path);
  const folder = dirname(resolve(path));
  // SQLite keeps its write-ahead log beside the file, so the folder has to be writable too.
  if (state !== "absent") assertWritable(path, [folder, path]);
  if (state === "file") {
    const { applicationId, version } = marksOf(path);
    // A creation that was cut off has been undone by looking.
    state = fileState(path);
    if (state === "file") {
      checkOurs(path, applicationId, version, ownId);
      return "ours";
    }
  }
  // One level: a typing error in a longer path should not leave folders behind.
  if (statsOf(folder) === null) makeFolder(path, folder);
  assertWritable(path, [folder]);
  return state;
}

/** The one path of a database, whatever symbolic links lead to it: SQLite names its log after that. */
export function realDatabasePath(path: string): string {
  const full = resolve(path);
  try {
    return realpathSync(full);
  } catch {
    // Not there yet; its folder may be a link.
  }
  try {
    return join(realpathSync(dirname(full)), basename(full));
  } catch {
    return full;
  }
}

function assertWritable(path: string, targets: readonly string[]): void {
  for (const target of targets) {
    try {
      accessSync(target, constants.W_OK);
    } catch (error) {
      throw unusable(path, `${target} cannot be written`, error);
    }
  }
}

/** @throws UsageError for what another program has made, and for a newer schema */
export function checkOurs(
  path: string,
  applicationId: number,
  version: number,
  ownId = APPLICATION_ID,
): void {
  if (applicationId !== ownId) throw unusable(path, "it belongs to another application");
  checkVersion(path, version);
}

/** @throws UsageError when the schema is newer than this program's */
function checkVersion(path: string, version: number): void {
  if (version <= SCHEMA_VERSION) return;
  throw new UsageError(
    "schema_newer",
    `The database ${path} has schema ${version}, this webspool knows up to ${SCHEMA_VERSION}: use a newer webspool, or another --db.`,
  );
}

export function unusable(path: string, why: string, cause?: unknown): UsageError {
  return new UsageError(
    "database_unusable",
    `The database ${path === "" ? '""' : path} cannot be used: ${why}. Name another with --db.`,
    { cause },
  );
}

function statsOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw unusable(path, messageOf(error), error);
  }
}

/**
 * What the file says it is. Asked through SQLite: to open and close a file past it, when this process has
 * it open as a database, would drop its locks (https://sqlite.org/howtocorrupt.html, section 2.2). For
 * writing, so that a journal left by a killed process is dealt with and no -shm file stays behind.
 */
function marksOf(path: string): { applicationId: number; version: number } {
  let sqlite: Database.Database | null = null;
  try {
    sqlite = new Database(resolve(path), { fileMustExist: true });
    return {
      applicationId: Number(sqlite.pragma("application_id", { simple: true })),
      version: Number(sqlite.pragma("user_version", { simple: true })),
    };
  } catch (error) {
    const code = error instanceof Database.SqliteError ? error.code : "";
    if (code === "SQLITE_NOTADB") throw unusable(path, "it is not an SQLite database", error);
    if (code.startsWith("SQLITE_CANTOPEN")) throw unusable(path, "it cannot be read", error);
    throw unusable(path, messageOf(error), error);
  } finally {
    sqlite?.close();
  }
}

function makeFolder(path: string, folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may just have made it.
    if (codeOf(error) !== "EEXIST")
      throw unusable(path, `its folder ${folder} cannot be made`, error);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
