/** Options of a session and of one request, with their defaults. */
import type { Readable } from "node:stream";
import type * as ToughCookie from "tough-cookie";
import type { CookieJar } from "tough-cookie";
import { latePackage } from "../late-module.ts";
import type { HTTPAdapterOptions } from "./adapter-options.ts";
import type { AddressFilter } from "./connector.ts";
import type { CookieLimits } from "./cookies.ts";
import { systemResolver, type Resolver } from "./dns-cache.ts";
import { checkNames, integer, milliseconds, wrongOption } from "./option-checks.ts";
import type { ExchangeRecorder } from "./recorded-exchange.ts";
import type { RedirectRules } from "./redirect.ts";
import { HeaderList, type HeadersInit } from "./request-headers.ts";
import type { SessionLogger } from "./session-log.ts";
import type { TlsOptions } from "./tls-options.ts";
import { ACCEPT_ENCODING } from "./content-decoding.ts";

const toughCookie = latePackage("tough-cookie") as () => typeof ToughCookie;

/** Milliseconds; null: no end. They fire on time, not in undici's half seconds. */
export interface TimeoutOptions {
  /** The whole request: waiting, redirects, retries, body. Default 300 000, as aiohttp's `total`. */
  readonly totalMs?: number | null | undefined;
  /** Until a connection stands: waiting in the pool, DNS, TCP, TLS. aiohttp's `connect`. Default null. */
  readonly acquireMs?: number | null | undefined;
  /** DNS, TCP and TLS of one socket. aiohttp's `sock_connect`, requests' connect. Default 30 000. */
  readonly connectMs?: number | null | undefined;
  /** Between two reads. aiohttp's `sock_read`, requests' read. Default null. */
  readonly readMs?: number | null | undefined;
}

/** Retry silently, once, what fails without a byte of answer: idempotent methods only. */
export type SilentRetry = "stale" | "once" | "never";

export interface SessionOptions {
  /** Sent with every request; a request's own win. */
  readonly headers?: HeadersInit | undefined;
  readonly userAgent?: string | undefined;
  /** true (default): a jar of its own; false: no cookies; or a tough-cookie jar. */
  readonly cookies?: boolean | CookieJar | undefined;
  /** Whether hosts that are IP addresses may set cookies (aiohttp's `unsafe`). Default true. */
  readonly ipCookies?: boolean | undefined;
  /** Cookies the own jar keeps in all, those that were set longest ago out first. Default 3000. */
  readonly maxCookies?: number | undefined;
  /** Of these, how many for one host and its neighbours below one registrable domain. Default 180. */
  readonly maxCookiesPerHost?: number | undefined;
  /** Longest line of Set-Cookie, in characters; longer ones are dropped. Default 4096. */
  readonly maxCookieLength?: number | undefined;
  readonly timeout?: TimeoutOptions | undefined;
  /** Redirects followed; the next one throws. Default 30, from requests. */
  readonly maxRedirects?: number | undefined;
  /** Default `standard`. */
  readonly redirectRules?: RedirectRules | undefined;
  /** How long addresses are kept; 0: not at all, null: for ever. Default 10 000, from aiohttp. */
  readonly dnsTtlMs?: number | null | undefined;
  /** Names kept, the least recently used out first. Default 1000. */
  readonly dnsCacheMaxSize?: number | undefined;
  /** Resolves names in place of the system's getaddrinfo. */
  readonly resolver?: Resolver | undefined;
  /** Asked with the address really used, IP literals too; false fails with `private_address`. */
  readonly addressFilter?: AddressFilter | undefined;
  /**
   * `stale` (default): a request that met a socket closed while idle runs once more, on one opened since
   * or a new one. `once`: any that got no byte runs once more, on any socket (aiohttp). `never`: requests.
   */
  readonly silentRetry?: SilentRetry | undefined;
  /** Decoded bytes kept of a body; the rest is cut. null (default): all. */
  readonly maxBodyBytes?: number | null | undefined;
  /**
   * How much of large bodies that are read as a whole is collected at a time, as it comes; of one it may
   * be more. Others wait meanwhile, and their timeouts between reads with them. null (default): no bound.
   */
  readonly maxCollectedBytes?: number | null | undefined;
  /** A streamed body is read ahead that far. Default 65 536; 0: not before it is asked for. */
  readonly readAheadBytes?: number | undefined;
  /** A rest of at most that many bytes is read away to keep a socket. Default 65 536. */
  readonly drainBytes?: number | undefined;
  /** An unread body that holds its socket that long is warned about; null: never. Default 10 000. */
  readonly unreadWarningMs?: number | null | undefined;
  /** Gets urllib3's log lines. Default: stderr where NODE_DEBUG has `webspool`. */
  readonly logger?: SessionLogger | undefined;
  /** For the adapters of `https://` and `http://`, one each. */
  readonly adapter?: HTTPAdapterOptions | undefined;
}

