/**
 * Whose turn it is: the hosts in memory, which of them may start a request, and how many of the slots
 * each may take. Hosts that wait in the store only come in when there is room for them.
 */
import type { CrawlSettings } from "../crawl-settings.ts";
import type { FrontierStore } from "../frontier-store.ts";
import type { HostQueue } from "./host-queue.ts";
import { HostTable, type HostLimits } from "./host-table.ts";
import { Schedule } from "./schedule.ts";
import { lineLength, reservedSlots, slotsFor, smoothedMs } from "./slots.ts";

export class Rota {
  readonly hosts: HostTable;
  readonly #settings: CrawlSettings;
  readonly #hasLines: boolean;
  readonly #schedule = new Schedule();
  /** Hosts with a request in flight. */
  #busy = 0;

  constructor(input: {
    readonly store: FrontierStore;
    readonly runId: number;
    readonly settings: CrawlSettings;
    readonly hostLimits?: Partial<HostLimits>;
    readonly hasLines?: boolean;
  }) {
    this.hosts = new HostTable(input.store, input.runId, input.hostLimits);
    this.#settings = input.settings;
    this.#hasLines = input.hasLines ?? false;
  }

  get busyHosts(): number {
    return this.#busy;
  }

  /** Takes up every host that has anything waiting in the store. */
  load(now: number): void {
    for (const host of this.hosts) {
      host.moreInStore = true;
      this.place(host, now);
    }
    this.hosts.park();
    this.#takeParked(now);
  }

  /** URLs of these hosts wait in the store that did not before. */
  reopened(hosts: ReadonlyMap<number, string>, now: number): void {
    for (const [hostId, origin] of hosts) {
      const host = this.hosts.at(hostId, origin, now);
      if (host === null) continue;
      host.moreInStore = true;
      this.place(host, now);
    }
  }

  /**
   * The hosts whose turn it is, one after another, each with the slots it may take: zero for one that
   * was given up. The caller says how many it took and places the host again before it asks on.
   *
   * @param room what is left of the slots, of which the caller takes away
   */
  *turns(now: number, room: { slots: number }): Generator<{ host: HostQueue; slots: number }> {
    const { inFlight: all } = this.#settings;
    if (this.hosts.isParking && this.hosts.hasRoom) this.#takeParked(now);
    const contenders = this.#schedule.contenders(this.#busy, all);
    while (room.slots > 0) {
      const host = this.#next(now, room.slots);
      if (host === null) return;
      const { inFlight: held, heldMs } = host;
      const othersReady = this.#schedule.hasReady;
      const free = room.slots;
      const most = this.#most(host);
      const slots = slotsFor({ all, free, most, held, heldMs, contenders, othersReady });
      if (slots === 0 && host.failure === null) this.#schedule.hold(host);
      else yield { host, slots };
    }
  }

  started(host: HostQueue, requests: number): void {
    if (requests > 0 && host.inFlight === 0) this.#busy += 1;
    host.inFlight += requests;
    host.started += requests;
  }

  /** A request of the host ended that held its slot for this long. */
  ended(host: HostQueue, heldMs: number): void {
    host.answered = true;
    this.givenBack(host);
    host.heldMs = smoothedMs(host.heldMs, heldMs);
  }

  /** A request of the host was in line and will not be asked. */
  givenBack(host: HostQueue): void {
    host.inFlight -= 1;
    host.bringBack();
    if (host.inFlight === 0) this.#busy -= 1;
  }

  /** Puts a host where it belongs: ready, waiting for its time, idle, or out of memory. */
  place(host: HostQueue, now: number): void {
    const waitsUntil = host.waitsUntil(now);
    const hadTurn = this.hosts.hadTurn(host);
    const mayStart =
      host.robotsState !== "asked" && host.inFlight < this.#most(host) && !this.#startsSlowly(host);
    if (waitsUntil !== null && mayStart && !hadTurn) {
      this.#schedule.put(host, Math.max(waitsUntil, host.nextFetchAt), now);
      return;
    }
    this.#schedule.drop(host);
    if (host.inFlight > 0) return;
    if (hadTurn) this.hosts.drop(host, now);
    else if (waitsUntil === null) this.hosts.rest(host, now);
  }

  /** Requests of a host that may be handed out and not answered: in flight, and in line. */
  #most(host: HostQueue): number {
    const { delayMs, perHost } = this.#settings;
    const mayLineUp =
      this.#hasLines && host.isWell && host.started >= host.lineFrom && host.delayMs(delayMs) === 0;
    return perHost + (mayLineUp ? lineLength(perHost, host.answerMs) : 0);
  }

  /**
   * Whether a host that wants pauses waits for its first answer. Threads that are still starting keep
   * what they were handed, and would send all of it at once.
   */
  #startsSlowly(host: HostQueue): boolean {
    return !host.answered && host.inFlight > 0 && host.delayMs(this.#settings.delayMs) > 0;
  }

  /** When a request may start next: `now` or later; null when nothing waits for a time. */
  nextReadyAt(now: number): number | null {
    return this.#schedule.nextAt(now) ?? (this.hosts.mayTakeParked ? now : null);
  }

  /** One that is ready, else one that was held back while others were. */
  #next(now: number, slots: number): HostQueue | null {
    const host = this.#schedule.take(now);
    if (host !== null) return host;
    if (this.hosts.isParking && this.#takeParked(now)) {
      const parked = this.#schedule.take(now);
      if (parked !== null) return parked;
    }
    return slots > reservedSlots(this.#settings.inFlight) ? this.#schedule.takeHeld() : null;
  }

  /** Whether any came. */
  #takeParked(now: number): boolean {
    const hosts = this.hosts.takeParked(now);
    for (const host of hosts) this.place(host, now);
    return hosts.length > 0;
  }
}
