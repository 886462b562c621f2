/** Where our scanner and parse5 differ about one page. */
import { scanPage } from "../src/parsing/index.ts";
import { canonicalUrl } from "../src/url/index.ts";
import { parse5Page } from "./parse5-page.ts";
import type { ReferenceLink } from "./parse5-page.ts";

export interface Difference {
  readonly what: "links" | "anchors" | "title" | "canonical" | "robots" | "lang" | "description";
  readonly detail: string;
}

export interface Comparison {
  /**
   * False: each link (kind, canonical URL, rel, hreflang) must stand there as often in both, with
   * the same anchors. True: it must be in both; for damaged pages, where the tree builder opens an
   * `a` anew that was never closed, or moves text out of a table.
   */
  readonly onlyWhich: boolean;
}

/** All differences about the page `text` at `url`; a wrong base shows in the links. */
export function differences(text: string, url: string, { onlyWhich }: Comparison): Difference[] {
  const ours = scanPage(text, url, "utf-8");
  const theirs = parse5Page(text);
  const base = (theirs.base === null ? null : canonicalUrl(theirs.base, url)) ?? url;
  const found: Difference[] = [];
  const compare = (what: Difference["what"], a: unknown, b: unknown): void => {
    if (a !== b) found.push({ what, detail: `${url}: ours ${String(a)}, parse5 ${String(b)}` });
  };
  compare("title", ours.facts.title, theirs.title?.slice(0, 2000) ?? null);
  compare("robots", ours.facts.robots, theirs.robots);
  compare("lang", ours.facts.lang, theirs.lang);
  compare("description", ours.facts.description, theirs.description?.slice(0, 2000) ?? null);
  const canonical = theirs.canonical === null ? null : canonicalUrl(theirs.canonical, base);
  compare("canonical", ours.facts.canonicalUrl, canonical);

  const resolved = theirs.links.flatMap((link) => {
    const target = canonicalUrl(link.reference, base);
    return target === null ? [] : [{ ...link, url: target, count: 1 }];
  });
  compareCounts("links", countBy(ours.links, linkKey), countBy(resolved, linkKey));
  if (!onlyWhich) {
    compareCounts("anchors", countBy(ours.links, anchorKey), countBy(resolved, anchorKey));
  }
  return found;

  function compareCounts(
    what: Difference["what"],
    a: Map<string, number>,
    b: Map<string, number>,
  ): void {
    for (const key of new Set([...a.keys(), ...b.keys()])) {
      const [inOurs, inTheirs] = [a.get(key) ?? 0, b.get(key) ?? 0];
      if (onlyWhich ? inOurs > 0 !== inTheirs > 0 : inOurs !== inTheirs) {
        found.push({ what, detail: `${url}: ours ${inOurs}, parse5 ${inTheirs} times ${key}` });
      }
    }
  }
}

interface CountedLink extends Omit<ReferenceLink, "reference"> {
  readonly url: string;
  readonly count: number;
}

function countBy(
  links: readonly CountedLink[],
  keyOf: (link: CountedLink) => string | null,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const link of links) {
    const key = keyOf(link);
    if (key !== null) counts.set(key, (counts.get(key) ?? 0) + link.count);
  }
  return counts;
}

function linkKey({ kind, url, rel, hreflang }: CountedLink): string {
  return [kind, url, rel, hreflang].join(" ");
}

/** Without white space: ours has a space where a block begins, parse5's text content has none. */
function anchorKey(link: CountedLink): string | null {
  const anchor = link.anchor?.replace(/\s+/g, "") ?? null;
  // Ours are cut at 500 characters, white space included.
  return anchor !== null && anchor.length > 200 ? null : `${linkKey(link)} ${anchor}`;
}
