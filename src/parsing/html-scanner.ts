/**
 * The tokenizer of the HTML Standard (13.2.5) in the shape that a crawler needs: it walks a page
 * once, jumps from tag to tag with native searches, and keeps no string that nobody asks for.
 *
 * States: in markup, {@link HtmlScanner.next} reports text, start tags and end tags. After the
 * start tag of an element whose content is not markup (script, style, title, ...) the next token is
 * its raw text, then its end tag. Comments, doctypes and processing instructions are passed over.
 * A tag that the page's end cuts off is no tag.
 *
 * Every step moves forward and no search is repeated, so the time is linear in the page's length
 * for any input.
 */
import { decodeHTMLAttribute } from "entities";
import { ATTRIBUTES, ELEMENTS, elementNamed, UNKNOWN } from "./elements.ts";
import type { AttributeName, ElementName } from "./elements.ts";
import { ForeignContent } from "./foreign-content.ts";
import { addToHash, NameTable } from "./name-table.ts";
import { NextOccurrence } from "./next-occurrence.ts";
import { rawTextEnd, scriptEnd } from "./raw-text.ts";

export const END = 0;
export const TEXT = 1;
export const RAW_TEXT = 2;
export const START_TAG = 3;
export const END_TAG = 4;
export type Token = typeof END | typeof TEXT | typeof RAW_TEXT | typeof START_TAG | typeof END_TAG;

const DOUBLE_QUOTE = 0x22;
const SINGLE_QUOTE = 0x27;
const SLASH = 0x2f;
const LESS_THAN = 0x3c;
const EQUALS = 0x3d;
const GREATER_THAN = 0x3e;

const ELEMENT_TABLE = new NameTable(ELEMENTS.map((element) => element.name));
const ATTRIBUTE_TABLE = new NameTable(ATTRIBUTES);
const ATTRIBUTE_NUMBER = Object.fromEntries(
  ATTRIBUTES.map((name, number) => [name, number]),
) as Record<AttributeName, number>;

const SVG = elementNamed("svg");
const MATH = elementNamed("math");
const FONT = elementNamed("font");

export class HtmlScanner {
  /** The page as the tokenizer reads it: NUL has become U+FFFD. */
  readonly text: string;
  /** Where the text of a text token is. */
  start = 0;
  end = 0;
  /** The tag's element; for raw text, the element it is in. */
  element: ElementName = UNKNOWN;
  /** Whether the tag's element is an svg or math one rather than HTML. */
  foreign = false;

  #position = 0;
  /** The element whose raw text comes next. */
  #rawIn: ElementName | null = null;
  #selfClosing = false;
  #nameStart = 0;
  #nameEnd = 0;
  /** Where the values of the current tag's attributes are; valid where the mark is the tag's. */
  readonly #valueStart = new Int32Array(ATTRIBUTES.length);
  readonly #valueEnd = new Int32Array(ATTRIBUTES.length);
  readonly #tagOfValue = new Int32Array(ATTRIBUTES.length);
  #tag = 0;
  readonly #foreignContent = new ForeignContent();
  readonly #ampersand: NextOccurrence;
  readonly #commentEnd: NextOccurrence;
  readonly #commentBangEnd: NextOccurrence;

  constructor(text: string) {
    this.text = text.includes("\0") ? text.replaceAll("\0", "\uFFFD") : text;
    this.#ampersand = new NextOccurrence(this.text, "&");
    this.#commentEnd = new NextOccurrence(this.text, "-->");
    this.#commentBangEnd = new NextOccurrence(this.text, "--!>");
  }

  next(): Token {
    if (this.#rawIn !== null) return this.#rawText(this.#rawIn);
    while (this.#position < this.text.length) {
      const from = this.#position;
      if (this.text.charCodeAt(from) !== LESS_THAN) {
        const tag = this.text.indexOf("<", from);
        return this.#textUntil(tag < 0 ? this.text.length : tag);
      }
      const token = this.#markup(from);
      if (token !== END) return token;
    }
    return END;
  }

  /** The decoded value of the start tag's attribute (the first, if it is there twice), or null. */
  attribute(name: AttributeName): string | null {
    const number = ATTRIBUTE_NUMBER[name];
    if (this.#tagOfValue[number] !== this.#tag) return null;
    const value = this.text.slice(this.#valueStart[number], this.#valueEnd[number]);
    return value.includes("&") ? decodeHTMLAttribute(value) : value;
  }

  /** Where the next character reference at or after `from` may begin; Infinity when none does. */
  reference(from: number): number {
    return this.#ampersand.at(from);
  }

  #textUntil(end: number): Token {
    this.start = this.#position;
    this.end = end;
    this.#position = end;
    return TEXT;
  }

  #rawText(element: ElementName): Token {
    this.#rawIn = null;
    this.start = this.#position;
    if (element.content === "plain") this.end = this.text.length;
    else if (element.content === "script") this.end = scriptEnd(this.text, this.start);
    else this.end = rawTextEnd(this.text, this.start, element.name);
    this.#position = this.end;
    this.element = element;
    return RAW_TEXT;
  }

  /** What the `<` at `at` begins; END when it is nothing to report. */
  #markup(at: number): Token {
    const code = this.text.charCodeAt(at + 1);
    if (isLetter(code)) return this.#startTag(at + 1);
    if (code === SLASH) {
      if (isLetter(this.text.charCodeAt(at + 2))) return this.#endTag(at + 2);
      if (at + 2 < this.text.length) return this.#skipPast(">", at + 2);
    }
    if (code === 0x21 /* ! */) return this.#declaration(at);
    if (code === 0x3f /* ? */) return this.#skipPast(">", at + 2);
    return this.#textUntil(at + 1);
  }

