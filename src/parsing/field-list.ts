/** The fields of one page, each name's values numbered in the order in which they come. */
import type { ExtractedField } from "../messages.ts";
import type { TypedValue } from "./extract-value.ts";

/** Of one name on one page as many values are kept. */
export const MAX_VALUES = 1_000;
/** Of one page as many values are kept. */
export const MAX_FIELDS = 20_000;
/** Names that come from the page and are longer are left out. */
const MAX_NAME_CHARS = 200;

export class FieldList {
  readonly fields: ExtractedField[] = [];
  readonly #counts = new Map<string, number>();

  /** False when the name, or the page, has as many values as are kept. */
  add(name: string, typed: TypedValue): boolean {
    const index = this.countOf(name);
    if (index >= MAX_VALUES || this.fields.length >= MAX_FIELDS) return false;
    if (name.length > MAX_NAME_CHARS) return true;
    this.#counts.set(name, index + 1);
    this.fields.push({ name, index, ...typed });
    return true;
  }

  countOf(name: string): number {
    return this.#counts.get(name) ?? 0;
  }
}
