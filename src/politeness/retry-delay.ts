import { parseHttpDate } from "./http-date.ts";

/** A longer Retry-After is cut to this: a host that asks for a day must not hold a run for one. */
export const MAX_RETRY_AFTER_MS = 3600 * 1000;

/** Statuses by which a server says "slow down", RFC 6585 and RFC 9110. */
const SLOW_DOWN: ReadonlySet<number> = new Set([429, 503]);

export function asksToSlowDown(status: number): boolean {
  return SLOW_DOWN.has(status);
}

/** Where doubling begins and ends when the host names no time of its own. */
const FIRST_BACKOFF_MS = 1000;
const MAX_BACKOFF_MS = 5 * 60 * 1000;

/**
 * How long to wait before another attempt after a transient failure: exponential backoff with
 * "equal jitter" (Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015), half
 * of it fixed and half by chance. Full jitter may wait not at all, which a crawler must not do to a
 * host in trouble.
 *
 * `attempt` counts retries from 1, `random` is in [0, 1), and min(maxMs, baseMs * 2^(attempt - 1))
 * is the longest possible result.
 */
export function retryDelayMs(of: {
  attempt: number;
  random: number;
  baseMs: number;
  maxMs: number;
}): number {
  const longest = Math.min(of.maxMs, of.baseMs * 2 ** (Math.max(1, of.attempt) - 1));
  return Math.round(longest / 2 + (of.random * longest) / 2);
}

/**
 * A Retry-After header (RFC 9110 section 10.2.3) as milliseconds from `now`: whole seconds or an
 * HTTP-date, cut to {@link MAX_RETRY_AFTER_MS}. Null for anything else, and for a date that has
 * passed: it asks for nothing, so the caller's own backoff counts.
 */
export function parseRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null;
  const text = value.trim();
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, MAX_RETRY_AFTER_MS);
  const date = parseHttpDate(text, now);
  if (date === null || date < now) return null;
  return Math.min(date - now, MAX_RETRY_AFTER_MS);
}

/**
 * How long a host rests after 429 or 503: what Retry-After asks for, up to an hour and not less than
 * the host's usual delay; without it 1 s, doubled for each such answer in a row, up to 5 minutes.
 *
 * @param consecutive429 answers of 429 or 503 in a row, this one included
 * @param retryAfterMs from `parseRetryAfter`; null when there was none
 * @param delayMs the usual pause between two requests to this host
 */
export function backoffMs(
  consecutive429: number,
  retryAfterMs: number | null = null,
  delayMs = 0,
): number {
  const doubled = FIRST_BACKOFF_MS * 2 ** (Math.max(1, consecutive429) - 1);
  const wanted = retryAfterMs ?? Math.min(doubled, MAX_BACKOFF_MS);
  return Math.max(delayMs, Math.min(wanted, MAX_RETRY_AFTER_MS));
}
