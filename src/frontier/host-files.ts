/**
 * The files of a host that lead to its pages and are none: its robots.txt, and sitemaps. They are found and
 * stored as pages are, and asked as what they are.
 */
import type { FrontierStore, InternedUrl } from "../frontier-store.ts";
import { RecentMap } from "../recent-map.ts";
import type { Admission } from "./admission.ts";
import type { Discovery, Enqueue } from "./discovery.ts";

const FILE_PRIORITY = 90;
/**
 * So many sitemaps of a host go before its pages; the others after all pages that are known then. An index
 * may name 50,000, and they count for no limit of pages: they must not keep a run from its pages.
 */
const SITEMAPS_BEFORE_PAGES = 100;
const LATER_SITEMAP_PRIORITY = 0;
/** Hosts whose sitemaps are counted, per generation. */
const HOSTS_COUNTED = 10_000;
/** sitemaps.org has indexes of sitemaps only; some sites nest them, and none needs to without end. */
const MAX_SITEMAP_NESTING = 5;

export class HostFiles {
  readonly #store: FrontierStore;
  readonly #runId: number;
  readonly #admission: Admission;
  readonly #discovery: Discovery;
  readonly #enqueue: Enqueue;
  readonly #sitemaps = new RecentMap<number, number>(HOSTS_COUNTED);
  /** The sitemap whose sitemaps are being found. */
  #parent: { readonly urlId: number; readonly nestsTooDeep: boolean } | null = null;

  constructor(input: {
    readonly store: FrontierStore;
    readonly runId: number;
    readonly admission: Admission;
    readonly discovery: Discovery;
    readonly enqueue: Enqueue;
  }) {
    this.#store = input.store;
    this.#runId = input.runId;
    this.#admission = input.admission;
    this.#discovery = input.discovery;
    this.#enqueue = input.enqueue;
  }

  /** A host's robots.txt; `wasPending` when the store already held it as waiting. */
  robotsFile(url: string, now: number): { urlId: number; wasPending: boolean } {
    const known = this.#store.intern(url, this.#runId, null);
    const row = known.isNew ? null : this.#store.frontierRow(known.urlId);
    const wasPending = row !== null && row.runId === this.#runId && row.state === "pending";
    if (!wasPending || row.kind !== "robots") {
      const isSeed = row?.runId === this.#runId && row.isSeed;
      this.#addFile(
        known,
        { kind: "robots", viaUrlId: null, isSeed, priority: FILE_PRIORITY },
        now,
      );
    }
    return { urlId: known.urlId, wasPending };
  }

  /**
   * A sitemap that a robots.txt or another sitemap names. It may be on another host, so the scope says
   * nothing about it, but it is never asked at a forbidden address. Returns its id.
   */
  sitemapFile(url: string, viaUrlId: number | null, now: number): number | null {
    if (!this.#admission.allowsAddress(url)) {
      // Not asked for, but told: it becomes an excluded row, as a link there does.
      const refused = { url, link: "sitemap", depth: null, viaUrlId, isSeed: false } as const;
      return this.#discovery.found({ ...refused, priority: null, nofollow: false }, now).urlId;
    }
    if (viaUrlId !== null && this.#nestsTooDeep(viaUrlId)) return null;
    const known = this.#store.intern(url, this.#runId, null);
    const row = known.isNew ? null : this.#store.frontierRow(known.urlId);
    if (row !== null && row.runId === this.#runId && row.state !== "excluded") return known.urlId;
    const { urlId, hostId } = known;
    const before = this.#sitemaps.get(hostId) ?? 0;
    this.#sitemaps.set(hostId, before + 1);
    const priority = before < SITEMAPS_BEFORE_PAGES ? FILE_PRIORITY : LATER_SITEMAP_PRIORITY;
    this.#addFile(known, { kind: "sitemap", viaUrlId, isSeed: false, priority }, now);
    this.#enqueue(hostId, {
      urlId,
      url,
      kind: "sitemap",
      priority,
      depth: null,
      tries: 0,
      putOff: 0,
      isSeed: false,
    });
    return urlId;
  }

  #nestsTooDeep(viaUrlId: number): boolean {
    if (this.#parent?.urlId === viaUrlId) return this.#parent.nestsTooDeep;
    const row = this.#store.frontierRow(viaUrlId);
    const nestsTooDeep =
      row?.kind === "sitemap" &&
      this.#store.sitemapsAbove(viaUrlId, this.#runId, MAX_SITEMAP_NESTING) >= MAX_SITEMAP_NESTING;
    this.#parent = { urlId: viaUrlId, nestsTooDeep };
    return nestsTooDeep;
  }

  /** What a sitemap that is unchanged listed when it was read. */
  inSitemap(url: string, viaUrlId: number, now: number): number | null {
    const { urlId } = this.#store.intern(url, this.#runId, null);
    if (this.#store.frontierRow(urlId)?.kind === "sitemap") {
      return this.sitemapFile(url, viaUrlId, now);
    }
    const entry = { url, link: "sitemap", depth: null, viaUrlId, isSeed: false } as const;
    return this.#discovery.found({ ...entry, priority: null, nofollow: false }, now).urlId;
  }

  #addFile(
    known: InternedUrl,
    file: {
      kind: "robots" | "sitemap";
      viaUrlId: number | null;
      isSeed: boolean;
      priority: number;
    },
    now: number,
  ): void {
    this.#store.addToFrontier({
      urlId: known.urlId,
      hostId: known.hostId,
      runId: this.#runId,
      state: "pending",
      reason: null,
      detail: null,
      ...file,
      depth: null,
      dueAt: now,
    });
  }
}
