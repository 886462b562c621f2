/** Reads a page once, from its first byte to its last: the facts, the text and the links on the way. */
import { decodeHTML } from "entities/decode";
import type { KeptText } from "../messages.ts";
import { canonicalUrl, type Canonicalizer } from "../url/index.ts";
import { attributeNamed, ELEMENTS, elementNamed } from "./elements.ts";
import { END, END_TAG, HtmlScanner, START_TAG, TEXT, type Token } from "./html-scanner.ts";
import { LinkCollector } from "./link-collector.ts";
import { LINK_RULES, MAX_ANCHOR_CHARS, nameOf, relOf } from "./link-rules.ts";
import { END_MARK, type PageBytes } from "./page-bytes.ts";
import { ESCAPABLE, MARKUP, PageText, PLAIN, type TextKinds } from "./page-text.ts";
import { PageUrls } from "./page-urls.ts";
import type { PageScan } from "./scan-page.ts";
import { decodedReference, referenceEnd } from "./text-reference.ts";
import { foldWhiteSpace } from "./white-space.ts";

/** Longer titles, descriptions and headings are cut: they are for people to read. */
const MAX_FACT_CHARS = 2000;
/** So much of a title is read: decoding takes several times the memory of what is decoded. */
const MAX_TITLE_BYTES = 64 * 1024;

const AMPERSAND = 0x26;

const A = elementNamed("a");
const BASE = elementNamed("base");
const H1 = elementNamed("h1");
const HTML = elementNamed("html");
const LINK = elementNamed("link");
const META = elementNamed("meta");
const TEMPLATE = elementNamed("template");
const TITLE = elementNamed("title");
const CONTENT = attributeNamed("content");
const HREF = attributeNamed("href");
const HREFLANG = attributeNamed("hreflang");
const LANG = attributeNamed("lang");
const NAME = attributeNamed("name");
const XLINK_HREF = attributeNamed("xlink:href");

const HEADINGS = new Set(["h1", "h2", "h3", "h4", "h5", "h6"]);

const RULES = ELEMENTS.map((element) => LINK_RULES[element.name]);

export class PageReader {
  /** What references stand for URLs by: the page's own URL until a `base` says otherwise. */
  base: string;
  readonly #page: PageBytes;
  readonly #tags: HtmlScanner;
  readonly #text: PageText;
  readonly #links: LinkCollector;
  readonly #canonicalize: Canonicalizer;
  #isBaseKnown: boolean;
  #templates = 0;
  /** Whether an `a` with a reference is open; then what is known of it, and where its text begins. */
  #inAnchor = false;
  #anchorUrl: string | null = null;
  #anchorRel: string | null = null;
  #anchorHreflang: string | null = null;
  #anchorFrom = 0;
  #canonical: string | null = null;
  #description: string | null = null;
  #h1: string | null = null;
  #h1From = -1;
  #lang: string | null = null;
  readonly #robots: string[] = [];
  #title: string | null = null;

  constructor(page: PageBytes, url: string, canonicalize: Canonicalizer, base: string | null) {
    this.base = base ?? url;
    this.#isBaseKnown = base !== null;
    this.#page = page;
    this.#tags = new HtmlScanner(page);
    this.#text = new PageText(page.length);
    this.#links = new LinkCollector(new PageUrls(page.text, this.base, canonicalize));
    this.#canonicalize = canonicalize;
  }

