/** Decides whether a URL that was found is to be fetched, and names the rule that decided. */
import type { CrawlSettings } from "../crawl-settings.ts";
import type { LinkKind } from "../messages.ts";
import { hostNameOf, isPrivateHost, Scope, trapReason, UrlFilter } from "../url/index.ts";

/** Links that are followed as pages; the others are parts of a page. */
const FOLLOWED: ReadonlySet<LinkKind> = new Set<LinkKind>([
  "a",
  "area",
  "iframe",
  "frame",
  "canonical",
  "alternate",
  "next",
  "prev",
  "redirect",
  "sitemap",
]);

/** `kind` null: not fetched, for `reason`. */
export type Decision =
  | { readonly kind: "page" | "asset"; readonly reason: null }
  | { readonly kind: null; readonly reason: string };

export interface Candidate {
  readonly url: string;
  readonly link: LinkKind;
  /** Followed links from a seed; null when known from a sitemap only. */
  readonly depth: number | null;
  readonly isSeed: boolean;
  /** It is where something that was only checked redirects to: it is checked like that. */
  readonly ofAsset?: boolean;
}

export function isFollowed(kind: LinkKind): boolean {
  return FOLLOWED.has(kind);
}

export class Admission {
  readonly #settings: CrawlSettings;
  readonly #scope: Scope;
  readonly #filter: UrlFilter;
  readonly #privateSeedHosts = new Set<string>();

  readonly #now: number;

  /** @param now what "far in the future" is measured from */
  constructor(settings: CrawlSettings, seeds: readonly string[], now = Date.now()) {
    this.#settings = settings;
    this.#now = now;
    this.#scope = new Scope(settings.scope, seeds);
    this.#filter = new UrlFilter(settings);
    for (const seed of seeds) this.#notePrivateSeed(seed);
  }

  #notePrivateSeed(seed: string): void {
    const hostName = hostNameOf(seed);
    if (isPrivateHost(hostName)) this.#privateSeedHosts.add(hostName);
  }

  /**
   * Where a seed redirects, its final host counts as a seed's host. True when that widened the scope.
   * A redirect grants nothing against --allow-private: only the user can name a private host.
   */
  addRedirectedSeed(url: string): boolean {
    return this.#scope.addSeed(url);
  }

  inScope(url: string): boolean {
    return this.#scope.has(url);
  }

  /** Whether the URL's host may be at a private, loopback or link-local address. */
  allowsPrivate(url: string): boolean {
    return this.#settings.allowPrivate || this.#privateSeedHosts.has(hostNameOf(url));
  }

  /** Whether the URL's host, as it is written, is one that may be asked. */
  allowsAddress(url: string): boolean {
    return this.allowsPrivate(url) || !isPrivateHost(hostNameOf(url));
  }

  /** Whether images, scripts and styles are asked for. */
  get asksForParts(): boolean {
    return this.#settings.check === "assets" || this.#settings.check === "all";
  }

  decide(candidate: Candidate): Decision {
    const { url, depth, isSeed } = candidate;
    const { check, maxDepth } = this.#settings;
    if (!this.allowsAddress(url)) return no("private_address");
    if (candidate.ofAsset)
      return this.#refusedByUser(url, isSeed) ?? { kind: "asset", reason: null };
    if (!isFollowed(candidate.link)) {
      if (!this.asksForParts) return no("link_kind");
      return this.#refusedByUser(url, isSeed) ?? { kind: "asset", reason: null };
    }
    if (!isSeed && !this.#scope.has(url)) {
      if (check !== "external" && check !== "all") return no("scope");
      return this.#refusedByUser(url, isSeed) ?? { kind: "asset", reason: null };
    }
    const refused = this.#refusedByUser(url, isSeed);
    if (refused) return refused;
    const trap = isSeed || !this.#settings.traps ? null : trapReason(url, this.#now);
    if (trap !== null) return no(trap);
    if (!isSeed && (depth === null ? maxDepth === 0 : depth > maxDepth)) return no("depth");
    return { kind: "page", reason: null };
  }

  #refusedByUser(url: string, isSeed: boolean): Decision | null {
    const reason = this.#filter.reason(url, isSeed);
    return reason === null ? null : no(reason);
  }
}

function no(reason: string): Decision {
  return { kind: null, reason };
}
