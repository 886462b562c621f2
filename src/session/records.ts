/**
 * What the session writes down about each socket and each request on it. Times are epoch
 * milliseconds, durations milliseconds, sizes bytes; what did not happen or is not known is null.
 */
import type { FetchErrorCode } from "../errors.ts";
import type { CloseReason, OpenReason } from "../thread-reports.ts";

export type { CloseReason, OpenReason };

/**
 * One socket. The object is live: `requests`, `bytesRead`, `lastUsedAt` and the closing fields move
 * until it is closed. A connect that fails makes no record; its phases are on the exchange.
 */
export interface ConnectionRecord {
  /** Counts sockets within the session from 1; a failed connect leaves a gap. */
  readonly id: number;
  /** `scheme://host[:port]` the socket serves. */
  readonly origin: string;
  /** The prefix of the mount whose adapter opened it. */
  readonly mount: string;
  readonly remoteIp: string | null;
  readonly remotePort: number | null;
  readonly localPort: number | null;
  /** `http/1.1` or `h2` as negotiated; null on plain TCP and where the server did not choose. */
  readonly alpn: string | null;
  readonly tlsVersion: string | null;
  /** Whether the TLS handshake resumed an earlier session; null on plain TCP. */
  readonly tlsResumed: boolean | null;
  readonly openedAt: number;
  readonly dnsMs: number | null;
  readonly connectMs: number | null;
  readonly tlsMs: number | null;
  /** Requests whose head was written to it. */
  readonly requests: number;
  /** Bytes read from the socket, headers included, after TLS. */
  readonly bytesRead: number;
  readonly lastUsedAt: number;
  /** The `timeout` of the server's last Keep-Alive header. */
  readonly keepAliveHintMs: number | null;
  readonly closedAt: number | null;
  /** The socket this one replaced, in the same session. */
  readonly previousId: number | null;
  readonly openReason: OpenReason;
  readonly closeReason: CloseReason | null;
}

/** Codes a request can fail with beyond the network's own. */
export type SessionErrorCode =
  | FetchErrorCode
  | "adapter_in_use"
  | "body_used"
  | "invalid_option"
  | "invalid_retry_after"
  | "invalid_url"
  | "no_adapter"
  | "pool_timeout"
  | "retry_exhausted"
  | "session_closed"
  | "session_options_differ"
  | "too_many_redirects";

/** How an exchange failed. */
export interface ExchangeError {
  readonly code: SessionErrorCode;
  readonly detail: string;
}

/**
 * One attempt at one URL, complete when its body ended or it failed. The phases do not overlap and
 * add up to `totalMs`: queue (waiting for a place in the pool, and for the event loop), DNS, TCP
 * connect, TLS, time to first byte counted from the request sent, body.
 */
export interface Exchange {
  readonly url: string;
  readonly method: string;
  readonly status: number | null;
  readonly error: ExchangeError | null;
  /** The socket that carried it; null when none was reached. */
  readonly connection: ConnectionRecord | null;
  /** 1 for the first request on that socket. */
  readonly connectionSeq: number | null;
  readonly reused: boolean | null;
  /** Why the request did not get a socket that was already open; null when it did. */
  readonly newConnectionReason: OpenReason | null;
  /** With a fraction, to the microsecond, so that the order of requests can be told. */
  readonly startedAt: number;
  readonly queueMs: number | null;
  readonly dnsMs: number | null;
  readonly connectMs: number | null;
  readonly tlsMs: number | null;
  readonly ttfbMs: number | null;
  readonly bodyMs: number | null;
  readonly totalMs: number;
  /** Socket bytes read for it, headers included, after TLS; null on HTTP/2. */
  readonly bytesWire: number | null;
  /** Bytes of the decoded body that were handed on. */
  readonly bytesBody: number | null;
}
