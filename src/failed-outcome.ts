/** What is recorded for a request that brought no response. */
import { FETCH_ERRORS, type FetchErrorCode } from "./errors.ts";
import type { FetchAttempt, FetchRequest, Outcome } from "./messages.ts";
import type { LostRequest } from "./worker-events.ts";

/** The outcome of attempts of which the last one failed. */
export function failedOutcome(
  request: FetchRequest,
  attempts: readonly FetchAttempt[],
  error: FetchErrorCode,
): Outcome {
  return {
    urlId: request.urlId,
    kind: request.kind,
    attempts,
    retryable: FETCH_ERRORS[error].retryable,
    retryAfterMs: null,
    page: null,
    wordSample: [],
    links: [],
    nofollow: false,
    redirectUrl: null,
    fields: [],
    robotsBody: null,
    sitemap: null,
  };
}

/** An attempt of which nothing is known but how it failed: it reached no socket. */
export function unsentAttempt(
  startedAt: number,
  totalMs: number,
  error: FetchErrorCode,
  detail: string,
): FetchAttempt {
  return {
    status: null,
    error,
    detail,
    connection: null,
    connectionSeq: null,
    reused: null,
    newConnectionReason: null,
    startedAt,
    queueMs: null,
    dnsMs: null,
    connectMs: null,
    tlsMs: null,
    ttfbMs: null,
    bodyMs: null,
    totalMs,
    bytesWire: null,
    bytesBody: null,
    contentType: null,
    headers: null,
    etag: null,
    lastModified: null,
    notModified: false,
    truncated: false,
  };
}

/** The outcome of a request whose thread ended before it could answer. */
export function lostOutcome(lost: LostRequest, why: string, now: number): Outcome {
  const { request, startedAt, isFirst } = lost;
  const attempt = unsentAttempt(startedAt, Math.max(0, now - startedAt), "thread_died", why);
  return { ...failedOutcome(request, [attempt], "thread_died"), retryable: isFirst };
}
