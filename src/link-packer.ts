/**
 * The links of a thread's pages, as they cross to the coordinator. Of 100 links 97 lead where others have
 * led, under names that were told before; so a text crosses once and is a number from then on, and to the
 * coordinator a number also stands for what is known of a URL (`link-reader.ts`). For 2,000 pages of 200
 * links the coordinator's thread took 3.6 s of CPU instead of 4.8 with links as objects, the workers' the
 * same.
 */
import type { DiscoveredLink, Outcome, PackedLinks, PostedOutcome } from "./messages.ts";

/** The numbers of one link: URL, kind, rel, anchor, hreflang, each a text's, and how often it stands there. */
export const LINK_NUMBERS = 6;
/** Stands for null instead of a text. */
const NO_TEXT = 0;
/** The number of the first text; where it comes again, all texts before are forgotten. */
export const FIRST_TEXT = 1;

/** Texts of so many characters together are remembered, however few they are. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

export class LinkPacker {
  readonly #mostTexts: number;
  readonly #numbers = new Map<string, number>();
  #characters = 0;
  /** Texts that the next message tells. */
  #untold: string[] = [];

  /** @param mostTexts as many are remembered, and what one message brings beyond that */
  constructor(mostTexts: number) {
    this.#mostTexts = mostTexts;
  }

  /** Makes a message's part of some outcomes. To be sent, and in the order in which they were made. */
  pack(outcomes: readonly Outcome[]): { outcomes: PostedOutcome[]; links: PackedLinks } {
    if (this.#numbers.size >= this.#mostTexts || this.#characters >= MOST_CHARACTERS) {
      this.#numbers.clear();
      this.#characters = 0;
    }
    const firstText = FIRST_TEXT + this.#numbers.size;
    const count = outcomes.reduce((sum, { links }) => sum + links.length, 0);
    const numbers = new Int32Array(count * LINK_NUMBERS);
    let at = 0;
    const posted: PostedOutcome[] = [];
    for (const { links, ...outcome } of outcomes) {
      at = this.#write(links, numbers, at);
      posted.push({ ...outcome, linkCount: links.length });
    }
    const texts = this.#untold;
    this.#untold = [];
    return { outcomes: posted, links: { numbers, texts, firstText } };
  }

  /** No closure: V8 would drop its optimized code with it at each collection. Returns where the next go. */
  #write(links: readonly DiscoveredLink[], numbers: Int32Array, from: number): number {
    let at = from;
    // Links next to each other are mostly of one kind: a third of what is to be looked up.
    let kind = "";
    let kindNumber = NO_TEXT;
    for (const link of links) {
      numbers[at] = this.#numberOf(link.url);
      if (link.kind !== kind) {
        ({ kind } = link);
        kindNumber = this.#numberOf(kind);
      }
      numbers[at + 1] = kindNumber;
      numbers[at + 2] = this.#numberOf(link.rel);
      numbers[at + 3] = this.#numberOf(link.anchor);
      numbers[at + 4] = this.#numberOf(link.hreflang);
      numbers[at + 5] = link.count;
      at += LINK_NUMBERS;
    }
    return at;
  }

  #numberOf(text: string | null): number {
    if (text === null) return NO_TEXT;
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = FIRST_TEXT + this.#numbers.size;
    // A copy: what was cut out of a page keeps all of the page in memory.
    const copy = Buffer.from(text).toString();
    this.#numbers.set(copy, number);
    this.#characters += copy.length;
    this.#untold.push(copy);
    return number;
  }
}
