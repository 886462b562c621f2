/**
 * Frees at once what something large has left behind. V8 lets garbage grow with the heap: after a few
 * pages of 10 MB, or of 50,000 links, each thread would keep several times their size for long.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let collect: (() => void) | null = null;

/**
 * Collects in the next turn of the event loop, of this thread only. It costs 10 to 20 ms for a heap of
 * 20 MB: call it for what has cost more than that.
 */
export function collectGarbageSoon(): void {
  setImmediate((collect ??= exposed()));
}

/** Node has no other door to it: a context that is made while the flag is set has a `gc`. */
function exposed(): () => void {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as (how: { readonly flavor: string }) => void;
  setFlagsFromString("--no-expose-gc");
  // This flavor gives the memory back to the system, too.
  return () => gc({ flavor: "last-resort" });
}
