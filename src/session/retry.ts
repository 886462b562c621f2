/** When a request is tried again: urllib3's `util/retry.py`, whose names and rules these are. */
import { checkNames, integer, wrongOption } from "./option-checks.ts";

export interface RetryOptions {
  /** All retries together; null: no bound of its own. Default 10. */
  readonly total?: number | null | undefined;
  /** Failures before the request was sent (DNS, TCP): any method. Default null. */
  readonly connect?: number | null | undefined;
  /**
   * Failures after it was sent (timeout, reset, disconnect): idempotent methods only. false throws
   * the first as it is. Default null.
   */
  readonly read?: number | null | false | undefined;
  /** Responses whose status asks for it. Default null. */
  readonly status?: number | null | undefined;
  /** Every other failure, TLS among them. Default null. */
  readonly other?: number | null | undefined;
  /** Methods that may be sent twice; null: any. Default HEAD, GET, PUT, DELETE, OPTIONS, TRACE. */
  readonly allowedMethods?: readonly string[] | null | undefined;
  /** Statuses that are tried again. Default none. */
  readonly statusForcelist?: readonly number[] | undefined;
  /** Seconds of `factor * 2 ** (n - 1)` from the second consecutive retry on. Default 0. */
  readonly backoffFactor?: number | undefined;
  /** Longest backoff, milliseconds. Default 120 000. */
  readonly backoffMaxMs?: number | undefined;
  /** Seconds of chance added to a backoff. Default 0. */
  readonly backoffJitter?: number | undefined;
  /** Whether Retry-After replaces the backoff, and makes 413, 429 and 503 retryable. Default true. */
  readonly respectRetryAfterHeader?: boolean | undefined;
  /** Longest Retry-After that is waited for, milliseconds. Default 21 600 000 (6 hours). */
  readonly retryAfterMaxMs?: number | undefined;
  /** Whether running out on a status throws, instead of giving the last response. Default true. */
  readonly raiseOnStatus?: boolean | undefined;
}

/** What a retry is for. `connect`: nothing was sent; `read`: it was; `other`: TLS and the rest. */
export type RetryCause = "connect" | "read" | "other" | "status" | "redirect";

interface Counters {
  readonly total: number | null;
  readonly connect: number | null;
  readonly read: number | null | false;
  readonly status: number | null;
  readonly other: number | null;
}

const NAMES = [
  "total",
  "connect",
  "read",
  "status",
  "other",
  "allowedMethods",
  "statusForcelist",
  "backoffFactor",
  "backoffMaxMs",
  "backoffJitter",
  "respectRetryAfterHeader",
  "retryAfterMaxMs",
  "raiseOnStatus",
] as const satisfies readonly (keyof RetryOptions)[];

const IDEMPOTENT = ["HEAD", "GET", "PUT", "DELETE", "OPTIONS", "TRACE"];
const RETRY_AFTER_STATUSES = new Set([413, 429, 503]);

/** A Retry-After that is neither seconds nor a date. */
export class RetryAfterError extends Error {
  override readonly name = "RetryAfterError";
}

/** Immutable: `increment` gives the next one. */
export class Retry {
  readonly #options: RetryOptions;
  #counters: Counters;
  readonly #methods: ReadonlySet<string> | null;
  readonly #forcelist: ReadonlySet<number>;
  /** Consecutive errors; a redirect sets it back. */
  #consecutive = 0;

