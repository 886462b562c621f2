/** The errors a session throws: a stable code, and the records of what was tried. */
import { WebspoolError } from "../errors.ts";
import type { Exchange, SessionErrorCode } from "./records.ts";

/**
 * Base of every error of the session library. `code` is a network failure of `FETCH_ERRORS` or one
 * of the session's own; `exchanges` holds one record for each attempt that was made, in order.
 */
export class SessionError extends WebspoolError {
  declare readonly code: SessionErrorCode;
  readonly exchanges: readonly Exchange[];

  constructor(
    code: SessionErrorCode,
    message: string,
    options: ErrorOptions & { exchanges?: readonly Exchange[] | undefined } = {},
  ) {
    super(code, message, options);
    this.exchanges = options.exchanges ?? [];
  }
}

/** Wrong or contradictory options, a URL that cannot be requested, use in the wrong order. */
export class SessionUsageError extends SessionError {}

/** No answer: DNS, TCP, TLS, a socket that broke, or bytes that are not HTTP. */
export class ConnectionError extends SessionError {}

/** One of the timeouts passed: `connect_timeout`, `read_timeout`, `total_timeout`, `pool_timeout`. */
export class TimeoutError extends SessionError {}

/** The caller's signal or the session's close ended the request (`aborted`). */
export class AbortError extends SessionError {}

/** The body is not what its Content-Encoding says (`content_decoding`). */
export class ContentDecodingError extends SessionError {}

/** More redirects than `maxRedirects` (`too_many_redirects`). */
export class TooManyRedirectsError extends SessionError {}

/** `Retry` gave up on a status (`retry_exhausted`), or a Retry-After was unreadable. */
export class RetryError extends SessionError {}

/** The class that fits a failed attempt's code. */
export function failureError(
  code: SessionErrorCode,
  message: string,
  options: ErrorOptions & { exchanges: readonly Exchange[] },
): SessionError {
  if (code.endsWith("_timeout")) return new TimeoutError(code, message, options);
  if (code === "aborted") return new AbortError(code, message, options);
  if (code === "content_decoding") return new ContentDecodingError(code, message, options);
  return new ConnectionError(code, message, options);
}
