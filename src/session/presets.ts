/** The originals' own defaults, where they differ from ours. */
import type { HTTPAdapterOptions } from "./adapter-options.ts";
import type { SessionOptions } from "./session-options.ts";

export interface SessionPreset {
  readonly session: SessionOptions;
  readonly adapter: HTTPAdapterOptions;
}

/** requests 2.34 over urllib3 2.8. */
export const requestsPreset: SessionPreset = {
  session: {
    timeout: { totalMs: null, acquireMs: null, connectMs: null, readMs: null },
    maxRedirects: 30,
    redirectRules: "requests",
    ipCookies: true,
    silentRetry: "never",
    readAheadBytes: 0,
    drainBytes: 0,
    dnsTtlMs: 0,
  },
  adapter: {
    poolConnections: 10,
    poolMaxsize: 10,
    limit: 0,
    keepAliveTimeoutMs: null,
    keepAliveHints: false,
    order: "lifo",
  },
};

/** aiohttp 3.14. Its `max_redirects=10` follows nine. */
export const aiohttpPreset: SessionPreset = {
  session: {
    timeout: { totalMs: 300_000, acquireMs: null, connectMs: 30_000, readMs: null },
    maxRedirects: 9,
    redirectRules: "standard",
    ipCookies: false,
    silentRetry: "once",
    readAheadBytes: 65_536,
    drainBytes: 0,
    dnsTtlMs: 10_000,
  },
  adapter: {
    // No LRU there: pools live as long as the connector.
    poolConnections: 1_000_000,
    poolMaxsize: 0,
    limit: 100,
    limitPerHost: 0,
    keepAliveTimeoutMs: 15_000,
    keepAliveHints: false,
    order: "fifo",
  },
};
