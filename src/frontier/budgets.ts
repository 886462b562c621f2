/**
 * How many pages a run may still ask of a host (--max-pages-per-host) and below each of its folders
 * (--max-pages-per-folder). A page counts once, however often it is attempted: while its first attempt is
 * in flight in memory, from its end on in the store, in the transaction that records it. So the counts
 * hold after a kill. A new run begins with none.
 */
import type { BudgetStore, PendingUrl } from "../frontier-store.ts";
import { foldersOf, originOf, pathOf } from "../url/index.ts";

/** Folders deeper than this are counted with the folder at this depth. */
const DEEPEST_FOLDER = 32;
/** Stands for the host itself. */
const WHOLE_HOST = "";

export interface BudgetLimits {
  readonly maxPagesPerHost: number | null;
  readonly maxPagesPerFolder: number | null;
}

export interface BudgetRefusal {
  readonly reason: "host_budget" | "folder_budget";
  readonly detail: string;
}

export class Budgets {
  readonly #store: BudgetStore;
  readonly #runId: number;
  readonly #perHost: number;
  readonly #perFolder: number;
  readonly #isOn: boolean;
  /** Pages whose first attempt is in flight, by host and folder. */
  readonly #inFlight = new Map<string, number>();

  constructor(store: BudgetStore, runId: number, limits: BudgetLimits) {
    this.#store = store;
    this.#runId = runId;
    this.#perHost = limits.maxPagesPerHost ?? Infinity;
    this.#perFolder = limits.maxPagesPerFolder ?? Infinity;
    this.#isOn = limits.maxPagesPerHost !== null || limits.maxPagesPerFolder !== null;
  }

  /**
   * Takes up the counts of a run that is continued; where it was without budgets so far, they are
   * counted from its attempts. Returns whether budgets may have excluded URLs of this run before.
   */
  load(): boolean {
    const wereOn = this.#store.isKept(this.#runId);
    if (!this.#isOn) {
      this.#store.drop();
      return wereOn;
    }
    if (wereOn) return true;
    this.#store.drop();
    this.#store.eachAskedPage(this.#runId, (hostId, url) => this.#count(hostId, url));
    return false;
  }

  /** Why a page that waits may not be asked; null when there is room for it. */
  refusal(hostId: number, entry: PendingUrl): BudgetRefusal | null {
    return this.#isCounted(entry) ? this.refusalOf(hostId, entry.url) : null;
  }

  /** The same for the URL of a page that was never asked in this run. */
  refusalOf(hostId: number, url: string): BudgetRefusal | null {
    if (!this.#isOn) return null;
    if (this.#pages(hostId, WHOLE_HOST) >= this.#perHost) {
      const detail = `${this.#perHost} pages of ${originOf(url)} were asked`;
      return { reason: "host_budget", detail };
    }
    if (this.#perFolder === Infinity) return null;
    for (const folder of foldersOf(pathOf(url), DEEPEST_FOLDER)) {
      if (this.#pages(hostId, folder) < this.#perFolder) continue;
      const detail = `${this.#perFolder} pages below ${folder} were asked`;
      return { reason: "folder_budget", detail };
    }
    return null;
  }

  /** A URL is handed out. */
  started(hostId: number, entry: PendingUrl): void {
    if (this.#isCounted(entry)) this.#change(hostId, entry.url, 1);
  }

  /** An attempt at a URL ended, whatever came of it. */
  ended(hostId: number, entry: PendingUrl): void {
    if (!this.#isCounted(entry)) return;
    this.#change(hostId, entry.url, -1);
    this.#count(hostId, entry.url);
  }

  /** A URL that was handed out will not be asked now. */
  givenBack(hostId: number, entry: PendingUrl): void {
    if (this.#isCounted(entry)) this.#change(hostId, entry.url, -1);
  }

  /** Only the first attempt at a page counts: what waits for a retry has its place already. */
  #isCounted({ kind, tries, putOff }: PendingUrl): boolean {
    return this.#isOn && kind === "page" && tries === 0 && putOff === 0;
  }

  #pages(hostId: number, folder: string): number {
    const inFlight = this.#inFlight.get(keyOf(hostId, folder)) ?? 0;
    return inFlight + this.#store.pages(this.#runId, hostId, folder);
  }

  #count(hostId: number, url: string): void {
    for (const folder of [WHOLE_HOST, ...foldersOf(pathOf(url), DEEPEST_FOLDER)]) {
      this.#store.count(this.#runId, hostId, folder);
    }
  }

  #change(hostId: number, url: string, by: 1 | -1): void {
    for (const folder of [WHOLE_HOST, ...foldersOf(pathOf(url), DEEPEST_FOLDER)]) {
      const key = keyOf(hostId, folder);
      const pages = (this.#inFlight.get(key) ?? 0) + by;
      if (pages <= 0) this.#inFlight.delete(key);
      else this.#inFlight.set(key, pages);
    }
  }
}

function keyOf(hostId: number, folder: string): string {
  return `${hostId} ${folder}`;
}
