/** What the end of a request means for its URL and its host: done, failed, or to be asked again when. */
import type { FetchErrorCode } from "../errors.ts";
import type { UnlinkedOutcome } from "../messages.ts";
import {
  asksToSlowDown,
  backoffMs,
  recoveredDelayMs,
  retryDelayMs,
  slowedDelayMs,
} from "../politeness/index.ts";
import type { HostAnswer } from "../politeness/index.ts";
import type { HostQueue } from "./host-queue.ts";
import type { PendingUrl } from "../frontier-store.ts";

export interface Judgement {
  readonly state: "done" | "failed";
  /** Why it failed; null when a response settled it. */
  readonly reason: string | null;
  readonly detail: string | null;
  /** When the URL is to be asked again; null when this settled it. */
  readonly retryAt: number | null;
  readonly tries: number;
  /** How often it was put off by 429 or 503. */
  readonly putOff: number;
  /** The host gets no request before this; 0 when nothing but the delay holds it. */
  readonly hostWaitsUntil: number;
}

/** The first retry comes after half to one of the base, each further one after twice as long. */
export const RETRY_DELAY = { baseMs: 1_000, maxMs: 60_000 } as const;

/** Failures to reach the host at all: several in a row say that the rest will not reach it either. */
const CONNECT_FAILURES: ReadonlySet<FetchErrorCode> = new Set<FetchErrorCode>([
  "dns_not_found",
  "dns_failed",
  "connect_refused",
  "connect_timeout",
  "connect_failed",
  "tls_failed",
  "tls_certificate",
]);
const CONNECT_FAILURES_TO_GIVE_UP = 5;

/** How often one URL may be put off by 429 or 503; they cost none of --retries. */
const SLOW_DOWN_TRIES = 5;

/** Statuses that a second attempt may cure. */
const TRANSIENT: ReadonlySet<number> = new Set([408, 500, 502, 504]);

/** Timeouts tell that a host is slow as an answer does, which may be late for another reason too. */
const TIMEOUTS: ReadonlySet<FetchErrorCode> = new Set<FetchErrorCode>([
  "read_timeout",
  "total_timeout",
]);

/** What an outcome says of how busy its host is. */
export function hostAnswer({ attempts }: UnlinkedOutcome): HostAnswer {
  const last = attempts.at(-1);
  if (last === undefined) return { status: null, latencyMs: null };
  const { status, error, ttfbMs, totalMs } = last;
  const timedOut = error !== null && TIMEOUTS.has(error);
  return {
    status: error === null ? status : null,
    latencyMs: ttfbMs ?? (timedOut ? totalMs : null),
  };
}

/** Judges an outcome, and notes on `host` what it says of the host. */
export function judge(input: {
  readonly entry: PendingUrl;
  readonly host: HostQueue;
  readonly outcome: UnlinkedOutcome;
  readonly now: number;
  readonly retries: number;
  /** The host's delay when it is not slowed down. */
  readonly usualDelayMs: number;
  readonly random: () => number;
}): Judgement {
  const { entry, host, outcome, now, retries, random } = input;
  const last = outcome.attempts.at(-1);
  const retry = (state: "done" | "failed", reason: string | null): Judgement => {
    // Another of the thread's requests may have ended it: this one is asked again whatever --retries is.
    const again = (last?.error === "thread_died" || entry.tries < retries) && host.failure === null;
    const tries = entry.tries + 1;
    return {
      state,
      reason,
      detail: last?.detail ?? null,
      retryAt: again
        ? now + retryDelayMs({ ...RETRY_DELAY, attempt: tries, random: random() })
        : null,
      tries,
      putOff: entry.putOff,
      hostWaitsUntil: 0,
    };
  };

  if (last === undefined || last.error !== null) {
    const error = last?.error ?? "internal";
    if (CONNECT_FAILURES.has(error)) {
      host.connectFailures += 1;
      if (host.connectFailures >= CONNECT_FAILURES_TO_GIVE_UP) {
        host.failure = { state: "failed", reason: error, detail: last?.detail ?? null };
      }
    }
    return outcome.retryable
      ? retry("failed", error)
      : settled("failed", error, last?.detail ?? null, entry);
  }

  host.connectFailures = 0;
  const status = last.status ?? 0;
  if (asksToSlowDown(status)) {
    // Requests that were in flight together count as one refusal, or 16 of them would look like 16.
    if (last.startedAt >= host.throttledAt) host.throttled += 1;
    host.throttledAt = now;
    host.slowedDelayMs = slowedDelayMs(Math.max(host.slowedDelayMs, input.usualDelayMs));
    const waitMs = backoffMs(host.throttled, outcome.retryAfterMs, input.usualDelayMs);
    const putOff = entry.putOff + 1;
    const hostWaitsUntil = now + waitMs;
    if (putOff > SLOW_DOWN_TRIES || host.failure !== null) {
      return { ...settled("done", null, null, entry), hostWaitsUntil };
    }
    const { tries } = entry;
    return {
      state: "done",
      reason: null,
      detail: null,
      retryAt: hostWaitsUntil,
      tries,
      putOff,
      hostWaitsUntil,
    };
  }
  host.throttled = 0;
  host.slowedDelayMs =
    host.slowedDelayMs > input.usualDelayMs
      ? recoveredDelayMs(host.slowedDelayMs, input.usualDelayMs)
      : 0;
  return TRANSIENT.has(status) ? retry("done", null) : settled("done", null, null, entry);
}

function settled(
  state: "done" | "failed",
  reason: string | null,
  detail: string | null,
  { tries, putOff }: PendingUrl,
): Judgement {
  return { state, reason, detail, retryAt: null, tries, putOff, hostWaitsUntil: 0 };
}
