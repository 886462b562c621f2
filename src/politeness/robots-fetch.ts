import type { FetchErrorCode } from "../errors.ts";
import { parseHttpDate } from "./http-date.ts";

/**
 * What a fetch of robots.txt means for the host's URLs:
 * - `parse`: the body's rules count (for 304, those of the copy at hand);
 * - `allow_all`: there is no robots.txt (RFC 9309 section 2.3.1.3);
 * - `unreachable`: everything is forbidden for now, ask again (section 2.3.1.4);
 * - `host_failed`: the host itself cannot be reached, so its other URLs cannot either.
 */
export type RobotsVerdict = "parse" | "allow_all" | "unreachable" | "host_failed";

/** The name, the address or the handshake failed: nothing that is particular to robots.txt. */
const HOST_ERRORS: ReadonlySet<string> = new Set<FetchErrorCode>([
  "dns_not_found",
  "dns_failed",
  "connect_refused",
  "connect_timeout",
  "connect_failed",
  "tls_failed",
  "tls_certificate",
  "private_address",
]);

/** The verdict on the last response, redirects having been followed as far as they may be. */
export function robotsVerdict(outcome: {
  status: number | null;
  error: string | null;
}): RobotsVerdict {
  const { status, error } = outcome;
  if (error !== null) return HOST_ERRORS.has(error) ? "host_failed" : "unreachable";
  // No status and no error says nothing at all, which is no permission.
  if (status === null || status < 200 || status >= 500 || status === 429) return "unreachable";
  if (status < 300 || status === 304) return "parse";
  // A redirect that is still one after five hops counts as no file (section 2.3.1.2), as do 4xx.
  return "allow_all";
}

/** Redirects of a robots.txt that are followed (RFC 9309 section 2.3.1.2). */
export const MAX_ROBOTS_REDIRECTS = 5;

/** A copy counts for a day at most (RFC 9309 section 2.4), and for ten minutes whatever it says. */
export const MAX_ROBOTS_AGE_MS = 24 * 3600 * 1000;
export const MIN_ROBOTS_AGE_MS = 10 * 60 * 1000;

/** While the file is unreachable, an older copy is used up to a week after it was fetched. */
export const MAX_STALE_ROBOTS_AGE_MS = 7 * 24 * 3600 * 1000;

/**
 * When a robots.txt fetched `now` has to be asked for again, in epoch milliseconds: by Cache-Control
 * max-age less Age, else by Expires less Date, else after a day; always between
 * {@link MIN_ROBOTS_AGE_MS} and {@link MAX_ROBOTS_AGE_MS} from now. `no-cache` and `no-store` mean
 * the shortest time: without it every page would need its own robots.txt.
 */
export function robotsExpiry(
  now: number,
  headers: readonly (readonly [name: string, value: string])[] = [],
): number {
  const ageMs = freshForMs(now, headers) ?? MAX_ROBOTS_AGE_MS;
  return now + Math.min(Math.max(ageMs, MIN_ROBOTS_AGE_MS), MAX_ROBOTS_AGE_MS);
}

/** RFC 9111 section 1.2.2: what is larger than one can hold counts as 2^31. */
function deltaSeconds(digits: string): number {
  return Math.min(Number(digits), 2 ** 31);
}

function freshForMs(now: number, headers: readonly (readonly [string, string])[]): number | null {
  const valueOf = (wanted: string): string | null => {
    const values = headers.filter(([name]) => name.toLowerCase() === wanted);
    return values.length === 0 ? null : values.map(([, value]) => value).join(",");
  };
  const cacheControl = valueOf("cache-control") ?? "";
  if (/(?:^|,)\s*no-(?:cache|store)\s*(?:,|=|$)/i.test(cacheControl)) return 0;
  const maxAge = /(?:^|,)\s*max-age\s*=\s*"?(\d+)/i.exec(cacheControl)?.[1];
  if (maxAge !== undefined) {
    const age = /^\s*(\d+)/.exec(valueOf("age") ?? "")?.[1];
    // Digits enough to be Infinity on both sides would leave no number at all.
    return (deltaSeconds(maxAge) - deltaSeconds(age ?? "0")) * 1000;
  }
  const expires = valueOf("expires");
  if (expires === null) return null;
  const date = parseHttpDate(valueOf("date") ?? "", now) ?? now;
  // RFC 9111 section 5.3: what is no date, "0" above all, has expired.
  return (parseHttpDate(expires, now) ?? date) - date;
}
