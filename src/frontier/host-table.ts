/**
 * The hosts of a run that are known in memory: a bounded number of all there are. What a host's URLs
 * are, and how it is to be treated, is in the store; a host is taken into memory while there is something
 * to do for it.
 *
 * - A host with nothing waiting and nothing in flight is idle. The last idle ones are kept, since a page
 *   often leads back to its own host; the others are dropped.
 * - When the table is full, a host that gets something to do is parked: it waits in the store only. Parked
 *   hosts come in by their numbers, round and round, as others are dropped; while there are any, a host
 *   that had its turn for a while goes back behind them.
 */
import type { FrontierStore } from "../frontier-store.ts";
import { HostQueue } from "./host-queue.ts";

export interface HostLimits {
  /** Hosts in memory: more than can be asked at once, at about 5 kB each with their windows. */
  readonly hosts: number;
  /** Idle hosts among them. */
  readonly idle: number;
  /** Requests a host may start before a parked one takes its place. */
  readonly turn: number;
}

const LIMITS: HostLimits = { hosts: 10_000, idle: 1_000, turn: 256 };

/** URLs held in memory, over all hosts. */
const WINDOW_TOTAL = 50_000;
const WINDOW_MAX = 512;
const WINDOW_MIN = 16;

/** Hosts looked up in the store in one step. */
const STEP = 100;

export class HostTable {
  readonly #store: FrontierStore;
  readonly #runId: number;
  readonly #limits: HostLimits;
  readonly #hosts = new Map<number, HostQueue>();
  /** In the order in which they became idle. */
  readonly #idle = new Set<HostQueue>();
  #isParking = false;
  /** The host after which the next parked one is looked for. */
  #cursor = 0;
  /** Whether a host was parked or found since the cursor was last at the beginning. */
  #parkedSince = false;

  constructor(store: FrontierStore, runId: number, limits: Partial<HostLimits> = {}) {
    this.#store = store;
    this.#runId = runId;
    this.#limits = { ...LIMITS, ...limits };
  }

  get size(): number {
    return this.#hosts.size;
  }

  /** Whether hosts may wait in the store that are not in memory. */
  get isParking(): boolean {
    return this.#isParking;
  }

  /** URLs of one host that are kept in memory: fewer as there are more hosts. */
  get windowSize(): number {
    const share = Math.floor(WINDOW_TOTAL / Math.max(1, this.#hosts.size));
    return Math.max(WINDOW_MIN, Math.min(WINDOW_MAX, share));
  }

  /** Whether it is worth a look into the store for parked hosts. */
  get hasRoom(): boolean {
    return this.#limits.hosts - this.#hosts.size + this.#idle.size >= this.#limits.hosts / 10;
  }

  /** Whether hosts may wait in the store that there is room for. */
  get mayTakeParked(): boolean {
    return this.#isParking && this.#room() > 0;
  }

  /** A host that has something to do; null when it is parked instead. */
  at(hostId: number, origin: string, now: number): HostQueue | null {
    const known = this.#hosts.get(hostId);
    if (known !== undefined) {
      this.#idle.delete(known);
      return known;
    }
    if (this.#hosts.size >= this.#limits.hosts && !this.#dropIdle(now)) {
      this.park();
      return null;
    }
    const host = new HostQueue(hostId, origin);
    host.restore(this.#store.hostState(hostId), this.#runId, now);
    // It may have been parked, with other URLs than the one that brings it in.
    host.moreInStore = this.#isParking;
    this.#hosts.set(hostId, host);
    return host;
  }

  /** Says that hosts wait in the store that are not in memory. */
  park(): void {
    this.#isParking = true;
    this.#parkedSince = true;
  }

  /** Parked hosts, as many as there is room for now. */
  takeParked(now: number): HostQueue[] {
    const taken: HostQueue[] = [];
    while (this.#isParking && this.#room() > 0) {
      const most = Math.min(STEP, this.#room());
      const waiting = this.#store.pendingHosts(this.#runId, this.#cursor, most);
      for (const { hostId, origin } of waiting) {
        this.#cursor = hostId;
        if (this.#hosts.has(hostId)) continue;
        const host = this.at(hostId, origin, now);
        if (host !== null) taken.push(host);
        this.#parkedSince = true;
      }
      if (waiting.length < most) {
        this.#isParking = this.#parkedSince;
        this.#parkedSince = false;
        this.#cursor = 0;
      }
    }
    return taken;
  }

  /** Whether a host had its turn, so that it has to let a parked one in. */
  hadTurn(host: HostQueue): boolean {
    return this.#isParking && host.started >= this.#limits.turn;
  }

  /** Takes a host out that has nothing in flight; what it has waiting is in the store. */
  drop(host: HostQueue, now: number): void {
    this.#idle.delete(host);
    this.#hosts.delete(host.hostId);
    this.#store.saveHost(host.hostId, host.state(this.#runId, now));
  }

  /** A host has nothing waiting and nothing in flight. */
  rest(host: HostQueue, now: number): void {
    if (!this.#hosts.has(host.hostId)) return;
    this.#idle.add(host);
    if (this.#idle.size > this.#limits.idle) this.#dropIdle(now);
  }

  /** Keeps how hosts are to be treated that must not be asked yet: the process ends. */
  save(now: number): void {
    for (const host of this.#hosts.values()) {
      if (host.nextFetchAt > now) this.#store.saveHost(host.hostId, host.state(this.#runId, now));
    }
  }

  *[Symbol.iterator](): Iterator<HostQueue> {
    yield* this.#hosts.values();
  }

  #room(): number {
    return this.#limits.hosts - this.#hosts.size + this.#idle.size;
  }

  #dropIdle(now: number): boolean {
    for (const host of this.#idle) {
      this.drop(host, now);
      return true;
    }
    return false;
  }
}
