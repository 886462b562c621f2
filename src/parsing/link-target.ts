/** The distinct links of one page to one URL: mostly one, in an index of a manual thousands. */
import type { DiscoveredLink, LinkKind } from "../messages.ts";

export type MutableLink = { -readonly [K in keyof DiscoveredLink]: DiscoveredLink[K] };

/** So many links are compared one by one. */
const FEW_LINKS = 8;

export class LinkTarget {
  readonly #first: MutableLink;
  /** All, once there are several. */
  #links: MutableLink[] | null = null;
  /** Where in `links` those of each anchor are, once there are too many to compare them all. */
  #byAnchor: Map<string | null, SameAnchor> | null = null;

  constructor(first: MutableLink) {
    this.#first = first;
  }

  /** The link that is known already, or null. */
  find(
    kind: LinkKind,
    rel: string | null,
    anchor: string | null,
    hreflang: string | null,
  ): MutableLink | null {
    const first = this.#first;
    if (isSame(first, kind, rel, anchor, hreflang)) return first;
    if (this.#links === null) return null;
    if (this.#byAnchor !== null) {
      return this.#byAnchor.get(anchor)?.find(kind, rel, hreflang) ?? null;
    }
    for (const link of this.#links) if (isSame(link, kind, rel, anchor, hreflang)) return link;
    return null;
  }

  add(link: MutableLink): void {
    this.#links ??= [this.#first];
    this.#links.push(link);
    if (this.#byAnchor !== null) this.#index(this.#byAnchor, link);
    else if (this.#links.length > FEW_LINKS) {
      this.#byAnchor = new Map();
      for (const known of this.#links) this.#index(this.#byAnchor, known);
    }
  }

  /** Adds all to `links`. */
  addTo(links: MutableLink[]): void {
    if (this.#links === null) links.push(this.#first);
    else for (const link of this.#links) links.push(link);
  }

  #index(byAnchor: Map<string | null, SameAnchor>, link: MutableLink): void {
    const same = byAnchor.get(link.anchor);
    if (same === undefined) byAnchor.set(link.anchor, new SameAnchor(link));
    else same.add(link);
  }
}

function isSame(
  link: MutableLink,
  kind: LinkKind,
  rel: string | null,
  anchor: string | null,
  hreflang: string | null,
): boolean {
  const isAlike = link.kind === kind && link.rel === rel && link.hreflang === hreflang;
  return isAlike && link.anchor === anchor;
}

/** Links to one URL with one anchor: mostly one. */
class SameAnchor {
  readonly #first: MutableLink;
  /** All, by what they differ in, where there are several. */
  #byRest: Map<string, MutableLink> | null = null;

  constructor(first: MutableLink) {
    this.#first = first;
  }

  find(kind: LinkKind, rel: string | null, hreflang: string | null): MutableLink | null {
    const first = this.#first;
    if (first.kind === kind && first.rel === rel && first.hreflang === hreflang) return first;
    return this.#byRest?.get(restOf(kind, rel, hreflang)) ?? null;
  }

  add(link: MutableLink): void {
    this.#byRest ??= new Map();
    this.#byRest.set(restOf(link.kind, link.rel, link.hreflang), link);
  }
}

/** Folded text has no line feeds. */
function restOf(kind: LinkKind, rel: string | null, hreflang: string | null): string {
  return `${kind}\n${rel ?? "\0"}\n${hreflang ?? "\0"}`;
}
