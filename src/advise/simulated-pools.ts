/**
 * The pools of one adapter of a session in virtual time: which request gets an idle socket, which opens
 * one, which waits. Rule by rule what `session/http-adapter.ts` and `session/host-pool.ts` do on
 * HTTP/1.1, but for real sockets.
 */
import type { OriginFacts, PoolSettings } from "./trace.ts";

/** What a replay counts. */
export interface Tally {
  /** Sockets opened, and what their handshakes cost. */
  opened: number;
  handshakeMs: number;
  /** Requests that reached a socket, and those of them that met one that had served. */
  requests: number;
  reused: number;
  /** Requests that waited for a place in a pool, and for how long. */
  waits: number;
  waitMs: number;
  /** Pools that had to go for others, and sockets discarded because enough were idle. */
  evicted: number;
  discarded: number;
  /** The most sockets that one pool had open at a time, and the most that were in use. */
  mostOpen: number;
  mostInUse: number;
}

export interface SimulatedRequest {
  /** The request's number: the simulation only hands it back. */
  readonly id: number;
  readonly origin: number;
  readonly connected: boolean;
  readonly spoils: boolean;
}

interface Socket {
  served: number;
  idleSince: number;
}

interface Waiting {
  readonly request: SimulatedRequest;
  readonly since: number;
  readonly sequence: number;
}

class Pool {
  readonly origin: number;
  /** Idle longer than this, a socket is closed by whichever side is sooner. */
  readonly idleMs: number;
  /** The newest last. */
  readonly idle: Socket[] = [];
  readonly waiting: Waiting[] = [];
  readonly held = new Map<number, Socket | null>();
  evicted = false;

  constructor(origin: number, idleMs: number) {
    this.origin = origin;
    this.idleMs = idleMs;
  }

  get unused(): boolean {
    return this.held.size === 0 && this.waiting.length === 0;
  }

  /** Closes what was idle for too long: all have the same limit, so the oldest go first. */
  expire(now: number): void {
    let gone = 0;
    for (const { idleSince } of this.idle) {
      if (now - idleSince < this.idleMs) break;
      gone += 1;
    }
    if (gone > 0) this.idle.splice(0, gone);
  }
}

export class SimulatedPools {
  readonly #settings: PoolSettings;
  readonly #origins: readonly OriginFacts[];
  readonly #tally: Tally;
  readonly #start: (request: SimulatedRequest, now: number, handshakeMs: number) => void;
  /** In the order of use, the least recently used first. */
  readonly #pools = new Map<number, Pool>();
  readonly #draining = new Map<number, Pool>();
  readonly #waitingPools = new Set<Pool>();
  readonly #poolOf = new Map<number, Pool>();
  #inUse = 0;
  #sequence = 0;

  /** @param start is told of each request that has a connection, and what opening it cost */
  constructor(input: {
    readonly settings: PoolSettings;
    readonly origins: readonly OriginFacts[];
    readonly tally: Tally;
    readonly start: (request: SimulatedRequest, now: number, handshakeMs: number) => void;
  }) {
    this.#settings = input.settings;
    this.#origins = input.origins;
    this.#tally = input.tally;
    this.#start = input.start;
  }

