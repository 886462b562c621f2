/**
 * Which requests had to end before another could start. A crawl is a closed loop: the page that brought
 * the URL, a slot that became free, a robots.txt, a pause let the next request go. Replayed with other
 * settings requests end at other times, and those that waited for them start at other times too.
 */
import type { TracedRequest, TrafficSettings } from "./trace.ts";

/** For each request those that had to end before; a request waits for earlier ones only. */
export interface Causes {
  /** Those of request i are `of[first[i]]` up to `of[first[i + 1]]`. */
  readonly first: Int32Array;
  readonly of: Int32Array;
}

/** Requests that have ended of those that share some slots. */
class Slots {
  readonly #slots: number;
  readonly #ended: number[] = [];
  #started = 0;
  /** The one that ended last; -1 before any has. */
  last = -1;
  /** The last robots.txt that ended; -1 before any has. */
  robots = -1;

  constructor(slots: number) {
    this.#slots = slots;
  }

  end(index: number, isRobots: boolean): void {
    this.#ended.push(index);
    this.last = index;
    if (isRobots) this.robots = index;
  }

  /** A request starts: the one whose slot it takes; -1 for a slot that was never taken. */
  start(): number {
    const before = this.#started - this.#slots;
    this.#started += 1;
    return before < 0 ? -1 : (this.#ended[before] ?? -1);
  }
}

/**
 * What each request waited for, whichever of it took longest:
 *
 * - the page on which its URL was found, or the attempt before it at the same URL;
 * - its host's robots.txt;
 * - a slot of --per-host and one of --in-flight: with n slots the k-th request starts after the
 *   (k - n)-th has ended;
 * - at a host that wants pauses, the end of its last request.
 *
 * @param requests in the order of `startedAt`
 * @param foundBy for each the request that brought its URL, or the one before at the same; -1 without one
 */
export function causesOf(
  requests: readonly TracedRequest[],
  { perHost, inFlight }: Pick<TrafficSettings, "perHost" | "inFlight">,
  foundBy: Int32Array = new Int32Array(requests.length).fill(-1),
): Causes {
  const endedAt = Float64Array.from(requests, (request) => request.endedAt);
  const byEnd = Uint32Array.from(requests.keys()).sort(
    (one, other) => (endedAt[one] ?? 0) - (endedAt[other] ?? 0) || one - other,
  );
  const hosts = new Map<number, Slots>();
  const slotsOf = (host: number): Slots => {
    let slots = hosts.get(host);
    if (slots === undefined) hosts.set(host, (slots = new Slots(perHost)));
    return slots;
  };
  const all = new Slots(inFlight);
  const first = new Int32Array(requests.length + 1);
  const of: number[] = [];
  let next = 0;
  for (const [index, { host, startedAt, pauses }] of requests.entries()) {
    for (; next < byEnd.length; next += 1) {
      const ended = byEnd[next] ?? 0;
      // A request without a duration does not come before itself.
      if ((endedAt[ended] ?? 0) > startedAt || ended >= index) break;
      const request = requests[ended];
      if (request !== undefined) slotsOf(request.host).end(ended, request.isRobots);
      all.end(ended, false);
    }
    const own = slotsOf(host);
    const found = foundBy[index] ?? -1;
    const waitedFor = [own.start(), all.start(), own.robots, pauses ? own.last : -1, found];
    for (const cause of new Set(waitedFor)) {
      if (cause >= 0 && (endedAt[cause] ?? Infinity) <= startedAt) of.push(cause);
    }
    first[index + 1] = of.length;
  }
  return { first, of: Int32Array.from(of) };
}

/** No request waits for another: each starts when it did. */
export function noCauses(requests: number): Causes {
  return { first: new Int32Array(requests + 1), of: new Int32Array() };
}
