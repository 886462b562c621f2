/** A part of the page: its heading, a line on what it shows, and what it shows. */
import { html, type Html, type HtmlValue } from "./html.ts";

export interface Section {
  readonly id: string;
  readonly title: string;
  /** What is to be known to read it. */
  readonly note?: HtmlValue;
  readonly body: HtmlValue;
}

export function sectionHtml({ id, title, note, body }: Section): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${note === undefined ? null : html`<p class="note">${note}</p>`} ${body}
  </section>`;
}

/** Said in the place of what there is nothing of. */
export function nothing(text: string): Html {
  return html`<p class="nothing">${text}</p>`;
}
