/**
 * Which elements are links of which kind. `a` is not here: its anchor is known only at its end.
 *
 * An empty reference means the page itself for `a` and `area`; elsewhere it means nothing.
 * `other` holds media, objects, icons and the like; a meta refresh is `other` with rel "refresh".
 */
import type { LinkKind } from "../messages.ts";
import { type Attribute, attributeNamed } from "./elements.ts";
import type { HtmlScanner } from "./html-scanner.ts";
import { KnownTexts } from "./known-texts.ts";
import type { LinkCollector } from "./link-collector.ts";
import { srcsetUrls } from "./srcset.ts";
import { decodedValue } from "./tag-reader.ts";
import { foldWhiteSpace } from "./white-space.ts";

export const MAX_ANCHOR_CHARS = 500;

const ALT = attributeNamed("alt");
const CONTENT = attributeNamed("content");
const DATA = attributeNamed("data");
const HREF = attributeNamed("href");
const HREFLANG = attributeNamed("hreflang");
const HTTP_EQUIV = attributeNamed("http-equiv");
const POSTER = attributeNamed("poster");
const REL = attributeNamed("rel");
const SRC = attributeNamed("src");
const SRCSET = attributeNamed("srcset");
const TYPE = attributeNamed("type");

/** What the `rel` of a link says. */
export interface Rel {
  /** In lower case and folded; null when empty. */
  readonly text: string | null;
  /** Of one `link` element the kind is the first of these that it names. */
  readonly kind: LinkKind;
  readonly isCanonical: boolean;
}

const KINDS = ["stylesheet", "canonical", "alternate", "next", "prev"] as const;

const knownRels = new KnownTexts<Rel>(256, (value) => {
  const text = foldWhiteSpace(decodedValue(value).toLowerCase(), MAX_ANCHOR_CHARS) || null;
  const names = text?.split(" ") ?? [];
  const kind = KINDS.find((name) => names.includes(name)) ?? "other";
  return { text, kind, isCanonical: names.includes("canonical") };
});

/** Words of which only few are looked for, in lower case. */
const knownNames = new KnownTexts(256, (value) => decodedValue(value).toLowerCase());

type LinkRule = (tag: HtmlScanner, links: LinkCollector) => void;

/** A rule for each element that is a link by its start tag alone. */
export const LINK_RULES: Readonly<Record<string, LinkRule>> = {
  area(tag, links) {
    if (!tag.find(HREF)) return;
    const url = links.urlOf(tag);
    links.add(url, "area", relOf(tag)?.text ?? null, altOf(tag), tag.attribute(HREFLANG));
  },
  audio: single("other", SRC),
  embed: single("other", SRC),
  frame: single("frame", SRC),
  iframe: single("iframe", SRC),
  image: addImage,
  img: addImage,
  input(tag, links) {
    if (nameOf(tag, TYPE) !== "image") return;
    addUnlessEmpty(tag, links, SRC, "other", altOf(tag));
  },
  link: addLinkElement,
  meta(tag, links) {
    if (nameOf(tag, HTTP_EQUIV) !== "refresh") return;
    const url = refreshUrl(tag.attribute(CONTENT) ?? "");
    if (url !== null) links.add(links.urlOfText(url), "other", "refresh", null, null);
  },
  object: single("other", DATA),
  script: single("script", SRC),
  source(tag, links) {
    addUnlessEmpty(tag, links, SRC, "other");
    addSrcset(links, tag.attribute(SRCSET), null);
  },
  track: single("other", SRC),
  video(tag, links) {
    addUnlessEmpty(tag, links, SRC, "other");
    addUnlessEmpty(tag, links, POSTER, "other");
  },
};

/** The `rel` of a link; null when missing. */
export function relOf(tag: HtmlScanner): Rel | null {
  return tag.meaning(REL, knownRels);
}

/** The value of an attribute that is a word of a short list, in lower case; null when missing. */
export function nameOf(tag: HtmlScanner, attribute: Attribute): string | null {
  return tag.meaning(attribute, knownNames);
}

function single(kind: LinkKind, attribute: Attribute): LinkRule {
  return (tag, links) => addUnlessEmpty(tag, links, attribute, kind);
}

function addUnlessEmpty(
  tag: HtmlScanner,
  links: LinkCollector,
  attribute: Attribute,
  kind: LinkKind,
  anchor: string | null = null,
): void {
  if (hasText(tag, attribute)) links.add(links.urlOf(tag), kind, null, anchor, null);
}

/** Whether the tag has the attribute, which it has found then, and more in it than white space. */
function hasText(tag: HtmlScanner, attribute: Attribute): boolean {
  const value = tag.attribute(attribute);
  return value !== null && value.trim() !== "";
}

function addImage(tag: HtmlScanner, links: LinkCollector): void {
  const alt = altOf(tag);
  addUnlessEmpty(tag, links, SRC, "img", alt);
  addSrcset(links, tag.attribute(SRCSET), alt);
}

function addSrcset(links: LinkCollector, srcset: string | null, alt: string | null): void {
  if (srcset === null) return;
  for (const reference of srcsetUrls(srcset)) {
    links.add(links.urlOfText(reference), "img", null, alt, null);
  }
}

function altOf(tag: HtmlScanner): string | null {
  const alt = tag.attribute(ALT);
  return alt === null ? null : foldWhiteSpace(alt, MAX_ANCHOR_CHARS);
}

function addLinkElement(tag: HtmlScanner, links: LinkCollector): void {
  const rel = relOf(tag);
  if (rel === null || rel.text === null || !hasText(tag, HREF)) return;
  links.add(links.urlOf(tag), rel.kind, rel.text, null, tag.attribute(HREFLANG));
}

/** `5; url='x'` (HTML Standard, 4.2.5.3, shared declarative refresh steps); null without a URL. */
const REFRESH =
  /^\s*(?:\d+|(?=\.))[\d.]*(?:\s*[;,]\s*|\s+)(?:url\s*=\s*)?(?:"([^"]*)"?|'([^']*)'?|([^]*))/i;

function refreshUrl(content: string): string | null {
  const match = REFRESH.exec(content);
  const url = match?.[1] ?? match?.[2] ?? match?.[3] ?? "";
  return url.trim() === "" ? null : url;
}
