/**
 * One host's part of the frontier: a bounded window, in order, on what the store keeps for it, and the
 * host's small state of manners.
 *
 * A URL is `pending` (in the window or only in the store), then `fetching` from hand-out until its
 * outcome is recorded. The window is always the front of the store's order: what does not fit is left
 * in the store and `moreInStore` says so.
 */
import {
  autoDelayMs,
  effectiveDelayMs,
  MAX_RETRY_AFTER_MS,
  pauseEnd,
  type HostAnswer,
} from "../politeness/index.ts";
import type { FrontierStore, HostState, PendingUrl } from "../frontier-store.ts";
import { STARTED_WITHOUT_LINE } from "./slots.ts";

/**
 * - unknown: robots.txt is to be asked before anything else. asked: that request is in flight.
 * - known: its rules are in force. off: robots are not obeyed.
 * - failed: the host does not answer; all its URLs are settled with `failure`.
 */
export type RobotsState = "unknown" | "asked" | "known" | "off" | "failed";

export class HostQueue {
  readonly hostId: number;
  readonly origin: string;
  inFlight = 0;
  /** Requests started since it was taken into memory. */
  started = 0;
  /** It may have requests in line from so many started on. */
  lineFrom = STARTED_WITHOUT_LINE;
  /** Whether a request of it has ended since. */
  answered = false;
  /** How long a request of it holds its slot, smoothed; 0 while that is not known. */
  heldMs = 0;
  /** How long it takes for an answer, smoothed; 0 while that is not known. */
  answerMs = 0;
  /** No request may start before this time: the delay after the last start or end of one, or a rest. */
  nextFetchAt = 0;
  /** Failures to connect since the last response. */
  connectFailures = 0;
  /** Responses 429 or 503 since the last good one. */
  throttled = 0;
  /** When the last of those came. */
  throttledAt = 0;
  /** The delay after those, while speed recovers step by step; 0 when it is not slowed down. */
  slowedDelayMs = 0;
  /** The delay that follows its latency, with --delay auto; null while that is not known. */
  autoDelayMs: number | null = null;
  robotsState: RobotsState = "unknown";
  /** Whether its robots.txt says anything at all. */
  hasRules = false;
  /** When its robots.txt is to be asked for again; null for not again in this process. */
  robotsExpiresAt: number | null = null;
  /** How often that failed in this run since it was last read. */
  robotsTries = 0;
  robotsUrlId: number | null = null;
  crawlDelayMs: number | null = null;
  /** Why the host was given up. */
  failure: HostState["failure"] = null;
  /** Whether the store may hold due URLs that are not in the window. */
  moreInStore = false;
  readonly #window: PendingUrl[] = [];
  /** Until when a 429 or 503, or a robots.txt that is to be asked again, has it left alone. */
  #restsUntil = 0;
  /** Taken, and put off until a request of the host has ended. */
  readonly #aside: PendingUrl[] = [];
  /** When the earliest URL that waits for a retry is due; null when none waits. */
  #delayedUntil: number | null = null;

  constructor(hostId: number, origin: string) {
    this.hostId = hostId;
    this.origin = origin;
  }

