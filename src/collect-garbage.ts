/**
 * Frees at once what something large has left behind. V8 lets garbage grow with the heap: after a few
 * pages of 10 MB, or of 50,000 links, each thread would keep several times their size for long.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Collector = (how: { readonly flavor?: string; readonly type?: string }) => void;

/**
 * So much of what is large together leaves garbage that is worth collecting. V8 drops optimized code with
 * the last object of a kind that it was made for, which a thread between two pages has none of: collected
 * behind each page of 1 MiB, the first 4,000 pages of the Rust manual, 38 of them as large, compiled their
 * code anew all the time and took a fifth more CPU, and all 21,665 a tenth more, for 23 MB less at the peak.
 */
const COLLECTED_BYTES = 8 * 1024 * 1024;

let gc: Collector | null = null;
/** Of what is large, since this thread last collected behind it. */
let uncollectedBytes = 0;

/**
 * Collects in the next turn of the event loop, of this thread only. It costs 10 to 20 ms for a heap of
 * 20 MB: call it for what has cost more than that.
 */
export function collectGarbageSoon(): void {
  gc ??= exposed();
  // This flavor gives the memory back to the system, too.
  setImmediate(gc, { flavor: "last-resort" });
}

/** Something large was read: collects soon when there was as much of it as is worth that. */
export function collectLargeGarbage(bytes: number): void {
  uncollectedBytes += bytes;
  if (uncollectedBytes < COLLECTED_BYTES) return;
  uncollectedBytes = 0;
  collectGarbageSoon();
}

/** Collects at once. For what costs far more itself. */
export function collectGarbage(): void {
  gc ??= exposed();
  gc({ type: "major" });
}

/** Collects at once what is young: within a millisecond, where little of it is alive. */
export function collectYoungGarbage(): void {
  gc ??= exposed();
  gc({ type: "minor" });
}

/** Node has no other door to it: a context that is made while the flag is set has a `gc`. */
function exposed(): Collector {
  setFlagsFromString("--expose-gc");
  const exposedGc = runInNewContext("gc") as Collector;
  setFlagsFromString("--no-expose-gc");
  return exposedGc;
}
