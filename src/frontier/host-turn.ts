/**
 * What a host starts when it is its turn: its robots.txt first, then its URLs in order, without those
 * that a rule turns out to leave out: robots.txt, a trap, a budget. All of them are looked at here, when a
 * URL is about to be asked, since only then everything is known that decides.
 */
import type { CrawlSettings } from "../crawl-settings.ts";
import type { FrontierStore, PendingUrl } from "../frontier-store.ts";
import type { Budgets } from "./budgets.ts";
import type { HostQueue } from "./host-queue.ts";
import type { Revisits } from "./revisits.ts";
import type { RobotsGate } from "./robots-gate.ts";
import type { Rota } from "./rota.ts";
import { STARTED_WITHOUT_LINE } from "./slots.ts";
import type { Traps } from "./traps/index.ts";

/** URLs one host may hand out or have excluded before the others get their turn. */
const QUANTUM = 64;

/** What is counted of all hosts together. */
export interface FrontierCounts {
  /** URLs that wait. */
  pending: number;
  /** URLs that were excluded when their turn came. */
  excluded: number;
  /** URLs that failed with their host, without being asked. */
  givenUp: number;
}

export class HostTurn {
  readonly #store: FrontierStore;
  readonly #settings: CrawlSettings;
  readonly #runId: number;
  readonly #rota: Rota;
  readonly #robots: RobotsGate;
  readonly #traps: Traps;
  readonly #budgets: Budgets;
  readonly #revisits: Revisits;
  readonly #counts: FrontierCounts;

  constructor(input: {
    readonly store: FrontierStore;
    readonly settings: CrawlSettings;
    readonly runId: number;
    readonly rota: Rota;
    readonly robots: RobotsGate;
    readonly traps: Traps;
    readonly budgets: Budgets;
    readonly revisits: Revisits;
    readonly counts: FrontierCounts;
  }) {
    this.#store = input.store;
    this.#settings = input.settings;
    this.#runId = input.runId;
    this.#rota = input.rota;
    this.#robots = input.robots;
    this.#traps = input.traps;
    this.#budgets = input.budgets;
    this.#revisits = input.revisits;
    this.#counts = input.counts;
  }

  /**
   * Takes the URLs that start now, as being fetched.
   *
   * @param room.slots requests the host may start
   * @param room.pages URLs of kind page among them
   */
  take(host: HostQueue, now: number, room: { slots: number; pages: number }): PendingUrl[] {
    if (host.failure !== null) {
      this.giveUp(host, now);
      return [];
    }
    const robotsFile = this.#robotsFile(host, now);
    if (robotsFile !== null) return [robotsFile];
    if (host.robotsState === "asked") return [];
    const most = host.delayMs(this.#settings.delayMs) > 0 ? Math.min(1, room.slots) : room.slots;
    const taken: PendingUrl[] = [];
    let pages = 0;
    for (let seen = 0; taken.length < most && seen < QUANTUM; seen += 1) {
      const { windowSize } = this.#rota.hosts;
      const entry = host.take(this.#store, this.#runId, now, windowSize);
      if (entry === null) break;
      if (entry.kind === "page" && pages >= room.pages) {
        host.giveBack(entry);
        break;
      }
      this.#counts.pending -= 1;
      const refusal = this.#refusal(host, entry);
      if (refusal !== null) {
        this.#exclude(entry, refusal, now);
        continue;
      }
      if (this.#traps.mustWait(host.hostId, entry) && host.setAside(entry, windowSize)) {
        this.#counts.pending += 1;
        continue;
      }
      if (this.#traps.started(entry)) host.lineFrom = host.started + STARTED_WITHOUT_LINE;
      if (entry.kind === "page") pages += 1;
      this.#budgets.started(host.hostId, entry);
      // At once: the next look into the store must not find it waiting.
      this.#store.claim(entry.urlId);
      taken.push(entry);
    }
    return taken;
  }

  /** The host does not answer, or its robots.txt does not: all that waits ends with the same reason. */
  giveUp(host: HostQueue, now: number): void {
    if (host.failure === null) return;
    host.clear();
    const to = { ...host.failure, now, dueAt: this.#revisits.givenUpDueAt(now) };
    const settled = this.#store.settlePending(this.#runId, host.hostId, to);
    this.#counts.pending -= settled;
    if (host.failure.state === "failed") this.#counts.givenUp += settled;
  }

  #robotsFile(host: HostQueue, now: number): PendingUrl | null {
    if (host.robotsExpiresAt !== null && host.robotsExpiresAt <= now) host.robotsState = "unknown";
    if (host.robotsState !== "unknown") return null;
    const file = this.#robots.open(host, now);
    if (file === null) return null;
    if (file.wasPending) this.#counts.pending -= 1;
    // It may have been found as a page before: asked once, it is asked as what it is.
    host.remove(file.entry.urlId);
    this.#store.claim(file.entry.urlId);
    return file.entry;
  }

  #refusal(host: HostQueue, entry: PendingUrl): { reason: string; detail: string } | null {
    const line = this.#robots.refusal(host, entry);
    if (line !== null) return { reason: "robots", detail: line };
    return this.#traps.refusal(host.hostId, entry) ?? this.#budgets.refusal(host.hostId, entry);
  }

  #exclude(entry: PendingUrl, why: { reason: string; detail: string }, now: number): void {
    const runId = this.#runId;
    this.#store.settle(entry.urlId, { runId, state: "excluded", ...why, now });
    // Of the attempts at a URL the last one settles it, also when no other follows after all.
    if (entry.tries > 0 || entry.putOff > 0) this.#store.settleAttempts(runId, entry);
    this.#counts.excluded += 1;
  }
}
