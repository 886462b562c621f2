/**
 * Which thread a host's next request goes to.
 *
 * Affinity: a host has a home thread, so that its sockets are few and reused. A host's in-flight
 * allowance is split into fixed shares, one per thread, and a thread gets no more of the host than its
 * share: home first, the next thread when home is full. The shares sum up to the allowance, so a host
 * that fills all of them uses every thread, yet never opens more sockets than the allowance. What is handed
 * out beyond the allowance waits in line in the threads, in each as much for its share as in the others.
 *
 * Without affinity a request goes to the thread that has the fewest in flight, of all hosts together; of
 * several such to the one whose last was given to it longest ago.
 */

interface HostLoad {
  /** Requests of this host that are in flight or in line, by thread. */
  readonly perThread: Int32Array;
  total: number;
}

export class ThreadShares {
  readonly #threads: number;
  readonly #perHost: number;
  readonly #affinity: boolean;
  readonly #hosts = new Map<number, HostLoad>();
  /** Of all hosts, by thread: requests in flight, and when it was last given one, as a count. */
  readonly #inFlight: Int32Array;
  readonly #lastGiven: Float64Array;
  #given = 0;

  constructor(threads: number, perHost: number, affinity = true) {
    this.#threads = threads;
    this.#perHost = perHost;
    this.#affinity = affinity;
    this.#inFlight = new Int32Array(threads);
    this.#lastGiven = new Float64Array(threads);
  }

  /**
   * The thread for one more request of the host.
   * @param avoid a thread that gets it only when there is no other
   */
  take(hostId: number, avoid: number | null): number {
    let load = this.#hosts.get(hostId);
    if (load === undefined) {
      load = { perThread: new Int32Array(this.#threads), total: 0 };
      this.#hosts.set(hostId, load);
    }
    const avoided = this.#threads > 1 ? avoid : null;
    const thread = this.#affinity
      ? this.#threadFor(hostId, load, avoided)
      : this.#leastBusy(avoided);
    load.perThread[thread] = (load.perThread[thread] ?? 0) + 1;
    this.#inFlight[thread] = (this.#inFlight[thread] ?? 0) + 1;
    this.#lastGiven[thread] = this.#given += 1;
    load.total += 1;
    return thread;
  }

  /** How many requests of a host a thread may have in flight at once. */
  share(hostId: number, thread: number): number {
    if (!this.#affinity) return this.#perHost;
    return this.#share((thread - this.#home(hostId) + this.#threads) % this.#threads);
  }

  /** The threads in which requests of a host wait in line. */
  threadsWithLine(hostId: number): number[] {
    const perThread = this.#hosts.get(hostId)?.perThread ?? [];
    return Array.from(perThread.keys()).filter(
      (thread) => (perThread[thread] ?? 0) > this.share(hostId, thread),
    );
  }

  /** Requests that wait in line in their threads. */
  get inLine(): number {
    let inLine = 0;
    for (const [hostId, { perThread }] of this.#hosts) {
      for (const [thread, used] of perThread.entries()) {
        inLine += Math.max(0, used - this.share(hostId, thread));
      }
    }
    return inLine;
  }

  /** A request that `take` placed has ended. */
  giveBack(hostId: number, thread: number): void {
    const load = this.#hosts.get(hostId);
    if (load === undefined) return;
    load.perThread[thread] = (load.perThread[thread] ?? 1) - 1;
    this.#inFlight[thread] = (this.#inFlight[thread] ?? 1) - 1;
    load.total -= 1;
    if (load.total === 0) this.#hosts.delete(hostId);
  }

  #threadFor(hostId: number, { perThread }: HostLoad, avoid: number | null): number {
    const home = this.#home(hostId);
    let least: number | null = null;
    let leastLoad = Infinity;
    for (let step = 0; step < this.#threads; step += 1) {
      const thread = (home + step) % this.#threads;
      if (thread === avoid) continue;
      const used = perThread[thread] ?? 0;
      const share = this.#share(step);
      if (used < share) return thread;
      // A thread without a share gets a request only where every other is to be avoided.
      const load = share === 0 ? Number.MAX_VALUE : used / share;
      if (load < leastLoad) {
        least = thread;
        leastLoad = load;
      }
    }
    return least ?? home;
  }

  #leastBusy(avoid: number | null): number {
    let least: number | null = null;
    for (let thread = 0; thread < this.#threads; thread += 1) {
      if (thread !== avoid && (least === null || this.#isFreer(thread, least))) least = thread;
    }
    return least ?? 0;
  }

  #isFreer(thread: number, than: number): boolean {
    const fewer = (this.#inFlight[thread] ?? 0) - (this.#inFlight[than] ?? 0);
    return (
      fewer < 0 || (fewer === 0 && (this.#lastGiven[thread] ?? 0) < (this.#lastGiven[than] ?? 0))
    );
  }

  /** The first host is at home in the first thread, which is started first. */
  #home(hostId: number): number {
    return (hostId + this.#threads - 1) % this.#threads;
  }

  /** The share of the thread that is `step` places after home. */
  #share(step: number): number {
    const even = Math.floor(this.#perHost / this.#threads);
    return even + (step < this.#perHost % this.#threads ? 1 : 0);
  }
}
