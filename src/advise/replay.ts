/**
 * Replays a trace with other settings: every request goes through simulated pools in virtual time, and
 * what it had waited for in the run it waits for again.
 */
import { ThreadShares } from "../thread-shares.ts";
import { Dependents } from "./dependents.ts";
import { EventQueue } from "./event-queue.ts";
import { SimulatedPools, type Flight, type Tally } from "./simulated-pools.ts";
import type { PoolSettings } from "../thread-config.ts";
import type { Trace, TrafficSettings } from "./trace.ts";

export type ReplaySettings = PoolSettings & Pick<TrafficSettings, "affinity">;

/** Told of each request that a session gets: which session, which adapter of it, which origin. */
export type Watcher = (session: number, mount: number, origin: number) => void;

/** What a replay with these settings opens. It takes O(n log n) for n requests. */
export function replay(trace: Trace, settings: ReplaySettings, watcher?: Watcher): Tally {
  return new Replay(trace, settings, watcher).run();
}

function noTally(): Tally {
  return {
    opened: 0,
    handshakeMs: 0,
    requests: 0,
    reused: 0,
    waits: 0,
    waitMs: 0,
    evicted: 0,
    discarded: 0,
    mostOpen: 0,
    mostInUse: 0,
  };
}

class Replay {
  readonly #trace: Trace;
  readonly #settings: ReplaySettings;
  readonly #watcher: Watcher | undefined;
  readonly #tally = noTally();
  /** Arrivals as the request's index, ends as its complement. */
  readonly #events = new EventQueue();
  readonly #pools = new Map<number, SimulatedPools>();
  readonly #dependents: Dependents;
  /** Requests that have been sent and not ended. */
  readonly #flights = new Map<number, Flight>();
  /** Who chooses threads, where the run's own choice does not hold: it had other affinity. */
  readonly #shares: ThreadShares | null;
  readonly #threadOf: Uint8Array;

  constructor(trace: Trace, settings: ReplaySettings, watcher: Watcher | undefined) {
    const { threads, perHost, affinity } = trace.settings;
    const { length } = trace.requests;
    this.#trace = trace;
    this.#settings = settings;
    this.#watcher = watcher;
    this.#shares =
      settings.affinity === affinity ? null : new ThreadShares(threads, perHost, settings.affinity);
    this.#threadOf = new Uint8Array(length);
    this.#dependents = new Dependents(trace);
  }

  run(): Tally {
    for (const [index, { startedAt }] of this.#trace.requests.entries()) {
      if (this.#dependents.isFree(index)) this.#events.add(startedAt, index);
    }
    for (let event = this.#events.next(); event !== undefined; event = this.#events.next()) {
      if (event >= 0) this.#arrive(event, this.#events.now);
      else this.#end(~event, this.#events.now);
    }
    return this.#tally;
  }

  #arrive(index: number, now: number): void {
    const request = this.#trace.requests[index];
    if (request === undefined) return;
    let { session } = request;
    if (this.#shares !== null) {
      const thread = this.#shares.take(request.host, null);
      this.#threadOf[index] = thread;
      // Sockets do not outlive their process.
      session = request.process * this.#trace.settings.threads + thread;
    }
    this.#watcher?.(session, request.mount, request.origin);
    this.#flights.set(index, this.#poolsAt(session, request.mount).send(index, request, now));
  }

  #end(index: number, now: number): void {
    const flight = this.#flights.get(index);
    this.#flights.delete(index);
    flight?.adapter.finish(flight, now);
    this.#shares?.giveBack(this.#trace.requests[index]?.host ?? 0, this.#threadOf[index] ?? 0);
    this.#dependents.ended(index, (next, pauseMs) => this.#events.add(now + pauseMs, next));
  }

  #poolsAt(session: number, mount: number): SimulatedPools {
    const { mounts, origins, requests } = this.#trace;
    const key = session * mounts.length + mount;
    let pools = this.#pools.get(key);
    if (pools === undefined) {
      pools = new SimulatedPools({
        settings: { ...this.#settings, ...mounts[mount]?.overrides },
        origins,
        tally: this.#tally,
        start: ({ id }, now, handshakeMs) => {
          this.#events.add(now + handshakeMs + (requests[id]?.serviceMs ?? 0), ~id);
        },
      });
      this.#pools.set(key, pools);
    }
    return pools;
  }
}
