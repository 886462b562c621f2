/**
 * A session: defaults, cookies and pooled connections for many requests, after requests' Session
 * and aiohttp's ClientSession. One per thread; nothing in it is shared between threads.
 */
import { EventEmitter } from "node:events";
import type { CookieJar } from "tough-cookie";
import { checkTls, type HTTPAdapterOptions } from "./adapter-options.ts";
import { SessionCookies } from "./cookies.ts";
import { Failure } from "./failure.ts";
import { HTTPAdapter } from "./http-adapter.ts";
import { Mounts, type Mount } from "./mounts.ts";
import { aiohttpPreset, requestsPreset, type SessionPreset } from "./presets.ts";
import type { ConnectionRecord } from "./records.ts";
import { encodeBody } from "./request-body.ts";
import type { Hop } from "./redirect.ts";
import { RequestFlow, type FlowSession, type RequestPlan } from "./request-flow.ts";
import type { Response } from "./response.ts";
import { SessionContext, type SessionStats } from "./session-context.ts";
import { AbortError, SessionUsageError } from "./session-error.ts";
import type { SessionEventMap } from "./session-events.ts";
import { environmentLogger, SessionLog } from "./session-log.ts";
import {
  byteLimit,
  checkRequestOptions,
  resolveSessionOptions,
  resolveTimeout,
  type RequestOptions,
  type ResolvedSessionOptions,
  type SessionOptions,
} from "./session-options.ts";

export class Session extends EventEmitter<SessionEventMap> {
  readonly #context: SessionContext;
  readonly #flow: FlowSession;
  readonly #options: ResolvedSessionOptions;
  readonly #mounts = new Mounts();
  readonly #cookies: SessionCookies | null;
  readonly #closing = new AbortController();
  /** Adapters whose mount was replaced: their sockets are closed with the session. */
  readonly #replaced = new Set<HTTPAdapter>();
  #inFlight = 0;
  #whenIdle: (() => void) | null = null;
  #closed: Promise<void> | null = null;

