/**
 * A host's robots.txt: asked before anything else, kept in the store, obeyed for every URL (RFC 9309).
 * What names sitemaps leads to them from here too.
 */
import type { CrawlSettings } from "../crawl-settings.ts";
import type { Outcome } from "../messages.ts";
import {
  MAX_STALE_ROBOTS_AGE_MS,
  parseRobots,
  retryDelayMs,
  robotsExpiry,
  robotsVerdict,
} from "../politeness/index.ts";
import { canonicalUrl } from "../url/index.ts";
import type { Admission } from "./admission.ts";
import type { Discovery } from "./discovery.ts";
import type { HostQueue } from "./host-queue.ts";
import { RETRY_DELAY, type Judgement } from "./judgement.ts";
import type { FrontierStore, PendingUrl } from "../frontier-store.ts";

/** RFC 9309 2.3.1.4: an unreachable robots.txt disallows; it is asked this often in a run. */
const UNREACHABLE_TRIES = 3;
const SITEMAPS_PER_HOST = 1_000;

const NO_RULES = new Uint8Array();

export class RobotsGate {
  readonly #store: FrontierStore;
  readonly #settings: CrawlSettings;
  readonly #admission: Admission;
  readonly #discovery: Discovery;
  readonly #seedOrigins: ReadonlySet<string>;
  readonly #random: () => number;

  constructor(input: {
    store: FrontierStore;
    settings: CrawlSettings;
    runId: number;
    admission: Admission;
    discovery: Discovery;
    seedOrigins: ReadonlySet<string>;
    random: () => number;
  }) {
    this.#store = input.store;
    this.#settings = input.settings;
    this.#admission = input.admission;
    this.#discovery = input.discovery;
    this.#seedOrigins = input.seedOrigins;
    this.#random = input.random;
  }

  /** Makes the host's rules known without a request where that is possible, else the request for them. */
  open(host: HostQueue, now: number): { entry: PendingUrl; wasPending: boolean } | null {
    if (!this.#settings.robots) {
      host.robotsState = "off";
      this.#findSitemaps(host, [], now);
      return null;
    }
    const stored = this.#store.currentRobots(host.hostId);
    if (stored !== null && stored.expiresAt !== null && stored.expiresAt > now) {
      this.#apply(host, stored.body, now);
      return null;
    }
    host.robotsState = "asked";
    const url = `${host.origin}/robots.txt`;
    const { urlId, wasPending } = this.#discovery.robotsFile(url, now);
    host.robotsUrlId = urlId;
    const tries = host.robotsTries;
    return {
      entry: { urlId, url, kind: "robots", priority: 0, depth: null, tries, isSeed: false },
      wasPending,
    };
  }

  /** The line of robots.txt that forbids a URL, or null. */
  refusal(host: HostQueue, entry: PendingUrl): string | null {
    if (host.robots === null || entry.kind === "robots" || entry.kind === "sitemap") return null;
    const { allowed, line, rule } = host.robots.decide(entry.url, this.#settings.userAgent);
    return allowed ? null : line === null ? (rule ?? "") : `line ${line}: ${rule ?? ""}`;
  }

  settle(host: HostQueue, entry: PendingUrl, outcome: Outcome, now: number): Judgement {
    const last = outcome.attempts.at(-1);
    const status = last?.status ?? null;
    const error = last === undefined ? "internal" : last.error;
    const detail = last?.detail ?? null;
    const verdict = robotsVerdict({ status, error });
    if (verdict === "parse" || verdict === "allow_all") {
      const body = verdict === "parse" ? (outcome.robotsBody ?? NO_RULES) : null;
      const expiresAt = robotsExpiry(now, headerPairs(last?.headers ?? null));
      this.#store.saveRobots(host.hostId, { fetchedAt: now, status, body, expiresAt });
      this.#apply(host, body, now);
      return judgement("done", null, null, null, entry.tries);
    }
    host.robotsTries += 1;
    const mayRetry =
      verdict === "unreachable"
        ? host.robotsTries < UNREACHABLE_TRIES
        : outcome.retryable && host.robotsTries <= this.#settings.retries;
    if (mayRetry) {
      host.robotsState = "unknown";
      const delayMs = retryDelayMs({
        ...RETRY_DELAY,
        attempt: host.robotsTries,
        random: this.#random(),
      });
      const retryAt = now + Math.max(delayMs, outcome.retryAfterMs ?? 0);
      return judgement(
        error === null ? "done" : "failed",
        error,
        detail,
        retryAt,
        host.robotsTries,
      );
    }
    const stored = verdict === "unreachable" ? this.#store.currentRobots(host.hostId) : null;
    if (stored !== null && now - stored.fetchedAt <= MAX_STALE_ROBOTS_AGE_MS) {
      this.#apply(host, stored.body, now);
    } else {
      host.robotsState = "failed";
      host.failure =
        verdict === "unreachable"
          ? { state: "excluded", reason: "robots_unreachable", detail: error ?? `status ${status}` }
          : { state: "failed", reason: error ?? "internal", detail };
    }
    return judgement(error === null ? "done" : "failed", error, detail, null, entry.tries);
  }

  #apply(host: HostQueue, body: Uint8Array | null, now: number): void {
    host.robots = parseRobots(body ?? NO_RULES);
    host.robotsState = "known";
    host.crawlDelayMs = host.robots.crawlDelayMs(this.#settings.userAgent);
    this.#store.saveHost(host.hostId, host.state(now));
    this.#findSitemaps(host, host.robots.sitemaps, now);
  }

  #findSitemaps(host: HostQueue, named: readonly string[], now: number): void {
    const { sitemaps, maxDepth } = this.#settings;
    const wanted = this.#seedOrigins.has(host.origin) || this.#admission.inScope(`${host.origin}/`);
    if (!sitemaps || maxDepth === 0 || !wanted) return;
    // The protocol wants absolute URLs; what is relative can only be meant from here.
    const base = `${host.origin}/robots.txt`;
    const references = named.length > 0 ? named.slice(0, SITEMAPS_PER_HOST) : ["/sitemap.xml"];
    for (const reference of references) {
      const url = canonicalUrl(reference, base);
      if (url !== null) this.#discovery.sitemapFile(url, host.robotsUrlId, now);
    }
  }
}

function judgement(
  state: "done" | "failed",
  reason: string | null,
  detail: string | null,
  retryAt: number | null,
  tries: number,
): Judgement {
  return { state, reason, detail, retryAt, tries, hostWaitsUntil: retryAt ?? 0 };
}

/** The headers of an attempt, as it carries them in JSON. */
function headerPairs(headers: string | null): readonly (readonly [string, string])[] {
  return headers === null ? [] : (JSON.parse(headers) as [string, string][]);
}
