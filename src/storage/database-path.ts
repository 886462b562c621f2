/**
 * What lies at a database's path, told from the file alone: nothing is opened, created or changed before
 * it is known that the path can be used.
 */
import { accessSync, closeSync, constants, mkdirSync, openSync, readSync, statSync } from "node:fs";
import type { Stats } from "node:fs";
import { dirname, resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { APPLICATION_ID, SCHEMA_VERSION } from "./schema.ts";

// https://www.sqlite.org/fileformat2.html#the_database_header
const HEADER_BYTES = 100;
const MAGIC = "SQLite format 3\0";
const USER_VERSION_AT = 60;
const APPLICATION_ID_AT = 68;

export type PathState = "absent" | "empty" | "ours";

/**
 * @throws UsageError for a folder, a file that is not a database of ours, one of a newer schema, and
 * what cannot be read
 */
export function inspectPath(path: string): PathState {
  if (path === "") throw unusable(path, "it has no name");
  const stats = statsOf(path);
  if (stats === null) return "absent";
  if (!stats.isFile()) {
    throw unusable(path, stats.isDirectory() ? "it is a folder" : "it is not a plain file");
  }
  if (stats.size === 0) return "empty";
  const header = headerOf(path);
  if (header.toString("latin1", 0, MAGIC.length) !== MAGIC || header.length < HEADER_BYTES) {
    throw unusable(path, "it is not an SQLite database");
  }
  if (header.readUInt32BE(APPLICATION_ID_AT) !== APPLICATION_ID) {
    throw unusable(path, "it belongs to another application");
  }
  checkVersion(path, header.readUInt32BE(USER_VERSION_AT));
  return "ours";
}

/**
 * Makes sure that a database can be written at `path`, and makes its folder when only that is missing.
 * @throws UsageError as `inspectPath`, and for a path that cannot be written
 */
export function preparePath(path: string): PathState {
  const state = inspectPath(path);
  const folder = dirname(resolve(path));
  // One level: a typing error in a longer path should not leave folders behind.
  if (statsOf(folder) === null) makeFolder(path, folder);
  // SQLite keeps its write-ahead log beside the file, so the folder has to be writable too.
  for (const target of state === "absent" ? [folder] : [folder, path]) {
    try {
      accessSync(target, constants.W_OK);
    } catch (error) {
      throw unusable(path, `${target} cannot be written`, error);
    }
  }
  return state;
}

/** @throws UsageError when the schema is newer than this program's */
export function checkVersion(path: string, version: number): void {
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

function headerOf(path: string): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    throw unusable(path, "it cannot be read", error);
  }
  try {
    return header.subarray(0, readSync(file, header, 0, HEADER_BYTES, 0));
  } finally {
    closeSync(file);
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
