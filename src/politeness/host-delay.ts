/** The pause between two requests to one host: what robots.txt, the user and the host itself ask for. */

/** A longer Crawl-delay is honoured to here only; the contract says so. */
export const MAX_CRAWL_DELAY_HONOURED_MS = 30_000;

/** The longest pause that answers of 429 and 503 can lead to. */
export const MAX_SLOWED_DELAY_MS = 60_000;

const FIRST_SLOWED_DELAY_MS = 500;
const RECOVERY_STEPS = 8;
const SMALLEST_STEP_MS = 50;

/** The delay to keep: the user's, with robots' Crawl-delay up to 30 s as its lower bound. */
export function effectiveDelayMs(of: { delayMs: number; crawlDelayMs: number | null }): number {
  return Math.max(of.delayMs, Math.min(of.crawlDelayMs ?? 0, MAX_CRAWL_DELAY_HONOURED_MS));
}

/**
 * When a pause that begins `now` is over. A clock of whole milliseconds may be almost one behind when it
 * is read, so the pause ends one later: no two requests are ever closer than was asked for. Whole
 * milliseconds.
 */
export function pauseEnd(now: number, delayMs: number): number {
  return delayMs === 0 ? now : Math.ceil(now + delayMs) + 1;
}

/** The delay after a 429 or 503: twice the present one, from half a second to a minute. */
export function slowedDelayMs(presentMs: number): number {
  const doubled = Math.max(presentMs * 2, FIRST_SLOWED_DELAY_MS);
  return Math.max(presentMs, Math.min(doubled, MAX_SLOWED_DELAY_MS));
}

/**
 * The delay after an answer that was neither: an eighth shorter, at least 50 ms, until it is
 * `usualMs` again. Slowing at once and recovering in small steps is what keeps a sender just below
 * what its peer can bear (Chiu and Jain 1989, as in TCP's congestion avoidance).
 */
export function recoveredDelayMs(presentMs: number, usualMs: number): number {
  const step = Math.max(presentMs / RECOVERY_STEPS, SMALLEST_STEP_MS);
  return Math.max(usualMs, Math.round(presentMs - step));
}