  #declaration(at: number): Token {
    const { text } = this;
    if (text.startsWith("--", at + 2)) {
      // The end may share its dashes with the start: "<!-->" and "<!--->" are whole comments.
      const end = this.#commentEnd.at(at + 2);
      const bangEnd = this.#commentBangEnd.at(at + 4);
      this.#position = Math.min(end + 3, bangEnd + 4, text.length);
      return END;
    }
    if (this.#foreignContent.active && text.startsWith("[CDATA[", at + 2)) {
      const end = text.indexOf("]]>", at + 9);
      this.start = at + 9;
      this.end = end < 0 ? text.length : end;
      this.#position = end < 0 ? text.length : end + 3;
      // Raw, because character references mean nothing in it.
      this.element = UNKNOWN;
      return RAW_TEXT;
    }
    return this.#skipPast(">", at + 2);
  }

  #skipPast(needle: string, from: number): Token {
    const index = this.text.indexOf(needle, from);
    this.#position = index < 0 ? this.text.length : index + needle.length;
    return END;
  }

  #startTag(nameAt: number): Token {
    this.#tag++;
    const attributesAt = this.#tagName(nameAt);
    if (!this.#attributes(attributesAt, this.element.hasAttributes)) return END;
    const { element } = this;
    this.foreign = false;
    if (element === SVG || element === MATH || this.#foreignContent.active) this.#foreignStart();
    if (element.content !== "markup" && !this.foreign) this.#rawIn = element;
    return START_TAG;
  }

  #foreignStart(): void {
    const name = this.text.slice(this.#nameStart, this.#nameEnd).toLowerCase();
    const { element } = this;
    const content = this.#foreignContent;
    const begins = element === SVG || element === MATH;
    if (!begins && !content.takes(name)) return;
    if (element.leavesForeign || (element === FONT && this.#looksLikeHtmlFont())) {
      content.leave();
      return;
    }
    this.foreign = true;
    if (!this.#selfClosing) content.open(name, this.attribute("encoding"));
  }

  #looksLikeHtmlFont(): boolean {
    return (["color", "face", "size"] as const).some((name) => this.attribute(name) !== null);
  }

  #endTag(nameAt: number): Token {
    const attributesAt = this.#tagName(nameAt);
    if (!this.#attributes(attributesAt, false)) return END;
    this.foreign = this.#foreignContent.active && this.#foreignEnd();
    return END_TAG;
  }

  #foreignEnd(): boolean {
    const name = this.text.slice(this.#nameStart, this.#nameEnd).toLowerCase();
    if (name === "p" || name === "br") this.#foreignContent.leave();
    return this.#foreignContent.close(name);
  }

  /** Sets the element by the name that begins at `start`; returns the name's end. */
  #tagName(start: number): number {
    const { text } = this;
    let hash = 0;
    let i = start;
    for (; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === GREATER_THAN || code === SLASH || isSpace(code)) break;
      hash = addToHash(hash, code);
    }
    this.#nameStart = start;
    this.#nameEnd = i;
    const number = ELEMENT_TABLE.find(hash, text, start, i);
    this.element = number < 0 ? UNKNOWN : (ELEMENTS[number] as ElementName);
    return i;
  }

  /**
   * Steps over the attributes from `from` to behind the tag's `>`, and keeps where the values are
   * when `keep` is true. False, and at the end of the page, when the tag is cut off.
   */
  #attributes(from: number, keep: boolean): boolean {
    const { text } = this;
    const { length } = text;
    let behindSlash = -1;
    let i = from;
    while (i < length) {
      let code = text.charCodeAt(i);
      if (code === GREATER_THAN) {
        this.#selfClosing = i === behindSlash;
        this.#position = i + 1;
        return true;
      }
      if (code === SLASH || isSpace(code)) {
        i++;
        if (code === SLASH) behindSlash = i;
        continue;
      }
      // A "=" that comes first belongs to the name.
      const nameStart = i;
      let hash = 0;
      do {
        hash = addToHash(hash, code);
        code = text.charCodeAt(++i);
      } while (i < length && code !== EQUALS && !endsName(code));
      const nameEnd = i;
      while (isSpace(code)) code = text.charCodeAt(++i);
      let valueStart = i;
      let valueEnd = i;
      if (code === EQUALS) {
        code = text.charCodeAt(++i);
        while (isSpace(code)) code = text.charCodeAt(++i);
        valueStart = i;
        if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) {
          valueStart = i + 1;
          valueEnd = text.indexOf(code === DOUBLE_QUOTE ? '"' : "'", valueStart);
          if (valueEnd < 0) break;
          i = valueEnd + 1;
        } else {
          while (i < length && code !== GREATER_THAN && !isSpace(code)) code = text.charCodeAt(++i);
          valueEnd = i;
        }
      }
      if (keep) this.#keepValue(hash, nameStart, nameEnd, valueStart, valueEnd);
    }
    this.#position = length;
    return false;
  }

  #keepValue(hash: number, nameStart: number, nameEnd: number, start: number, end: number): void {
    const number = ATTRIBUTE_TABLE.find(hash, this.text, nameStart, nameEnd);
    if (number < 0 || this.#tagOfValue[number] === this.#tag) return;
    this.#tagOfValue[number] = this.#tag;
    this.#valueStart[number] = start;
    this.#valueEnd[number] = end;
  }
}

function isLetter(code: number): boolean {
  const lower = code | 32;
  return lower >= 97 && lower <= 122;
}

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 9 || code === 13 || code === 12;
}

function endsName(code: number): boolean {
  return code === GREATER_THAN || code === SLASH || isSpace(code);
}
