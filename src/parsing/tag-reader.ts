/** Reads one tag: its name, and where the values of its attributes are (13.2.5.8 to 13.2.5.40). */
import type { Buffer } from "node:buffer";
import { decodeHTMLAttribute } from "entities/decode";
import { ATTRIBUTES, ELEMENTS, UNKNOWN } from "./elements.ts";
import type { Attribute, ElementName } from "./elements.ts";
import { KnownTexts } from "./known-texts.ts";
import { NameTable } from "./name-table.ts";
import { nextByte } from "./next-byte.ts";
import { type ByteText, END_MARK, type PageBytes } from "./page-bytes.ts";

const DOUBLE_QUOTE = 0x22;
const SINGLE_QUOTE = 0x27;
const SLASH = 0x2f;
const EQUALS = 0x3d;
const GREATER_THAN = 0x3e;

/** No list of images is that long; a URL that is counts as none anyway. */
const MAX_VALUE_BYTES = 256 * 1024;

const ELEMENT_TABLE = new NameTable(ELEMENTS.map((element) => element.name));
const ATTRIBUTE_TABLE = new NameTable(ATTRIBUTES);
/** What bytes are in a tag, in the order in which {@link TagReader} asks. */
const NAME = 0;
const SPACE = 1;
const SOLIDUS = 2;
const OTHER = 3;
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (isSpace(byte)) return SPACE;
  if (byte === SLASH) return SOLIDUS;
  return [END_MARK, GREATER_THAN, EQUALS, DOUBLE_QUOTE, SINGLE_QUOTE].includes(byte) ? OTHER : NAME;
});

const decodedValues = new KnownTexts(4096, decodedValue);

/**
 * Where the values of the tag are that was read last; valid where `tagOfValue` is its number. One page is
 * read at a time, and making them takes as long as reading many a page's head.
 */
const starts = new Int32Array(ATTRIBUTES.length);
const ends = new Int32Array(ATTRIBUTES.length);
const tagOfValue = new Int32Array(ATTRIBUTES.length);

export class TagReader {
  element: ElementName = UNKNOWN;
  selfClosing = false;
  /** Where the value is that {@link TagReader.find} found. */
  valueStart = 0;
  valueEnd = 0;
  readonly #text: ByteText;
  readonly #bytes: Buffer;
  readonly #length: number;
  #nameStart = 0;
  #nameEnd = 0;
  #tag = 0;

  constructor({ text, length }: PageBytes) {
    this.#text = text;
    this.#bytes = text.bytes;
    this.#length = length;
    tagOfValue.fill(0);
  }

  /** The tag's name in lower case. */
  get name(): string {
    return this.#bytes.toString("utf8", this.#nameStart, this.#nameEnd).toLowerCase();
  }

