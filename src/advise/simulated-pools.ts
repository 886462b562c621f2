/**
 * The pools of one adapter of a session in virtual time: which request gets an idle socket, which opens
 * one, which waits. Rule by rule what `session/http-adapter.ts` and `session/host-pool.ts` do on
 * HTTP/1.1, but for real sockets.
 */
import type { PoolSettings } from "../thread-config.ts";
import type { OriginFacts, TracedRequest } from "./trace.ts";

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

/** A request on its way through an adapter; whoever sent it keeps it until it ends. */
export class Flight {
  /** The request's number: the simulation only hands it back. */
  readonly id: number;
  readonly connected: boolean;
  readonly spoils: boolean;
  readonly pool: Pool;
  readonly adapter: SimulatedPools;
  socket: Socket | null = null;

  constructor(id: number, request: TracedRequest, pool: Pool, adapter: SimulatedPools) {
    this.id = id;
    this.connected = request.connected;
    this.spoils = request.spoils;
    this.pool = pool;
    this.adapter = adapter;
  }
}

interface Socket {
  served: number;
  idleSince: number;
}

interface Waiting {
  readonly flight: Flight;
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
  inUse = 0;
  evicted = false;

  constructor(origin: number, idleMs: number) {
    this.origin = origin;
    this.idleMs = idleMs;
  }

  get unused(): boolean {
    return this.inUse === 0 && this.waiting.length === 0;
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
  readonly #start: (flight: Flight, now: number, handshakeMs: number) => void;
  /** In the order of use, the least recently used first. */
  readonly #pools = new Map<number, Pool>();
  readonly #draining = new Map<number, Pool>();
  readonly #waitingPools = new Set<Pool>();
  #inUse = 0;
  #sequence = 0;

  /** @param start is told of each request that has a connection, and what opening it cost */
  constructor(input: {
    readonly settings: PoolSettings;
    readonly origins: readonly OriginFacts[];
    readonly tally: Tally;
    readonly start: (flight: Flight, now: number, handshakeMs: number) => void;
  }) {
    this.#settings = input.settings;
    this.#origins = input.origins;
    this.#tally = input.tally;
    this.#start = input.start;
  }

  /** The session gets a request. */
  send(id: number, request: TracedRequest, now: number): Flight {
    const pool = this.#touch(request.origin);
    const flight = new Flight(id, request, pool, this);
    if (pool.waiting.length === 0 && this.#hasRoom(pool)) {
      this.#begin(flight, now);
      return flight;
    }
    this.#sequence += 1;
    pool.waiting.push({ flight, since: now, sequence: this.#sequence });
    this.#waitingPools.add(pool);
    this.#tally.waits += 1;
    return flight;
  }

  /** A request that was started has ended. */
  finish({ pool, socket, spoils }: Flight, now: number): void {
    pool.inUse -= 1;
    this.#inUse -= 1;
    pool.expire(now);
    const { requestLimit = Infinity } = this.#origins[pool.origin] ?? {};
    const closes = spoils || this.#settings.forceClose || pool.idleMs <= 0 || socket === null;
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
    if (poolBlock && poolMaxsize > 0 && pool.inUse >= poolMaxsize) return false;
    return limitPerHost === 0 || pool.inUse < limitPerHost;
  }

  #begin(flight: Flight, now: number): void {
    const tally = this.#tally;
    const { pool } = flight;
    this.#inUse += 1;
    pool.inUse += 1;
    pool.expire(now);
    let handshakeMs = 0;
    if (flight.connected) {
      tally.requests += 1;
      let socket = pool.idle.pop() ?? null;
      if (socket !== null) tally.reused += 1;
      else {
        socket = { served: 0, idleSince: now };
        handshakeMs = this.#origins[pool.origin]?.handshakeMs ?? 0;
        tally.opened += 1;
        tally.handshakeMs += handshakeMs;
      }
      socket.served += 1;
      flight.socket = socket;
    }
    tally.mostInUse = Math.max(tally.mostInUse, pool.inUse);
    tally.mostOpen = Math.max(tally.mostOpen, pool.inUse + pool.idle.length);
    this.#start(flight, now, handshakeMs);
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
    this.#begin(first.flight, now);
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
