/**
 * Which request had to end before another could start. A crawl is a closed loop: a slot that becomes
 * free, a pause that is over, a link that was found let the next request go. Replayed with other settings
 * requests end at other times, and those that waited for them start at other times too.
 */
import type { TracedRequest } from "./trace.ts";

/** The coordinator answers an outcome within this time; what starts later waited for something else. */
const TURN_MS = 20;

/** Requests that have ended, the last on top; each is taken as a cause once while there are others. */
class Ended {
  readonly #stack: number[] = [];
  /** The one that ended last, taken or not. */
  last = -1;

  push(request: number): void {
    this.#stack.push(request);
    this.last = request;
  }

  /** The last that ended since and was not taken; -1 when there is none. */
  take(endedAt: Float64Array, since: number, taken: Uint8Array): number {
    for (let request = this.#stack.pop(); request !== undefined; request = this.#stack.pop()) {
      if (taken[request] === 1) continue;
      if ((endedAt[request] ?? 0) >= since) {
        taken[request] = 1;
        return request;
      }
      // Those below ended earlier still.
      this.#stack.length = 0;
    }
    return -1;
  }
}

/**
 * The cause of each request, by its index; -1 where none had ended.
 *
 * A URL that was found just now could not start before. Else a host that may have n requests in flight
 * starts one when one of its own ends; else the end of another host's made room. One end is the cause of
 * one start as far as there are enough, so that a replay has as many in flight as the run. What starts
 * when nothing has just ended comes after a pause, which counts from its host's last end.
 *
 * @param requests in the order of `startedAt`
 * @param foundBy for each the request that brought the page on which its URL was found, or -1
 */
export function causesOf(
  requests: readonly TracedRequest[],
  foundBy: Int32Array = new Int32Array(requests.length).fill(-1),
): Int32Array {
  const endedAt = Float64Array.from(requests, (request) => request.endedAt);
  const byEnd = Uint32Array.from(requests.keys()).sort(
    (one, other) => (endedAt[one] ?? 0) - (endedAt[other] ?? 0) || one - other,
  );
  const taken = new Uint8Array(requests.length);
  const causes = new Int32Array(requests.length);
  const ofHost = new Map<number, Ended>();
  const ofAny = new Ended();
  let next = 0;
  for (const [index, { host, startedAt }] of requests.entries()) {
    for (; next < byEnd.length; next += 1) {
      const ended = byEnd[next] ?? 0;
      // A request without a duration does not come before itself.
      if ((endedAt[ended] ?? 0) > startedAt || ended >= index) break;
      const its = requests[ended]?.host ?? 0;
      let own = ofHost.get(its);
      if (own === undefined) ofHost.set(its, (own = new Ended()));
      own.push(ended);
      ofAny.push(ended);
    }
    const own = ofHost.get(host);
    const since = startedAt - TURN_MS;
    const found = foundBy[index] ?? -1;
    const foundAt = endedAt[found] ?? Infinity;
    if (foundAt >= since && foundAt <= startedAt) {
      taken[found] = 1;
      causes[index] = found;
      continue;
    }
    const slot = own?.take(endedAt, since, taken) ?? -1;
    const room = slot >= 0 ? slot : ofAny.take(endedAt, since, taken);
    if (room >= 0) causes[index] = room;
    else if (ofAny.last >= 0 && (endedAt[ofAny.last] ?? 0) >= since) causes[index] = ofAny.last;
    else causes[index] = own?.last ?? ofAny.last;
  }
  return causes;
}
