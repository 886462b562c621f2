/** Node's and undici's errors to the session's codes. */
import type { CloseReason, ExchangeError, SessionErrorCode } from "./records.ts";

/** A failure that already has its code; what the session passes through undici. */
export class Failure extends Error implements ExchangeError {
  override readonly name = "Failure";
  readonly code: SessionErrorCode;
  readonly detail: string;

  constructor(code: SessionErrorCode, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
    this.detail = detail;
  }
}

const CERTIFICATE_CODES = new Set([
  "CERT_CHAIN_TOO_LONG",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REJECTED",
  "CERT_REVOKED",
  "CERT_SIGNATURE_FAILURE",
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "HOSTNAME_MISMATCH",
  "INVALID_CA",
  "INVALID_PURPOSE",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "";
}

function describe(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.map((each) => describe(each)).join("; ");
  }
  return error instanceof Error ? error.message || error.name : String(error);
}

/** A name that did not resolve. */
export function dnsFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const code = codeOf(error);
  const absent = code === "ENOTFOUND" || code === "ENODATA" || code === "EAI_NONAME";
  return new Failure(absent ? "dns_not_found" : "dns_failed", describe(error), { cause: error });
}

/** A connect that failed; `inTls` when TCP stood and the handshake had begun. */
export function connectFailure(error: unknown, inTls: boolean): Failure {
  if (error instanceof Failure) return error;
  const nodeCode = codeOf(error);
  let code: SessionErrorCode = "connect_failed";
  if (CERTIFICATE_CODES.has(nodeCode)) code = "tls_certificate";
  else if (inTls) code = "tls_failed";
  else if (nodeCode === "ECONNREFUSED") code = "connect_refused";
  else if (nodeCode === "ETIMEDOUT") code = "connect_timeout";
  else if (nodeCode === "ECONNRESET") code = "connection_reset";
  return new Failure(code, describe(error), { cause: error });
}

/** How far a request had come when it broke. */
export interface ExchangeProgress {
  /** Its response's headers were complete. */
  readonly responded: boolean;
  /** The peer had closed its side. */
  readonly peerEnded: boolean;
}

/** A request that broke on an established socket. */
export function exchangeFailure(error: unknown, progress?: ExchangeProgress): Failure {
  if (error instanceof Failure) return error;
  const detail = describe(error);
  const options = { cause: error };
  switch (codeOf(error)) {
    case "ECONNRESET":
    case "EPIPE":
    case "ECONNABORTED":
      return new Failure("connection_reset", detail, options);
    case "UND_ERR_SOCKET":
      return new Failure(
        /bad (?:response|upgrade)/.test(detail) ? "invalid_response" : "connection_closed",
        detail,
        options,
      );
    case "UND_ERR_RES_CONTENT_LENGTH_MISMATCH":
      // What undici says of anything that is wrong with a response, once it has read this header.
      return progress === undefined || progress.responded || progress.peerEnded
        ? new Failure("connection_closed", detail, options)
        : new Failure("invalid_response", detail, options);
    case "UND_ERR_INFO":
    case "UND_ERR_ABORTED":
      // The last two: HTTP/2 streams and sessions that the peer ended. Aborts of our own come as
      // a Failure.
      return new Failure("connection_closed", detail, options);
    case "UND_ERR_HEADERS_OVERFLOW":
    case "ERR_ASSERTION":
      // The second: what undici takes for granted of a response, such as a status above 99.
      return new Failure("invalid_response", detail, options);
    case "UND_ERR_DESTROYED":
    case "UND_ERR_CLOSED":
      return new Failure("aborted", detail, options);
    case "UND_ERR_INVALID_ARG":
    case "UND_ERR_NOT_SUPPORTED":
      return new Failure("invalid_option", detail, options);
    case "ETIMEDOUT":
      return new Failure("read_timeout", detail, options);
    default:
      if (codeOf(error).startsWith("ERR_SSL_")) return new Failure("tls_failed", detail, options);
      if (codeOf(error).startsWith("ERR_HTTP2_")) {
        return new Failure("connection_closed", detail, options);
      }
      if ((error as Error | null)?.name === "HTTPParserError") {
        // llhttp reports an end of file inside a message as a parser error too.
        const cut = /EOF|ended before|INVALID_EOF/i.test(`${codeOf(error)} ${detail}`);
        return new Failure(cut ? "connection_closed" : "invalid_response", detail, options);
      }
      return new Failure("internal", detail, options);
  }
}

/** Why a socket ended, from the error it was destroyed with (none: both sides had finished). */
export function closeReasonOf(error: Error | null): CloseReason {
  if (error === null) return "peer_closed";
  switch (codeOf(error)) {
    case "UND_ERR_INFO":
      if (error.message === "socket idle timeout") return "idle_expired";
      if (error.message === "reset") return "response_said_close";
      if (error.message === "aborted") return "aborted";
      return error.message.startsWith("HTTP/2") ? "peer_closed" : "error";
    case "UND_ERR_SOCKET":
      return /bad (?:response|upgrade)/.test(error.message) ? "error" : "peer_closed";
    case "UND_ERR_RES_CONTENT_LENGTH_MISMATCH":
      return "peer_closed";
    case "ECONNRESET":
    case "EPIPE":
      return "peer_reset";
    case "UND_ERR_HEADERS_TIMEOUT":
    case "UND_ERR_BODY_TIMEOUT":
    case "ETIMEDOUT":
      return "timeout";
    case "UND_ERR_DESTROYED":
    case "UND_ERR_CLOSED":
      return "session_closed";
    default:
      return "error";
  }
}