  /** Reads the page to its end, or to a `base` other than that it is read by, which is in `base` then. */
  run(): void {
    const tags = this.#tags;
    for (let token = tags.next(); token !== END; token = tags.next()) {
      if (this.#templates > 0) this.#inTemplate(token);
      else if (token === TEXT) tags.position = this.#readText(tags.position, MARKUP);
      else if (token === START_TAG) this.#startTag();
      else if (token === END_TAG) this.#endTag();
      else this.#rawText();
    }
    this.#endAnchor();
    this.#endHeading();
  }

  /** The readable text, at most `maxBytes` of it. To be asked for before the result. */
  readable(maxBytes: number): KeptText {
    return this.#text.readable(maxBytes);
  }

  /** What was read; the text is taken apart for it. */
  result(charset: string): Omit<PageScan, "text"> {
    const { textHash, simhash, wordSample } = this.#text.fingerprints();
    const facts = {
      title: this.#title,
      description: this.#description,
      h1: this.#h1,
      canonicalUrl:
        this.#canonical === null ? null : this.#canonicalize(this.#canonical, this.base),
      lang: this.#lang,
      robots: this.#robots.length === 0 ? null : this.#robots.join(", "),
      charset,
      words: this.#text.words,
      textHash,
      simhash,
    };
    return { facts, links: this.#links.links(), linksTruncated: this.#links.truncated, wordSample };
  }

  #inTemplate(token: Token): void {
    if (token === TEXT) this.#tags.skipText();
    else if (this.#tags.element === TEMPLATE && !this.#tags.foreign) {
      if (token === START_TAG) this.#templates++;
      else if (token === END_TAG) this.#templates--;
    }
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
    else if (element === BASE) this.#takeBase();
    else if (element === HTML) this.#lang ??= tags.attribute(LANG);
    else if (element === LINK) this.#canonicalLink();
    RULES[element.index]?.(tags, this.#links);
  }

  #endTag(): void {
    const { element } = this.#tags;
    if (element === A) this.#endAnchor();
    else if (element.breaksWords && !this.#tags.foreign) this.#breakWords();
  }

  #rawText(): void {
    const { element, start, end } = this.#tags;
    const { bytes } = this.#page.text;
    if (element.readable) {
      const behind = bytes[end] as number;
      bytes[end] = END_MARK;
      this.#readText(start, element.content === "escapable" ? ESCAPABLE : PLAIN);
      bytes[end] = behind;
    } else if (element === TITLE && this.#title === null) {
      const title = bytes.toString("utf8", start, Math.min(end, start + MAX_TITLE_BYTES));
      this.#title = foldWhiteSpace(decodeHTML(title), MAX_FACT_CHARS);
    }
  }

  /** Adds the text at `from`, its references decoded; returns where it ends. */
  #readText(from: number, kinds: TextKinds): number {
    const { text } = this.#page;
    let at = this.#text.add(text, from, kinds);
    while (text.bytes[at] === AMPERSAND) {
      const end = referenceEnd(text.bytes, at);
      this.#text.add(decodedReference(text, at, end), 0, PLAIN);
      at = this.#text.add(text, end, kinds);
    }
    return at;
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
    if (!tags.find(HREF) && !(tags.foreign && tags.find(XLINK_HREF))) return;
    this.#inAnchor = true;
    this.#anchorUrl = this.#links.urlOf(tags);
    this.#anchorRel = relOf(tags)?.text ?? null;
    this.#anchorHreflang = tags.attribute(HREFLANG);
    this.#anchorFrom = this.#text.length;
  }

  #endAnchor(): void {
    if (!this.#inAnchor) return;
    this.#inAnchor = false;
    if (this.#anchorUrl === null) return;
    const anchor = this.#text.textSince(this.#anchorFrom, MAX_ANCHOR_CHARS);
    this.#links.add(this.#anchorUrl, "a", this.#anchorRel, anchor, this.#anchorHreflang);
  }

  #meta(): void {
    const name = nameOf(this.#tags, NAME);
    if (name !== "description" && name !== "robots") return;
    const content = this.#tags.attribute(CONTENT);
    if (content === null) return;
    const folded = foldWhiteSpace(content, MAX_FACT_CHARS);
    if (name === "robots") this.#robots.push(folded);
    else this.#description ??= folded;
  }

  /** The first `base` with a reference counts, also for what stands before it. */
  #takeBase(): void {
    const href = this.#isBaseKnown ? null : this.#tags.attribute(HREF);
    if (href === null) return;
    this.#isBaseKnown = true;
    const base = canonicalUrl(href, this.base) ?? this.base;
    if (base !== this.base) this.#tags.position = this.#page.length;
    this.base = base;
  }

  #canonicalLink(): void {
    if (this.#canonical !== null) return;
    if (relOf(this.#tags)?.isCanonical === true) {
      this.#canonical = this.#tags.attribute(HREF)?.trim() || null;
    }
  }
}
