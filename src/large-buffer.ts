/**
 * Memory for what is large and soon over. glibc's malloc learns from each large block that is given back
 * to keep blocks of that size, up to 32 MiB: after a few pages of 10 MB, 150 MB of a crawl's 336 were free
 * and of no use to anybody. A block beyond that size is always the system's own, of which only what is
 * written to takes memory.
 */

/** DEFAULT_MMAP_THRESHOLD_MAX of glibc on 64 bits, and a page for malloc's own header. */
const OWN_BLOCK_BYTES = 32 * 1024 * 1024 + 4096;

/** A smaller one comes and goes often, and its memory is worth keeping. */
export const LARGE_BYTES = 1024 * 1024;

/** So many bytes behind what a large buffer was made for are free: a reader may put its end mark there. */
export const SPARE_BYTES = 16;

/** How long an array of `bytes` should be to be no burden: as long, or far longer where it is large. */
export function roomyLength(bytes: number): number {
  return bytes < LARGE_BYTES ? bytes : Math.max(bytes, OWN_BLOCK_BYTES);
}
