/**
 * How long what waits will take. An estimate from the present pace: it knows nothing of the URLs that
 * are not found yet, and takes hosts to answer as they did in the last minute.
 */

/** So few attempts say nothing of a host's pace. */
const TELLING_REQUESTS = 10;

/** Within this time of the last find, more is likely to be found. */
const STILL_FINDING_MS = 60_000;

export interface HostWork {
  /** Pause after each response, as the settings, robots.txt and the host itself ask for it. */
  readonly delayMs: number;
  /** Requests that may be in flight together. */
  readonly perHost: number;
  /** How long an attempt takes; null when that is unknown. */
  readonly latencyMs: number | null;
  /** Attempts of the last minute, and when the first of them ended. */
  readonly recentRequests: number;
  readonly recentSince: number | null;
}

/**
 * Time from one request to a host to its next, milliseconds; null when nothing is known of it. The
 * longer of two: what its manners allow (the pause and the host's own latency, shared by its requests in
 * flight, and never less than the pause), and what was seen in the last minute.
 *
 * @param at the moment that is asked about, epoch milliseconds
 */
export function intervalOf(host: HostWork, at: number): number | null {
  const { delayMs, perHost, latencyMs, recentRequests, recentSince } = host;
  const allowed =
    latencyMs === null && delayMs === 0
      ? null
      : Math.max(delayMs, (delayMs + (latencyMs ?? 0)) / Math.max(1, perHost));
  const seen =
    recentSince !== null && recentRequests >= TELLING_REQUESTS
      ? Math.max(0, at - recentSince) / recentRequests
      : null;
  return allowed === null || seen === null ? (allowed ?? seen) : Math.max(allowed, seen);
}

export interface TimeLeft {
  /** Null when nothing is known of the pace. */
  readonly ms: number | null;
  /** True while links are still being found that lead to more. */
  readonly atLeast: boolean;
}

/**
 * The time until nothing waits: hosts are asked side by side, so that it is as long as the slowest host
 * takes, and no shorter than all that waits at the run's present rate.
 *
 * @param of.requestsPerMs at present, or on average where no process runs
 * @param of.pagesToLimit pages until --max-pages ends the run; null without such a limit
 */
export function timeLeft(of: {
  readonly at: number;
  readonly pending: number;
  readonly hostsLeftMs: readonly (number | null)[];
  readonly requestsPerMs: number;
  readonly pagesToLimit: number | null;
  readonly lastFoundAt: number | null;
}): TimeLeft {
  const { at, pending, requestsPerMs, pagesToLimit, lastFoundAt } = of;
  const isLimited = pagesToLimit !== null && pagesToLimit < pending;
  const atPresentRate = (urls: number): number | null =>
    requestsPerMs > 0 ? Math.max(0, urls) / requestsPerMs : null;
  if (isLimited) return { ms: atPresentRate(pagesToLimit), atLeast: false };
  const known = [atPresentRate(pending), ...of.hostsLeftMs].filter((ms) => ms !== null);
  const finds = lastFoundAt !== null && at - lastFoundAt < STILL_FINDING_MS;
  return {
    ms: pending === 0 ? 0 : known.length === 0 ? null : Math.max(...known),
    atLeast: finds,
  };
}
