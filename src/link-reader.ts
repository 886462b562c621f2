/**
 * Reads the links that one thread posts (`link-packer.ts`), and remembers what the database knows of their
 * URLs, so that a link to a URL that came before needs no look at any text.
 */
import type { KnownUrl } from "./frontier-store.ts";
import { FIRST_TEXT, LINK_NUMBERS } from "./link-packer.ts";
import type { LinkKind, PackedLinks } from "./messages.ts";

/** A link whose URL is the number of a text. */
export interface NumberedLink {
  readonly urlText: number;
  readonly kind: LinkKind;
  readonly rel: string | null;
  readonly anchor: string | null;
  readonly hreflang: string | null;
  readonly count: number;
}

export class LinkReader {
  /**
   * By their numbers; null stands at the place of no text. The arrays stay when texts are forgotten: grown anew
   * twice a second, they made a third of the coordinator's full collections.
   */
  readonly #texts: (string | null)[] = [null];
  readonly #known: (KnownUrl | null)[] = [null];
  #count = 1;
  #numbers = new Int32Array();
  #at = 0;

  /** Takes up a message's links; messages come in the order in which they were packed. */
  open({ numbers, texts, firstText }: PackedLinks): void {
    if (firstText === FIRST_TEXT) this.#forget();
    if (firstText !== this.#count) {
      throw new Error(`${this.#count - 1} texts of links came, text ${firstText} is next`);
    }
    for (const text of texts) {
      this.#texts[this.#count] = text;
      this.#known[this.#count] = null;
      this.#count += 1;
    }
    this.#numbers = numbers;
    this.#at = 0;
  }

  /** The next links of the message. */
  next(count: number): NumberedLink[] {
    const numbers = this.#numbers;
    const links: NumberedLink[] = [];
    const end = this.#at + count * LINK_NUMBERS;
    for (let at = this.#at; at < end; at += LINK_NUMBERS) {
      links.push({
        urlText: numbers[at] ?? 0,
        kind: this.#text(numbers[at + 1]) as LinkKind,
        rel: this.#text(numbers[at + 2]),
        anchor: this.#text(numbers[at + 3]),
        hreflang: this.#text(numbers[at + 4]),
        count: numbers[at + 5] ?? 0,
      });
    }
    this.#at = end;
    return links;
  }

  url(link: NumberedLink): string {
    return this.#texts[link.urlText] ?? "";
  }

  /** What was noted of a link's URL; another thread's pages may have made it nearer since. */
  known(link: NumberedLink): KnownUrl | null {
    return this.#known[link.urlText] ?? null;
  }

  note(link: NumberedLink, known: KnownUrl): void {
    this.#known[link.urlText] = known;
  }

  #forget(): void {
    this.#texts.fill(null);
    this.#known.fill(null);
    this.#count = 1;
  }

  #text(number: number | undefined): string | null {
    return this.#texts[number ?? 0] ?? null;
  }
}
