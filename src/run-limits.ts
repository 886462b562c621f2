/** The limits that the user set for a run, and how much may be in flight. */
import type { CrawlSettings } from "./crawl-settings.ts";
import type { RunCounters, RunReason } from "./events.ts";
import type { Frontier } from "./frontier/index.ts";

/** How much more may be handed out. */
export interface Budget {
  readonly slots: number;
  readonly pages: number;
}

export class RunLimits {
  readonly #settings: Pick<CrawlSettings, "inFlight" | "maxBytes" | "maxPages">;

  constructor(settings: Pick<CrawlSettings, "inFlight" | "maxBytes" | "maxPages">) {
    this.#settings = settings;
  }

  /** Null when none is. */
  reached({ pages, bytesWire }: RunCounters): RunReason | null {
    const { maxPages, maxBytes } = this.#settings;
    if (maxPages !== null && pages >= maxPages) return "max_pages";
    return maxBytes !== null && bytesWire >= maxBytes ? "max_bytes" : null;
  }

  budget(frontier: Frontier, { pages }: RunCounters): Budget {
    const { inFlight, maxPages } = this.#settings;
    return {
      slots: inFlight - frontier.inFlight,
      pages: maxPages === null ? Infinity : maxPages - pages - frontier.pagesInFlight,
    };
  }
}
