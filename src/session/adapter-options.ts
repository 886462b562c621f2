/** HTTPAdapter's options: names of requests and aiohttp in camelCase, with their defaults. */
import { isIP } from "node:net";
import { Retry } from "./retry.ts";
import { proxyTarget, type ProxyTarget } from "./proxy.ts";
import { checkNames, integer, milliseconds, wrongOption } from "./option-checks.ts";
import type { TlsOptions } from "./tls-options.ts";

export interface HTTPAdapterOptions {
  /**
   * How many pools (one per scheme, host, port and TLS settings) are kept, least recently used out
   * first. Not a number of connections. 0 keeps none: every request opens a socket. Default 10.
   * From requests.
   */
  readonly poolConnections?: number | undefined;
  /** Idle connections kept per pool; 0: no bound. Default 10. From requests. */
  readonly poolMaxsize?: number | undefined;
  /** Whether poolMaxsize also bounds the connections in use: more requests wait. Default false. */
  readonly poolBlock?: boolean | undefined;
  /** Longest wait for a connection; null: no end (requests). Then `pool_timeout`. Default null. */
  readonly poolTimeoutMs?: number | null | undefined;
  /** Retry, or a number for `new Retry({ total })`. Default 0: the first failure is thrown. */
  readonly maxRetries?: number | Retry | undefined;
  /** Connections in use at a time over all pools; 0: no bound. Default 100, from aiohttp. */
  readonly limit?: number | undefined;
  /**
   * Sockets open at a time, idle ones too, which `limit` does not count: the pool used least
   * recently gives up an idle one for a new one, else requests wait. 0: no bound. Default 0.
   */
  readonly maxOpen?: number | undefined;
  /** Connections in use at a time per pool; 0: no bound. Default 0. From aiohttp. */
  readonly limitPerHost?: number | undefined;
  /**
   * How long an idle connection is kept; null: until the peer closes it (requests). Closed on
   * time. Default 30 000. aiohttp has 15 000.
   */
  readonly keepAliveTimeoutMs?: number | null | undefined;
  /**
   * Whether the server's `Keep-Alive: timeout` shortens that, less 500 ms. The originals ignore it
   * and run into closed sockets. Default true.
   */
  readonly keepAliveHints?: boolean | undefined;
  /** One request per connection. Excludes keepAliveTimeoutMs. Default false. From aiohttp. */
  readonly forceClose?: boolean | undefined;
  /** Which idle connection is taken: the newest, or the oldest. Default `lifo`. */
  readonly order?: "lifo" | "fifo" | undefined;
  /** Requests one socket may serve before it is closed; 0: no bound. Default 0. */
  readonly maxRequestsPerConnection?: number | undefined;
  readonly tls?: TlsOptions | undefined;
  /** URL of an HTTP or HTTPS proxy, with credentials if it needs them. */
  readonly proxy?: string | URL | undefined;
  /** IP address of this machine to connect from. */
  readonly localAddress?: string | undefined;
  /** Whether HTTP/2 is offered over TLS; its sockets are shared by requests. Default false. */
  readonly http2?: boolean | undefined;
  /** When the next address of a host is tried as well (RFC 8305). Default 250, from aiohttp. */
  readonly happyEyeballsDelayMs?: number | undefined;
  /** Accepted for aiohttp's sake: Node needs nothing of the kind, which a warning says. */
  readonly enableCleanupClosed?: boolean | undefined;
}

export interface ResolvedAdapterOptions {
  readonly poolConnections: number;
  readonly poolMaxsize: number;
  readonly poolBlock: boolean;
  readonly poolTimeoutMs: number;
  readonly retry: Retry;
  readonly limit: number;
  readonly maxOpen: number;
  readonly limitPerHost: number;
  readonly keepAliveTimeoutMs: number;
  readonly keepAliveHints: boolean;
  readonly forceClose: boolean;
  readonly order: "lifo" | "fifo";
  readonly maxRequestsPerConnection: number;
  readonly tls: TlsOptions | undefined;
  readonly proxy: ProxyTarget | null;
  readonly proxyUrl: string;
  readonly localAddress: string | undefined;
  readonly http2: boolean;
  readonly happyEyeballsDelayMs: number;
}