export type RequestBodyInit =
  | string
  | Uint8Array
  | ArrayBuffer
  | Readable
  | AsyncIterable<Uint8Array>;

export interface RequestOptions {
  /** Win over the session's; null removes one. */
  readonly headers?: HeadersInit | undefined;
  readonly body?: RequestBodyInit | undefined;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as application/x-www-form-urlencoded. */
  readonly form?: Readonly<Record<string, string>> | URLSearchParams | undefined;
  /** Wins over the session's, entry by entry. */
  readonly timeout?: TimeoutOptions | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Default true; false for `head`. */
  readonly allowRedirects?: boolean | undefined;
  readonly maxRedirects?: number | undefined;
  /** Resolve at the headers; the body is read by the caller. Default false. */
  readonly stream?: boolean | undefined;
  readonly maxBodyBytes?: number | null | undefined;
  /** Undo Content-Encoding. Default true. */
  readonly decompress?: boolean | undefined;
  /** Sent besides the jar's, to this origin only; false: neither send nor store cookies. */
  readonly cookies?: Readonly<Record<string, string>> | false | undefined;
  /** Wins over the adapter's; part of the pool key. */
  readonly tls?: TlsOptions | undefined;
  /**
   * Skip the session's addressFilter. A socket opened so serves later requests to that origin too,
   * also those without it: decide per host, not per request.
   */
  readonly allowAddress?: boolean | undefined;
  /**
   * Told each exchange of this request as it went over the wire, redirects and retries included; the
   * request waits for it. Not with `stream`.
   */
  readonly record?: ExchangeRecorder | undefined;
}

export interface ResolvedTimeout {
  readonly totalMs: number;
  readonly acquireMs: number;
  readonly connectMs: number;
  readonly readMs: number;
}

export interface ResolvedSessionOptions {
  readonly headers: HeaderList;
  readonly cookies: boolean | CookieJar;
  readonly ipCookies: boolean;
  readonly cookieLimits: CookieLimits;
  readonly timeout: ResolvedTimeout;
  readonly maxRedirects: number;
  readonly redirectRules: RedirectRules;
  readonly dnsTtlMs: number;
  readonly dnsCacheMaxSize: number;
  readonly resolver: Resolver;
  readonly addressFilter: AddressFilter | null;
  readonly silentRetry: SilentRetry;
  readonly maxBodyBytes: number;
  readonly maxCollectedBytes: number;
  readonly readAheadBytes: number;
  readonly drainBytes: number;
  readonly unreadWarningMs: number;
}

const NAMES = [
  "headers",
  "userAgent",
  "cookies",
  "ipCookies",
  "maxCookies",
  "maxCookiesPerHost",
  "maxCookieLength",
  "timeout",
  "maxRedirects",
  "redirectRules",
  "dnsTtlMs",
  "dnsCacheMaxSize",
  "resolver",
  "addressFilter",
  "silentRetry",
  "maxBodyBytes",
  "maxCollectedBytes",
  "readAheadBytes",
  "drainBytes",
  "unreadWarningMs",
  "logger",
  "adapter",
] as const satisfies readonly (keyof SessionOptions)[];

const REQUEST_NAMES = [
  "headers",
  "body",
  "json",
  "form",
  "timeout",
  "signal",
  "allowRedirects",
  "maxRedirects",
  "stream",
  "maxBodyBytes",
  "decompress",
  "cookies",
  "tls",
  "allowAddress",
  "record",
] as const satisfies readonly (keyof RequestOptions)[];

const TIMEOUT_NAMES = ["totalMs", "acquireMs", "connectMs", "readMs"];

