/** Reads one tag: its name, and where the values of its attributes are (13.2.5.8 to 13.2.5.40). */
import { decodeHTMLAttribute } from "entities";
import { ATTRIBUTES, ELEMENTS, UNKNOWN } from "./elements.ts";
import type { AttributeName, ElementName } from "./elements.ts";
import { addToHash, NameTable } from "./name-table.ts";
import { NO_MORE } from "./text-units.ts";

const DOUBLE_QUOTE = 0x22;
const SINGLE_QUOTE = 0x27;
const SLASH = 0x2f;
const EQUALS = 0x3d;
const GREATER_THAN = 0x3e;

/** No list of images is that long; a URL that is counts as none anyway. */
const MAX_VALUE_UNITS = 256 * 1024;

const ELEMENT_TABLE = new NameTable(ELEMENTS.map((element) => element.name));
const ATTRIBUTE_TABLE = new NameTable(ATTRIBUTES);
const ATTRIBUTE_NUMBER = Object.fromEntries(
  ATTRIBUTES.map((name, number) => [name, number]),
) as Record<AttributeName, number>;

export class TagReader {
  element: ElementName = UNKNOWN;
  selfClosing = false;
  readonly #text: string;
  readonly #units: Uint16Array;
  #nameStart = 0;
  #nameEnd = 0;
  /** Where the values are; valid where `#tagOfValue` is the current tag's number. */
  readonly #valueStart = new Int32Array(ATTRIBUTES.length);
  readonly #valueEnd = new Int32Array(ATTRIBUTES.length);
  readonly #tagOfValue = new Int32Array(ATTRIBUTES.length);
  #tag = 0;

  constructor(text: string, units: Uint16Array) {
    this.#text = text;
    this.#units = units;
  }

  /** The tag's name in lower case. */
  get name(): string {
    return this.#text.slice(this.#nameStart, this.#nameEnd).toLowerCase();
  }

  /**
   * The decoded value of the attribute (the first, if it is there twice), cut off at
   * {@link MAX_VALUE_UNITS}; null when absent.
   */
  attribute(name: AttributeName): string | null {
    const number = ATTRIBUTE_NUMBER[name];
    if (this.#tagOfValue[number] !== this.#tag) return null;
    const start = this.#valueStart[number] as number;
    const end = Math.min(this.#valueEnd[number] as number, start + MAX_VALUE_UNITS);
    const value = this.#text.slice(start, end);
    return value.includes("&") ? decodeHTMLAttribute(value) : value;
  }

  /**
   * Reads the tag whose name begins at `nameAt`; returns the place behind its `>`, or -1
   * when the tag is cut off, which makes it no tag. Attributes can be asked for only of
   * start tags of elements that have any to tell.
   */
  read(nameAt: number, isStart: boolean): number {
    this.#tag++;
    const attributesAt = this.#readName(nameAt);
    return this.#readAttributes(attributesAt, isStart && this.element.hasAttributes);
  }

  #readName(start: number): number {
    const units = this.#units;
    let hash = 0;
    let i = start;
    let code = units[i] as number;
    while (!endsName(code)) {
      hash = addToHash(hash, code);
      code = units[++i] as number;
    }
    this.#nameStart = start;
    this.#nameEnd = i;
    this.element = ELEMENTS[ELEMENT_TABLE.find(hash, units, start, i)] ?? UNKNOWN;
    return i;
  }

  #readAttributes(from: number, keep: boolean): number {
    const units = this.#units;
    let behindSlash = -1;
    let i = from;
    let code = units[i] as number;
    for (;;) {
      while (code === SLASH || isSpace(code)) {
        if (code === SLASH) behindSlash = i + 1;
        code = units[++i] as number;
      }
      if (code === GREATER_THAN) {
        this.selfClosing = i === behindSlash;
        return i + 1;
      }
      if (code === NO_MORE) return -1;
      const nameStart = i;
      let hash = 0;
      do {
        // A "=" that comes first belongs to the name.
        hash = addToHash(hash, code);
        code = units[++i] as number;
      } while (code !== EQUALS && !endsName(code));
      const nameEnd = i;
      while (isSpace(code)) code = units[++i] as number;
      let valueStart = i;
      let valueEnd = i;
      if (code === EQUALS) {
        do code = units[++i] as number;
        while (isSpace(code));
        valueStart = i;
        if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) {
          valueStart = i + 1;
          valueEnd = this.#text.indexOf(code === DOUBLE_QUOTE ? '"' : "'", valueStart);
          if (valueEnd < 0) return -1;
          i = valueEnd + 1;
          code = units[i] as number;
        } else {
          while (code !== GREATER_THAN && code !== NO_MORE && !isSpace(code)) {
            code = units[++i] as number;
          }
          valueEnd = i;
        }
      }
      if (keep)
        this.#keep(ATTRIBUTE_TABLE.find(hash, units, nameStart, nameEnd), valueStart, valueEnd);
    }
  }

  #keep(attribute: number, valueStart: number, valueEnd: number): void {
    if (attribute < 0 || this.#tagOfValue[attribute] === this.#tag) return;
    this.#tagOfValue[attribute] = this.#tag;
    this.#valueStart[attribute] = valueStart;
    this.#valueEnd[attribute] = valueEnd;
  }
}

export function isLetter(code: number): boolean {
  const lower = code | 32;
  return lower >= 97 && lower <= 122;
}

// Most characters are letters: one comparison tells that they are none of these.

function isSpace(code: number): boolean {
  return code <= 32 && (code === 32 || code === 10 || code === 9 || code === 13 || code === 12);
}

function endsName(code: number): boolean {
  return (
    code <= GREATER_THAN &&
    (code === GREATER_THAN || code === SLASH || code === NO_MORE || isSpace(code))
  );
}
