/**
 * The links of one page: collected as they stand, resolved at the end, because the first
 * `base href` counts for the links before it too.
 */
import type { DiscoveredLink, LinkKind } from "../messages.ts";
import { canonicalUrl } from "../url/index.ts";

/** Of a page's distinct links as many are kept; the page is marked as cut off beyond that. */
export const MAX_LINKS = 50_000;

/** A scheme that is not followed: anything but http and https. */
const OTHER_SCHEME = /^[\0-\x20]*(?!https?:)[a-z][a-z0-9+.-]*:/i;

interface CollectedLink extends Omit<DiscoveredLink, "url" | "count"> {
  readonly href: string;
  count: number;
}

type MutableLink = { -readonly [K in keyof DiscoveredLink]: DiscoveredLink[K] };

export class LinkCollector {
  /** Whether there were more distinct links than are kept. */
  truncated = false;
  /** By everything that makes a link distinct. */
  readonly #links = new Map<string, CollectedLink>();

  add(
    reference: string,
    kind: LinkKind,
    rel: string | null,
    anchor: string | null,
    hreflang: string | null,
  ): void {
    if (OTHER_SCHEME.test(reference)) return;
    const href = withoutFragment(reference);
    const key = keyOf(href, kind, rel, anchor, hreflang);
    const known = this.#links.get(key);
    if (known !== undefined) known.count++;
    else if (this.#links.size >= MAX_LINKS) this.truncated = true;
    else this.#links.set(key, { href, kind, rel, anchor, hreflang, count: 1 });
  }

  /** What is http or https among the links, resolved against `base` and canonical. */
  resolve(base: string): DiscoveredLink[] {
    const urls = new Map<string, string | null>();
    const distinct = new Map<string, MutableLink>();
    for (const { href, ...link } of this.#links.values()) {
      let url = urls.get(href);
      if (url === undefined) urls.set(href, (url = canonicalUrl(href, base)));
      if (url === null) continue;
      const key = keyOf(url, link.kind, link.rel, link.anchor, link.hreflang);
      const known = distinct.get(key);
      if (known === undefined) distinct.set(key, { url, ...link });
      else known.count += link.count;
    }
    return [...distinct.values()];
  }
}

/** What makes a link distinct; only the URL, which is last, can contain a line feed. */
function keyOf(
  url: string,
  kind: LinkKind,
  rel: string | null,
  anchor: string | null,
  hreflang: string | null,
): string {
  return `${kind}\n${rel ?? "\0"}\n${hreflang ?? "\0"}\n${anchor ?? "\0"}\n${url}`;
}

/**
 * Pages point at dozens of places of one other page. The fragment is no part of the canonical URL,
 * so those are one reference, unless white space before "#" would become trailing and be dropped.
 */
function withoutFragment(reference: string): string {
  const hash = reference.indexOf("#");
  if (hash < 0 || reference.charCodeAt(hash - 1) <= 32) return reference;
  return reference.slice(0, hash);
}
