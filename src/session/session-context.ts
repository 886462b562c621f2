/** What a session's adapters share: numbers, counters, events, the log, the DNS cache. */
import type { EventEmitter } from "node:events";
import type { Attempt } from "./attempt.ts";
import type { Connection } from "./connection.ts";
import type { AddressFilter } from "./connector.ts";
import { DnsCache, type Resolver } from "./dns-cache.ts";
import type { HostPool } from "./host-pool.ts";
import { LargeBodies } from "./large-bodies.ts";
import type { ConnectionRecord } from "./records.ts";
import type { RedirectEvent, RetryEvent, SessionEventMap } from "./session-events.ts";
import type { SessionLog } from "./session-log.ts";

/** A session's counters since it was made. */
export interface SessionStats {
  /** Attempts that ended, redirects and retries included. */
  readonly requests: number;
  /** Of these, how many ran on a socket that had served before. */
  readonly requestsReused: number;
  readonly requestsFailed: number;
  readonly connectionsOpened: number;
  readonly connectionsOpen: number;
  /** Sockets closed on return because enough were idle. */
  readonly connectionsDiscarded: number;
  readonly poolsEvicted: number;
  /** Attempts that had to wait for a connection, and for how long together. */
  readonly waits: number;
  readonly waitMs: number;
  /** Silent retries after an idle socket broke. */
  readonly staleRetries: number;
  readonly retries: number;
  readonly redirects: number;
}

/** Closed connections that `connections({ closed: true })` still knows. */
const MAX_CLOSED = 1000;

export class SessionContext {
  readonly dns: DnsCache;
  readonly addressFilter: AddressFilter | null;
  readonly largeBodies: LargeBodies;
  readonly log: SessionLog | null;
  readonly #emitter: EventEmitter<SessionEventMap>;
  readonly #open = new Map<number, ConnectionRecord>();
  readonly #closed: ConnectionRecord[] = [];
  readonly #warnedFull = new WeakSet<HostPool>();
  #lastConnectionId = 0;
  readonly counters = {
    requests: 0,
    requestsReused: 0,
    requestsFailed: 0,
    connectionsOpened: 0,
    connectionsDiscarded: 0,
    poolsEvicted: 0,
    waits: 0,
    waitMs: 0,
    staleRetries: 0,
    retries: 0,
    redirects: 0,
  };

  constructor(
    emitter: EventEmitter<SessionEventMap>,
    options: {
      readonly resolver: Resolver;
      readonly dnsTtlMs: number;
      readonly dnsCacheMaxSize: number;
      readonly addressFilter: AddressFilter | null;
      readonly maxCollectedBytes: number;
      readonly log: SessionLog | null;
    },
  ) {
    this.#emitter = emitter;
    this.addressFilter = options.addressFilter;
    this.largeBodies = new LargeBodies(options.maxCollectedBytes);
    this.log = options.log;
    this.dns = new DnsCache(options.resolver, options.dnsTtlMs, options.dnsCacheMaxSize, (event) =>
      this.#emit("dns", event),
    );
  }

