/** What a run's own requests say of the settings of its pools: `webspool advise`. */
import { distinct, IDLE_TIMES_MS, roundCounts, withoutRepeats, type Choice } from "./choices.ts";
import { missCurve, perSession, type MissCurve, type SessionUse } from "./pool-use.ts";
import { recommend, type Recommendation } from "./recommend.ts";
import { replay, type ReplaySettings } from "./replay.ts";
import type { Tally } from "./simulated-pools.ts";
import type { Trace, TrafficSettings } from "./trace.ts";

export interface Advice {
  readonly settings: TrafficSettings;
  readonly requests: number;
  readonly leftOut: number;
  readonly origins: number;
  /** Sockets that were really opened, and their handshakes. */
  readonly opened: number;
  readonly handshakeMs: number;
  /** The same by a replay with the run's own settings: how far replays can be trusted. */
  readonly replayed: Tally;
  /** Origins of which it did not show how long they keep an idle socket. */
  readonly originsWithoutLimit: number;
  readonly sessions: readonly SessionUse[];
  readonly missesWithAffinity: MissCurve;
  readonly missesWithoutAffinity: MissCurve;
  readonly poolConnections: readonly Choice<number>[];
  /** With requests that wait for a connection of a full pool, and with ones that open another. */
  readonly poolMaxsizeBlocking: readonly Choice<number>[];
  readonly poolMaxsizeOverflowing: readonly Choice<number>[];
  readonly keepaliveTimeoutMs: readonly Choice<number>[];
  /** Null when no setting would have saved enough to be worth a change. */
  readonly recommendation: Recommendation | null;
}

/** Replays the trace for each value of each setting; some seconds for 100,000 requests. */
export function adviseOn(trace: Trace): Advice {
  const { settings } = trace;
  const replays = new Replays(trace);
  const replayed = replays.of(settings);
  const withAffinity = missCurve(trace, { ...settings, affinity: true });
  const withoutAffinity = missCurve(trace, { ...settings, affinity: false });
  const pools = distinct([
    ...roundCounts(Math.max(withAffinity.needed, withoutAffinity.needed)),
    settings.poolConnections,
  ]);
  const unbounded = replays.of({ ...settings, poolBlock: false, poolMaxsize: 0 });
  const sizes = distinct([...roundCounts(unbounded.mostInUse), settings.poolMaxsize]);
  const idleTimes = distinct([...IDLE_TIMES_MS, settings.keepaliveTimeoutMs]);
  const choices = (values: readonly number[], set: (value: number) => Partial<ReplaySettings>) =>
    withoutRepeats(values.map((value) => replays.choice(value, { ...settings, ...set(value) })));
  return {
    settings,
    requests: trace.requests.length,
    leftOut: trace.leftOut,
    origins: trace.origins.length,
    opened: trace.opened,
    handshakeMs: trace.handshakeMs,
    replayed,
    originsWithoutLimit: trace.origins.filter(({ toldLimit }) => !toldLimit).length,
    sessions: perSession(trace),
    missesWithAffinity: withAffinity,
    missesWithoutAffinity: withoutAffinity,
    poolConnections: choices(pools, (poolConnections) => ({ poolConnections })),
    poolMaxsizeBlocking: choices(sizes, (poolMaxsize) => ({ poolMaxsize, poolBlock: true })),
    poolMaxsizeOverflowing: choices(sizes, (poolMaxsize) => ({ poolMaxsize, poolBlock: false })),
    keepaliveTimeoutMs: choices(idleTimes, (keepaliveTimeoutMs) => ({ keepaliveTimeoutMs })),
    recommendation: recommend({
      settings,
      pools: distinct([...pools, ...roundCounts(withAffinity.needed)]),
      sizes,
      idleTimes,
      cost: (candidate) => replays.of(candidate),
    }),
  };
}

/** Each combination of settings is replayed once. */
class Replays {
  readonly #trace: Trace;
  readonly #known = new Map<string, Tally>();

  constructor(trace: Trace) {
    this.#trace = trace;
  }

  of(settings: ReplaySettings): Tally {
    const { poolConnections, poolMaxsize, poolBlock, limit, limitPerHost } = settings;
    const { keepaliveTimeoutMs, forceClose, affinity } = settings;
    const key = JSON.stringify([
      [poolConnections, poolMaxsize, poolBlock, limit, limitPerHost],
      [keepaliveTimeoutMs, forceClose, affinity],
    ]);
    let tally = this.#known.get(key);
    if (tally === undefined) this.#known.set(key, (tally = replay(this.#trace, settings)));
    return tally;
  }

  choice(value: number, settings: ReplaySettings): Choice<number> {
    const { settings: now } = this.#trace;
    return {
      value,
      isNow: isSamePool(settings, now),
      withAffinity: this.of({ ...settings, affinity: true }),
      withoutAffinity: this.of({ ...settings, affinity: false }),
    };
  }
}

function isSamePool(one: ReplaySettings, other: ReplaySettings): boolean {
  return (
    one.poolConnections === other.poolConnections &&
    one.poolMaxsize === other.poolMaxsize &&
    one.poolBlock === other.poolBlock &&
    one.keepaliveTimeoutMs === other.keepaliveTimeoutMs
  );
}
