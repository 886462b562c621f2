/** The words that the pages of a group said, as far as they are sampled, and how much they vary. */
import { hashOf, type TrapPage } from "./trap-page.ts";

/** Sampled words that are remembered; about four times as many were said. More is no trap. */
const MAX_WORDS = 8_192;
/**
 * Words that come and go from page to page of a calendar: the names of months and days, in the heading
 * and among the sample of the text, and a few of the views.
 */
const FEW_WORDS = 40;

export class SaidWords {
  readonly #words = new Set<number>();
  /** Those that every page said. */
  #always: Set<number> | null = null;
  #isRich = false;

  /** Notes what a page says; true when any of it is new. */
  add({ wordSample, headline }: TrapPage): boolean {
    if (this.#isRich) return true;
    const said = new Set(wordSample);
    for (const word of headline.split(" ")) said.add(hashOf(word));
    const before = this.#words.size;
    for (const word of said) this.#words.add(word);
    if (this.#always === null) this.#always = said;
    else for (const word of this.#always) if (!said.has(word)) this.#always.delete(word);
    const isNew = this.#words.size > before;
    if (this.#words.size > MAX_WORDS) {
      this.#isRich = true;
      this.#words.clear();
    }
    return isNew;
  }

  /** Whether the pages differ in a few words only, as a calendar's do. */
  get areFew(): boolean {
    return !this.#isRich && this.#words.size - (this.#always?.size ?? 0) <= FEW_WORDS;
  }
}
