/**
 * Files that their writer left open: one that was killed, or a thread that was ended. What is behind the last
 * whole record is cut off, and the file gets its name. They are never appended to.
 */
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { isWholeMember, MEMBER_HEADER_BYTES, memberLength } from "./gzip-member.ts";
import { parseOpenName, thisHost, type OpenFileName } from "./warc-file-name.ts";

/** Of another machine nobody here knows whether its process lives; no crawl is silent for so long. */
const FOREIGN_AFTER_MS = 24 * 3_600_000;

/**
 * To be called when no thread of this process writes to the folder.
 * @throws what the file system says of a file that cannot be read or renamed
 */
export function finishFiles(folder: string, now: number): void {
  for (const name of readdirSync(folder)) {
    const open = parseOpenName(name);
    if (open === null || !isLeft(open, join(folder, name), now)) continue;
    const path = join(folder, name);
    const bytes = cutTornEnd(path);
    if (bytes === 0) rmSync(path);
    else renameSync(path, join(folder, open.closed));
  }
}

function isLeft({ hostname, pid }: OpenFileName, path: string, now: number): boolean {
  if (hostname !== thisHost()) return now - statSync(path).mtimeMs > FOREIGN_AFTER_MS;
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** Returns the length that is left. */
function cutTornEnd(path: string): number {
  const file = openSync(path, "r+");
  try {
    const { size } = fstatSync(file);
    let whole = 0;
    let last = 0;
    for (;;) {
      const length = memberLength(read(file, whole, MEMBER_HEADER_BYTES));
      if (length === null || whole + length > size) break;
      last = whole;
      whole += length;
    }
    // After the machine itself went down the length may be there before the content.
    if (whole > last && !isWholeMember(read(file, last, whole - last))) whole = last;
    if (whole < size) ftruncateSync(file, whole);
    return whole;
  } finally {
    closeSync(file);
  }
}

function read(file: number, at: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  const bytes = readSync(file, buffer, 0, length, at);
  return buffer.subarray(0, bytes);
}
