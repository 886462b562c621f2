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
import { Buffer } from "node:buffer";
import type { AttributeName, ElementName } from "./elements.ts";
import { elementNamed, UNKNOWN } from "./elements.ts";
import { ForeignContent } from "./foreign-content.ts";
import { joinedText } from "./joined-text.ts";
import { NextOccurrence } from "./next-occurrence.ts";
import { rawTextEnd, scriptEnd } from "./raw-text.ts";
import { isLetter, TagReader } from "./tag-reader.ts";
import { sharedUnits } from "./text-units.ts";

export const END = 0;
export const TEXT = 1;
export const RAW_TEXT = 2;
export const START_TAG = 3;
export const END_TAG = 4;
export type Token = typeof END | typeof TEXT | typeof RAW_TEXT | typeof START_TAG | typeof END_TAG;

const NEAR_UNITS = 32;
const REPLACEMENT = 0xfffd;

const EXCLAMATION = 0x21;
const SLASH = 0x2f;
const LESS_THAN = 0x3c;
const QUESTION = 0x3f;

const SVG = elementNamed("svg");
const MATH = elementNamed("math");
const FONT = elementNamed("font");

const PIECE_UNITS = 64 * 1024;

/** By hand: `replaceAll` takes 30 bytes for each match, and a page may have nothing else. */
function withoutNul(text: string): string {
  const pieces: string[] = [];
  for (let from = 0; from < text.length; from += PIECE_UNITS) {
    const units = new Uint16Array(Math.min(PIECE_UNITS, text.length - from));
    const bytes = Buffer.from(units.buffer);
    bytes.write(text.slice(from, from + PIECE_UNITS), "utf16le");
    for (let i = units.indexOf(0); i >= 0; i = units.indexOf(0, i)) units[i] = REPLACEMENT;
    pieces.push(bytes.toString("utf16le"));
  }
  return joinedText(pieces);
}

export class HtmlScanner {
  /** The page as the tokenizer reads it: NUL has become U+FFFD. */
  readonly text: string;
  /** Its UTF-16 units; valid until the next page is scanned. */
  readonly units: Uint16Array;
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
  readonly #foreignContent = new ForeignContent();
  readonly #reader: TagReader;
  readonly #ampersand: NextOccurrence;
  readonly #commentEnd: NextOccurrence;
  readonly #commentBangEnd: NextOccurrence;

  constructor(text: string) {
    this.text = text.includes("\0") ? withoutNul(text) : text;
    this.units = sharedUnits(this.text);
    this.#reader = new TagReader(this.text, this.units);
    this.#ampersand = new NextOccurrence(this.text, "&");
    this.#commentEnd = new NextOccurrence(this.text, "-->");
    this.#commentBangEnd = new NextOccurrence(this.text, "--!>");
  }

  next(): Token {
    if (this.#rawIn !== null) return this.#rawText(this.#rawIn);
    while (this.#position < this.text.length) {
      const from = this.#position;
      if (this.units[from] !== LESS_THAN) return this.#textUntil(this.#nextLessThan(from));
      const token = this.#markup(from);
      if (token !== END) return token;
    }
    return END;
  }

  /** The decoded value of the start tag's attribute (the first, if it is there twice), or null. */
  attribute(name: AttributeName): string | null {
    return this.#reader.attribute(name);
  }

  /** Where the next character reference at or after `from` may begin; Infinity when none does. */
  reference(from: number): number {
    return this.#ampersand.at(from);
  }

  #nextLessThan(from: number): number {
    // Most texts between tags are shorter than what a native search costs.
    const near = Math.min(from + NEAR_UNITS, this.text.length);
    let i = from;
    while (i < near && this.units[i] !== LESS_THAN) i++;
    if (i < near || near === this.text.length) return i;
    const index = this.text.indexOf("<", i);
    return index < 0 ? this.text.length : index;
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
    const code = this.units[at + 1] as number;
    if (isLetter(code)) return this.#startTag(at + 1);
    if (code === SLASH) {
      if (isLetter(this.units[at + 2] as number)) return this.#endTag(at + 2);
      if (at + 2 < this.text.length) return this.#skipPast(">", at + 2);
    }
    if (code === EXCLAMATION) return this.#declaration(at);
    if (code === QUESTION) return this.#skipPast(">", at + 2);
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
    if (this.#foreignContent.takesCdata && text.startsWith("[CDATA[", at + 2)) {
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

  /** Whether a tag stands at `nameAt`, which is read; if not, the page's end cut it off. */
  #readTag(nameAt: number, isStart: boolean): boolean {
    const behind = this.#reader.read(nameAt, isStart);
    this.#position = behind < 0 ? this.text.length : behind;
    this.element = this.#reader.element;
    this.foreign = false;
    return behind >= 0;
  }

  #startTag(nameAt: number): Token {
    if (!this.#readTag(nameAt, true)) return END;
    const { element } = this;
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
    if (!this.#reader.selfClosing) content.open(name, this.attribute("encoding"));
  }

  #looksLikeHtmlFont(): boolean {
    return (["color", "face", "size"] as const).some((name) => this.attribute(name) !== null);
  }

  #endTag(nameAt: number): Token {
    if (!this.#readTag(nameAt, false)) return END;
    this.foreign = this.#foreignContent.active && this.#foreignEnd();
    return END_TAG;
  }

  #foreignEnd(): boolean {
    const { name } = this.#reader;
    if (name === "p" || name === "br") this.#foreignContent.leave();
    return this.#foreignContent.close(name);
  }
}
