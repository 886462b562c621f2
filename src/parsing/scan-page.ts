/** The standard facts and links of a page, in one pass over its text. */
import { decodeHTML } from "entities";
import type { DiscoveredLink, KeptText, PageFacts } from "../messages.ts";
import { canonicalUrl, type Canonicalizer } from "../url/index.ts";
import { ELEMENTS, elementNamed } from "./elements.ts";
import { END, END_TAG, HtmlScanner, START_TAG, TEXT } from "./html-scanner.ts";
import { LinkCollector } from "./link-collector.ts";
import { LINK_RULES, MAX_ANCHOR_CHARS, relOf } from "./link-rules.ts";
import { foldWhiteSpace, isLowSurrogate, PageText } from "./page-text.ts";
import { pieceUnits } from "./text-units.ts";

/** Longer titles, descriptions and headings are cut: they are for people to read. */
const MAX_FACT_CHARS = 2000;
/** Of a page's readable text, where it is kept. */
const MAX_KEPT_TEXT_BYTES = 1024 * 1024;

const A = elementNamed("a");
const BASE = elementNamed("base");
const H1 = elementNamed("h1");
const HTML = elementNamed("html");
const LINK = elementNamed("link");
const META = elementNamed("meta");
const TEMPLATE = elementNamed("template");
const TITLE = elementNamed("title");
const HEADINGS = new Set(["h1", "h2", "h3", "h4", "h5", "h6"]);

const RULES = ELEMENTS.map((element) => LINK_RULES[element.name]);

export interface PageScan {
  readonly facts: PageFacts;
  readonly links: DiscoveredLink[];
  /** Whether the page has more than 50,000 distinct links; the rest is not in `links`. */
  readonly linksTruncated: boolean;
  /** See {@link Outcome.wordSample}. */
  readonly wordSample: readonly number[];
  /** All readable text, at most 1 MiB of UTF-8; only where it is to be kept. */
  readonly text?: KeptText;
}

/**
 * What the page `text` that was fetched from `url` says and where it leads. As a browser without
 * scripts sees it: `noscript` is markup, the content of `template` is no part of the page.
 * Agrees with a full HTML parser except where only its tree would tell (docs of `HtmlScanner`).
 */
export function scanPage(
  text: string,
  url: string,
  charset: string,
  canonicalize: Canonicalizer = canonicalUrl,
  { keepText = false }: { readonly keepText?: boolean } = {},
): PageScan {
  const scan = new Scan(text);
  scan.run();
  // Before the result, for which the text is taken apart.
  const kept = keepText ? { text: scan.readable() } : null;
  return { ...scan.result(url, charset, canonicalize), ...kept };
}

/** Decoding takes several times the memory of what is decoded, so that is never more than this. */
const PIECE_UNITS = 64 * 1024;
/** No reference is longer, but for numbers with leading zeros. */
const REFERENCE_UNITS = 40;

/** Where a piece of text that begins at `from` may end without cutting a reference in two. */
function pieceEnd(text: string, from: number, end: number): number {
  const full = from + PIECE_UNITS;
  if (full >= end) return end;
  const reference = text.slice(full - REFERENCE_UNITS, full).lastIndexOf("&");
  if (reference >= 0) return full - REFERENCE_UNITS + reference;
  return isLowSurrogate(text.charCodeAt(full)) ? full - 1 : full;
}

class Scan {
  readonly #tags: HtmlScanner;
  readonly #text = new PageText();
  readonly #links = new LinkCollector();
  #templates = 0;
  /** The `a` that is open: its attributes, and where its text begins. */
  #anchor: { href: string; rel: string | null; hreflang: string | null; from: number } | null =
    null;
  #base: string | null = null;
  #canonical: string | null = null;
  #description: string | null = null;
  #h1: string | null = null;
  #h1From = -1;
  #lang: string | null = null;
  readonly #robots: string[] = [];
  #title: string | null = null;

  constructor(text: string) {
    this.#tags = new HtmlScanner(text);
  }

  run(): void {
    const tags = this.#tags;
    for (let token = tags.next(); token !== END; token = tags.next()) {
      if (this.#templates > 0) {
        this.#inTemplate(token);
      } else if (token === TEXT) {
        this.#addText(true);
      } else if (token === START_TAG) {
        this.#startTag();
      } else if (token === END_TAG) {
        this.#endTag();
      } else {
        this.#rawText();
      }
    }
    this.#endAnchor();
    this.#endHeading();
  }

  readable(): KeptText {
    return this.#text.readable(MAX_KEPT_TEXT_BYTES);
  }

