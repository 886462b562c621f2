/**
 * What to fetch and when: the one owner of that decision. Host queues hold what waits, the schedule
 * says which host may start, and every outcome comes back here to settle its URL and its host.
 *
 * A host: robots unknown -> asked -> known (or failed); then its URLs one after another, no more than
 * --per-host in flight, each start at least the delay after the end of the response before it.
 * A URL: pending -> fetching -> done, failed, or pending again for a retry; or excluded by a rule.
 */
import type { CrawlSettings } from "../crawl-settings.ts";
import type { FetchBatch, Outcome } from "../messages.ts";
import { originOf } from "../url/index.ts";
import type { Admission } from "./admission.ts";
import { Discovery, type FoundUrl } from "./discovery.ts";
import { fetchRequest } from "./fetch-request.ts";
import type { HostQueue } from "./host-queue.ts";
import { HostTable } from "./host-table.ts";
import { judge, type Judgement } from "./judgement.ts";
import type { Revisits } from "./revisits.ts";
import { RobotsGate } from "./robots-gate.ts";
import { Schedule } from "./schedule.ts";
import { Traps } from "./traps/index.ts";
import type { FrontierRow, FrontierStore, PendingUrl } from "../frontier-store.ts";

/** URLs one host may hand out or have excluded before the others get their turn. */
const QUANTUM = 64;

export interface HandOutBudget {
  /** Requests that may start, all hosts together. */
  slots: number;
  /** URLs of kind page that may start before --max-pages. */
  pages: number;
}

export interface Settlement extends Judgement {
  readonly entry: PendingUrl;
}

export class Frontier {
  readonly #store: FrontierStore;
  readonly #settings: CrawlSettings;
  readonly #runId: number;
  readonly #admission: Admission;
  readonly #random: () => number;
  readonly #discovery: Discovery;
  readonly #robots: RobotsGate;
  readonly #revisits: Revisits;
  readonly #traps: Traps;
  readonly #hosts = new HostTable();
  readonly #schedule = new Schedule();
  readonly #inFlight = new Map<number, { entry: PendingUrl; host: HostQueue }>();
  #pending = 0;
  #givenUp = 0;
  #now = 0;

