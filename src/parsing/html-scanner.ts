/**
 * The tokenizer of the HTML Standard (13.2.5) in the shape that a crawler needs: it walks a page's
 * bytes once, steps over all that nobody asks for, and makes no string that is not asked for.
 *
 * States: in markup, {@link HtmlScanner.next} reports text, start tags and end tags, but for
 * those of elements that mean nothing to a crawler. After the start tag of an element whose content is
 * not markup (script, style, title, ...) the next token is its raw text, then its end tag. Comments, doctypes and processing instructions are passed over.
 * A tag that the page's end cuts off is no tag.
 *
 * Text is not searched for its end, as whoever reads it looks at each byte anyway: a text token tells
 * where text begins, and its reader sets {@link HtmlScanner.position} to the `<` or the end mark behind.
 *
 * Every step moves forward and no search is repeated, so the time is linear in the page's length
 * for any input.
 */
import type { Buffer } from "node:buffer";
import type { Attribute, ElementName } from "./elements.ts";
import { attributeNamed, elementNamed, UNKNOWN } from "./elements.ts";
import { ForeignContent } from "./foreign-content.ts";
import type { KnownTexts } from "./known-texts.ts";
import { nextByte } from "./next-byte.ts";
import { type ByteText, END_MARK, type PageBytes } from "./page-bytes.ts";
import { rawTextEnd, scriptEnd } from "./raw-text.ts";
import { isLetter, TagReader } from "./tag-reader.ts";

export const END = 0;
export const TEXT = 1;
const RAW_TEXT = 2;
export const START_TAG = 3;
export const END_TAG = 4;
export type Token = typeof END | typeof TEXT | typeof RAW_TEXT | typeof START_TAG | typeof END_TAG;

const EXCLAMATION = 0x21;
const DASH = 0x2d;
const SLASH = 0x2f;
const LESS_THAN = 0x3c;
const GREATER_THAN = 0x3e;
const QUESTION = 0x3f;
const BRACKET = 0x5d;

const CDATA = "[CDATA[";

const SVG = elementNamed("svg");
const MATH = elementNamed("math");
const FONT = elementNamed("font");
const ENCODING = attributeNamed("encoding");
const FONT_ATTRIBUTES = ["color", "face", "size"].map(attributeNamed);

export class HtmlScanner {
  /** Where the next token begins. */
  position = 0;
  /** Where the raw text of a raw text token is. */
  start = 0;
  end = 0;
  /** The tag's element; for raw text, the element it is in. */
  element: ElementName = UNKNOWN;
  /** Whether the tag's element is an svg or math one rather than HTML. */
  foreign = false;

  readonly #text: ByteText;
  readonly #bytes: Buffer;
  readonly #length: number;
  /** The element whose raw text comes next. */
  #rawIn: ElementName | null = null;
  readonly #foreignContent = new ForeignContent();
  readonly #reader: TagReader;

  constructor(page: PageBytes) {
    this.#text = page.text;
    this.#bytes = page.text.bytes;
    this.#length = page.length;
    this.#reader = new TagReader(page);
  }

