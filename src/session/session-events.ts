/** The events of a session, each with what aiohttp's trace signals lack: socket, host and reason. */
import type { DnsEvent } from "./dns-cache.ts";
import type { ConnectionRecord, Exchange, ExchangeError } from "./records.ts";

export interface ConnectionEvent {
  readonly connection: ConnectionRecord;
}

export interface ConnectionReuseEvent extends ConnectionEvent {
  /** The request that got it, as far as it is. */
  readonly exchange: Exchange;
}

export interface PoolFullEvent {
  readonly origin: string;
  /** The socket that is closed. */
  readonly connection: ConnectionRecord | null;
  readonly poolMaxsize: number;
  /** Sockets this pool has closed for that reason so far. */
  readonly discarded: number;
  /** The most connections in use at one time: the poolMaxsize that would have kept them all. */
  readonly peak: number;
}

export interface PoolEvictEvent {
  readonly origin: string;
  /** Idle sockets that were closed at once. */
  readonly idleClosed: number;
  /** Sockets in use, which close when they come back. */
  readonly inUse: number;
  /** Pools the adapter keeps. */
  readonly poolConnections: number;
}

export interface QueueEvent {
  readonly origin: string;
  /** Requests that wait for this pool now. */
  readonly waiting: number;
}

export interface QueueEndEvent extends QueueEvent {
  readonly waitMs: number;
  /** False when the wait was given up: a timeout, an abort, the session's close. */
  readonly served: boolean;
}

export interface RetryEvent {
  readonly url: string;
  readonly method: string;
  /** `stale`: the silent retry after an idle socket broke. */
  readonly cause: "stale" | "connect" | "read" | "other" | "status";
  readonly status: number | null;
  readonly error: ExchangeError | null;
  readonly delayMs: number;
  /** Retries left in all; null: no bound. */
  readonly left: number | null;
}

export interface RedirectEvent {
  readonly from: string;
  readonly to: string;
  readonly status: number;
  readonly method: string;
}

export interface UnreadEvent {
  readonly url: string;
  readonly connection: ConnectionRecord | null;
  readonly heldMs: number;
  /** Requests that wait for this pool now. */
  readonly waiting: number;
}

export interface SessionEventMap {
  "connection:start": [event: ConnectionEvent];
  "connection:reuse": [event: ConnectionReuseEvent];
  "connection:close": [event: ConnectionEvent];
  "pool:full": [event: PoolFullEvent];
  "pool:evict": [event: PoolEvictEvent];
  "queue:start": [event: QueueEvent];
  "queue:end": [event: QueueEndEvent];
  dns: [event: DnsEvent];
  retry: [event: RetryEvent];
  redirect: [event: RedirectEvent];
  /** An attempt ended, well or not. */
  exchange: [exchange: Exchange];
  /** A streamed body holds its socket and nobody reads it. */
  unread: [event: UnreadEvent];
}
