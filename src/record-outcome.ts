/**
 * What an outcome changes, in the one transaction that makes it count: its attempts, its URL's place in
 * the frontier, the page's facts and links, and the URLs that were found.
 */
import type { CrawlSettings } from "./crawl-settings.ts";
import type { OutcomeEvent } from "./events.ts";
import { lostOutcome } from "./failed-outcome.ts";
import type { PendingUrl } from "./frontier-store.ts";
import { isFollowed, type Frontier, type Settlement } from "./frontier/index.ts";
import type { DiscoveredLink, LinkKind, Outcome, WorkerMessage } from "./messages.ts";
import { asksNotToFollow, metaRobots } from "./politeness/index.ts";
import type { CrawlDatabase } from "./storage/index.ts";
import type { EndedThread } from "./worker-events.ts";

/** Redirects followed from a seed before its targets are links like any other. */
const SEED_REDIRECTS = 10;

/** A link as the store keeps it: its target by id. */
type StoredLink = Omit<DiscoveredLink, "url"> & { readonly toUrlId: number };

export class Recorder {
  readonly #db: CrawlDatabase;
  readonly #frontier: Frontier;
  readonly #runId: number;
  readonly #settings: Pick<CrawlSettings, "robots" | "respectNofollow" | "userAgent">;
  /** How many redirects lie between a seed and what it led to, where there are any. */
  readonly #seedHops = new Map<number, number>();

  constructor(
    db: CrawlDatabase,
    frontier: Frontier,
    runId: number,
    settings: Pick<CrawlSettings, "robots" | "respectNofollow" | "userAgent">,
  ) {
    this.#settings = settings;
    this.#db = db;
    this.#frontier = frontier;
    this.#runId = runId;
  }

  /** Records what a thread posted; returns what is to be told once it is committed. */
  record(message: WorkerMessage, now: number): OutcomeEvent[] {
    const sessionId = this.#db.recordSession(this.#runId, message.session, process.pid);
    this.#db.recordConnections(sessionId, this.#runId, message.connections);
    const events: OutcomeEvent[] = [];
    for (const outcome of message.outcomes) {
      const settlement = this.#frontier.settle(outcome, now);
      // Not awaited: it was given back when the run stopped, and will be asked again.
      if (settlement === null) continue;
      events.push(this.#settle(outcome, settlement, sessionId, message.session.thread, now));
    }
    return events;
  }

  /** Records that a thread ended: its session and sockets with it, its requests as failed attempts. */
  recordEnded({ thread, lost, why }: EndedThread, now: number): OutcomeEvent[] {
    this.#db.endThread(this.#runId, { pid: process.pid, thread, now });
    return lost.flatMap((request) => {
      const outcome = lostOutcome(request, why, now);
      const settlement = this.#frontier.settle(outcome, now);
      return settlement === null ? [] : [this.#settle(outcome, settlement, null, null, now)];
    });
  }

  #settle(
    outcome: Outcome,
    settlement: Settlement,
    sessionId: number | null,
    thread: number | null,
    now: number,
  ): OutcomeEvent {
    const { entry } = settlement;
    const settled = settlement.retryAt === null;
    const runId = this.#runId;
    const unchanged = outcome.attempts.at(-1)?.notModified === true;
    const links = !settled
      ? []
      : unchanged
        ? this.#heldLinks(entry, now)
        : this.#links(outcome, settlement, now);
    const redirectUrlId = links.find(({ kind }) => kind === "redirect")?.toUrlId ?? null;
    const fetchId = this.#db.recordAttempts({ runId, sessionId, outcome, settled, redirectUrlId });
    if (settled && unchanged) {
      this.#db.recordUnchanged({ runId, urlId: entry.urlId, kind: entry.kind, fetchId });
    } else if (settled && settlement.state === "done" && tellsLinks(outcome)) {
      this.#db.recordLinks({ runId, fromUrlId: entry.urlId, links });
    }
    if (outcome.page !== null) {
      const { urlId } = entry;
      const depth = this.#depth(entry);
      const { page: facts, text } = outcome;
      this.#db.recordPage({ runId, urlId, fetchId, depth, facts, text });
    }
    if (outcome.body !== undefined) this.#db.kept.recordBody(fetchId, outcome.body);
    if (settled) this.#frontier.learn(entry, outcome, now);
    if (outcome.fields.length > 0) this.#db.recordFields(runId, entry.urlId, outcome.fields);
    const last = outcome.attempts.at(-1);
    return {
      url: entry.url,
      kind: entry.kind,
      status: last?.status ?? null,
      error: last?.error ?? null,
      detail: last?.detail ?? null,
      settled,
      totalMs: last?.totalMs ?? 0,
      bytesBody: last?.bytesBody ?? null,
      reused: last?.reused ?? null,
      newConnectionReason: last?.newConnectionReason ?? null,
      links: links.length,
      thread,
    };
  }