  /** The session gets a request. */
  send(request: SimulatedRequest, now: number): void {
    const pool = this.#touch(request.origin);
    this.#poolOf.set(request.id, pool);
    if (pool.waiting.length === 0 && this.#hasRoom(pool)) {
      this.#begin(pool, request, now);
      return;
    }
    this.#sequence += 1;
    pool.waiting.push({ request, since: now, sequence: this.#sequence });
    this.#waitingPools.add(pool);
    this.#tally.waits += 1;
  }

  /** A request that was started has ended. */
  finish(request: SimulatedRequest, now: number): void {
    const pool = this.#poolOf.get(request.id);
    if (pool === undefined) throw new Error(`request ${request.id} was never sent`);
    this.#poolOf.delete(request.id);
    const socket = pool.held.get(request.id) ?? null;
    pool.held.delete(request.id);
    this.#inUse -= 1;
    pool.expire(now);
    const { requestLimit = Infinity } = this.#origins[pool.origin] ?? {};
    const closes =
      request.spoils || this.#settings.forceClose || pool.idleMs <= 0 || socket === null;
    if (!closes && socket.served < requestLimit) {
      socket.idleSince = now;
      pool.idle.push(socket);
    }
    if (this.#settings.limit === 0) this.#serve(pool, now);
    else this.#serveAll(now);
    if (pool.evicted) {
      if (pool.unused) this.#draining.delete(pool.origin);
      pool.idle.length = 0;
      return;
    }
    const { poolMaxsize } = this.#settings;
    if (poolMaxsize > 0 && pool.idle.length > poolMaxsize) {
      this.#tally.discarded += pool.idle.length - poolMaxsize;
      pool.idle.length = poolMaxsize;
    }
  }

  #hasRoom(pool: Pool): boolean {
    const { poolBlock, poolMaxsize, limit, limitPerHost } = this.#settings;
    if (limit > 0 && this.#inUse >= limit) return false;
    if (poolBlock && poolMaxsize > 0 && pool.held.size >= poolMaxsize) return false;
    return limitPerHost === 0 || pool.held.size < limitPerHost;
  }

  #begin(pool: Pool, request: SimulatedRequest, now: number): void {
    const tally = this.#tally;
    this.#inUse += 1;
    pool.expire(now);
    let socket: Socket | null = null;
    let handshakeMs = 0;
    if (request.connected) {
      tally.requests += 1;
      socket = pool.idle.pop() ?? null;
      if (socket !== null) tally.reused += 1;
      else {
        socket = { served: 0, idleSince: now };
        handshakeMs = this.#origins[pool.origin]?.handshakeMs ?? 0;
        tally.opened += 1;
        tally.handshakeMs += handshakeMs;
      }
      socket.served += 1;
    }
    pool.held.set(request.id, socket);
    tally.mostInUse = Math.max(tally.mostInUse, pool.held.size);
    tally.mostOpen = Math.max(tally.mostOpen, pool.held.size + pool.idle.length);
    this.#start(request, now, handshakeMs);
  }

  #serve(pool: Pool, now: number): void {
    while (pool.waiting.length > 0 && this.#hasRoom(pool)) this.#serveFirst(pool, now);
  }

  /** With a limit over all pools the one who came first is served first, whatever its pool. */
  #serveAll(now: number): void {
    for (;;) {
      let best: Pool | null = null;
      for (const pool of this.#waitingPools) {
        const sequence = pool.waiting[0]?.sequence ?? Infinity;
        if (sequence < (best?.waiting[0]?.sequence ?? Infinity) && this.#hasRoom(pool)) best = pool;
      }
      if (best === null) return;
      this.#serveFirst(best, now);
    }
  }

  #serveFirst(pool: Pool, now: number): void {
    const first = pool.waiting.shift();
    if (first === undefined) return;
    if (pool.waiting.length === 0) this.#waitingPools.delete(pool);
    this.#tally.waitMs += now - first.since;
    this.#begin(pool, first.request, now);
  }

  #touch(origin: number): Pool {
    let pool = this.#pools.get(origin);
    if (pool !== undefined) {
      this.#pools.delete(origin);
      this.#pools.set(origin, pool);
      return pool;
    }
    pool = this.#draining.get(origin) ?? new Pool(origin, this.#idleMs(origin));
    this.#draining.delete(origin);
    pool.evicted = false;
    this.#pools.set(origin, pool);
    if (this.#pools.size > this.#settings.poolConnections) this.#evictOldest();
    return pool;
  }

  #evictOldest(): void {
    for (const pool of this.#pools.values()) {
      this.#pools.delete(pool.origin);
      pool.evicted = true;
      pool.idle.length = 0;
      this.#tally.evicted += 1;
      if (!pool.unused) this.#draining.set(pool.origin, pool);
      return;
    }
  }

  #idleMs(origin: number): number {
    return Math.min(
      this.#settings.keepaliveTimeoutMs,
      this.#origins[origin]?.idleLimitMs ?? Infinity,
    );
  }
}