  /** Whether the tag has the attribute; of two of one name the first counts. */
  find(attribute: Attribute): boolean {
    if (tagOfValue[attribute] !== this.#tag) return false;
    this.valueStart = starts[attribute] as number;
    this.valueEnd = ends[attribute] as number;
    return true;
  }

  /** The attribute's decoded value, cut off at {@link MAX_VALUE_BYTES}; null when absent. */
  attribute(attribute: Attribute): string | null {
    return this.meaning(attribute, decodedValues);
  }

  /** What `known` tells of the attribute's value, which is not decoded; null when absent. */
  meaning<Value>(attribute: Attribute, known: KnownTexts<Value>): Value | null {
    if (!this.find(attribute)) return null;
    const { valueStart, valueEnd } = this;
    return known.get(this.#text, valueStart, Math.min(valueEnd, valueStart + MAX_VALUE_BYTES));
  }

  /**
   * Reads the tag whose name begins at `nameAt`; returns the place behind its `>`, or -1
   * when the tag is cut off, which makes it no tag. Attributes can be asked for only of
   * start tags of elements that have any to tell.
   */
  read(nameAt: number, isStart: boolean): number {
    this.#tag++;
    const attributesAt = this.#readName(nameAt);
    if (this.#bytes[attributesAt] === GREATER_THAN) {
      this.selfClosing = false;
      return attributesAt + 1;
    }
    return isStart && this.element.hasAttributes
      ? this.#readAttributes(attributesAt, true)
      : this.#stepOver(attributesAt);
  }

  #readName(start: number): number {
    const bytes = this.#bytes;
    const number = ELEMENT_TABLE.read(this.#text, start);
    let end = ELEMENT_TABLE.end;
    let element = number < 0 ? UNKNOWN : (ELEMENTS[number] as ElementName);
    if (!endsName(bytes[end] as number)) {
      // A "=", "<" or "?" belongs to the name, which is none of ours.
      while (!endsName(bytes[end] as number)) end++;
      element = UNKNOWN;
    }
    this.#nameStart = start;
    this.#nameEnd = end;
    this.element = element;
    return end;
  }

  /**
   * {@link TagReader.#readAttributes} for a tag whose attributes nobody asks for: it has to tell only
   * where quotes begin a value, which they do behind a name and its "=". What is written in another way
   * is read once more with all the rules.
   */
  #stepOver(from: number): number {
    const bytes = this.#bytes;
    let i = from;
    for (;;) {
      while ((KINDS[bytes[i] as number] as number) < OTHER) i++;
      const byte = bytes[i] as number;
      if (byte === GREATER_THAN) {
        this.selfClosing = bytes[i - 1] === SLASH;
        return i + 1;
      }
      const quote = bytes[i + 1] as number;
      if (byte !== EQUALS || KINDS[bytes[i - 1] as number] !== NAME || !isQuote(quote)) {
        return this.#readAttributes(from, false);
      }
      i = nextByte(this.#text, quote, i + 2, this.#length) + 1;
      if (i > this.#length) return -1;
    }
  }

  #readAttributes(from: number, keep: boolean): number {
    const bytes = this.#bytes;
    let behindSlash = -1;
    let i = from;
    let byte = bytes[i] as number;
    for (;;) {
      while (byte === SLASH || isSpace(byte)) {
        if (byte === SLASH) behindSlash = i + 1;
        byte = bytes[++i] as number;
      }
      if (byte === GREATER_THAN) {
        this.selfClosing = i === behindSlash;
        return i + 1;
      }
      if (byte === END_MARK) return -1;
      let attribute = ATTRIBUTE_TABLE.read(this.#text, i);
      const nameStart = i;
      i = ATTRIBUTE_TABLE.end;
      byte = bytes[i] as number;
      while (i === nameStart || (byte !== EQUALS && !endsName(byte))) {
        // A "=" that comes first belongs to the name, and so do "<" and "?".
        attribute = -1;
        byte = bytes[++i] as number;
      }
      while (isSpace(byte)) byte = bytes[++i] as number;
      let valueStart = i;
      let valueEnd = i;
      if (byte === EQUALS) {
        do byte = bytes[++i] as number;
        while (isSpace(byte));
        valueStart = i;
        if (isQuote(byte)) {
          valueStart = i + 1;
          valueEnd = nextByte(this.#text, byte, valueStart, this.#length);
          if (valueEnd === this.#length) return -1;
          i = valueEnd + 1;
          byte = bytes[i] as number;
        } else {
          while (byte !== GREATER_THAN && byte !== END_MARK && !isSpace(byte)) {
            byte = bytes[++i] as number;
          }
          valueEnd = i;
        }
      }
      if (keep) this.#keep(attribute, valueStart, valueEnd);
    }
  }

  #keep(attribute: number, valueStart: number, valueEnd: number): void {
    if (attribute < 0 || tagOfValue[attribute] === this.#tag) return;
    tagOfValue[attribute] = this.#tag;
    starts[attribute] = valueStart;
    ends[attribute] = valueEnd;
  }
}

export function decodedValue(value: string): string {
  return value.includes("&") ? decodeHTMLAttribute(value) : value;
}

export function isLetter(byte: number): boolean {
  const lower = byte | 32;
  return lower >= 97 && lower <= 122;
}

function isQuote(byte: number): boolean {
  return byte === DOUBLE_QUOTE || byte === SINGLE_QUOTE;
}

// Most characters are letters: one comparison tells that they are none of these.

function isSpace(byte: number): boolean {
  return byte <= 32 && (byte === 32 || byte === 10 || byte === 9 || byte === 13 || byte === 12);
}

function endsName(byte: number): boolean {
  return (
    byte <= GREATER_THAN &&
    (byte === GREATER_THAN || byte === SLASH || byte === END_MARK || isSpace(byte))
  );
}
