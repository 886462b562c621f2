/**
 * Memory for what is large and soon over. glibc's malloc learns from each large block that is given back
 * to keep blocks of that size, up to 32 MiB: after a few pages of 10 MB, 150 MB of a crawl's 336 were free
 * and of no use to anybody. A block beyond that size is always the system's own, of which only what is
 * written to takes memory.
 */
import { Buffer } from "node:buffer";

/** DEFAULT_MMAP_THRESHOLD_MAX of glibc on 64 bits, and a page for malloc's own header. */
const OWN_BLOCK_BYTES = 32 * 1024 * 1024 + 4096;

/** So much of a block may stay in memory when nobody has it. */
const MOST_KEPT_BYTES = 4 * 1024 * 1024;

/** A smaller one comes and goes often, and its memory is worth keeping. */
export const LARGE_BYTES = 1024 * 1024;

/** So many bytes behind what a large buffer was made for are free: a reader may put its end mark there. */
export const SPARE_BYTES = 16;

/** How long an array of `bytes` should be to be no burden: as long, or far longer where it is large. */
export function roomyLength(bytes: number): number {
  return bytes < LARGE_BYTES ? bytes : Math.max(bytes, OWN_BLOCK_BYTES);
}

/** The block that the thread's next large body gets. */
let spare: Buffer | null = null;

/**
 * `bytes` for what is large and soon over, with anything in them. Blocks are used again: V8 counts them as
 * 32 MiB each, and with a new one for each large page collected all garbage behind every second or third.
 */
export function takeBlock(bytes: number): Buffer {
  const kept = spare;
  if (kept === null || kept.length < bytes) return Buffer.allocUnsafeSlow(bytes);
  spare = null;
  return kept;
}

/** The bytes of a block, or some of them, are no longer needed by anybody. Returns whether they are kept. */
export function giveBack({ buffer, byteOffset, length }: Uint8Array): boolean {
  const isKept = byteOffset + length <= MOST_KEPT_BYTES && buffer.byteLength >= OWN_BLOCK_BYTES;
  if (isKept) spare = Buffer.from(buffer);
  return isKept;
}
