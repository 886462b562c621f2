/**
 * The one way text gets into a page: a template in which every value is escaped, but for markup that
 * came out of such a template itself. Values stand between tags or in quoted attributes, nowhere else.
 */
import { printable } from "../printable.ts";

/** What may stand in a template: nothing is shown of null, undefined and false. */
export type HtmlValue = string | number | Html | null | undefined | false | readonly HtmlValue[];

/** Markup. Only the template makes it, so that its text was ours or was escaped. */
export class Html {
  readonly #markup: string;

  private constructor(markup: string) {
    this.#markup = markup;
  }

  /** The template: see {@link html}. */
  static of(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
    let markup = strings[0] ?? "";
    for (const [at, value] of values.entries()) markup += Html.#markupOf(value) + strings[at + 1];
    return new Html(markup);
  }

  static #markupOf(value: HtmlValue): string {
    if (value instanceof Html) return value.#markup;
    if (value === null || value === undefined || value === false) return "";
    if (typeof value === "object") return value.map((each) => Html.#markupOf(each)).join("");
    return escapeHtml(String(value));
  }

  toString(): string {
    return this.#markup;
  }
}

/** `` html`<td title="${hint}">${text}</td>` ``: markup with its values escaped. */
export const html = (strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html =>
  Html.of(strings, ...values);

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

/**
 * Text for between tags and for quoted attributes. What would control or turn around what is shown
 * stands as its JavaScript escape, as it does in a terminal.
 */
function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? "");
}

/**
 * The beginning of a text, of which no more than `most` characters of markup come: a page stays small
 * whatever a site sends. What was cut off shows as `…`.
 */
export function cut(text: string, most: number): string {
  if (text.length <= most && escapeHtml(text).length <= most) return text;
  let length = 1;
  let kept = "";
  for (const character of text.slice(0, most)) {
    length += escapeHtml(character).length;
    if (length > most) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Longer ones are shown, cut off, but lead nowhere: a page of such would not be small. */
const MOST_HREF = 400;
const MOST_URL_TEXT = 180;
const MOST_TEXT = 180;

/** A URL as a link that tells its target nothing; as text unless it is http or https. */
export function link(url: string): Html {
  // A line may end where a part of the path does, but for the shortest.
  const parts = cut(url, MOST_URL_TEXT).split(/(?<=[^/:?&]{3}[/?&])/);
  const shown = parts.map((part, at) => (at === 0 ? part : html`<wbr />${part}`));
  const href = safeHref(url);
  return href === null
    ? html`<bdi>${shown}</bdi>`
    : html`<bdi
        ><a href="${href}" target="_blank" rel="noopener noreferrer nofollow">${shown}</a></bdi
      >`;
}

function safeHref(url: string): string | null {
  if (!/^https?:\/\//i.test(url) || url.length > MOST_HREF || !URL.canParse(url)) return null;
  const { href } = new URL(url);
  return cut(href, MOST_HREF) === href && printable(href) === href ? href : null;
}

/** Text of a site, apart from what stands around it: it may be written from right to left. */
export function foreign(text: string | null, absent = ""): Html {
  if (text === null || text === "") return html`<span class="muted">${absent}</span>`;
  return html`<bdi>${cut(text, MOST_TEXT)}</bdi>`;
}
