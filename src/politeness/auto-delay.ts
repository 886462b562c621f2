/**
 * The pause of --delay auto: it follows how long the host itself takes to answer, so that a host that
 * becomes slow under the crawl, or under its other visitors, is asked less often at once.
 *
 * Target: the pause is four times the time to the first byte, so that one crawler takes up at most a
 * fifth of what one connection of the host can do. Heritrix waits five times its last fetch
 * (`delayFactor`, "Politeness parameters" of its documentation); Scrapy's AutoThrottle takes the time to
 * the response's head, and its rules for following it are kept here: up at once, down half way per
 * answer, and down only by answers that took the host some work.
 */

/** How many times its latency a host is left alone after each response. */
export const AUTO_DELAY_FACTOR = 4;
/** The pause while nothing is known of a host; that of `--profile polite`. */
export const FIRST_AUTO_DELAY_MS = 1_000;
/** However quick a host is, it gets no more than about ten requests a second. */
export const MIN_AUTO_DELAY_MS = 100;
/** However slow it is, the crawl goes on; as Crawl-delay is honoured to. */
export const MAX_AUTO_DELAY_MS = 30_000;

/** What an attempt says of how busy its host is. */
export interface HostAnswer {
  /** Null when there was no response. */
  readonly status: number | null;
  /** From the request sent to the first byte, or to the timeout; null when it did not get so far. */
  readonly latencyMs: number | null;
}

/**
 * The next pause: clamp(4 * latency) at once when that is longer than the present one, else half way
 * there. Only 2xx and 304 make it shorter: errors and redirects are quick to make, and 429 and 503 ask
 * for the opposite. Crawl-delay, and what 429 and 503 lead to, stay lower bounds of what comes of it.
 *
 * @param presentMs the pause so far; null for a host that has not been asked
 */
export function autoDelayMs(presentMs: number | null, { status, latencyMs }: HostAnswer): number {
  const present = presentMs ?? FIRST_AUTO_DELAY_MS;
  if (latencyMs === null) return present;
  const target = Math.max(
    MIN_AUTO_DELAY_MS,
    Math.min(latencyMs * AUTO_DELAY_FACTOR, MAX_AUTO_DELAY_MS),
  );
  if (target >= present) return target;
  const worked = status !== null && ((status >= 200 && status <= 299) || status === 304);
  return worked ? (present + target) / 2 : present;
}