  result(url: string, charset: string, canonicalize: Canonicalizer): PageScan {
    const base = (this.#base === null ? null : canonicalUrl(this.#base, url)) ?? url;
    const { textHash, simhash, wordSample } = this.#text.fingerprints();
    const facts = {
      title: this.#title,
      description: this.#description,
      h1: this.#h1,
      canonicalUrl: this.#canonical === null ? null : canonicalize(this.#canonical, base),
      lang: this.#lang,
      robots: this.#robots.length === 0 ? null : this.#robots.join(", "),
      charset,
      words: this.#text.words,
      textHash,
      simhash,
    };
    const links = this.#links.resolve(base, canonicalize);
    return { facts, links, linksTruncated: this.#links.truncated, wordSample };
  }

  #inTemplate(token: number): void {
    if (this.#tags.element !== TEMPLATE || this.#tags.foreign) return;
    if (token === START_TAG) this.#templates++;
    else if (token === END_TAG) this.#templates--;
  }

  #startTag(): void {
    const tags = this.#tags;
    const { element } = tags;
    if (tags.foreign) {
      if (element === A) this.#openAnchor();
      return;
    }
    if (element.breaksWords) {
      this.#breakWords();
      if (element === H1 && this.#h1 === null) this.#h1From = this.#text.length;
    }
    if (!element.hasAttributes) {
      if (element === TEMPLATE) this.#templates++;
      return;
    }
    if (element === A) this.#openAnchor();
    else if (element === META) this.#meta();
    else if (element === BASE) this.#base ??= tags.attribute("href");
    else if (element === HTML) this.#lang ??= tags.attribute("lang");
    else if (element === LINK) this.#canonicalLink();
    RULES[element.index]?.(tags, this.#links);
  }

  #endTag(): void {
    const { element } = this.#tags;
    if (element === A) this.#endAnchor();
    else if (element.breaksWords && !this.#tags.foreign) this.#breakWords();
  }

  #rawText(): void {
    const { element, text, start, end } = this.#tags;
    if (element.readable) this.#addText(element.content === "escapable");
    else if (element === TITLE && this.#title === null) {
      const title = text.slice(start, Math.min(end, start + PIECE_UNITS));
      this.#title = foldWhiteSpace(decodeHTML(title), MAX_FACT_CHARS);
    }
  }

  #addText(references: boolean): void {
    const { text, units, start, end } = this.#tags;
    const reference = references ? this.#tags.reference(start) : Infinity;
    if (reference >= end) {
      this.#text.add(units, start, end);
      return;
    }
    for (let from = start, to = start; from < end; from = to) {
      to = pieceEnd(text, from, end);
      const decoded = decodeHTML(text.slice(from, to));
      this.#text.add(pieceUnits(decoded), 0, decoded.length);
    }
  }

  #breakWords(): void {
    this.#text.break();
    // Any heading's start or end tag ends the heading that is open.
    if (this.#h1From >= 0 && HEADINGS.has(this.#tags.element.name)) this.#endHeading();
  }

  #endHeading(): void {
    if (this.#h1From < 0) return;
    this.#h1 = this.#text.textSince(this.#h1From, MAX_FACT_CHARS);
    this.#h1From = -1;
  }

  #openAnchor(): void {
    this.#endAnchor();
    const tags = this.#tags;
    const href = tags.attribute("href") ?? (tags.foreign ? tags.attribute("xlink:href") : null);
    if (href === null) return;
    const hreflang = tags.attribute("hreflang");
    this.#anchor = { href, rel: relOf(tags), hreflang, from: this.#text.length };
  }

  #endAnchor(): void {
    if (this.#anchor === null) return;
    const { href, rel, hreflang, from } = this.#anchor;
    this.#anchor = null;
    this.#links.add(href, "a", rel, this.#text.textSince(from, MAX_ANCHOR_CHARS), hreflang);
  }

  #meta(): void {
    const name = this.#tags.attribute("name")?.toLowerCase();
    if (name !== "description" && name !== "robots") return;
    const content = this.#tags.attribute("content");
    if (content === null) return;
    const folded = foldWhiteSpace(content, MAX_FACT_CHARS);
    if (name === "robots") this.#robots.push(folded);
    else this.#description ??= folded;
  }

  #canonicalLink(): void {
    if (this.#canonical !== null) return;
    if (relOf(this.#tags)?.split(" ").includes("canonical") === true) {
      this.#canonical = this.#tags.attribute("href")?.trim() || null;
    }
  }
}
