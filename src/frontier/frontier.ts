/**
 * What to fetch and when: the one owner of that decision. Host queues hold what waits, the schedule
 * says which host may start, and every outcome comes back here to settle its URL and its host.
 *
 * A host: robots unknown -> asked -> known (or failed); then its URLs one after another, no more than
 * --per-host in flight, each start at least the delay after the end of the response before it. Hosts
 * take turns (`rota.ts`), and share the slots of --in-flight (`slots.ts`).
 * A URL: pending -> fetching -> done, failed, or pending again for a retry; or excluded by a rule.
 */
import type { FrontierStore, KnownUrl, PendingUrl } from "../frontier-store.ts";
import type { FetchBatch, UnlinkedOutcome } from "../messages.ts";
import { pauseEnd } from "../politeness/index.ts";
import { originOf } from "../url/index.ts";
import type { FoundUrl, LinkToKnown } from "./discovery.ts";
import { fetchRequest } from "./fetch-request.ts";
import { frontierParts, type FrontierInput, type FrontierParts } from "./frontier-parts.ts";
import type { HostQueue } from "./host-queue.ts";
import { hostAnswer, judge, type Judgement } from "./judgement.ts";
import { smoothedMs } from "./slots.ts";

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
  readonly #parts: FrontierParts;
  readonly #store: FrontierStore;
  readonly #inFlight = new Map<number, Flight>();
  #now = 0;

  constructor(input: FrontierInput) {
    this.#store = input.store;
    this.#parts = frontierParts(input, (...found) => this.#enqueue(...found));
  }

  get pending(): number {
    return this.#parts.counts.pending;
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
    return this.#parts.rota.busyHosts;
  }

  /** Takes up what the store holds as pending for this run. */
  load(now: number): void {
    if (this.#parts.budgets.load()) this.#parts.reopening.overBudget(now);
    this.#parts.counts.pending = this.#store.pendingCount(this.#parts.runId);
    this.#parts.rota.load(now);
  }

  /**
   * What earlier runs knew waits again for this one, as what it is by this run's rules: all of it, or
   * with --recrawl due what is due.
   */
  requeueKnown(now: number): void {
    this.#parts.reopening.known(now);
  }

  /** A URL that was found; returns what is known of it now. */
  found(found: FoundUrl, now: number): KnownUrl {
    this.#now = now;
    const known = this.#parts.discovery.found(found, now);
    const { lastModified = null } = found;
    if (lastModified !== null) this.#store.noteLastModified(known.urlId, lastModified);
    return known;
  }

  /** Whether one more link to a known URL changes nothing, so that it need not be `found` again. */
  isDecided(known: KnownUrl, link: LinkToKnown): boolean {
    return this.#parts.discovery.isDecided(known, link);
  }

  /** A URL that the user named. */
  foundSeed(url: string, now: number): void {
    const seed = { url, link: "a", depth: 0, viaUrlId: null, isSeed: true } as const;
    this.found({ ...seed, priority: null, nofollow: false }, now);
  }

  /** A sitemap that another sitemap names; returns its id, null when it may not be asked. */
  foundSitemap(url: string, viaUrlId: number, now: number): number | null {
    this.#now = now;
    return this.#parts.hostFiles.sitemapFile(url, viaUrlId, now);
  }

  /** What a sitemap that is unchanged listed: a page, or another sitemap that is asked as such again. */
  foundInSitemap(url: string, viaUrlId: number, now: number): number | null {
    this.#now = now;
    return this.#parts.hostFiles.inSitemap(url, viaUrlId, now);
  }

  /** A seed was redirected: its target's host counts as a seed's, and what that takes in comes back. */
  widenScope(url: string, now: number): void {
    this.#parts.reopening.scope(url, now);
  }

  /**
   * The requests that may start now, by host, and those that wait in line behind them: they count as in
   * flight until their outcome is settled, or until they are given back.
   */
  handOut(now: number, budget: HandOutBudget): FetchBatch[] {
    const batches: FetchBatch[] = [];
    if (budget.pages <= 0) return batches;
    const { counts, rota, turn } = this.#parts;
    const { excluded } = counts;
    const room = { ...budget };
    for (const { host, slots } of rota.turns(now, room)) {
      const entries = turn.take(host, now, { slots, pages: room.pages });
      if (entries.length > 0) batches.push(this.#start(host, entries, now));
      room.slots -= entries.length;
      for (const { kind } of entries) if (kind === "page") room.pages -= 1;
      rota.place(host, now);
      if (room.pages <= 0 || counts.excluded - excluded >= EXCLUDED_AT_ONCE) break;
    }
    return batches;
  }

  /** When a request may start next: `now` or later; null when nothing waits for a time. */
  nextReadyAt(now: number): number | null {
    return this.#parts.rota.nextReadyAt(now);
  }

  /** Decides what an outcome means for its URL and its host, and stores it. Null when it is not awaited. */
  settle(outcome: UnlinkedOutcome, now: number): Settlement | null {
    this.#now = now;
    const flight = this.#inFlight.get(outcome.urlId);
    if (flight === undefined) return null;
    this.#inFlight.delete(outcome.urlId);
    const { entry, host, since } = flight;
    const { budgets, counts, discovery, revisits, robots } = this.#parts;
    const { rota, runId, traps, turn } = this.#parts;
    const { delayMs, retries, autoDelay } = this.#parts.settings;
    traps.open(entry, host.hostId);
    budgets.ended(host.hostId, entry);
    rota.ended(host, now - since);
    host.answerMs = smoothedMs(host.answerMs, outcome.attempts.at(-1)?.totalMs ?? 0);
    if (autoDelay) host.followLatency(hostAnswer(outcome));
    const judgement =
      entry.kind === "robots"
        ? robots.settle(host, entry, outcome, now)
        : judge({
            entry,
            host,
            outcome,
            now,
            retries,
            usualDelayMs: host.usualDelayMs(delayMs),
            random: this.#parts.random,
          });
    host.pause(now, delayMs, judgement.hostWaitsUntil);
    if (judgement.retryAt === null) {
      this.#store.settle(entry.urlId, {
        runId,
        state: judgement.state,
        reason: judgement.reason,
        detail: judgement.detail,
        now,
      });
      revisits.plan(entry, outcome, now);
      if (entry.kind === "asset") discovery.settledPart(entry, now);
    } else {
      const { retryAt: dueAt, tries, putOff } = judgement;
      this.#store.retryLater(entry.urlId, { dueAt, tries, putOff });
      counts.pending += 1;
      host.delay(dueAt);
    }
    turn.giveUp(host, now);
    const robotsFailed = entry.kind === "robots" && judgement.retryAt !== null;
    if (host.failure !== null || robotsFailed || host.nextFetchAt - now > LONG_PAUSE_MS) {
      this.#store.saveHost(host.hostId, host.state(runId, now));
    }
    rota.place(host, now);
    return { ...judgement, entry };
  }

  /** What a settled page, whose links were found, says of traps. */
  learn(entry: PendingUrl, outcome: UnlinkedOutcome, now: number): void {
    const origin = originOf(entry.url);
    for (const reason of this.#parts.traps.learn(entry, outcome, now)) {
      // Other rules may still hold for some: they are looked at when their turn comes.
      this.#parts.reopening.excluded(reason, ({ url }) => originOf(url) === origin, now);
    }
  }

  /** URLs that failed with their host, without being asked, since this was last called. */
  takeGivenUp(): number {
    const { givenUp } = this.#parts.counts;
    this.#parts.counts.givenUp = 0;
    return givenUp;
  }

  /** URLs that were handed out and will not be asked wait again. */
  giveBack(urlIds: readonly number[], now: number): void {
    this.#now = now;
    const { budgets, counts, rota, traps } = this.#parts;
    for (const urlId of urlIds) {
      const flight = this.#inFlight.get(urlId);
      if (flight === undefined) continue;
      const { entry, host } = flight;
      this.#inFlight.delete(urlId);
      traps.givenBack(entry);
      budgets.givenBack(host.hostId, entry);
      rota.givenBack(host);
      this.#store.release([urlId]);
      counts.pending += 1;
      host.add(entry, rota.hosts.windowSize);
      rota.place(host, now);
    }
  }

  /** Gives back all that was handed out: the run stops. */
  release(): void {
    this.giveBack([...this.#inFlight.keys()], this.#now);
    this.#parts.rota.hosts.save(this.#now);
  }

  #start(host: HostQueue, entries: readonly PendingUrl[], now: number): FetchBatch {
    for (const entry of entries) this.#inFlight.set(entry.urlId, { entry, host, since: now });
    this.#parts.rota.started(host, entries.length);
    host.pause(now, this.#parts.settings.delayMs);
    const { hostId, origin } = host;
    const { admission, revisits, settings } = this.#parts;
    const pauseMs = pauseEnd(0, host.delayMs(settings.delayMs));
    const requests = entries.map((entry) =>
      fetchRequest(entry, admission, revisits.validators(entry), pauseMs),
    );
    return { hostId, origin, requests };
  }

  #enqueue(hostId: number, entry: PendingUrl, replaces = false): void {
    if (!replaces) this.#parts.counts.pending += 1;
    const { hosts } = this.#parts.rota;
    const host = hosts.at(hostId, originOf(entry.url), this.#now);
    if (host === null) return;
    if (replaces) host.remove(entry.urlId);
    host.add(entry, hosts.windowSize);
    this.#parts.rota.place(host, this.#now);
  }
}