  next(): Token {
    if (this.#rawIn !== null) return this.#rawText(this.#rawIn);
    const bytes = this.#bytes;
    for (;;) {
      const at = this.position;
      const byte = bytes[at] as number;
      if (byte !== LESS_THAN) return byte === END_MARK ? END : TEXT;
      const token = this.#markup(at);
      if (token !== END) return token;
    }
  }

  /** The decoded value of the start tag's attribute (the first, if it is there twice), or null. */
  attribute(attribute: Attribute): string | null {
    return this.#reader.attribute(attribute);
  }

  /** What `known` tells of the attribute's value, which is not decoded; null when absent. */
  meaning<Value>(attribute: Attribute, known: KnownTexts<Value>): Value | null {
    return this.#reader.meaning(attribute, known);
  }

  /** Whether the start tag has the attribute; if so, `valueStart` and `valueEnd` are where. */
  find(attribute: Attribute): boolean {
    return this.#reader.find(attribute);
  }

  /** Where the value is that was found last, not decoded. */
  get valueStart(): number {
    return this.#reader.valueStart;
  }

  get valueEnd(): number {
    return this.#reader.valueEnd;
  }

  /** Passes over the text at `position`. */
  skipText(): void {
    this.position = nextByte(this.#text, LESS_THAN, this.position, this.#length);
  }

  #rawText(element: ElementName): Token {
    this.#rawIn = null;
    const from = this.position;
    const length = this.#length;
    let end = length;
    if (element.content === "script") end = scriptEnd(this.#text, from, length);
    else if (element.content !== "plain") {
      end = rawTextEnd(this.#text, from, length, element.name);
    }
    return this.#reportRaw(element, from, end, end);
  }

  #reportRaw(element: ElementName, start: number, end: number, behind: number): Token {
    this.element = element;
    this.start = start;
    this.end = end;
    this.position = behind;
    return RAW_TEXT;
  }

  /** What the `<` at `at` begins; END when it is nothing to report. */
  #markup(at: number): Token {
    const bytes = this.#bytes;
    const code = bytes[at + 1] as number;
    if (isLetter(code)) return this.#startTag(at + 1);
    if (code === SLASH) {
      if (isLetter(bytes[at + 2] as number)) return this.#endTag(at + 2);
      if (at + 2 < this.#length) return this.#skipTag(at + 2);
    }
    if (code === EXCLAMATION) return this.#declaration(at);
    if (code === QUESTION) return this.#skipTag(at + 2);
    // A "<" like any other character.
    return this.#reportRaw(UNKNOWN, at, at + 1, at + 1);
  }

  #declaration(at: number): Token {
    const bytes = this.#bytes;
    if (bytes[at + 2] === DASH && bytes[at + 3] === DASH) return this.#comment(at + 2);
    const from = at + 2 + CDATA.length;
    if (this.#foreignContent.takesCdata && bytes.toString("latin1", at + 2, from) === CDATA) {
      return this.#cdata(from);
    }
    return this.#skipTag(at + 2);
  }

  /** The end may share its dashes with the start: "<!-->" and "<!--->" are whole comments. */
  #comment(dashes: number): Token {
    const bytes = this.#bytes;
    for (let i = dashes + 2; ; i++) {
      i = this.#nextGreaterThan(i);
      const bang = bytes[i - 1] === EXCLAMATION && i >= dashes + 5 ? 1 : 0;
      const isEnd = bytes[i - 1 - bang] === DASH && bytes[i - 2 - bang] === DASH;
      if (isEnd || i === this.#length) return this.#skipTag(i);
    }
  }

  /** Raw, because character references mean nothing in it. */
  #cdata(from: number): Token {
    const bytes = this.#bytes;
    for (let i = from + 2; ; i++) {
      i = this.#nextGreaterThan(i);
      if (i >= this.#length) return this.#reportRaw(UNKNOWN, from, this.#length, this.#length);
      if (bytes[i - 1] === BRACKET && bytes[i - 2] === BRACKET) {
        return this.#reportRaw(UNKNOWN, from, i - 2, i + 1);
      }
    }
  }

  /** Passes over all up to the `>` at or after `from`. */
  #skipTag(from: number): Token {
    this.position = Math.min(this.#nextGreaterThan(from) + 1, this.#length);
    return END;
  }

  #nextGreaterThan(from: number): number {
    return nextByte(this.#text, GREATER_THAN, from, this.#length);
  }

  /** Whether a tag stands at `nameAt`, which is read; if not, the page's end cut it off. */
  #readTag(nameAt: number, isStart: boolean): boolean {
    const behind = this.#reader.read(nameAt, isStart);
    this.position = behind < 0 ? this.#length : behind;
    this.element = this.#reader.element;
    this.foreign = false;
    return behind >= 0;
  }

  #startTag(nameAt: number): Token {
    if (!this.#readTag(nameAt, true)) return END;
    const { element } = this;
    if (element.isPlain && !this.#foreignContent.active) return END;
    if (element === SVG || element === MATH || this.#foreignContent.active) this.#foreignStart();
    if (element.content !== "markup" && !this.foreign) this.#rawIn = element;
    return START_TAG;
  }

  #foreignStart(): void {
    const { element } = this;
    const { name } = this.#reader;
    const content = this.#foreignContent;
    const begins = element === SVG || element === MATH;
    if (!begins && !content.takes(name)) return;
    if (element.leavesForeign || (element === FONT && this.#looksLikeHtmlFont())) {
      content.leave();
      return;
    }
    this.foreign = true;
    if (!this.#reader.selfClosing) content.open(name, this.attribute(ENCODING));
  }

  #looksLikeHtmlFont(): boolean {
    return FONT_ATTRIBUTES.some((attribute) => this.find(attribute));
  }

  #endTag(nameAt: number): Token {
    if (!this.#readTag(nameAt, false)) return END;
    if (!this.#foreignContent.active) return this.element.isPlain ? END : END_TAG;
    this.foreign = this.#foreignEnd();
    return END_TAG;
  }

  #foreignEnd(): boolean {
    const { name } = this.#reader;
    if (name === "p" || name === "br") this.#foreignContent.leave();
    return this.#foreignContent.close(name);
  }
}
