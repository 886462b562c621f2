/** Where an outcome leads: everything goes through the frontier's one door and becomes a link. */
import type { CrawlSettings } from "./crawl-settings.ts";
import type { KnownUrl, PendingUrl } from "./frontier-store.ts";
import { isFollowed, type Frontier } from "./frontier/index.ts";
import type { LinkReader, NumberedLink } from "./link-reader.ts";
import type { DiscoveredLink, LinkKind, UnlinkedOutcome } from "./messages.ts";
import { asksNotToFollow, metaRobots } from "./politeness/index.ts";
import type { CrawlDatabase } from "./storage/index.ts";

/** Redirects followed from a seed before its targets are links like any other. */
const SEED_REDIRECTS = 10;

export type LinkSettings = Pick<CrawlSettings, "robots" | "respectNofollow" | "userAgent">;

/** A link as the store keeps it: its target by id. */
type StoredLink = Omit<DiscoveredLink, "url"> & { readonly toUrlId: number };

/** The links of a page, and by whom to know their URLs. */
export interface PageLinks {
  readonly links: readonly NumberedLink[];
  readonly reader: LinkReader;
}

export class OutcomeLinks {
  readonly #db: CrawlDatabase;
  readonly #frontier: Frontier;
  readonly #runId: number;
  readonly #settings: LinkSettings;
  /** How many redirects lie between a seed and what it led to, where there are any. */
  readonly #seedHops = new Map<number, number>();

  constructor(db: CrawlDatabase, frontier: Frontier, runId: number, settings: LinkSettings) {
    this.#db = db;
    this.#frontier = frontier;
    this.#runId = runId;
    this.#settings = settings;
  }

  /** What an outcome that settled its URL leads to. */
  of(outcome: UnlinkedOutcome, page: PageLinks, entry: PendingUrl, now: number): StoredLink[] {
    if (outcome.attempts.at(-1)?.notModified === true) return this.#heldLinks(entry, now);
    if (outcome.redirectUrl !== null) return this.#redirect(outcome.redirectUrl, entry, now);
    if (outcome.sitemap !== null) return this.#sitemapLinks(outcome.sitemap, entry.urlId, now);
    // What a sitemap alone made known counts its links from there.
    const depth = (this.depth(entry) ?? 0) + 1;
    const nofollow = this.#settings.robots && outcome.nofollow;
    const { reader } = page;
    const links: StoredLink[] = [];
    // A URL that is both a link and an image is a link: followed kinds decide first.
    for (const followed of [true, false]) {
      for (const link of page.links) {
        const { kind, rel, anchor, hreflang, count } = link;
        if (isFollowed(kind) !== followed) continue;
        const leaveOut = nofollow || this.#asksNotToFollow(link);
        let known = reader.known(link);
        if (
          known === null ||
          !this.#frontier.isDecided(known, { link: kind, depth, nofollow: leaveOut })
        ) {
          known = this.#found(reader.url(link), kind, depth, entry.urlId, now, leaveOut);
          reader.note(link, known);
        }
        links.push({ toUrlId: known.urlId, kind, rel, anchor, hreflang, count });
      }
    }
    return links;
  }

  /**
   * The links that are held of a page or sitemap that says it is unchanged. They are found again: this
   * run's rules may take what those of the run that read it did not.
   */
  #heldLinks({ urlId, ...entry }: PendingUrl, now: number): StoredLink[] {
    const depth = (this.depth({ urlId, ...entry }) ?? 0) + 1;
    const { robots, userAgent } = this.#settings;
    const held = robots && entry.kind === "page" ? this.#db.frontier.heldRobots(urlId) : null;
    const { nofollow } = metaRobots(held?.meta ?? null, held?.tags ?? [], userAgent);
    return this.#db.frontier.linksFrom(urlId).flatMap(({ url, kind, rel }) => {
      if (kind !== "sitemap") {
        const leaveOut = nofollow || this.#asksNotToFollow({ kind, rel });
        return [storedLink(this.#found(url, kind, depth, urlId, now, leaveOut).urlId, kind)];
      }
      const toUrlId = this.#frontier.foundInSitemap(url, urlId, now);
      return toUrlId === null ? [] : [storedLink(toUrlId, kind)];
    });
  }

  #asksNotToFollow({ kind, rel }: { kind: LinkKind; rel: string | null }): boolean {
    return this.#settings.respectNofollow && isFollowed(kind) && asksNotToFollow(rel);
  }

  #redirect(target: string, entry: PendingUrl, now: number): StoredLink[] {
    if (entry.kind === "sitemap") {
      const toUrlId = this.#frontier.foundSitemap(target, entry.urlId, now);
      return toUrlId === null ? [] : [storedLink(toUrlId, "redirect")];
    }
    const hops = (this.#seedHops.get(entry.urlId) ?? 0) + 1;
    // What a seed led to may have been known before, so that its own row does not call it a seed.
    const isSeed = (entry.isSeed || hops > 1) && hops <= SEED_REDIRECTS;
    if (isSeed) this.#frontier.widenScope(target, now);
    const { urlId: toUrlId } = this.#frontier.found(
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
    const depth = this.depth(entry);
    return depth === null && entry.kind === "asset" ? null : (depth ?? 0) + 1;
  }

  #sitemapLinks(
    sitemap: NonNullable<UnlinkedOutcome["sitemap"]>,
    fromUrlId: number,
    now: number,
  ): StoredLink[] {
    const ids = new Set<number>();
    for (const url of sitemap.sitemaps) {
      const urlId = this.#frontier.foundSitemap(url, fromUrlId, now);
      if (urlId !== null) ids.add(urlId);
    }
    for (const { url, priority, lastModified } of sitemap.urls) {
      const { urlId } = this.#frontier.found(
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
      );
      ids.add(urlId);
    }
    return Array.from(ids, (toUrlId) => storedLink(toUrlId, "sitemap"));
  }

  /** The depth as known now: a shorter path may have been found while the URL waited. */
  depth(entry: PendingUrl): number | null {
    return this.#db.frontier.intern(entry.url, this.#runId, null).depthBefore;
  }

  #found(
    url: string,
    link: LinkKind,
    depth: number,
    viaUrlId: number,
    now: number,
    nofollow: boolean,
  ): KnownUrl {
    return this.#frontier.found(
      { url, link, depth, viaUrlId, isSeed: false, priority: null, nofollow },
      now,
    );
  }
}

function storedLink(toUrlId: number, kind: LinkKind): StoredLink {
  return { toUrlId, kind, rel: null, anchor: null, hreflang: null, count: 1 };
}