  /** Throws a SessionUsageError `invalid_option`. */
  constructor(options: RetryOptions = {}) {
    checkNames("Retry", options, NAMES);
    for (const name of ["total", "connect", "read", "status", "other"] as const) {
      const value = options[name];
      if (value !== undefined && value !== null && value !== false) integer(name, value, 0);
    }
    for (const name of [
      "backoffFactor",
      "backoffMaxMs",
      "backoffJitter",
      "retryAfterMaxMs",
    ] as const) {
      const value = options[name];
      if (value !== undefined && !(value >= 0)) {
        throw wrongOption(`Retry ${name} takes a number from 0, not ${String(value)}.`);
      }
    }
    this.#options = options;
    this.#counters = {
      total: options.total === undefined ? 10 : options.total,
      connect: options.connect ?? null,
      read: options.read ?? null,
      status: options.status ?? null,
      other: options.other ?? null,
    };
    this.#methods =
      options.allowedMethods === null
        ? null
        : new Set((options.allowedMethods ?? IDEMPOTENT).map((each) => each.toUpperCase()));
    this.#forcelist = new Set(options.statusForcelist ?? []);
  }

  /** What `maxRetries: n` means: 0 tries once and throws what happened, n is `{ total: n }`. */
  static fromCount(count: number): Retry {
    return count === 0 ? new Retry({ total: 0, read: false }) : new Retry({ total: count });
  }

  get total(): number | null {
    return this.#counters.total;
  }

  get raiseOnStatus(): boolean {
    return this.#options.raiseOnStatus ?? true;
  }

  /** Whether a response asks for another try: its status, or a Retry-After on 413, 429 or 503. */
  isRetry(method: string, status: number, hasRetryAfter: boolean): boolean {
    const forced = this.#forcelist.has(status);
    const asked =
      hasRetryAfter &&
      RETRY_AFTER_STATUSES.has(status) &&
      this.#counters.total !== 0 &&
      this.#options.respectRetryAfterHeader !== false;
    return (forced || asked) && this.#allows(method);
  }

  /** What is left after one more try for that cause; null when none is left or allowed. */
  increment(cause: RetryCause, method: string): Retry | null {
    const { total, connect, read, status, other } = this.#counters;
    if (cause === "read" && (read === false || !this.#allows(method))) return null;
    const next = {
      total: lower(total),
      connect: cause === "connect" ? lower(connect) : connect,
      read: cause === "read" && read !== false ? lower(read) : read,
      status: cause === "status" ? lower(status) : status,
      other: cause === "other" ? lower(other) : other,
    };
    const counts = [next.total, next.connect, next.read, next.status, next.other];
    if (counts.some((count) => typeof count === "number" && count < 0)) return null;
    return this.#with(next, cause === "redirect" ? 0 : this.#consecutive + 1);
  }

  /** Milliseconds before the next try: 0 after the first error, then doubling. */
  backoffMs(random: () => number = Math.random): number {
    if (this.#consecutive <= 1) return 0;
    const { backoffFactor = 0, backoffMaxMs = 120_000, backoffJitter = 0 } = this.#options;
    const seconds = backoffFactor * 2 ** (this.#consecutive - 1) + random() * backoffJitter;
    return Math.max(0, Math.min(backoffMaxMs, seconds * 1000));
  }

  /**
   * What a Retry-After (seconds or an HTTP date) asks for, in milliseconds; 0 for a moment that has
   * passed; null when it is absent or not respected. Throws a RetryAfterError on anything else.
   */
  retryAfterMs(value: string | null, now: number): number | null {
    if (value === null || this.#options.respectRetryAfterHeader === false) return null;
    const text = value.trim();
    // A date begins with its weekday; Date.parse would read "-5" as one too.
    let ms = Number.NaN;
    if (/^\d+$/.test(text)) ms = Number(text) * 1000;
    else if (/^[a-z]/i.test(text)) ms = Date.parse(text) - now;
    if (Number.isNaN(ms)) {
      throw new RetryAfterError(`Retry-After is neither seconds nor a date: ${value}`);
    }
    return Math.min(Math.max(0, ms), this.#options.retryAfterMaxMs ?? 21_600_000);
  }

  /** As urllib3 prints it in its log line. */
  toString(): string {
    const { total, connect, read, status } = this.#counters;
    return `Retry(total=${show(total)}, connect=${show(connect)}, read=${show(read)}, redirect=None, status=${show(status)})`;
  }

  #allows(method: string): boolean {
    return this.#methods === null || this.#methods.has(method.toUpperCase());
  }

  #with(counters: Counters, consecutive: number): Retry {
    const next = new Retry(this.#options);
    next.#counters = counters;
    next.#consecutive = consecutive;
    return next;
  }
}

function lower(count: number | null): number | null {
  return count === null ? null : count - 1;
}

/** Which counter a failed attempt lowers; `sent`: its head was written to a socket. */
export function retryCause(code: string, sent: boolean): "connect" | "read" | "other" {
  if (code.startsWith("tls_")) return "other";
  return sent ? "read" : "connect";
}

/** As Python prints it. */
function show(value: number | null | false): string {
  if (value === null) return "None";
  return value === false ? "False" : String(value);
}
