/** The fields of one page, each name's values numbered in the order in which they come. */
import type { ExtractedField } from "../messages.ts";
import type { TypedValue } from "./extract-value.ts";

/** Of one name on one page as many values are kept. */
const MAX_VALUES = 1_000;
/** Of one page as many values are kept. */
const MAX_FIELDS = 20_000;
/** Of one page as much is kept: an element can have thousands of names for one long text. */
export const MAX_CHARS = 4_000_000;
/** Names that come from the page and are longer are left out. */
export const MAX_NAME_CHARS = 200;

const LEFT_OUT =
  "values were left out: of one page at most 1,000 of a name, 20,000 and 4,000,000 characters in all are kept";

export class FieldList {
  readonly fields: ExtractedField[] = [];
  readonly #counts = new Map<string, number>();
  #chars = 0;
  #isFull = false;

  /** False when the name, or the page, has as many values as are kept. */
  add(given: string, typed: TypedValue): boolean {
    if (given.length > MAX_NAME_CHARS) return true;
    // Two names that no UTF-8 can tell apart are one to the database.
    const name = given.toWellFormed();
    const index = this.countOf(name);
    const chars = this.#chars + name.length + typed.value.length;
    if (index >= MAX_VALUES || this.fields.length >= MAX_FIELDS || chars > MAX_CHARS) {
      this.#isFull = true;
      return false;
    }
    this.#chars = chars;
    this.#counts.set(name, index + 1);
    this.fields.push({ name, index, ...typed });
    return true;
  }

  /** What was not kept, as a sentence; null when all was. */
  get leftOut(): string | null {
    return this.#isFull ? LEFT_OUT : null;
  }

  countOf(name: string): number {
    return this.#counts.get(name) ?? 0;
  }
}
