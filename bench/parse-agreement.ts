/** Where our scanner and parse5 differ about one page. */
import { decodeBody, scanPage } from "../src/parsing/index.ts";
import { canonicalUrl } from "../src/url/index.ts";
import { parse5Page } from "./parse5-page.ts";

export interface Difference {
  readonly what: "links" | "title" | "canonical" | "base" | "robots" | "lang" | "description" | "anchors";
  readonly detail: string;
}

/**
 * Links are compared as (kind, canonical URL, rel, hreflang), each with how often it stands there;
 * with `once`, without. The base shows in the links. Anchors are compared without white space,
 * because ours has a space where a block begins and parse5's text content has none.
 */
export function differences(text: string, url: string, once = false): Difference[] {
  const ours = scanPage(text, url, "utf-8");
  const reference = parse5Page(text);
  const base = (reference.base === null ? null : canonicalUrl(reference.base, url)) ?? url;
  const found: Difference[] = [];
  const compare = (what: Difference["what"], a: string | null, b: string | null): void => {
    if (a !== b) found.push({ what, detail: `${url}: ours ${a}, parse5 ${b}` });
  };
  compare("title", ours.facts.title, reference.title?.slice(0, 2000) ?? null);
  compare("robots", ours.facts.robots, reference.robots);
  compare("lang", ours.facts.lang, reference.lang);
  compare("description", ours.facts.description, reference.description?.slice(0, 2000) ?? null);
  const canonical = reference.canonical === null ? null : canonicalUrl(reference.canonical, base);
  compare("canonical", ours.facts.canonicalUrl, canonical);

  const counts = new Map<string, number>();
  const anchors = new Map<string, number>();
  const count = (map: Map<string, number>, key: string, by: number): void => {
    map.set(key, (map.get(key) ?? 0) + by);
  };
  const note = (
    url: string,
    link: { kind: string; rel: string | null; hreflang: string | null; anchor: string | null },
    by: number,
  ): void => {
    const key = [link.kind, url, link.rel, link.hreflang].join(" ");
    count(counts, key, by);
    const anchor = link.anchor?.replace(/\s+/g, "") ?? null;
    // Cut where ours was cut, with room for the white space that is gone.
    if ((anchor?.length ?? 0) < 200) count(anchors, `${key} ${anchor}`, by);
  };
  for (const link of ours.links) note(link.url, link, link.count);
  for (const link of reference.links) {
    const target = canonicalUrl(link.reference, base);
    if (target !== null) note(target, link, -1);
  }
  if (once) {
    const oursOnly = new Set(ours.links.map((l) => [l.kind, l.url, l.rel, l.hreflang].join(" ")));
    const theirs = new Set(
      reference.links.map((l) =>
        [l.kind, canonicalUrl(l.reference, base), l.rel, l.hreflang].join(" "),
      ),
    );
    for (const key of counts.keys()) {
      if (oursOnly.has(key) !== theirs.has(key)) {
        found.push({ what: "links", detail: `${url}: ${oursOnly.has(key) ? "+" : "-"} ${key}` });
      }
    }
    return found;
  }
  for (const [key, n] of counts) {
    if (n !== 0) found.push({ what: "links", detail: `${url}: ${n > 0 ? "+" : ""}${n} ${key}` });
  }
  if (found.every(({ what }) => what !== "links")) {
    for (const [key, n] of anchors) {
      if (n > 0) found.push({ what: "anchors", detail: `${url}: ${key}` });
    }
  }
  return found;
}

export function textOf(bytes: Uint8Array): string {
  return decodeBody(bytes, null).text;
}