const NAMES = [
  "poolConnections",
  "poolMaxsize",
  "poolBlock",
  "poolTimeoutMs",
  "maxRetries",
  "limit",
  "maxOpen",
  "limitPerHost",
  "keepAliveTimeoutMs",
  "keepAliveHints",
  "forceClose",
  "order",
  "maxRequestsPerConnection",
  "tls",
  "proxy",
  "localAddress",
  "http2",
  "happyEyeballsDelayMs",
  "enableCleanupClosed",
] as const satisfies readonly (keyof HTTPAdapterOptions)[];

const TLS_NAMES = [
  "verify",
  "ca",
  "cert",
  "key",
  "passphrase",
  "servername",
  "minVersion",
  "maxVersion",
] as const satisfies readonly (keyof TlsOptions)[];

const DEFAULT_KEEP_ALIVE_TIMEOUT_MS = 30_000;

/** Checks a TLS object's names; throws `invalid_option`. */
export function checkTls(where: string, tls: TlsOptions | undefined): void {
  if (tls !== undefined) checkNames(where, tls, TLS_NAMES);
}

/** Throws a SessionUsageError `invalid_option` for unknown, wrong or contradictory options. */
export function resolveAdapterOptions(options: HTTPAdapterOptions): ResolvedAdapterOptions {
  checkNames("HTTPAdapter", options, NAMES);
  checkTls("HTTPAdapter tls", options.tls);
  const forceClose = options.forceClose ?? false;
  if (forceClose && options.keepAliveTimeoutMs !== undefined) {
    throw wrongOption("forceClose closes after every request: leave out keepAliveTimeoutMs.");
  }
  const order = options.order ?? "lifo";
  if (order !== "lifo" && order !== "fifo") {
    throw wrongOption(`order takes "lifo" or "fifo", not ${JSON.stringify(order)}.`);
  }
  if (options.localAddress !== undefined && isIP(options.localAddress) === 0) {
    throw wrongOption(`localAddress takes an IP address, not "${options.localAddress}".`);
  }
  if (options.enableCleanupClosed !== undefined) {
    process.emitWarning(
      "enableCleanupClosed does nothing: Node closes TLS sockets without waiting for the peer.",
      { code: "WEBSPOOL_CLEANUP_CLOSED" },
    );
  }
  const { maxRetries = 0 } = options;
  if (!(maxRetries instanceof Retry)) integer("maxRetries", maxRetries, 0);
  const proxy = proxyUrl(options.proxy);
  if (proxy !== null && options.http2 === true) {
    throw wrongOption("http2 does not go through a proxy: leave out one of http2 and proxy.");
  }
  return {
    poolConnections: integer("poolConnections", options.poolConnections ?? 10, 0),
    poolMaxsize: integer("poolMaxsize", options.poolMaxsize ?? 10, 0),
    poolBlock: options.poolBlock ?? false,
    poolTimeoutMs: milliseconds("poolTimeoutMs", options.poolTimeoutMs ?? null),
    retry: maxRetries instanceof Retry ? maxRetries : Retry.fromCount(maxRetries),
    limit: integer("limit", options.limit ?? 100, 0),
    maxOpen: integer("maxOpen", options.maxOpen ?? 0, 0),
    limitPerHost: integer("limitPerHost", options.limitPerHost ?? 0, 0),
    keepAliveTimeoutMs: milliseconds(
      "keepAliveTimeoutMs",
      options.keepAliveTimeoutMs === undefined
        ? DEFAULT_KEEP_ALIVE_TIMEOUT_MS
        : options.keepAliveTimeoutMs,
    ),
    keepAliveHints: options.keepAliveHints ?? true,
    forceClose,
    order,
    maxRequestsPerConnection: integer(
      "maxRequestsPerConnection",
      options.maxRequestsPerConnection ?? 0,
      0,
    ),
    tls: options.tls,
    proxy: proxy === null ? null : proxyTarget(proxy),
    proxyUrl: proxy?.href ?? "",
    localAddress: options.localAddress,
    http2: options.http2 ?? false,
    happyEyeballsDelayMs: integer("happyEyeballsDelayMs", options.happyEyeballsDelayMs ?? 250, 0),
  };
}

function proxyUrl(value: string | URL | undefined): URL | null {
  if (value === undefined) return null;
  const url = URL.parse(String(value));
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw wrongOption("proxy takes an http:// or https:// URL.");
  }
  return url;
}
