/** The shortest input, as far as cutting pieces out finds it, that still fails. */
import type { FuzzInput } from "./fuzz-target.ts";

/** More tries than this are not worth their time. */
const MAX_TRIES = 20_000;

/**
 * Cuts ever smaller pieces out of each text of `input` while `fails` says that it still does
 * (Zeller, Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002, without complements).
 */
export function minimalInput(input: FuzzInput, fails: (input: FuzzInput) => boolean): FuzzInput {
  let best = input;
  let tries = 0;
  for (let again = true; again;) {
    again = false;
    for (let at = 0; at < best.length; at += 1) {
      for (let size = best[at]?.length ?? 0; size >= 1; size = Math.floor(size / 2)) {
        for (let start = 0; start < (best[at]?.length ?? 0);) {
          if ((tries += 1) > MAX_TRIES) return best;
          const text = best[at] ?? "";
          const shorter = best.with(at, text.slice(0, start) + text.slice(start + size));
          if (fails(shorter)) {
            best = shorter;
            again = true;
          } else start += size;
        }
      }
    }
  }
  return best;
}
