/**
 * Sends requests through pools of connections, like requests' HTTPAdapter with the limits of
 * aiohttp's TCPConnector. A session mounts it at URL prefixes.
 */
import type { Dispatcher } from "undici";
import {
  resolveAdapterOptions,
  type HTTPAdapterOptions,
  type ResolvedAdapterOptions,
} from "./adapter-options.ts";
import { Attempt } from "./attempt.ts";
import { undiciClientOptions } from "./client-options.ts";
import type { Connection } from "./connection.ts";
import { Connector } from "./connector.ts";
import { HostPool } from "./host-pool.ts";
import type { PreparedRequest } from "./prepared-request.ts";
import type { OpenReason } from "./records.ts";
import type { SessionContext } from "./session-context.ts";
import { SessionUsageError } from "./session-error.ts";
import { tlsKey, type TlsOptions } from "./tls-options.ts";

/** Keys of evicted pools that are remembered, to say why their next socket was opened. */
const MAX_REMEMBERED_KEYS = 1000;

export class HTTPAdapter {
  readonly options: ResolvedAdapterOptions;
  /** In the order of use, the least recently used first. */
  readonly #pools = new Map<string, HostPool>();
  /** Evicted while requests had connections or waited: they run to their end. */
  readonly #draining = new Map<string, HostPool>();
  readonly #evictedKeys = new Map<string, number | null>();
  readonly #connectors = new Map<string, Connector>();
  readonly #waitingPools = new Set<HostPool>();
  #newest: HostPool | null = null;
  #context: SessionContext | null = null;
  /** The most connections in use at a time, over all pools. */
  readonly #most: number;
  /** The most connections in use at a time in one pool. */
  readonly mostPerPool: number;
  #inUse = 0;
  #sequence = 0;