  /** Everything the outcome leads to goes through the frontier's one door and becomes a link. */
  #links(outcome: Outcome, settlement: Settlement, now: number): StoredLink[] {
    const { entry } = settlement;
    if (outcome.redirectUrl !== null) {
      return this.#redirect(outcome.redirectUrl, settlement, now);
    }
    if (outcome.sitemap !== null) return this.#sitemapLinks(outcome.sitemap, entry.urlId, now);
    // What a sitemap alone made known counts its links from there.
    const depth = (this.#depth(entry) ?? 0) + 1;
    const nofollow = this.#settings.robots && outcome.nofollow;
    const links: StoredLink[] = [];
    // A URL that is both a link and an image is a link: followed kinds decide first.
    for (const followed of [true, false]) {
      for (const { url, ...link } of outcome.links) {
        if (isFollowed(link.kind) !== followed) continue;
        const leaveOut = nofollow || this.#asksNotToFollow(link);
        const toUrlId = this.#found(url, link.kind, depth, entry.urlId, now, leaveOut);
        links.push({ ...link, toUrlId });
      }
    }
    return links;
  }

  /**
   * The links that are held of a page or sitemap that says it is unchanged. They are found again: this
   * run's rules may take what those of the run that read it did not.
   */
  #heldLinks({ urlId, ...entry }: PendingUrl, now: number): StoredLink[] {
    const depth = (this.#depth({ urlId, ...entry }) ?? 0) + 1;
    const { robots, userAgent } = this.#settings;
    const held = robots && entry.kind === "page" ? this.#db.frontier.heldRobots(urlId) : null;
    const { nofollow } = metaRobots(held?.meta ?? null, held?.tags ?? [], userAgent);
    return this.#db.frontier.linksFrom(urlId).flatMap(({ url, kind, rel }) => {
      if (kind !== "sitemap") {
        const leaveOut = nofollow || this.#asksNotToFollow({ kind, rel });
        return [storedLink(this.#found(url, kind, depth, urlId, now, leaveOut), kind)];
      }
      const toUrlId = this.#frontier.foundInSitemap(url, urlId, now);
      return toUrlId === null ? [] : [storedLink(toUrlId, kind)];
    });
  }

  #asksNotToFollow({ kind, rel }: { kind: LinkKind; rel: string | null }): boolean {
    return this.#settings.respectNofollow && isFollowed(kind) && asksNotToFollow(rel);
  }

  #redirect(target: string, settlement: Settlement, now: number): StoredLink[] {
    const { entry } = settlement;
    if (entry.kind === "sitemap") {
      const toUrlId = this.#frontier.foundSitemap(target, entry.urlId, now);
      return toUrlId === null ? [] : [storedLink(toUrlId, "redirect")];
    }
    const hops = (this.#seedHops.get(entry.urlId) ?? 0) + 1;
    // What a seed led to may have been known before, so that its own row does not call it a seed.
    const isSeed = (entry.isSeed || hops > 1) && hops <= SEED_REDIRECTS;
    if (isSeed) this.#frontier.widenScope(target, now);
    const toUrlId = this.#frontier.found(
      {
        url: target,
        link: "redirect",
        depth: isSeed ? 0 : this.#redirectDepth(entry),
        viaUrlId: entry.urlId,
        isSeed,
        priority: null,
        nofollow: false,
        ofAsset: entry.kind === "asset",
      },
      now,
    );
    if (isSeed) this.#seedHops.set(toUrlId, hops);
    return [storedLink(toUrlId, "redirect")];
  }

  /** Where a part of a page redirects to is no nearer to a seed than the part, which has no depth. */
  #redirectDepth(entry: PendingUrl): number | null {
    const depth = this.#depth(entry);
    return depth === null && entry.kind === "asset" ? null : (depth ?? 0) + 1;
  }

  #sitemapLinks(
    sitemap: NonNullable<Outcome["sitemap"]>,
    fromUrlId: number,
    now: number,
  ): StoredLink[] {
    const ids = new Set<number>();
    for (const url of sitemap.sitemaps) {
      const urlId = this.#frontier.foundSitemap(url, fromUrlId, now);
      if (urlId !== null) ids.add(urlId);
    }
    for (const { url, priority, lastModified } of sitemap.urls) {
      ids.add(
        this.#frontier.found(
          {
            url,
            link: "sitemap",
            depth: null,
            viaUrlId: fromUrlId,
            isSeed: false,
            priority,
            lastModified,
            nofollow: false,
          },
          now,
        ),
      );
    }
    return Array.from(ids, (toUrlId) => storedLink(toUrlId, "sitemap"));
  }

  /** The depth as known now: a shorter path may have been found while the URL waited. */
  #depth(entry: PendingUrl): number | null {
    return this.#db.frontier.intern(entry.url, this.#runId, null).depthBefore;
  }

  #found(
    url: string,
    link: LinkKind,
    depth: number,
    viaUrlId: number,
    now: number,
    nofollow: boolean,
  ): number {
    return this.#frontier.found(
      { url, link, depth, viaUrlId, isSeed: false, priority: null, nofollow },
      now,
    );
  }
}

/** A page that is there, moved or gone says which links it has; a 304 or an error says nothing of them. */
function tellsLinks(outcome: Outcome): boolean {
  const status = outcome.attempts.at(-1)?.status ?? 0;
  return (status < 400 && status !== 304) || status === 404 || status === 410;
}

function storedLink(toUrlId: number, kind: LinkKind): StoredLink {
  return { toUrlId, kind, rel: null, anchor: null, hreflang: null, count: 1 };
}
