/** The session's record of one exchange, as the row that the database keeps of it. */
import { FETCH_ERRORS, type FetchErrorCode } from "../src/errors.ts";
import type { FetchAttempt } from "../src/messages.ts";
import type { Exchange, Response } from "../src/session/index.ts";

/** Headers that hold secrets of the session; their names are kept. */
const SECRET: ReadonlySet<string> = new Set(["set-cookie", "set-cookie2", "cookie"]);

/** `response` where the exchange brought the response that counts, null for the ones before it. */
export function fetchAttempt(exchange: Exchange, response: Response | null): FetchAttempt {
  return {
    status: exchange.status,
    error: exchange.error === null ? null : fetchError(exchange.error.code),
    detail: exchange.error?.detail ?? null,
    connection: exchange.connection?.id ?? null,
    connectionSeq: exchange.connectionSeq,
    reused: exchange.reused,
    newConnectionReason: exchange.newConnectionReason,
    startedAt: exchange.startedAt,
    queueMs: roundedMs(exchange.queueMs),
    dnsMs: roundedMs(exchange.dnsMs),
    connectMs: roundedMs(exchange.connectMs),
    tlsMs: roundedMs(exchange.tlsMs),
    ttfbMs: roundedMs(exchange.ttfbMs),
    bodyMs: roundedMs(exchange.bodyMs),
    totalMs: roundedMs(exchange.totalMs) ?? 0,
    bytesWire: exchange.bytesWire,
    bytesBody: exchange.bytesBody,
    contentType: response?.headers.get("content-type") ?? null,
    headers: response === null ? null : redactedHeaders(response),
    etag: response?.headers.get("etag") ?? null,
    lastModified: response?.headers.get("last-modified") ?? null,
    notModified: exchange.status === 304,
    truncated: response?.truncated ?? false,
  };
}

function fetchError(code: string): FetchErrorCode {
  return code in FETCH_ERRORS ? (code as FetchErrorCode) : "internal";
}

/** Whether a header's values are kept as `***`. */
export function isSecretHeader(name: string): boolean {
  return SECRET.has(name.toLowerCase());
}

function redactedHeaders(response: Response): string {
  return JSON.stringify(
    response.rawHeaders.map(([name, value]) =>
      isSecretHeader(name) ? [name, "***"] : [name, value],
    ),
  );
}

/** To the microsecond: what is finer is noise, and costs bytes in every row. */
function roundedMs(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1_000) / 1_000;
}