  /** A URL that was just stored as pending. */
  add(entry: PendingUrl, windowSize: number): void {
    const last = this.#window.at(-1);
    const behind = last === undefined || compare(entry, last) > 0;
    if (behind && (this.moreInStore || this.#window.length >= windowSize)) {
      this.moreInStore = true;
      return;
    }
    this.#window.splice(this.#place(entry), 0, entry);
    if (this.#window.length > windowSize) {
      this.#window.pop();
      this.moreInStore = true;
    }
  }

  /** A URL that may be asked again at `dueAt`. */
  delay(dueAt: number): void {
    this.#delayedUntil = Math.min(this.#delayedUntil ?? dueAt, dueAt);
  }

  /** The next URL in order, refilling the window from the store; null when none is due. */
  take(store: FrontierStore, runId: number, now: number, windowSize: number): PendingUrl | null {
    const due = this.#delayedUntil !== null && this.#delayedUntil <= now;
    if (this.#window.length === 0 && (this.moreInStore || due)) {
      this.#refill(store, runId, now, windowSize);
    }
    return this.#window.shift() ?? null;
  }

  /** Takes a URL out that is asked in another way. */
  remove(urlId: number): void {
    for (const list of [this.#window, this.#aside]) {
      const index = list.findIndex((entry) => entry.urlId === urlId);
      if (index !== -1) list.splice(index, 1);
    }
  }

  /** Gives back a URL that was taken and not asked. */
  giveBack(entry: PendingUrl): void {
    this.#window.splice(this.#place(entry), 0, entry);
  }

  /**
   * Puts off a URL that was taken until an answer of the host has come: one must be in flight. False
   * when too many wait like that already.
   */
  setAside(entry: PendingUrl, windowSize: number): boolean {
    // The next look into the store must see beyond them.
    if (this.#aside.length >= windowSize >> 1) return false;
    this.#aside.push(entry);
    return true;
  }

  /** An answer has come: what was put off waits in its place again. */
  bringBack(): void {
    for (const entry of this.#aside.splice(0)) this.giveBack(entry);
  }

  /** The time from which `take` may find something; null when nothing waits. */
  waitsUntil(now: number): number | null {
    if (this.#window.length > 0 || this.moreInStore) return now;
    return this.#delayedUntil;
  }

  clear(): void {
    this.#window.length = 0;
    this.#aside.length = 0;
    this.moreInStore = false;
    this.#delayedUntil = null;
  }

  /**
   * The pause between its requests when nothing slows it down: what follows its latency, else `delayMs`.
   * Its Crawl-delay is the lower bound.
   */
  usualDelayMs(delayMs: number): number {
    const { autoDelayMs, crawlDelayMs } = this;
    return effectiveDelayMs({ delayMs: autoDelayMs ?? delayMs, crawlDelayMs });
  }

  /** The pause between its requests now. */
  delayMs(delayMs: number): number {
    return Math.max(this.slowedDelayMs, this.usualDelayMs(delayMs));
  }

  /** A request started, or ended and has the host rest until a time. */
  pause(now: number, delayMs: number, restsUntil = 0): void {
    this.#restsUntil = Math.max(this.#restsUntil, restsUntil);
    this.nextFetchAt = Math.max(this.#restsUntil, pauseEnd(now, this.delayMs(delayMs)));
  }

  /** What is kept of the host between processes. */
  state(runId: number, now: number): HostState {
    const waits = this.nextFetchAt > now;
    return {
      crawlDelayMs: this.crawlDelayMs,
      nextFetchAt: waits ? this.nextFetchAt : null,
      backoffUntil: this.throttled > 0 && this.#restsUntil > now ? this.#restsUntil : null,
      failures: this.connectFailures,
      runId,
      throttled: this.throttled,
      slowedDelayMs: this.slowedDelayMs > 0 ? this.slowedDelayMs : null,
      autoDelayMs: this.autoDelayMs,
      robotsTries: this.robotsTries,
      failure: this.failure,
    };
  }

  /**
   * Takes up how it was left. When it may be asked again and how quick it is holds in every run; that
   * it failed or was slowed down, in the same run only.
   */
  restore(state: HostState | null, runId: number, now: number): void {
    if (state === null) return;
    // A clock that was set back must not keep a host from being asked.
    this.#restsUntil = Math.min(state.nextFetchAt ?? 0, now + MAX_RETRY_AFTER_MS);
    this.nextFetchAt = this.#restsUntil;
    this.autoDelayMs = state.autoDelayMs;
    if (state.runId !== runId) return;
    this.connectFailures = state.failures;
    this.throttled = state.throttled;
    this.slowedDelayMs = state.slowedDelayMs ?? 0;
    this.robotsTries = state.robotsTries;
    this.failure = state.failure;
  }

  /** Whether nothing was wrong with its last answers. */
  get isWell(): boolean {
    return this.failure === null && this.throttled === 0 && this.connectFailures === 0;
  }

  /** Lets the delay follow how it answered. */
  followLatency(answer: HostAnswer): void {
    this.autoDelayMs = autoDelayMs(this.autoDelayMs, answer);
  }

  #refill(store: FrontierStore, runId: number, now: number, windowSize: number): void {
    // What was put off is still in the store; the window may have become smaller since.
    const most = windowSize + this.#aside.length;
    const rows = store.nextPending(runId, this.hostId, now, most);
    const aside = new Set(this.#aside.map(({ urlId }) => urlId));
    this.#window.push(...rows.filter(({ urlId }) => !aside.has(urlId)));
    this.moreInStore = rows.length === most;
    if (!this.moreInStore) this.#delayedUntil = store.nextDueAt(runId, this.hostId, now);
  }

  #place(entry: PendingUrl): number {
    let low = 0;
    let high = this.#window.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#window[middle];
      if (other !== undefined && compare(other, entry) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The store's order: priority, higher first, then depth (unknown first), then discovery. */
function compare(a: PendingUrl, b: PendingUrl): number {
  return b.priority - a.priority || (a.depth ?? -1) - (b.depth ?? -1) || a.urlId - b.urlId;
}
