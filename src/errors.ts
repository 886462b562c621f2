/**
 * One base error with a stable code, and the closed list of codes a fetch can end with.
 * A message is a sentence that tells the user what to do.
 */

/** Base of every error webspool throws on purpose. `code` is stable; the message may be reworded. */
export class WebspoolError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Wrong usage or configuration: nothing was started (exit code 2). */
export class UsageError extends WebspoolError {}

/** Another live process holds the database (exit code 3). */
export class DatabaseHeldError extends WebspoolError {}

/** Storage failed during the run: disk full, I/O, damage (exit code 5). */
export class StorageError extends WebspoolError {}

/**
 * Every value of `fetch.error`, with its meaning and whether another attempt may help.
 * Failures before the request was sent and transient network failures are retryable;
 * what the peer would say again is not.
 */
export const FETCH_ERRORS = {
  dns_not_found: { retryable: false, meaning: "the host name does not exist" },
  dns_failed: { retryable: true, meaning: "the name server did not answer or failed" },
  connect_refused: { retryable: true, meaning: "nothing listens on that port" },
  connect_timeout: {
    retryable: true,
    meaning: "DNS, TCP and TLS took longer than --connect-timeout",
  },
  connect_failed: { retryable: true, meaning: "the host or network cannot be reached" },
  tls_failed: { retryable: false, meaning: "the TLS handshake failed, or TLS broke after it" },
  tls_certificate: {
    retryable: false,
    meaning: "the certificate is not valid for this host (see --insecure)",
  },
  read_timeout: { retryable: true, meaning: "nothing came for longer than --read-timeout" },
  total_timeout: { retryable: true, meaning: "the whole fetch took longer than --timeout" },
  connection_closed: {
    retryable: true,
    meaning: "the peer closed the socket before the response was complete",
  },
  connection_reset: {
    retryable: true,
    meaning: "the peer reset the socket before the response was complete",
  },
  invalid_response: { retryable: false, meaning: "what came is not HTTP" },
  content_decoding: { retryable: false, meaning: "the body is not what its Content-Encoding says" },
  private_address: {
    retryable: false,
    meaning: "the host is at a private, loopback or link-local address (see --allow-private)",
  },
  parse_failed: { retryable: false, meaning: "the page could not be parsed" },
  aborted: { retryable: true, meaning: "the run stopped while the fetch was in flight" },
  thread_died: {
    retryable: true,
    meaning: "the worker thread ended while the fetch was in flight",
  },
  internal: { retryable: false, meaning: "a defect of webspool; the detail says where" },
} as const satisfies Record<string, { retryable: boolean; meaning: string }>;

export type FetchErrorCode = keyof typeof FETCH_ERRORS;
