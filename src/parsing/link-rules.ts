/**
 * Which elements are links of which kind. `a` is not here: its anchor is known only at its end.
 *
 * An empty reference means the page itself for `a` and `area`; elsewhere it means nothing.
 * `other` holds media, objects, icons and the like; a meta refresh is `other` with rel "refresh".
 */
import type { LinkKind } from "../messages.ts";
import type { AttributeName } from "./elements.ts";
import type { HtmlScanner } from "./html-scanner.ts";
import type { LinkCollector } from "./link-collector.ts";
import { srcsetUrls } from "./srcset.ts";
import { foldWhiteSpace } from "./white-space.ts";

export const MAX_ANCHOR_CHARS = 500;

type LinkRule = (tag: HtmlScanner, links: LinkCollector) => void;

/** A rule for each element that is a link by its start tag alone. */
export const LINK_RULES: Readonly<Record<string, LinkRule>> = {
  area(tag, links) {
    if (!tag.find("href")) return;
    const url = links.urlOf(tag);
    links.add(url, "area", relOf(tag), altOf(tag), tag.attribute("hreflang"));
  },
  audio: single("other", "src"),
  embed: single("other", "src"),
  frame: single("frame", "src"),
  iframe: single("iframe", "src"),
  image: addImage,
  img: addImage,
  input(tag, links) {
    if (tag.attribute("type")?.toLowerCase() !== "image") return;
    addUnlessEmpty(tag, links, "src", "other", altOf(tag));
  },
  link: addLinkElement,
  meta(tag, links) {
    if (tag.attribute("http-equiv")?.toLowerCase() !== "refresh") return;
    const url = refreshUrl(tag.attribute("content") ?? "");
    if (url !== null) links.add(links.urlOfText(url), "other", "refresh", null, null);
  },
  object: single("other", "data"),
  script: single("script", "src"),
  source(tag, links) {
    addUnlessEmpty(tag, links, "src", "other");
    addSrcset(links, tag.attribute("srcset"), null);
  },
  track: single("other", "src"),
  video(tag, links) {
    addUnlessEmpty(tag, links, "src", "other");
    addUnlessEmpty(tag, links, "poster", "other");
  },
};

/** The `rel` of a link, lower case and folded; null when missing or empty. */
export function relOf(tag: HtmlScanner): string | null {
  const rel = tag.attribute("rel");
  return rel === null ? null : foldWhiteSpace(rel.toLowerCase(), MAX_ANCHOR_CHARS) || null;
}

function single(kind: LinkKind, attribute: AttributeName): LinkRule {
  return (tag, links) => addUnlessEmpty(tag, links, attribute, kind);
}

function addUnlessEmpty(
  tag: HtmlScanner,
  links: LinkCollector,
  attribute: AttributeName,
  kind: LinkKind,
  anchor: string | null = null,
): void {
  if (hasText(tag, attribute)) links.add(links.urlOf(tag), kind, null, anchor, null);
}

/** Whether the tag has the attribute, which it has found then, and more in it than white space. */
function hasText(tag: HtmlScanner, attribute: AttributeName): boolean {
  const value = tag.attribute(attribute);
  return value !== null && value.trim() !== "";
}

function addImage(tag: HtmlScanner, links: LinkCollector): void {
  const alt = altOf(tag);
  addUnlessEmpty(tag, links, "src", "img", alt);
  addSrcset(links, tag.attribute("srcset"), alt);
}

function addSrcset(links: LinkCollector, srcset: string | null, alt: string | null): void {
  if (srcset === null) return;
  for (const reference of srcsetUrls(srcset)) {
    links.add(links.urlOfText(reference), "img", null, alt, null);
  }
}

function altOf(tag: HtmlScanner): string | null {
  const alt = tag.attribute("alt");
  return alt === null ? null : foldWhiteSpace(alt, MAX_ANCHOR_CHARS);
}

function addLinkElement(tag: HtmlScanner, links: LinkCollector): void {
  const rel = relOf(tag);
  if (rel === null || !hasText(tag, "href")) return;
  const url = links.urlOf(tag);
  links.add(url, linkElementKind(rel.split(" ")), rel, null, tag.attribute("hreflang"));
}

/** One `link` element is one link, of the first of these kinds that its rel names. */
function linkElementKind(rels: readonly string[]): LinkKind {
  for (const kind of ["stylesheet", "canonical", "alternate", "next", "prev"] as const) {
    if (rels.includes(kind)) return kind;
  }
  return "other";
}

/** `5; url='x'` (HTML Standard, 4.2.5.3, shared declarative refresh steps); null without a URL. */
const REFRESH =
  /^\s*(?:\d+|(?=\.))[\d.]*(?:\s*[;,]\s*|\s+)(?:url\s*=\s*)?(?:"([^"]*)"?|'([^']*)'?|([^]*))/i;

export function refreshUrl(content: string): string | null {
  const match = REFRESH.exec(content);
  const url = match?.[1] ?? match?.[2] ?? match?.[3] ?? "";
  return url.trim() === "" ? null : url;
}
