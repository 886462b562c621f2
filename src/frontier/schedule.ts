/**
 * Which hosts may start a request now, and when the next one may: a FIFO of the ready and a binary
 * heap of the waiting. Fair because a host that was served goes to the end. A host that could start but
 * has its share of the slots is held back until nobody else wants one.
 */
import type { HostQueue } from "./host-queue.ts";

interface Waiting {
  readonly host: HostQueue;
  readonly at: number;
}

export class Schedule {
  readonly #ready = new Set<HostQueue>();
  readonly #held = new Set<HostQueue>();
  #heap: Waiting[] = [];
  /** The time each waiting host is to be woken; an entry of the heap with another time is stale. */
  readonly #wakeAt = new Map<HostQueue, number>();

  /** Puts a host where it belongs: ready at `at`. An earlier time replaces a later one. */
  put(host: HostQueue, at: number, now: number): void {
    this.#held.delete(host);
    if (at <= now) {
      this.#wakeAt.delete(host);
      this.#ready.add(host);
      return;
    }
    if (this.#ready.has(host)) this.#ready.delete(host);
    if (this.#wakeAt.get(host) === at) return;
    this.#wakeAt.set(host, at);
    this.#push({ host, at });
    if (this.#heap.length > 2 * this.#wakeAt.size + 1_000) this.#sweep();
  }

  /** The host that has been ready longest, or null; it must be put again to be served again. */
  take(now: number): HostQueue | null {
    this.#wake(now);
    for (const host of this.#ready) {
      this.#ready.delete(host);
      return host;
    }
    return null;
  }

  get hasReady(): boolean {
    return this.#ready.size > 0;
  }

  /** Holds a host back that was taken; it is ready, but has all that is its own. */
  hold(host: HostQueue): void {
    this.#held.add(host);
  }

  /** The host that is held back longest, or null. */
  takeHeld(): HostQueue | null {
    for (const host of this.#held) {
      this.#held.delete(host);
      return host;
    }
    return null;
  }

  /**
   * Hosts that have a request in flight or are ready for one.
   * @param enough as many ready hosts as make it no matter how many there are exactly
   */
  contenders(busyHosts: number, enough: number): number {
    if (this.#ready.size >= enough) return this.#ready.size;
    let contenders = busyHosts;
    for (const host of this.#ready) if (host.inFlight === 0) contenders += 1;
    for (const host of this.#held) if (host.inFlight === 0) contenders += 1;
    return contenders;
  }

  drop(host: HostQueue): void {
    this.#held.delete(host);
    this.#ready.delete(host);
    this.#wakeAt.delete(host);
  }

  /** When the next host becomes ready: `now` when one is, null when none waits. */
  nextAt(now: number): number | null {
    this.#wake(now);
    if (this.#ready.size > 0) return now;
    return this.#heap[0]?.at ?? null;
  }

  #wake(now: number): void {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      const stale = this.#wakeAt.get(top.host) !== top.at;
      if (!stale && top.at > now) return;
      this.#pop();
      if (stale) continue;
      this.#wakeAt.delete(top.host);
      this.#ready.add(top.host);
    }
  }

  /** Takes out what is stale: it would keep hosts in memory that are long gone. */
  #sweep(): void {
    this.#heap = [];
    for (const [host, at] of this.#wakeAt) this.#push({ host, at });
  }

  #push(entry: Waiting): void {
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || above.at <= entry.at) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const left = heap[child];
      if (left === undefined) break;
      const right = heap[child + 1];
      let smaller = left;
      if (right !== undefined && right.at < left.at) {
        child += 1;
        smaller = right;
      }
      if (smaller.at >= last.at) break;
      heap[index] = smaller;
      index = child;
    }
    heap[index] = last;
  }
}
