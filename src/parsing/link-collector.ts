/** The distinct links of one page, with how often each stands there. */
import type { DiscoveredLink, LinkKind } from "../messages.ts";
import type { HtmlScanner } from "./html-scanner.ts";
import { LinkTarget, type MutableLink } from "./link-target.ts";
import type { PageUrls } from "./page-urls.ts";

/** Of a page's distinct links as many are kept; the page is marked as cut off beyond that. */
export const MAX_LINKS = 50_000;

export class LinkCollector {
  /** Whether there were more distinct links than are kept. */
  truncated = false;
  readonly #urls: PageUrls;
  readonly #targets = new Map<string, LinkTarget>();
  #distinct = 0;

  constructor(urls: PageUrls) {
    this.#urls = urls;
  }

  /** The URL that the attribute which the tag found last stands for; null when it is not followed. */
  urlOf(tag: HtmlScanner): string | null {
    return this.#urls.resolve(tag.valueStart, tag.valueEnd);
  }

  /** The URL of a reference that is not the whole of an attribute. */
  urlOfText(reference: string): string | null {
    return this.#urls.resolveText(reference);
  }

  /** Adds a link to `url`, which is canonical; what is not followed, null, is no link. */
  add(
    url: string | null,
    kind: LinkKind,
    rel: string | null,
    anchor: string | null,
    hreflang: string | null,
  ): void {
    if (url === null) return;
    const target = this.#targets.get(url);
    const known = target?.find(kind, rel, anchor, hreflang);
    if (known) {
      known.count++;
    } else if (this.#distinct >= MAX_LINKS) {
      this.truncated = true;
    } else {
      const link = { url, kind, rel, anchor, hreflang, count: 1 };
      if (target === undefined) this.#targets.set(url, new LinkTarget(link));
      else target.add(link);
      this.#distinct++;
    }
  }

  /** All links, those to one URL together, in the order of their first. */
  links(): DiscoveredLink[] {
    const links: MutableLink[] = [];
    for (const target of this.#targets.values()) target.addTo(links);
    return links;
  }
}