  /** A listener that throws must not tear a pool apart: its error surfaces as uncaught. */
  #emit<K extends keyof SessionEventMap>(name: K, event: SessionEventMap[K][0]): void {
    if (this.#emitter.listenerCount(name) === 0) return;
    try {
      (this.#emitter as EventEmitter).emit(name, event);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  nextConnectionId(): number {
    return (this.#lastConnectionId += 1);
  }

  connections(withClosed: boolean): readonly ConnectionRecord[] {
    const open = [...this.#open.values()];
    return withClosed ? [...this.#closed, ...open] : open;
  }

  stats(): SessionStats {
    return { ...this.counters, connectionsOpen: this.#open.size };
  }

  onOpened(record: ConnectionRecord): void {
    this.counters.connectionsOpened += 1;
    this.#open.set(record.id, record);
    this.#emit("connection:start", { connection: record });
  }

  onClosed(record: ConnectionRecord): void {
    this.#open.delete(record.id);
    this.#closed.push(record);
    // In one piece now and then: shifting each time would cost the length of the list.
    if (this.#closed.length > 2 * MAX_CLOSED) this.#closed.splice(0, MAX_CLOSED);
    this.#emit("connection:close", { connection: record });
  }

  /** An attempt has ended and its record is complete. */
  onExchange(attempt: Attempt): void {
    const { exchange } = attempt;
    this.counters.requests += 1;
    if (exchange.reused === true) this.counters.requestsReused += 1;
    if (exchange.error !== null) this.counters.requestsFailed += 1;
    if (this.log !== null && exchange.connection !== null && exchange.status !== null) {
      this.log.response(
        attempt.request.url,
        exchange.method,
        exchange.status,
        attempt.headers?.get("content-length") ?? null,
        exchange.connection.id,
      );
    }
    this.#emit("exchange", exchange);
  }

  onRetry(retry: Pick<RetryEvent, "cause" | "delayMs" | "left"> & { attempt: Attempt }): void {
    const { attempt, cause, delayMs, left } = retry;
    const { url, method, status, error } = attempt.exchange;
    this.#emit("retry", { url, method, cause, status, error, delayMs, left });
  }

  onRedirect(event: RedirectEvent): void {
    this.#emit("redirect", event);
  }

  onReused(attempt: Attempt): void {
    const { exchange } = attempt;
    const { connection } = exchange;
    if (connection !== null) this.#emit("connection:reuse", { connection, exchange });
  }

  onQueued(pool: HostPool): void {
    this.counters.waits += 1;
    this.#emit("queue:start", { origin: pool.origin, waiting: pool.waiters.size });
  }

  onDequeued(pool: HostPool, waitMs: number, served: boolean): void {
    this.counters.waitMs += waitMs;
    const waiting = pool.waiters.size;
    this.#emit("queue:end", { origin: pool.origin, waiting, waitMs, served });
  }

  onDiscarded(pool: HostPool, connection: Connection): void {
    this.counters.connectionsDiscarded += 1;
    const { poolMaxsize } = pool.adapter.options;
    this.log?.poolFull(pool.hostname, poolMaxsize, connection.record?.id ?? null);
    if (this.log !== null && !this.#warnedFull.has(pool)) {
      this.#warnedFull.add(pool);
      this.log.warning(
        `${pool.origin} had up to ${pool.peak} connections in use: poolMaxsize ${pool.peak} would keep them.`,
      );
    }
    this.#emit("pool:full", {
      origin: pool.origin,
      connection: connection.record,
      poolMaxsize,
      discarded: pool.discarded,
      peak: pool.peak,
    });
  }

  onEvicted(pool: HostPool, idleClosed: number): void {
    this.counters.poolsEvicted += 1;
    this.#emit("pool:evict", {
      origin: pool.origin,
      idleClosed,
      inUse: pool.inUse,
      poolConnections: pool.adapter.options.poolConnections,
    });
  }

  /** A streamed body holds its socket unread. */
  warnUnread(attempt: Attempt, pool: HostPool): void {
    const { exchange } = attempt;
    const id = exchange.connection?.id ?? null;
    const heldMs = Math.round(performance.now() - exchange.queuedAt);
    const line =
      `The body of ${exchange.method} ${exchange.url} has not been read for ${heldMs} ms and holds ` +
      `connection #${id ?? "?"} (${pool.waiters.size} requests wait for ${pool.origin}): read it or ` +
      `call response.close().`;
    if (this.log === null) process.emitWarning(line, { code: "WEBSPOOL_UNREAD_BODY" });
    else this.log.warning(line);
    this.#emit("unread", {
      url: exchange.url,
      connection: exchange.connection,
      heldMs,
      waiting: pool.waiters.size,
    });
  }
}
