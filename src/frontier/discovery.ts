/**
 * What happens to a URL when it is found: it is stored once, the rules decide, and what they take goes
 * to its host's queue. A URL found again on a shorter path, or first as part of a page and later as a
 * link, is decided again.
 */
import type { FetchKind, LinkKind } from "../messages.ts";
import { LEARNED_REASONS, type Traps } from "./traps/index.ts";
import { isFollowed, type Admission } from "./admission.ts";
import type { FrontierRow, FrontierStore, KnownUrl, PendingUrl } from "../frontier-store.ts";

export interface FoundUrl {
  /** Canonical. */
  readonly url: string;
  readonly link: LinkKind;
  /** Followed links from a seed; null when known from a sitemap only. */
  readonly depth: number | null;
  readonly viaUrlId: number | null;
  readonly isSeed: boolean;
  /** 0 to 1, as in sitemaps; links without one count as 0.5. */
  readonly priority: number | null;
  /** It is where something that was only checked redirects to. */
  readonly ofAsset?: boolean;
  /** When a sitemap says that it changed last. */
  readonly lastModified?: number | null;
  /** The page asked not to follow it. */
  readonly nofollow: boolean;
}

/** A link to a URL that was found before. */
export interface LinkToKnown extends Pick<FoundUrl, "link" | "nofollow"> {
  readonly depth: number;
}

/** Takes a URL that waits; `replaces` says that it did before, as something else. */
export type Enqueue = (hostId: number, entry: PendingUrl, replaces?: boolean) => void;

/** Reasons that a later, better sighting of the same URL may overrule. */
const OVERRULED_LATER: ReadonlySet<string> = new Set(["depth", "link_kind", "nofollow"]);

/** Likewise, where another way leads to what a learned rule took for part of a trap. */
const REOPENED: ReadonlySet<string> = new Set([...OVERRULED_LATER, ...LEARNED_REASONS]);

/** A page's links, looked at again because it is nearer, may only overrule what depth decided. */
const ONLY_DEPTH: ReadonlySet<string> = new Set(["depth"]);

const SEED_PRIORITY = 100;
const LINK_PRIORITY = 0.5;
/** What --check asks for goes last: it leads nowhere. */
const ASSET_PRIORITY = -1;

export class Discovery {
  readonly #store: FrontierStore;
  readonly #runId: number;
  readonly #admission: Admission;
  readonly #traps: Traps;
  readonly #isFromEarlierRun: (urlId: number) => boolean;
  readonly #enqueue: Enqueue;

  /** Pages that were asked for already and turned out to be nearer to a seed. */
  readonly #nearer: { readonly urlId: number; readonly depth: number }[] = [];

  constructor(input: {
    readonly store: FrontierStore;
    readonly runId: number;
    readonly admission: Admission;
    readonly traps: Traps;
    readonly isFromEarlierRun: (urlId: number) => boolean;
    readonly enqueue: Enqueue;
  }) {
    this.#store = input.store;
    this.#runId = input.runId;
    this.#admission = input.admission;
    this.#traps = input.traps;
    this.#isFromEarlierRun = input.isFromEarlierRun;
    this.#enqueue = input.enqueue;
  }

