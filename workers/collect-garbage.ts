/**
 * Frees at once what a large page has left behind. V8 lets garbage grow with the heap: after one page of
 * 10 MB it would keep several times that for long, in each thread.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Pages from this size on, in bytes; collecting costs 10 to 20 ms, parsing one of them more. */
const LARGE_BYTES = 2 * 1024 * 1024;

let collect: (() => void) | null = null;

/** To be called with the size of a page that was read; collects in the next turn of the event loop. */
export function collectAfter(bytes: number): void {
  if (bytes < LARGE_BYTES) return;
  setImmediate((collect ??= exposed()));
}

/** Node has no other door to it: a context that is made while the flag is set has a `gc`. */
function exposed(): () => void {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  setFlagsFromString("--no-expose-gc");
  return () => gc();
}
