/**
 * The present time to the microsecond. What requests do to each other's sockets happens within less
 * than the millisecond that `Date.now` tells: in which order only finer times say.
 */

/** What is added to `performance.now()`; follows the system's clock when that is set. */
let offsetMs = performance.timeOrigin;

/** Epoch milliseconds with a fraction; its whole part is what `Date.now()` says at that moment. */
export function preciseNow(): number {
  const wall = Date.now();
  const monotonic = performance.now();
  const precise = Math.floor((monotonic + offsetMs) * 1_000) / 1_000;
  if (precise >= wall && precise < wall + 1) return precise;
  // The system's clock and the monotonic one drift apart: the nearest time that agrees with both.
  const agreed = precise < wall ? wall : wall + LAST_MICROSECOND_MS;
  offsetMs = agreed - monotonic;
  return agreed;
}

const LAST_MICROSECOND_MS = 0.999;
