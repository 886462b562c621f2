/**
 * A run as its pools saw it: which thread asked which host when, for how long, and what the servers did
 * to connections. Everything else here is computed from this. Times are milliseconds since the trace
 * began, durations milliseconds.
 */
import type { PoolSettings } from "../thread-config.ts";
import type { Causes } from "./causes.ts";

/** The settings of a run that decide which sockets it opens. */
export interface TrafficSettings extends PoolSettings {
  readonly threads: number;
  readonly perHost: number;
  readonly inFlight: number;
  readonly affinity: boolean;
  /** The pause between the requests of a host, but for what its robots.txt wants. */
  readonly delayMs: number;
}

/** One attempt at a URL. */
export interface TracedRequest {
  /** Which session had it: an index that counts the sessions of the run from 0. */
  readonly session: number;
  /** Which process of the run that was, from 0. */
  readonly process: number;
  /** The number of its host: what affinity goes by. */
  readonly host: number;
  /** Where its socket leads: an index into the trace's `origins`. */
  readonly origin: number;
  /** Which adapter it went through: an index into the trace's `mounts`. */
  readonly mount: number;
  /** When the session got it. */
  readonly startedAt: number;
  /** When it was over. */
  readonly endedAt: number;
  /** How long it had its connection, but for the handshake. */
  readonly serviceMs: number;
  /** Whether it asked for a robots.txt. */
  readonly isRobots: boolean;
  /** Whether its host was to have pauses between requests. */
  readonly pauses: boolean;
  /** Whether it reached a socket; one that did not opened none. */
  readonly connected: boolean;
  /** Whether its socket could not serve again whatever the settings: it failed, or was cut off. */
  readonly spoils: boolean;
}

/** What is known of a server. */
export interface OriginFacts {
  readonly origin: string;
  /** The mean of DNS, TCP and TLS of the sockets opened to it; of all origins where it has none. */
  readonly handshakeMs: number;
  /** How long it lets a socket be idle; Infinity where that did not show. */
  readonly idleLimitMs: number;
  /** How many requests it answers on a socket; Infinity where that did not show. */
  readonly requestLimit: number;
  /** Whether it tells, or was seen to have, a limit of either kind. */
  readonly toldLimit: boolean;
}

export interface TracedMount {
  readonly prefix: string;
  /** What the config's `mounts` sets for it, over the settings of the run. */
  readonly overrides: Partial<PoolSettings>;
}

export interface Trace {
  readonly settings: TrafficSettings;
  readonly mounts: readonly TracedMount[];
  /** The number of its thread, of each session. */
  readonly threads: readonly number[];
  readonly origins: readonly OriginFacts[];
  /** In the order of `startedAt`. */
  readonly requests: readonly TracedRequest[];
  /** For each request those whose end it waited for. */
  readonly causes: Causes;
  /** Sockets that these requests really opened, and their handshakes. */
  readonly opened: number;
  readonly handshakeMs: number;
  /** Requests of the run that the trace leaves out because there are too many. */
  readonly leftOut: number;
}