  constructor(input: {
    store: FrontierStore;
    settings: CrawlSettings;
    runId: number;
    admission: Admission;
    revisits: Revisits;
    seedOrigins: ReadonlySet<string>;
    random?: () => number;
  }) {
    this.#store = input.store;
    this.#settings = input.settings;
    this.#runId = input.runId;
    this.#admission = input.admission;
    this.#revisits = input.revisits;
    this.#random = input.random ?? Math.random;
    const { store, runId, settings } = input;
    this.#traps = new Traps({ store: store.traps, runId, enabled: settings.traps });
    this.#discovery = new Discovery({
      ...input,
      traps: this.#traps,
      isFromEarlierRun: (urlId) => this.#revisits.isFromEarlierRun(urlId),
      enqueue: (hostId, entry) => this.#enqueue(hostId, entry),
    });
    this.#robots = new RobotsGate({
      ...input,
      discovery: this.#discovery,
      random: this.#random,
    });
  }

  get pending(): number {
    return this.#pending;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  get pagesInFlight(): number {
    let pages = 0;
    for (const { entry } of this.#inFlight.values()) if (entry.kind === "page") pages += 1;
    return pages;
  }

  get activeHosts(): number {
    return this.#hosts.active;
  }

  /** Takes up what the store holds as pending for this run. */
  load(now: number): void {
    this.#pending = this.#store.pendingCount(this.#runId);
    for (const { hostId, origin } of this.#store.pendingHosts(this.#runId)) {
      const host = this.#hosts.at(hostId, origin);
      host.moreInStore = true;
      this.#place(host, now);
    }
  }

  /**
   * What earlier runs knew waits again for this one, as what it is by this run's rules: all of it, or
   * with --recrawl due what is due.
   */
  requeueKnown(now: number): void {
    const isKnown = (row: FrontierRow): boolean => this.#discovery.isKnownAs(row, now);
    const { recrawl, maxPages: limit } = this.#settings;
    if (recrawl === "all") this.#store.requeueKnown(this.#runId, isKnown);
    else this.#store.requeueDue(this.#runId, { now, limit }, isKnown);
  }

  /** A URL that was found; returns its id. */
  found(found: FoundUrl, now: number): number {
    this.#now = now;
    return this.#discovery.found(found, now);
  }

  /** A URL that the user named. */
  foundSeed(url: string, now: number): void {
    const seed = { url, link: "a", depth: 0, viaUrlId: null, isSeed: true } as const;
    this.found({ ...seed, priority: null, nofollow: false }, now);
  }

  /** A sitemap that another sitemap names; returns its id, null when it may not be asked. */
  foundSitemap(url: string, viaUrlId: number, now: number): number | null {
    this.#now = now;
    return this.#discovery.sitemapFile(url, viaUrlId, now);
  }

  /** What a sitemap that is unchanged listed: a page, or another sitemap that is asked as such again. */
  foundInSitemap(url: string, viaUrlId: number, now: number): number | null {
    this.#now = now;
    return this.#discovery.inSitemap(url, viaUrlId, now);
  }

  /** A seed was redirected: its target's host counts as a seed's, and what that takes in comes back. */
  widenScope(url: string, now: number): void {
    if (!this.#admission.addRedirectedSeed(url)) return;
    this.#reopen("scope", now, (row) => {
      return this.#admission.decide({ ...row, link: "a" }).kind === "page";
    });
  }

  /** What was excluded for a reason that no longer holds waits again. */
  #reopen(reason: string, now: number, accept: (row: FrontierRow) => boolean): void {
    const reopened = new Map<number, string>();
    this.#pending += this.#store.reopenExcluded(this.#runId, reason, (row) => {
      const accepted = accept(row);
      if (accepted) reopened.set(row.hostId, originOf(row.url));
      return accepted;
    });
    for (const [hostId, origin] of reopened) {
      const host = this.#hosts.at(hostId, origin);
      host.moreInStore = true;
      this.#place(host, now);
    }
  }

  /** The requests that may start now, by host; they count as in flight until their outcome is settled. */
  handOut(now: number, budget: HandOutBudget): FetchBatch[] {
    const batches: FetchBatch[] = [];
    const { delayMs } = this.#settings;
    let slots = budget.slots;
    let pages = budget.pages;
    while (slots > 0 && pages > 0) {
      const host = this.#schedule.take(now);
      if (host === null) break;
      const entries = this.#takeFrom(host, now, Math.min(slots, QUANTUM), pages);
      for (const entry of entries) {
        this.#inFlight.set(entry.urlId, { entry, host });
        if (entry.kind === "page") pages -= 1;
      }
      slots -= entries.length;
      host.inFlight += entries.length;
      if (entries.length > 0) {
        host.nextFetchAt = Math.max(host.nextFetchAt, now + host.delayMs(delayMs));
        const { hostId, origin } = host;
        batches.push({
          hostId,
          origin,
          requests: entries.map((entry) =>
            fetchRequest(entry, this.#admission, this.#revisits.validators(entry)),
          ),
        });
      }
      this.#place(host, now);
    }
    return batches;
  }

  /** When a request may start next: `now` or later; null when nothing waits for a time. */
  nextReadyAt(now: number): number | null {
    return this.#schedule.nextAt(now);
  }

  /** Decides what an outcome means for its URL and its host, and stores it. Null when it is not awaited. */
  settle(outcome: Outcome, now: number): Settlement | null {
    this.#now = now;
    const flight = this.#inFlight.get(outcome.urlId);
    if (flight === undefined) return null;
    this.#inFlight.delete(outcome.urlId);
    const { entry, host } = flight;
    this.#traps.open(entry, host.hostId);
    const { delayMs, retries } = this.#settings;
    host.inFlight -= 1;
    const judgement =
      entry.kind === "robots"
        ? this.#robots.settle(host, entry, outcome, now)
        : judge({
            entry,
            host,
            outcome,
            now,
            retries,
            usualDelayMs: host.usualDelayMs(delayMs),
            random: this.#random,
          });
    host.nextFetchAt = Math.max(
      host.nextFetchAt,
      now + host.delayMs(delayMs),
      judgement.hostWaitsUntil,
    );
    if (judgement.retryAt === null) {
      this.#store.settle(entry.urlId, {
        runId: this.#runId,
        state: judgement.state,
        reason: judgement.reason,
        detail: judgement.detail,
        now,
      });
      const visit = this.#revisits.plan(entry, outcome, now);
      if (visit !== null) this.#store.planVisit(entry.urlId, visit);
    } else {
      this.#store.retryLater(entry.urlId, { dueAt: judgement.retryAt, tries: judgement.tries });
      this.#pending += 1;
      host.delay(judgement.retryAt);
    }
    if (host.failure !== null) this.#giveUp(host, now);
    this.#place(host, now);
    return { ...judgement, entry };
  }

  /** What a settled page, whose links were found, says of traps. */
  learn(entry: PendingUrl, outcome: Outcome, now: number): void {
    const origin = originOf(entry.url);
    for (const reason of this.#traps.learn(entry, outcome, now)) {
      // Other rules may still hold for some: they are looked at when their turn comes.
      this.#reopen(reason, now, ({ url }) => originOf(url) === origin);
    }
  }

  /** URLs that failed with their host, without being asked, since this was last called. */
  takeGivenUp(): number {
    const givenUp = this.#givenUp;
    this.#givenUp = 0;
    return givenUp;
  }

  /** Gives back URLs that were handed out and will not be asked: the run stops. */
  release(): void {
    const urlIds = [...this.#inFlight.keys()];
    for (const { host } of this.#inFlight.values()) host.inFlight -= 1;
    this.#inFlight.clear();
    this.#pending += urlIds.length;
    this.#store.release(urlIds);
  }

  #takeFrom(host: HostQueue, now: number, slots: number, pages: number): PendingUrl[] {
    if (host.failure !== null) {
      this.#giveUp(host, now);
      return [];
    }
    if (host.robotsState === "unknown") {
      const file = this.#robots.open(host, now);
      if (file !== null) {
        if (file.wasPending) this.#pending -= 1;
        // It may have been found as a page before: asked once, it is asked as what it is.
        host.remove(file.entry.urlId);
        this.#store.claim(file.entry.urlId);
        return [file.entry];
      }
    }
    if (host.robotsState === "asked") return [];
    const { delayMs, perHost } = this.#settings;
    const free = perHost - host.inFlight;
    const most = Math.min(slots, free, host.delayMs(delayMs) > 0 ? 1 : free);
    const taken: PendingUrl[] = [];
    let pagesTaken = 0;
    for (let seen = 0; taken.length < most && seen < QUANTUM; seen += 1) {
      const entry = host.take(this.#store, this.#runId, now, this.#hosts.windowSize);
      if (entry === null) break;
      if (entry.kind === "page" && pagesTaken >= pages) {
        host.giveBack(entry);
        break;
      }
      this.#pending -= 1;
      const refusal = this.#robots.refusal(host, entry);
      if (refusal !== null) {
        this.#exclude(entry, "robots", refusal, now);
        continue;
      }
      const trap = this.#traps.refusal(host.hostId, entry);
      if (trap !== null) {
        this.#exclude(entry, trap.reason, trap.detail, now);
        continue;
      }
      if (entry.kind === "page") pagesTaken += 1;
      // At once: the next look into the store must not find it waiting.
      this.#store.claim(entry.urlId);
      taken.push(entry);
    }
    return taken;
  }

  #exclude(entry: PendingUrl, reason: string, detail: string, now: number): void {
    const runId = this.#runId;
    this.#store.settle(entry.urlId, { runId, state: "excluded", reason, detail, now });
  }

  /** The host does not answer, or its robots.txt does not: all that waits ends with the same reason. */
  #giveUp(host: HostQueue, now: number): void {
    if (host.failure === null) return;
    host.clear();
    const settled = this.#store.settlePending(this.#runId, host.hostId, { ...host.failure, now });
    this.#pending -= settled;
    if (host.failure.state === "failed") this.#givenUp += settled;
  }

  #enqueue(hostId: number, entry: PendingUrl): void {
    const host = this.#hosts.at(hostId, originOf(entry.url));
    this.#pending += 1;
    host.add(entry, this.#hosts.windowSize);
    this.#place(host, this.#now);
  }

  #place(host: HostQueue, now: number): void {
    if (host.robotsState === "asked" || host.inFlight >= this.#settings.perHost) {
      this.#schedule.drop(host);
      return;
    }
    const waitsUntil = host.waitsUntil(now);
    if (waitsUntil === null) this.#schedule.drop(host);
    else this.#schedule.put(host, Math.max(waitsUntil, host.nextFetchAt), now);
  }
}