  /**
   * Whether one more link to a known URL changes nothing: so it is with nearly all links.
   * @param depth as in {@link FoundUrl}
   */
  isDecided(known: KnownUrl, { link, depth, nofollow }: LinkToKnown): boolean {
    if (link === "sitemap" || this.#traps.hasRules(known.hostId)) return false;
    if (!isFollowed(link)) return !this.#asksAgainForParts(known.urlId);
    return nofollow || (known.depth !== null && known.depth <= depth);
  }

  /** Returns the URL as it is known now, for the link that led to it. */
  found(found: FoundUrl, now: number): KnownUrl {
    const known = this.#decide(found, OVERRULED_LATER, now);
    // A page that is now nearer brings all nearer that it leads to.
    for (let page = this.#nearer.pop(); page !== undefined; page = this.#nearer.pop()) {
      for (const { url, kind } of this.#store.linksFrom(page.urlId)) {
        if (!isFollowed(kind)) continue;
        // No followed link has led to it yet: those of this page ask not to be followed.
        if (this.#store.intern(url, this.#runId, null).depthBefore === null) continue;
        const depth = page.depth + 1;
        const viaUrlId = page.urlId;
        const link = { url, link: kind, depth, viaUrlId, isSeed: false, priority: null };
        this.#decide({ ...link, nofollow: false }, ONLY_DEPTH, now);
      }
    }
    return known;
  }

  #decide(found: FoundUrl, overruled: ReadonlySet<string>, now: number): KnownUrl {
    // Only a followed link makes a URL nearer: an image's depth stays unknown until a link leads to it.
    const follows = isFollowed(found.link) && !found.nofollow;
    const depth = follows ? found.depth : null;
    const known = this.#store.intern(found.url, this.#runId, depth);
    const { urlId, hostId, depthBefore } = known;
    const nearer = depth !== null && (depthBefore === null || depth < depthBefore);
    const decided = { urlId, hostId, depth: nearer ? depth : depthBefore };
    const announced = !known.isNew && this.#isAnnounced(known.urlId, found);
    const reopens = !known.isNew && this.#traps.mayReopen(found.url, known.hostId, found.link);
    if (
      !known.isNew &&
      !nearer &&
      !reopens &&
      !announced &&
      !found.isSeed &&
      !this.#wasLeftOut(known.urlId, found)
    ) {
      return decided;
    }
    if (known.isNew) this.#traps.foundNew(found.url, found.viaUrlId, isFollowed(found.link));
    if (!known.isNew) {
      const row = this.#store.frontierRow(known.urlId);
      if (row?.state === "done" && nearer) this.#nearer.push({ urlId: known.urlId, depth });
      const again = reopens ? REOPENED : overruled;
      if (!announced && !this.#mayDecideAgain(row, found.isSeed, again)) {
        const isFirst = known.depthBefore === null && isFollowed(found.link) && !found.nofollow;
        if (isFirst && !found.ofAsset && row !== null) this.#asPage(row, found.viaUrlId, now);
        return decided;
      }
    }

    const decision = found.nofollow
      ? ({ kind: null, reason: "nofollow" } as const)
      : this.#admission.decide({ ...found, depth });
    const kind: FetchKind = decision.kind ?? "page";
    const priority = found.isSeed
      ? SEED_PRIORITY
      : kind === "asset"
        ? ASSET_PRIORITY
        : (found.priority ?? LINK_PRIORITY);
    this.#store.addToFrontier({
      urlId: known.urlId,
      hostId: known.hostId,
      runId: this.#runId,
      state: decision.kind === null ? "excluded" : "pending",
      reason: decision.reason,
      detail: null,
      kind,
      priority,
      depth,
      viaUrlId: found.viaUrlId,
      dueAt: now,
      isSeed: found.isSeed,
    });
    if (decision.kind !== null) {
      const { url, isSeed } = found;
      this.#enqueue(known.hostId, {
        urlId: known.urlId,
        url,
        kind,
        priority,
        depth,
        tries: 0,
        putOff: 0,
        isSeed,
      });
    }
    return decided;
  }

  /** A link leads to what was taken for a part of a page only: it is read as a page, if it may be. */
  #asPage(row: FrontierRow, viaUrlId: number | null, now: number): void {
    const { urlId, hostId, url, depth, state } = row;
    // One that is being asked comes by again when it is settled.
    if (row.kind !== "asset" || state === "fetching") return;
    const decision = this.#admission.decide({ url, link: "a", depth, isSeed: false });
    if (decision.kind !== "page") return;
    const runId = this.#runId;
    const waits = state === "pending" && row.runId === runId;
    if (waits) this.#store.settleAttempts(runId, { urlId, kind: "asset" });
    const page = { urlId, kind: "page", priority: LINK_PRIORITY, depth, isSeed: false } as const;
    const settled = { reason: null, detail: null, viaUrlId, dueAt: now };
    this.#store.addToFrontier({ ...page, ...settled, hostId, runId, state: "pending" });
    this.#enqueue(hostId, { ...page, url, tries: 0, putOff: 0 }, waits);
  }

  /** A part of a page was settled: is it one to be read as well, by a link found in the meantime? */
  settledPart({ urlId, depth }: PendingUrl, now: number): void {
    const row = depth === null ? this.#store.frontierRow(urlId) : null;
    if (row !== null && row.depth !== null) this.#asPage(row, null, now);
  }

  /**
   * Whether a URL of an earlier run is by this run's rules what it was: a page, or what --check asks
   * for. One that has become the other is stored as that.
   */
  isKnownAs(row: FrontierRow, now: number): boolean {
    // Only what was not a followed link has no depth.
    const link = row.kind === "asset" && row.depth === null ? "other" : "a";
    const { kind } = this.#admission.decide({ ...row, link, isSeed: false });
    if (kind === null || kind === row.kind) return kind !== null;
    this.#store.addToFrontier({
      ...row,
      runId: this.#runId,
      state: "pending",
      reason: null,
      detail: null,
      kind,
      priority: kind === "asset" ? ASSET_PRIORITY : LINK_PRIORITY,
      viaUrlId: null,
      dueAt: now,
      isSeed: false,
    });
    return false;
  }

  /** A sitemap that may be believed says that what an earlier run saw has changed. */
  #isAnnounced(urlId: number, { link, lastModified = null }: FoundUrl): boolean {
    if (link !== "sitemap" || lastModified === null || !this.#isFromEarlierRun(urlId)) return false;
    return this.#store.isAnnounced(urlId, this.#runId, lastModified);
  }

  /**
   * What a sitemap names, whatever a link said of it before; and parts of pages that an earlier run did
   * not ask for, and this one does: only their links say so.
   */
  #wasLeftOut(urlId: number, { link }: FoundUrl): boolean {
    if (link === "sitemap") return true;
    return !isFollowed(link) && this.#asksAgainForParts(urlId);
  }

  #asksAgainForParts(urlId: number): boolean {
    return this.#admission.asksForParts && this.#isFromEarlierRun(urlId);
  }

  #mayDecideAgain(
    row: FrontierRow | null,
    isSeed: boolean,
    overruled: ReadonlySet<string>,
  ): boolean {
    if (row === null) return true;
    if (row.state === "pending" || row.state === "fetching") return false;
    // What an earlier run settled is this run's to ask once it has been requeued or is a seed.
    if (isSeed && (row.runId !== this.#runId || row.state === "excluded")) return true;
    return row.state === "excluded" && row.reason !== null && overruled.has(row.reason);
  }
}
