/** An adapter's options as undici's Client takes them. */
import type { Client } from "undici";
import type { ResolvedAdapterOptions } from "./adapter-options.ts";

/** The longest delay Node's timers take: 24 days. */
const FOR_EVER_MS = 2 ** 31 - 1;
/** Subtracted from a hint; so far below zero that no hint ever counts. */
const IGNORE_HINTS_MS = -(2 ** 40);
/** What a socket's way takes at most: a request must not meet the server's own timeout. */
const HINT_MARGIN_MS = 500;
/** Servers that send long cookies or policies exceed Node's 16 KiB. */
const MAX_HEADER_BYTES = 64 * 1024;

export function undiciClientOptions(options: ResolvedAdapterOptions): Client.Options {
  const keepAliveMs = Math.min(options.keepAliveTimeoutMs, FOR_EVER_MS);
  return {
    pipelining: 1,
    allowH2: options.http2,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    keepAliveTimeoutThreshold: options.keepAliveHints ? HINT_MARGIN_MS : IGNORE_HINTS_MS,
    // undici's timers are half a second coarse; the attempt has its own.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: MAX_HEADER_BYTES,
    ...(options.maxRequestsPerConnection > 0
      ? { maxRequestsPerClient: options.maxRequestsPerConnection }
      : {}),
  };
}