const DEFAULT_TIMEOUT: ResolvedTimeout = {
  totalMs: 300_000,
  acquireMs: Infinity,
  connectMs: 30_000,
  readMs: Infinity,
};

export function checkRequestOptions(options: RequestOptions): void {
  checkNames("The request", options, REQUEST_NAMES);
  const bodies = [options.body, options.json, options.form].filter((each) => each !== undefined);
  if (bodies.length > 1) throw wrongOption("A request has one of body, json and form.");
  if (options.record !== undefined && options.stream === true) {
    throw wrongOption(
      "A request that is recorded has its body read: stream and record exclude each other.",
    );
  }
}

export function resolveTimeout(
  timeout: TimeoutOptions | undefined,
  defaults: ResolvedTimeout = DEFAULT_TIMEOUT,
): ResolvedTimeout {
  if (timeout === undefined) return defaults;
  if (typeof timeout !== "object" || timeout === null) {
    throw wrongOption(`timeout takes an object of ${TIMEOUT_NAMES.join(", ")}.`);
  }
  checkNames("timeout", timeout, TIMEOUT_NAMES);
  const pick = (name: keyof ResolvedTimeout): number =>
    timeout[name] === undefined ? defaults[name] : milliseconds(name, timeout[name]);
  return {
    totalMs: pick("totalMs"),
    acquireMs: pick("acquireMs"),
    connectMs: pick("connectMs"),
    readMs: pick("readMs"),
  };
}

/** null is no bound. */
export function byteLimit(name: string, value: number | null): number {
  return value === null ? Infinity : integer(name, value, 0);
}

function oneOf<T extends string>(name: string, value: T, values: readonly T[]): T {
  if (values.includes(value)) return value;
  throw wrongOption(`${name} takes ${values.join(", ")}, not ${JSON.stringify(value)}.`);
}

/** Throws a SessionUsageError `invalid_option`. */
export function resolveSessionOptions(options: SessionOptions): ResolvedSessionOptions {
  checkNames("Session", options, NAMES);
  const { cookies = true } = options;
  if (typeof cookies !== "boolean" && !(cookies instanceof toughCookie().CookieJar)) {
    throw wrongOption("cookies takes true, false or a CookieJar of tough-cookie.");
  }
  const headers = new HeaderList([
    ["user-agent", options.userAgent ?? "webspool"],
    ["accept", "*/*"],
    ["accept-encoding", ACCEPT_ENCODING],
  ]).with(options.headers);
  const { dnsTtlMs = 10_000 } = options;
  return {
    headers,
    cookies,
    ipCookies: options.ipCookies ?? true,
    cookieLimits: {
      inAll: integer("maxCookies", options.maxCookies ?? 3000, 1),
      perHost: integer("maxCookiesPerHost", options.maxCookiesPerHost ?? 180, 1),
      length: integer("maxCookieLength", options.maxCookieLength ?? 4096, 1),
    },
    timeout: resolveTimeout(options.timeout),
    maxRedirects: integer("maxRedirects", options.maxRedirects ?? 30, 0),
    redirectRules: oneOf("redirectRules", options.redirectRules ?? "standard", [
      "standard",
      "requests",
    ]),
    dnsTtlMs: dnsTtlMs === 0 ? 0 : milliseconds("dnsTtlMs", dnsTtlMs),
    dnsCacheMaxSize: integer("dnsCacheMaxSize", options.dnsCacheMaxSize ?? 1000, 1),
    resolver: options.resolver ?? systemResolver,
    addressFilter: options.addressFilter ?? null,
    silentRetry: oneOf("silentRetry", options.silentRetry ?? "stale", ["stale", "once", "never"]),
    maxBodyBytes: byteLimit("maxBodyBytes", options.maxBodyBytes ?? null),
    maxCollectedBytes: byteLimit("maxCollectedBytes", options.maxCollectedBytes ?? null),
    readAheadBytes: integer("readAheadBytes", options.readAheadBytes ?? 65_536, 0),
    drainBytes: integer("drainBytes", options.drainBytes ?? 65_536, 0),
    unreadWarningMs: milliseconds(
      "unreadWarningMs",
      options.unreadWarningMs === undefined ? 10_000 : options.unreadWarningMs,
    ),
  };
}
