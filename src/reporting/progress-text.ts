/** A moment of a run as one line. */
import type { CrawlProgress } from "../events.ts";
import { formatDuration } from "../setting-kinds.ts";
import { formatAmount, formatCount, formatRate, formatShare } from "./format.ts";
import { textWidth } from "./text-width.ts";

/** What the rate is counted over. */
const RATE_WINDOW_MS = 10_000;

/** Pages per second of the last ten seconds: what the crawl does now, not what it did on average. */
export class PageRate {
  #samples: { readonly at: number; readonly pages: number }[] = [];

  /** Adds a moment and returns the rate as text. */
  next({ elapsedMs, counters }: CrawlProgress): string {
    this.#samples.push({ at: elapsedMs, pages: counters.pages });
    while (this.#samples.length > 2 && (this.#samples[1]?.at ?? 0) <= elapsedMs - RATE_WINDOW_MS) {
      this.#samples.shift();
    }
    const first = this.#samples[0];
    if (first === undefined || this.#samples.length === 1)
      return formatRate(counters.pages, elapsedMs);
    return formatRate(counters.pages - first.pages, elapsedMs - first.at);
  }
}

/** As much as fits into `maxCells`; what matters least is left out first. */
export function progressText(progress: CrawlProgress, rate: string, maxCells: number): string {
  const { counters, pending, inFlight, elapsedMs } = progress;
  const { pages, errors, requests, requestsReused } = counters;
  // With the order in which they are given up, highest first.
  const parts: (readonly [string, number])[] = [
    [formatAmount(pages, "page"), 0],
    [`${rate}/s`, 2],
    [`${formatCount(pending)} pending`, 1],
    [`${formatCount(inFlight)} in flight`, 5],
    [formatAmount(errors, "error"), 3],
    [`${formatShare(requestsReused, requests)} reused`, 6],
    [formatDuration(Math.floor(elapsedMs / 1_000) * 1_000).replace(/^0ms$/, "0s"), 4],
  ];
  for (;;) {
    const line = parts.map(([text]) => text).join(", ");
    if (textWidth(line) <= maxCells || parts.length === 1) return line;
    const least = parts.reduce((worst, part) => (part[1] > worst[1] ? part : worst));
    parts.splice(parts.indexOf(least), 1);
  }
}
