/** Which settings to change, and to what: as few and as little as brings nearly all that can be had. */
import type { ReplaySettings } from "./replay.ts";
import type { Tally } from "./simulated-pools.ts";

/** The settings that advice may change, by the names that they have in the config file. */
export type Changes = Partial<
  Pick<
    ReplaySettings,
    "poolConnections" | "poolMaxsize" | "keepaliveTimeoutMs" | "forceClose" | "affinity"
  >
>;

export interface Recommendation {
  readonly changes: Changes;
  /** What the run would have opened with them. */
  readonly tally: Tally;
}

/** A change that saves less than this part of all connections is not worth making. */
const WORTH = 0.01;

/** A recommended idle time is longer than was needed by this part of it at least. */
const HEADROOM = 0.2;

/**
 * Every knob is first turned as far as it can help; then one after another goes back as far as that
 * costs next to nothing. Waiting is not traded for connections: --pool-block and the limits stay.
 *
 * @param input.cost replays the run with these settings
 * @returns null when nothing is worth a change
 */
export function recommend(input: {
  readonly settings: ReplaySettings;
  /** Values to choose from, ascending. */
  readonly pools: readonly number[];
  readonly sizes: readonly number[];
  readonly idleTimes: readonly number[];
  readonly cost: (settings: ReplaySettings) => Tally;
}): Recommendation | null {
  const { settings, pools, sizes, idleTimes, cost } = input;
  const now = cost(settings);
  const most = {
    ...settings,
    poolConnections: Math.max(settings.poolConnections, pools.at(-1) ?? 0),
    // One that bounds what is in use too is no loss of sockets.
    poolMaxsize: settings.poolBlock ? settings.poolMaxsize : largestSize(settings, sizes),
    keepaliveTimeoutMs: Math.max(settings.keepaliveTimeoutMs, idleTimes.at(-1) ?? 0),
    forceClose: false,
    affinity: true,
  };
  const allowed = cost(most).opened + Math.floor(now.opened * WORTH);
  let best: ReplaySettings = most;
  const tryOut = (change: Changes): boolean => {
    const candidate = { ...best, ...change };
    if (cost(candidate).opened > allowed) return false;
    best = candidate;
    return true;
  };
  tryOut({ affinity: settings.affinity });
  tryOut({ forceClose: settings.forceClose });
  const { keepaliveTimeoutMs, poolMaxsize, poolConnections } = settings;
  // The next run's pauses are not to the millisecond those of this one.
  const isEnough = (value: number): boolean =>
    cost({ ...best, keepaliveTimeoutMs: value * (1 - HEADROOM) }).opened <= allowed;
  if (!tryOut({ keepaliveTimeoutMs })) {
    idleTimes
      .filter((value) => value > keepaliveTimeoutMs && isEnough(value))
      .some((value) => tryOut({ keepaliveTimeoutMs: value }));
  }
  [poolMaxsize, ...sizes.filter((value) => poolMaxsize > 0 && value > poolMaxsize)].some((value) =>
    tryOut({ poolMaxsize: value }),
  );
  [poolConnections, ...pools.filter((value) => value > poolConnections)].some((value) =>
    tryOut({ poolConnections: value }),
  );
  const tally = cost(best);
  const saved = now.opened - tally.opened;
  if (saved < 1 || saved < now.opened * WORTH) return null;
  return { changes: changesFrom(settings, best), tally };
}

/** 0 keeps all, and is the largest. */
function largestSize({ poolMaxsize }: ReplaySettings, sizes: readonly number[]): number {
  return poolMaxsize === 0 ? 0 : Math.max(poolMaxsize, sizes.at(-1) ?? 0);
}

function changesFrom(now: ReplaySettings, best: ReplaySettings): Changes {
  return {
    ...(best.poolConnections === now.poolConnections
      ? {}
      : { poolConnections: best.poolConnections }),
    ...(best.poolMaxsize === now.poolMaxsize ? {} : { poolMaxsize: best.poolMaxsize }),
    ...(best.keepaliveTimeoutMs === now.keepaliveTimeoutMs
      ? {}
      : { keepaliveTimeoutMs: best.keepaliveTimeoutMs }),
    ...(best.forceClose === now.forceClose ? {} : { forceClose: best.forceClose }),
    ...(best.affinity === now.affinity ? {} : { affinity: best.affinity }),
  };
}
