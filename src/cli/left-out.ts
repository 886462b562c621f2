/** Pages of which extraction or the plugin had to leave something out: told once, at the end. */
import type { EventEmitter } from "node:events";
import type { CrawlEvents, OutcomeEvent } from "../events.ts";
import { formatAmount } from "../reporting/format.ts";

export class LeftOut {
  #pages = 0;
  #first: OutcomeEvent | null = null;

  constructor(events: EventEmitter<CrawlEvents>) {
    events.on("outcome", (outcome) => {
      // A failed fetch has an error; a detail alone is of a page that was read but for that.
      if (outcome.error !== null || outcome.detail === null) return;
      this.#pages += 1;
      this.#first ??= outcome;
    });
  }

  /** Null when nothing was left out. */
  get message(): string | null {
    if (this.#first === null) return null;
    const { url, detail } = this.#first;
    return `of ${formatAmount(this.#pages, "page")} something was left out, first of ${url}: ${detail}`;
  }
}