  /** Throws a SessionUsageError `invalid_option` for unknown, wrong or contradictory options. */
  constructor(options: SessionOptions = {}) {
    super();
    const resolved = resolveSessionOptions(options);
    this.#options = resolved;
    const { cookies } = resolved;
    this.#cookies =
      cookies === false
        ? null
        : new SessionCookies(
            cookies === true ? null : cookies,
            resolved.ipCookies,
            resolved.cookieLimits,
          );
    const logger = options.logger ?? environmentLogger();
    this.#context = new SessionContext(this, {
      ...resolved,
      log: logger === null ? null : new SessionLog(logger),
    });
    this.#flow = {
      context: this.#context,
      closing: this.#closing.signal,
      mountFor: (url) => this.#mountFor(url),
    };
    // One adapter each, as in requests: http and https do not push each other out.
    this.mount("https://", new HTTPAdapter(options.adapter));
    this.mount("http://", new HTTPAdapter(options.adapter));
  }

  /** A session that behaves as requests does; `options` and `adapter` win over its defaults. */
  static likeRequests(options: SessionOptions = {}, adapter: HTTPAdapterOptions = {}): Session {
    return Session.#fromPreset(requestsPreset, options, adapter);
  }

  /** A session that behaves as aiohttp does; `options` and `adapter` win over its defaults. */
  static likeAiohttp(options: SessionOptions = {}, adapter: HTTPAdapterOptions = {}): Session {
    return Session.#fromPreset(aiohttpPreset, options, adapter);
  }

  static #fromPreset(
    preset: SessionPreset,
    options: SessionOptions,
    adapter: HTTPAdapterOptions,
  ): Session {
    const own = { ...options.adapter, ...adapter };
    const base = { ...preset.adapter };
    // Contradicts forceClose; the preset's default must not.
    if (own.forceClose === true) delete base.keepAliveTimeoutMs;
    return new Session({
      ...preset.session,
      ...options,
      timeout: { ...preset.session.timeout, ...options.timeout },
      adapter: { ...base, ...own },
    });
  }

  /** The jar; null with `cookies: false`. */
  get cookieJar(): CookieJar | null {
    return this.#cookies?.jar ?? null;
  }

  /** Whether `close` was called. */
  get closed(): boolean {
    return this.#closed !== null;
  }

  /** Serves URLs with that prefix through that adapter; see `Mounts`. Throws `adapter_in_use`. */
  mount(prefix: string, adapter: HTTPAdapter): this {
    adapter.bind(this.#context);
    const replaced = this.#mounts.set(prefix, adapter);
    if (replaced !== null && !this.#mounts.adapters.has(replaced)) {
      replaced.retire();
      this.#replaced.add(replaced);
    }
    return this;
  }

  /** Mounted prefixes, in the order they are tried. */
  get mounts(): readonly string[] {
    return this.#mounts.prefixes;
  }

  /** The adapter that serves a URL. Throws `no_adapter`, or `invalid_url`. */
  getAdapter(url: string | URL): HTTPAdapter {
    return this.#mountFor(parseUrl(url)).adapter;
  }

  get(url: string | URL, options?: RequestOptions): Promise<Response> {
    return this.request("GET", url, options);
  }

  /** Redirects are not followed unless `allowRedirects` says so, as in the originals. */
  head(url: string | URL, options?: RequestOptions): Promise<Response> {
    return this.request("HEAD", url, { allowRedirects: false, ...options });
  }

  options(url: string | URL, options?: RequestOptions): Promise<Response> {
    return this.request("OPTIONS", url, options);
  }

  post(url: string | URL, options?: RequestOptions): Promise<Response> {
    return this.request("POST", url, options);
  }

  put(url: string | URL, options?: RequestOptions): Promise<Response> {
    return this.request("PUT", url, options);
  }

  patch(url: string | URL, options?: RequestOptions): Promise<Response> {
    return this.request("PATCH", url, options);
  }

  delete(url: string | URL, options?: RequestOptions): Promise<Response> {
    return this.request("DELETE", url, options);
  }

  /**
   * Sends a request; resolves with the response, its body read (or, with `stream`, at its headers).
   * Rejects with a SessionError: its `code` says what failed, its `exchanges` what was tried. A
   * status of 400 or more is no error.
   */
  async request(
    method: string,
    url: string | URL,
    options: RequestOptions = {},
  ): Promise<Response> {
    if (this.#closed !== null) {
      throw new SessionUsageError("session_closed", "The session is closed; make a new one.");
    }
    checkRequestOptions(options);
    const hop = this.#firstHop(method, parseUrl(url), options);
    const plan = this.#plan(options, hop.extraCookies);
    if (plan.signal?.aborted === true) {
      throw new AbortError("aborted", `${method} ${hop.url.href}: the signal was aborted before`, {
        cause: plan.signal.reason,
      });
    }
    this.#inFlight += 1;
    try {
      return await new RequestFlow(this.#flow, plan).run(hop);
    } finally {
      this.#inFlight -= 1;
      if (this.#inFlight === 0) this.#whenIdle?.();
    }
  }

  /** Counters since the session was made. */
  stats(): SessionStats {
    return this.#context.stats();
  }

  /** Open connections; with `closed` also the last 1000 or more that were closed. */
  connections(options: { readonly closed?: boolean } = {}): readonly ConnectionRecord[] {
    return this.#context.connections(options.closed ?? false);
  }

  /**
   * Ends the session: after at most `graceMs` (default 0) requests in flight fail with `aborted`,
   * and every socket is closed. Resolves when nothing is left open.
   */
  close(options: { readonly graceMs?: number } = {}): Promise<void> {
    return (this.#closed ??= this.#close(options.graceMs ?? 0));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #mountFor(url: URL): Mount {
    const mount = this.#mounts.find(url.href);
    if (mount === null) {
      throw new SessionUsageError(
        "no_adapter",
        `No adapter is mounted for ${url.href}; mounted are ${this.mounts.join(", ")}.`,
      );
    }
    return mount;
  }

  async #close(graceMs: number): Promise<void> {
    if (graceMs > 0 && this.#inFlight > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, graceMs);
        this.#whenIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#closing.abort();
    const adapters = new Set([...this.#mounts.adapters, ...this.#replaced]);
    const failure = new Failure("aborted", "the session was closed");
    await Promise.all(
      Array.from(adapters, (adapter) =>
        adapter.close((attempt) => attempt.fail(failure, "session_closed")),
      ),
    );
    this.#context.dns.clear();
  }

  #firstHop(method: string, url: URL, options: RequestOptions): Hop {
    const { body, contentType } = encodeBody(options);
    let { headers } = this.#options;
    if (contentType !== null) headers = headers.with({ "content-type": contentType });
    if (url.username !== "" || url.password !== "") {
      const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
      const basic = Buffer.from(credentials).toString("base64");
      headers = headers.with({ authorization: `Basic ${basic}` });
      url.username = "";
      url.password = "";
    }
    headers = headers.with(options.headers);
    const extra = options.cookies === false ? {} : (options.cookies ?? {});
    const pairs = Object.entries(extra).map(([name, value]) => `${name}=${value}`);
    return { method: method.toUpperCase(), url, headers, body, extraCookies: pairs.join("; ") };
  }

  #plan(options: RequestOptions, extraCookies: string): RequestPlan {
    const defaults = this.#options;
    const timeout = resolveTimeout(options.timeout, defaults.timeout);
    checkTls("tls", options.tls);
    return {
      stream: options.stream ?? false,
      decompress: options.decompress ?? true,
      allowAddress: options.allowAddress ?? false,
      tls: options.tls,
      signal: options.signal ?? null,
      record: options.record ?? null,
      ...timeout,
      totalDeadline: performance.now() + timeout.totalMs,
      maxBodyBytes:
        options.maxBodyBytes === undefined
          ? defaults.maxBodyBytes
          : byteLimit("maxBodyBytes", options.maxBodyBytes),
      readAheadBytes: defaults.readAheadBytes,
      drainBytes: defaults.drainBytes,
      unreadWarningMs: defaults.unreadWarningMs,
      allowRedirects: options.allowRedirects ?? true,
      maxRedirects: options.maxRedirects ?? defaults.maxRedirects,
      redirectRules: defaults.redirectRules,
      silentRetry: defaults.silentRetry,
      cookies: options.cookies === false ? null : this.#cookies,
      extraCookies,
    };
  }
}

function parseUrl(url: string | URL): URL {
  const parsed = URL.parse(String(url));
  if (parsed === null) {
    throw new SessionUsageError("invalid_url", `"${String(url)}" is no URL; give an absolute one.`);
  }
  return parsed;
}
