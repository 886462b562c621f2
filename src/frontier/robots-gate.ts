/**
 * A host's robots.txt: asked before anything else, kept in the store, obeyed for every URL (RFC 9309).
 * What names sitemaps leads to them from here too.
 */
import type { CrawlSettings } from "../crawl-settings.ts";
import type { UnlinkedOutcome } from "../messages.ts";
import {
  MAX_STALE_ROBOTS_AGE_MS,
  parseRobots,
  retryDelayMs,
  robotsExpiry,
  robotsVerdict,
  type Robots,
} from "../politeness/index.ts";
import { createCanonicalizer, type Canonicalizer } from "../url/index.ts";
import type { Admission } from "./admission.ts";
import type { HostFiles } from "./host-files.ts";
import type { HostQueue } from "./host-queue.ts";
import { RETRY_DELAY, type Judgement } from "./judgement.ts";
import { RobotsCache } from "./robots-cache.ts";
import type { FrontierStore, PendingUrl, StoredRobots } from "../frontier-store.ts";

/** RFC 9309 2.3.1.4: an unreachable robots.txt disallows; it is asked this often in a run. */
const UNREACHABLE_TRIES = 3;
const SITEMAPS_PER_HOST = 1_000;

const NO_RULES = new Uint8Array();
const NO_ROBOTS = parseRobots(NO_RULES);

export class RobotsGate {
  readonly #store: FrontierStore;
  readonly #runId: number;
  readonly #settings: CrawlSettings;
  readonly #admission: Admission;
  readonly #hostFiles: HostFiles;
  readonly #seedOrigins: ReadonlySet<string>;
  readonly #random: () => number;
  readonly #canonicalize: Canonicalizer;
  readonly #files = new RobotsCache();

  constructor(input: {
    store: FrontierStore;
    settings: CrawlSettings;
    runId: number;
    admission: Admission;
    hostFiles: HostFiles;
    seedOrigins: ReadonlySet<string>;
    random: () => number;
  }) {
    this.#store = input.store;
    this.#runId = input.runId;
    this.#settings = input.settings;
    this.#admission = input.admission;
    this.#hostFiles = input.hostFiles;
    this.#seedOrigins = input.seedOrigins;
    this.#random = input.random;
    this.#canonicalize = createCanonicalizer(input.settings);
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
      this.#apply(host, stored.body, stored.expiresAt, now);
      return null;
    }
    // It was asked for as often as it may be, before the host was last out of memory.
    if (host.robotsTries >= UNREACHABLE_TRIES && isUsable(stored, now)) {
      this.#apply(host, stored.body, null, now);
      return null;
    }
    host.robotsState = "asked";
    const url = `${host.origin}/robots.txt`;
    const { urlId, wasPending } = this.#hostFiles.robotsFile(url, now);
    host.robotsUrlId = urlId;
    const tries = host.robotsTries;
    return {
      entry: {
        urlId,
        url,
        kind: "robots",
        priority: 0,
        depth: null,
        tries,
        putOff: 0,
        isSeed: false,
      },
      wasPending,
    };
  }

  /** The line of robots.txt that forbids a URL, or null. */
  refusal(host: HostQueue, entry: PendingUrl): string | null {
    if (!host.hasRules || entry.kind === "robots" || entry.kind === "sitemap") return null;
    const { allowed, line, rule } = this.#rules(host).decide(entry.url, this.#settings.userAgent);
    return allowed ? null : line === null ? (rule ?? "") : `line ${line}: ${rule ?? ""}`;
  }

  settle(host: HostQueue, entry: PendingUrl, outcome: UnlinkedOutcome, now: number): Judgement {
    const last = outcome.attempts.at(-1);
    const status = last?.status ?? null;
    const error = last === undefined ? "internal" : last.error;
    const detail = last?.detail ?? null;
    const verdict = robotsVerdict({ status, error });
    if (verdict === "parse" || verdict === "allow_all") {
      const body = verdict === "parse" ? (outcome.robotsBody ?? NO_RULES) : null;
      const expiresAt = robotsExpiry(now, headerPairs(last?.headers ?? null));
      this.#store.saveRobots(host.hostId, { fetchedAt: now, status, body, expiresAt });
      host.robotsTries = 0;
      this.#apply(host, body, expiresAt, now);
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
    if (isUsable(stored, now)) {
      this.#apply(host, stored.body, null, now);
    } else {
      host.robotsState = "failed";
      host.failure =
        verdict === "unreachable"
          ? { state: "excluded", reason: "robots_unreachable", detail: error ?? `status ${status}` }
          : { state: "failed", reason: error ?? "internal", detail };
    }
    return judgement(error === null ? "done" : "failed", error, detail, null, entry.tries);
  }

  /** @param expiresAt when to ask for it again; null for not again in this process */
  #apply(host: HostQueue, body: Uint8Array | null, expiresAt: number | null, now: number): void {
    host.robotsState = "known";
    host.robotsExpiresAt = expiresAt;
    host.hasRules = body !== null && body.length > 0;
    const robots = host.hasRules ? this.#files.parse(host.hostId, body ?? NO_RULES) : NO_ROBOTS;
    host.crawlDelayMs = robots.crawlDelayMs(this.#settings.userAgent);
    this.#store.saveHost(host.hostId, host.state(this.#runId, now));
    this.#findSitemaps(host, robots.sitemaps, now);
  }

  #rules(host: HostQueue): Robots {
    const { hostId } = host;
    const body = (): Uint8Array => this.#store.currentRobots(hostId)?.body ?? NO_RULES;
    return this.#files.get(hostId) ?? this.#files.parse(hostId, body());
  }

  #findSitemaps(host: HostQueue, named: readonly string[], now: number): void {
    const { sitemaps, maxDepth } = this.#settings;
    const wanted = this.#seedOrigins.has(host.origin) || this.#admission.inScope(`${host.origin}/`);
    if (!sitemaps || maxDepth === 0 || !wanted) return;
    // The protocol wants absolute URLs; what is relative can only be meant from here.
    const base = `${host.origin}/robots.txt`;
    const references = named.length > 0 ? named.slice(0, SITEMAPS_PER_HOST) : ["/sitemap.xml"];
    for (const reference of references) {
      const url = this.#canonicalize(reference, base);
      if (url !== null) this.#hostFiles.sitemapFile(url, host.robotsUrlId, now);
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
  return { state, reason, detail, retryAt, tries, putOff: 0, hostWaitsUntil: retryAt ?? 0 };
}

/** RFC 9309 2.4: a copy may be used longer while the file cannot be reached. */
function isUsable(stored: StoredRobots | null, now: number): stored is StoredRobots {
  return stored !== null && now - stored.fetchedAt <= MAX_STALE_ROBOTS_AGE_MS;
}

/** The headers of an attempt, as it carries them in JSON. */
function headerPairs(headers: string | null): readonly (readonly [string, string])[] {
  return headers === null ? [] : (JSON.parse(headers) as [string, string][]);
}
