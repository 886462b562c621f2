/**
 * The links of one page: collected as they stand, resolved at the end, because the first
 * `base href` counts for the links before it too.
 */
import type { DiscoveredLink, LinkKind } from "../messages.ts";
import { canonicalUrl, type Canonicalizer } from "../url/index.ts";

/** Of a page's distinct links as many are kept; the page is marked as cut off beyond that. */
export const MAX_LINKS = 50_000;

/** A scheme that is not followed: anything but http and https. */
const OTHER_SCHEME = /^[\0-\x20]*(?!https?:)[a-z][a-z0-9+.-]*:/i;

type MutableLink = { -readonly [K in keyof DiscoveredLink]: DiscoveredLink[K] };

/** The distinct links that have one reference, and after resolving, those to one URL. */
class Target {
  readonly links: MutableLink[];
  /** The links by {@link keyOf}, once there are too many to compare them all. */
  #byKey: Map<string, MutableLink> | null = null;

  /** Most have one: an array that grows from nothing would have room for seventeen. */
  constructor(first: MutableLink) {
    this.links = [first];
  }

  /** The link of which all is the same, or null. */
  find(
    kind: LinkKind,
    rel: string | null,
    anchor: string | null,
    hreflang: string | null,
  ): MutableLink | null {
    if (this.links.length > 8) {
      this.#byKey ??= new Map(
        this.links.map((each) => [keyOf(each.kind, each.rel, each.anchor, each.hreflang), each]),
      );
      return this.#byKey.get(keyOf(kind, rel, anchor, hreflang)) ?? null;
    }
    for (const each of this.links) {
      if (
        each.anchor === anchor &&
        each.kind === kind &&
        each.rel === rel &&
        each.hreflang === hreflang
      ) {
        return each;
      }
    }
    return null;
  }

  add(link: MutableLink): void {
    this.links.push(link);
    this.#byKey?.set(keyOf(link.kind, link.rel, link.anchor, link.hreflang), link);
  }
}

export class LinkCollector {
  /** Whether there were more distinct links than are kept. */
  truncated = false;
  readonly #targets = new Map<string, Target>();
  #distinct = 0;

  add(
    reference: string,
    kind: LinkKind,
    rel: string | null,
    anchor: string | null,
    hreflang: string | null,
  ): void {
    const href = withoutFragment(reference);
    const target = this.#targets.get(href);
    const known = target?.find(kind, rel, anchor, hreflang) ?? null;
    if (known !== null) {
      known.count++;
      return;
    }
    // What is not followed is no link, however many there are.
    if (target === undefined && OTHER_SCHEME.test(href)) return;
    if (this.#distinct >= MAX_LINKS) {
      this.truncated = true;
      return;
    }
    // Made only for what is kept: once V8 has seen that these live long, it makes each of them in the old
    // generation, where a million that are dropped at once would stay until the page is done.
    const link = { url: href, kind, rel, anchor, hreflang, count: 1 };
    if (target === undefined) this.#targets.set(href, new Target(link));
    else target.add(link);
    this.#distinct++;
  }

  /** What is http or https among the links, resolved against `base` and made canonical. */
  resolve(base: string, canonicalize: Canonicalizer = canonicalUrl): DiscoveredLink[] {
    const resolved = new Map<string, Target>();
    for (const [href, target] of this.#targets) {
      const url = canonicalize(href, base);
      if (url === null) continue;
      for (const link of target.links) link.url = url;
      const other = resolved.get(url);
      if (other === undefined) resolved.set(url, target);
      else merge(target, other);
    }
    return [...resolved.values()].flatMap((target) => target.links);
  }
}

function merge(from: Target, into: Target): void {
  for (const link of from.links) {
    const known = into.find(link.kind, link.rel, link.anchor, link.hreflang);
    if (known === null) into.add(link);
    else known.count += link.count;
  }
}

/** What makes a link to one target distinct. Folded text has no line feeds. */
function keyOf(
  kind: LinkKind,
  rel: string | null,
  anchor: string | null,
  hreflang: string | null,
): string {
  return `${kind}\n${rel ?? "\0"}\n${anchor ?? "\0"}\n${hreflang ?? "\0"}`;
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
