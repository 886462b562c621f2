/** How many host pools a session had use for: LRU stack distances over what it was asked. */
import { replay, type ReplaySettings } from "./replay.ts";
import { StackDistances } from "./stack-distances.ts";
import type { Trace } from "./trace.ts";

/** The miss-ratio curve of poolConnections, over all sessions. */
export interface MissCurve {
  /** Requests that sessions got. */
  readonly uses: number;
  /** First requests to an origin in a session: those miss whatever is kept. */
  readonly cold: number;
  /** With so many pools per session nothing is missed but those. */
  readonly needed: number;
  /** Requests that find no pool of their origin when a session keeps so many. */
  misses(poolConnections: number): number;
}

/** What one session of the run had to do. */
export interface SessionUse {
  readonly thread: number;
  readonly requests: number;
  readonly origins: number;
  /** Pools with which none would have been evicted and asked for again. */
  readonly poolsNeeded: number;
}

/** By session and adapter, since each keeps pools of its own. */
class Uses {
  readonly distances = new Map<string, { session: number; of: StackDistances }>();

  note(session: number, mount: number, origin: number): void {
    const key = `${session}:${mount}`;
    let entry = this.distances.get(key);
    if (entry === undefined) {
      this.distances.set(key, (entry = { session, of: new StackDistances() }));
    }
    entry.of.use(origin);
  }
}

export function missCurve(trace: Trace, settings: ReplaySettings): MissCurve {
  const uses = new Uses();
  replay(trace, settings, (session, mount, origin) => uses.note(session, mount, origin));
  const all = Array.from(uses.distances.values(), ({ of }) => of);
  return {
    uses: all.reduce((sum, of) => sum + of.uses, 0),
    cold: all.reduce((sum, of) => sum + of.cold, 0),
    needed: all.reduce((most, of) => Math.max(most, of.needed), 1),
    misses: (poolConnections) => all.reduce((sum, of) => sum + of.misses(poolConnections), 0),
  };
}

/** The sessions as they were, in the order of their first requests. */
export function perSession(trace: Trace): SessionUse[] {
  const uses = new Uses();
  for (const { session, mount, origin } of trace.requests) uses.note(session, mount, origin);
  const sessions = new Map<number, { requests: number; origins: number; poolsNeeded: number }>();
  for (const { session, of } of uses.distances.values()) {
    const sum = sessions.get(session) ?? { requests: 0, origins: 0, poolsNeeded: 0 };
    sum.requests += of.uses;
    sum.origins += of.keys;
    sum.poolsNeeded = Math.max(sum.poolsNeeded, of.needed);
    sessions.set(session, sum);
  }
  return Array.from(sessions, ([session, use]) => ({
    thread: trace.threads[session] ?? 0,
    ...use,
  }));
}
