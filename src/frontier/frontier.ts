/**
 * What to fetch and when: the one owner of that decision. Host queues hold what waits, the schedule
 * says which host may start, and every outcome comes back here to settle its URL and its host.
 *
 * A host: robots unknown -> asked -> known (or failed); then its URLs one after another, no more than
 * --per-host in flight, each start at least the delay after the end of the response before it. Hosts
 * take turns (`rota.ts`), and share the slots of --in-flight (`slots.ts`).
 * A URL: pending -> fetching -> done, failed, or pending again for a retry; or excluded by a rule.
 */
import type { CrawlSettings } from "../crawl-settings.ts";
import type { FetchBatch, Outcome } from "../messages.ts";
import { originOf } from "../url/index.ts";
import type { Admission } from "./admission.ts";
import { Discovery, type FoundUrl } from "./discovery.ts";
import { Budgets } from "./budgets.ts";
import { fetchRequest } from "./fetch-request.ts";
import type { HostQueue } from "./host-queue.ts";
import type { HostLimits } from "./host-table.ts";
import { HostTurn, type FrontierCounts } from "./host-turn.ts";
import { hostAnswer, judge, type Judgement } from "./judgement.ts";
import type { Revisits } from "./revisits.ts";
import { RobotsGate } from "./robots-gate.ts";
import { Reopening } from "./reopening.ts";
import { Rota } from "./rota.ts";
import { Traps } from "./traps/index.ts";
import type { FrontierStore, PendingUrl } from "../frontier-store.ts";

/** URLs that may be excluded in one go: what a transaction holds stays bounded. */
const EXCLUDED_AT_ONCE = 20_000;
/** A pause that is longer outlasts a new start of the process, so it is kept for that. */
const LONG_PAUSE_MS = 2_000;

export interface HandOutBudget {
  /** Requests that may start, all hosts together. */
  slots: number;
  /** URLs of kind page that may start before --max-pages. */
  pages: number;
}

export interface Settlement extends Judgement {
  readonly entry: PendingUrl;
}

/** A request that was handed out, to which host, and when. */
interface Flight {
  readonly entry: PendingUrl;
  readonly host: HostQueue;
  readonly since: number;
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
  readonly #budgets: Budgets;
  readonly #rota: Rota;
  readonly #turn: HostTurn;
  readonly #reopening: Reopening;
  readonly #inFlight = new Map<number, Flight>();
  readonly #counts: FrontierCounts = { pending: 0, excluded: 0, givenUp: 0 };
  #now = 0;

