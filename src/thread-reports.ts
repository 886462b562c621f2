/** What a worker thread tells of its session and its sockets: types that cross threads, as those of messages.ts. */

/** Why a socket was opened, or why a request did not get one that was already open. */
export type OpenReason =
  | "first_use"
  | "all_busy"
  | "response_said_close"
  | "idle_expired"
  | "peer_closed"
  | "peer_reset"
  | "timeout"
  | "aborted"
  | "evicted"
  | "pool_full_discard"
  | "key_mismatch"
  | "body_not_drained"
  | "force_close"
  | "session_replaced"
  | "error";

/** Why a socket was closed. Every socket ends with one of these. */
export type CloseReason =
  | "idle_expired"
  | "peer_closed"
  | "peer_reset"
  | "response_said_close"
  | "pool_full_discard"
  | "evicted"
  | "force_close"
  | "timeout"
  | "aborted"
  | "error"
  | "body_not_drained"
  | "session_closed";

/** A connection's state as its session knows it: sent when it opens, and again when it closes. */
export interface ConnectionReport {
  /** The socket's number within its session. */
  readonly id: number;
  readonly origin: string;
  /** The prefix of the mount whose adapter opened it. */
  readonly mount: string;
  readonly remoteIp: string | null;
  readonly remotePort: number | null;
  readonly localPort: number | null;
  readonly alpn: string | null;
  readonly tlsVersion: string | null;
  readonly tlsResumed: boolean | null;
  readonly openedAt: number;
  readonly dnsMs: number | null;
  readonly connectMs: number | null;
  readonly tlsMs: number | null;
  readonly bytesRead: number;
  readonly keepAliveHintMs: number | null;
  readonly closedAt: number | null;
  /** The socket this one replaced, in the same session. */
  readonly previousId: number | null;
  readonly openReason: OpenReason;
  readonly closeReason: CloseReason | null;
}

/** A thread's session and its counters since it was opened. */
export interface SessionReport {
  readonly thread: number;
  readonly openedAt: number;
  readonly closedAt: number | null;
  readonly requests: number;
  readonly requestsReused: number;
  readonly connectionsOpened: number;
  readonly connectionsDiscarded: number;
  readonly poolsEvicted: number;
  readonly waits: number;
  readonly waitMs: number;
}