  /** Throws a SessionUsageError `invalid_option`. */
  constructor(options: HTTPAdapterOptions = {}) {
    this.options = resolveAdapterOptions(options);
    const { limit, limitPerHost, maxOpen, poolBlock, poolMaxsize } = this.options;
    this.#most = Math.min(limit || Infinity, maxOpen || Infinity);
    const blocked = poolBlock ? poolMaxsize : 0;
    this.mostPerPool = Math.min(this.#most, limitPerHost || Infinity, blocked || Infinity);
  }

  /** The session it serves. An adapter's sockets, and their numbers, belong to one session. */
  bind(context: SessionContext): void {
    if (this.#context !== null && this.#context !== context) {
      throw new SessionUsageError(
        "adapter_in_use",
        "This HTTPAdapter is mounted in another session; make one for each session.",
      );
    }
    this.#context = context;
  }

  get context(): SessionContext {
    if (this.#context === null) throw new TypeError("the adapter is not mounted");
    return this.#context;
  }

  /** Pools kept now. */
  get poolCount(): number {
    return this.#pools.size;
  }

  /** Connections that requests have now, over all pools. */
  get inUse(): number {
    return this.#inUse;
  }

  /** Requests that wait for a connection now. */
  get waiting(): number {
    let waiting = 0;
    for (const pool of this.#waitingPools) waiting += pool.waiters.size;
    return waiting;
  }

  /** Starts the request, or lets it wait. `attempt.ready` tells the outcome. */
  send(request: PreparedRequest, mount: string): Attempt {
    const pool = this.#poolFor(request);
    const attempt = new Attempt(request, mount, this.#dispatchOptions(request));
    attempt.pool = pool;
    // Nobody overtakes: with room in this pool, those who wait elsewhere wait for their own pool.
    if (pool.waiters.size === 0 && pool.hasRoom && this.#hasRoom) {
      this.#inUse += 1;
      pool.start(attempt);
    } else {
      attempt.sequence = this.#sequence += 1;
      pool.waiters.push(attempt);
      this.#waitingPools.add(pool);
      this.context.onQueued(pool);
      attempt.onQueued(this.options.poolTimeoutMs);
    }
    return attempt;
  }

  // The pools' side.

  /** A connection is free: those who wait have their turn. */
  onFreed(pool: HostPool): void {
    this.#inUse -= 1;
    this.onRoom(pool);
    if (pool.evicted && pool.unused) this.#draining.delete(pool.key);
  }

  /** Those who wait may run now. */
  onRoom(pool: HostPool): void {
    if (this.#most === Infinity) this.#serve(pool);
    else this.#serveAll();
  }

  onWaitEnded(pool: HostPool, attempt: Attempt, served: boolean): void {
    if (pool.waiters.size === 0) this.#waitingPools.delete(pool);
    this.context.onDequeued(pool, performance.now() - attempt.exchange.queuedAt, served);
    // One that is served is about to be in use: the pool stays known, or its host got a second.
    if (!served && pool.evicted && pool.unused) this.#draining.delete(pool.key);
  }

  /** A pool is about to open a socket: with `maxOpen`, idle ones make room, first those that it passed over. */
  onOpening(opening: HostPool): void {
    const { maxOpen } = this.options;
    if (maxOpen === 0) return;
    // What is in use includes the one about to be opened.
    let over = this.#inUse - maxOpen;
    for (const pool of this.#pools.values()) over += pool.idle;
    for (const pool of [opening, ...this.#pools.values()]) {
      while (over > 0 && pool.closeOldestIdle()) over -= 1;
    }
  }

  onDiscarded(pool: HostPool, connection: Connection): void {
    this.context.onDiscarded(pool, connection);
  }

  /** Its mount was replaced: idle sockets close now, the others when they come back. */
  retire(): void {
    while (this.#pools.size > 0) this.#evictOldest();
  }

  /** Ends all requests and sockets; `end` fails an attempt. Resolves when all are closed. */
  async close(end: (attempt: Attempt) => void): Promise<void> {
    const pools = [...this.#pools.values(), ...this.#draining.values()];
    this.#pools.clear();
    this.#draining.clear();
    this.#waitingPools.clear();
    this.#newest = null;
    await Promise.all(pools.map((pool) => pool.close(end)));
  }

  get #hasRoom(): boolean {
    return this.#inUse < this.#most;
  }

  #serve(pool: HostPool): void {
    while (pool.waiters.size > 0 && pool.hasRoom && this.#hasRoom) {
      const attempt = pool.waiters.shift();
      if (attempt === undefined) return;
      this.onWaitEnded(pool, attempt, true);
      this.#inUse += 1;
      pool.start(attempt);
    }
  }

  /** With a limit over all pools the one who came first is served first, whatever its pool. */
  #serveAll(): void {
    while (this.#hasRoom) {
      let best: HostPool | null = null;
      let bestSequence = Infinity;
      for (const pool of this.#waitingPools) {
        const sequence = pool.waiters.first?.sequence ?? Infinity;
        if (sequence < bestSequence && pool.hasRoom) {
          best = pool;
          bestSequence = sequence;
        }
      }
      const attempt = best?.waiters.shift();
      if (best === null || attempt === undefined) return;
      this.onWaitEnded(best, attempt, true);
      this.#inUse += 1;
      best.start(attempt);
    }
  }

  #poolFor(request: PreparedRequest): HostPool {
    const settings =
      request.tls === undefined || request.url.protocol === "http:"
        ? this.options.tls
        : request.tls;
    const key = request.url.origin + poolKeySuffix(request.url, settings);
    const newest = this.#newest;
    if (newest !== null && newest.key === key) return newest;
    let pool = this.#pools.get(key);
    if (pool === undefined) {
      pool = this.#draining.get(key) ?? this.#create(key, request.url, settings);
      this.#draining.delete(key);
      pool.evicted = false;
      this.#pools.set(key, pool);
      this.#newest = pool;
      if (this.#pools.size > this.options.poolConnections) this.#evictOldest();
    } else {
      this.#pools.delete(key);
      this.#pools.set(key, pool);
      this.#newest = pool;
    }
    return pool;
  }

  #create(key: string, url: URL, tls: TlsOptions | undefined): HostPool {
    const { options } = this;
    const connector = this.#connectorFor(tls);
    const pool: HostPool = new HostPool(
      this,
      key,
      url,
      (dial, allowAddress) =>
        connector.open(pool, allowAddress ? null : this.context.addressFilter, dial),
      undiciClientOptions(options),
      this.#firstReason(key, url.origin),
    );
    return pool;
  }

  #connectorFor(tls: TlsOptions | undefined): Connector {
    const key = tlsKey(tls);
    let connector = this.#connectors.get(key);
    if (connector === undefined) {
      const { proxy, localAddress, http2, happyEyeballsDelayMs } = this.options;
      const { dns } = this.context;
      connector = new Connector({ dns, tls, proxy, localAddress, http2, happyEyeballsDelayMs });
      this.#connectors.set(key, connector);
    }
    return connector;
  }

  #firstReason(key: string, origin: string): { reason: OpenReason; previousId: number | null } {
    const evicted = this.#evictedKeys.get(key);
    if (evicted !== undefined) return { reason: "evicted", previousId: evicted };
    for (const pool of this.#pools.values()) {
      if (pool.origin === origin) return { reason: "key_mismatch", previousId: null };
    }
    return { reason: "first_use", previousId: null };
  }

  #evictOldest(): void {
    const oldest = this.#pools.values().next();
    if (oldest.done) return;
    const pool = oldest.value;
    this.#pools.delete(pool.key);
    if (this.#newest === pool) this.#newest = null;
    const idleClosed = pool.evict();
    this.#evictedKeys.delete(pool.key);
    this.#evictedKeys.set(pool.key, pool.newestConnectionId);
    if (this.#evictedKeys.size > MAX_REMEMBERED_KEYS) {
      const first = this.#evictedKeys.keys().next();
      if (!first.done) this.#evictedKeys.delete(first.value);
    }
    if (!pool.unused) this.#draining.set(pool.key, pool);
    this.context.onEvicted(pool, idleClosed);
  }

  #dispatchOptions(request: PreparedRequest): Dispatcher.DispatchOptions {
    const { options } = this;
    const { url, method } = request;
    const path = url.pathname + url.search;
    // A proxy gets the whole URL, and its credentials in each request (RFC 9112, 3.2.2).
    const proxy = url.protocol === "http:" ? options.proxy : null;
    const authorization = proxy?.authorization ?? null;
    const dispatch: Dispatcher.DispatchOptions & { servername?: string } = {
      path: proxy === null ? path : url.origin + path,
      method,
      headers:
        authorization === null
          ? request.headers
          : [...request.headers, "proxy-authorization", authorization],
      body: request.body as Exclude<Dispatcher.DispatchOptions["body"], undefined>,
    };
    // Else undici takes it from a Host header and closes the socket when that changes.
    if (url.protocol === "https:") dispatch.servername = url.hostname;
    if (options.forceClose) dispatch.reset = true;
    // undici would close the socket after a HEAD, for servers that send a body all the same.
    else if (method === "HEAD") dispatch.reset = false;
    return dispatch;
  }
}

function poolKeySuffix(url: URL, tls: TlsOptions | undefined): string {
  if (tls === undefined || url.protocol === "http:") return "";
  const key = tlsKey(tls);
  return key === "" ? "" : `|tls=${key}`;
}