  constructor(input: {
    store: FrontierStore;
    settings: CrawlSettings;
    runId: number;
    admission: Admission;
    revisits: Revisits;
    seedOrigins: ReadonlySet<string>;
    random?: () => number;
    hostLimits?: Partial<HostLimits>;
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
    this.#robots = new RobotsGate({ ...input, discovery: this.#discovery, random: this.#random });
    this.#budgets = new Budgets(store.budgets, runId, settings);
    this.#rota = new Rota(input);
    const parts = {
      ...input,
      discovery: this.#discovery,
      robots: this.#robots,
      traps: this.#traps,
      budgets: this.#budgets,
      rota: this.#rota,
      counts: this.#counts,
    };
    this.#turn = new HostTurn(parts);
    this.#reopening = new Reopening(parts);
  }

  get pending(): number {
    return this.#counts.pending;
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
    return this.#rota.busyHosts;
  }

  /** Takes up what the store holds as pending for this run. */
  load(now: number): void {
    if (this.#budgets.load()) this.#reopening.overBudget(now);
    this.#counts.pending = this.#store.pendingCount(this.#runId);
    this.#rota.load(now);
  }

  /**
   * What earlier runs knew waits again for this one, as what it is by this run's rules: all of it, or
   * with --recrawl due what is due.
   */
  requeueKnown(now: number): void {
    this.#reopening.known(now);
  }

  /** A URL that was found; returns its id. */
  found(found: FoundUrl, now: number): number {
    this.#now = now;
    const urlId = this.#discovery.found(found, now);
    const { lastModified = null } = found;
    if (lastModified !== null) this.#store.noteLastModified(urlId, lastModified);
    return urlId;
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
    this.#reopening.scope(url, now);
  }

  /** The requests that may start now, by host; they count as in flight until their outcome is settled. */
  handOut(now: number, budget: HandOutBudget): FetchBatch[] {
    const batches: FetchBatch[] = [];
    if (budget.pages <= 0) return batches;
    const { excluded } = this.#counts;
    const room = { ...budget };
    for (const { host, slots } of this.#rota.turns(now, room)) {
      const entries = this.#turn.take(host, now, { slots, pages: room.pages });
      if (entries.length > 0) batches.push(this.#start(host, entries, now));
      room.slots -= entries.length;
      for (const { kind } of entries) if (kind === "page") room.pages -= 1;
      this.#rota.place(host, now);
      if (room.pages <= 0 || this.#counts.excluded - excluded >= EXCLUDED_AT_ONCE) break;
    }
    return batches;
  }

  /** When a request may start next: `now` or later; null when nothing waits for a time. */
  nextReadyAt(now: number): number | null {
    return this.#rota.nextReadyAt(now);
  }

  /** Decides what an outcome means for its URL and its host, and stores it. Null when it is not awaited. */
  settle(outcome: Outcome, now: number): Settlement | null {
    this.#now = now;
    const flight = this.#inFlight.get(outcome.urlId);
    if (flight === undefined) return null;
    this.#inFlight.delete(outcome.urlId);
    const { entry, host, since } = flight;
    this.#traps.open(entry, host.hostId);
    this.#budgets.ended(host.hostId, entry);
    const { delayMs, retries, autoDelay } = this.#settings;
    this.#rota.ended(host, now - since);
    if (autoDelay) host.followLatency(hostAnswer(outcome));
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
    host.pause(now, delayMs, judgement.hostWaitsUntil);
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
      const { retryAt: dueAt, tries, putOff } = judgement;
      this.#store.retryLater(entry.urlId, { dueAt, tries, putOff });
      this.#counts.pending += 1;
      host.delay(dueAt);
    }
    this.#turn.giveUp(host, now);
    if (host.failure !== null || host.nextFetchAt - now > LONG_PAUSE_MS) {
      this.#store.saveHost(host.hostId, host.state(this.#runId, now));
    }
    this.#rota.place(host, now);
    return { ...judgement, entry };
  }

  /** What a settled page, whose links were found, says of traps. */
  learn(entry: PendingUrl, outcome: Outcome, now: number): void {
    const origin = originOf(entry.url);
    for (const reason of this.#traps.learn(entry, outcome, now)) {
      // Other rules may still hold for some: they are looked at when their turn comes.
      this.#reopening.excluded(reason, ({ url }) => originOf(url) === origin, now);
    }
  }

  /** URLs that failed with their host, without being asked, since this was last called. */
  takeGivenUp(): number {
    const { givenUp } = this.#counts;
    this.#counts.givenUp = 0;
    return givenUp;
  }

  /** Gives back URLs that were handed out and will not be asked: the run stops. */
  release(): void {
    const urlIds = [...this.#inFlight.keys()];
    for (const { host, since } of this.#inFlight.values()) {
      this.#rota.ended(host, this.#now - since);
    }
    this.#inFlight.clear();
    this.#budgets.release();
    this.#counts.pending += urlIds.length;
    this.#store.release(urlIds);
    this.#rota.hosts.save(this.#now);
  }

  #start(host: HostQueue, entries: readonly PendingUrl[], now: number): FetchBatch {
    for (const entry of entries) this.#inFlight.set(entry.urlId, { entry, host, since: now });
    this.#rota.started(host, entries.length);
    host.pause(now, this.#settings.delayMs);
    const { hostId, origin } = host;
    const requests = entries.map((entry) =>
      fetchRequest(entry, this.#admission, this.#revisits.validators(entry)),
    );
    return { hostId, origin, requests };
  }

  #enqueue(hostId: number, entry: PendingUrl): void {
    this.#counts.pending += 1;
    const { hosts } = this.#rota;
    const host = hosts.at(hostId, originOf(entry.url), this.#now);
    if (host === null) return;
    host.add(entry, hosts.windowSize);
    this.#rota.place(host, this.#now);
  }
}
