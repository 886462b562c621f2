/**
 * What was decided before and waits again: what earlier runs knew, when a run begins; what a rule had
 * excluded, when the rule no longer holds.
 */
import type { CrawlSettings } from "../crawl-settings.ts";
import type { FrontierRow, FrontierStore } from "../frontier-store.ts";
import { createCanonicalizer, originOf, type Canonicalizer } from "../url/index.ts";
import type { Admission } from "./admission.ts";
import type { Budgets } from "./budgets.ts";
import type { Discovery } from "./discovery.ts";
import type { FrontierCounts } from "./host-turn.ts";
import type { Rota } from "./rota.ts";

export class Reopening {
  readonly #store: FrontierStore;
  readonly #settings: CrawlSettings;
  readonly #runId: number;
  readonly #admission: Admission;
  readonly #discovery: Discovery;
  readonly #budgets: Budgets;
  readonly #rota: Rota;
  readonly #counts: FrontierCounts;
  readonly #canonicalize: Canonicalizer;

  constructor(input: {
    readonly store: FrontierStore;
    readonly settings: CrawlSettings;
    readonly runId: number;
    readonly admission: Admission;
    readonly discovery: Discovery;
    readonly budgets: Budgets;
    readonly rota: Rota;
    readonly counts: FrontierCounts;
  }) {
    this.#store = input.store;
    this.#settings = input.settings;
    this.#runId = input.runId;
    this.#admission = input.admission;
    this.#discovery = input.discovery;
    this.#budgets = input.budgets;
    this.#rota = input.rota;
    this.#counts = input.counts;
    this.#canonicalize = createCanonicalizer(input.settings);
  }

  /** What earlier runs knew: all of it, or with --recrawl due what is due. */
  known(now: number): void {
    const isKnown = (row: FrontierRow): boolean =>
      this.#isAsWritten(row) && this.#discovery.isKnownAs(row, now);
    const { recrawl, maxPages: limit } = this.#settings;
    if (recrawl === "all") this.#store.requeueKnown(this.#runId, isKnown);
    else this.#store.requeueDue(this.#runId, { now, limit }, isKnown);
  }

  /** What budgets excluded before this run was continued, as far as there is room for it now. */
  overBudget(now: number): void {
    for (const reason of ["host_budget", "folder_budget"]) {
      this.excluded(
        reason,
        ({ hostId, url }) => this.#budgets.refusalOf(hostId, url) === null,
        now,
      );
    }
  }

  /** A seed was redirected: its target's host counts as a seed's, and what that takes in comes back. */
  scope(redirectedSeed: string, now: number): void {
    if (!this.#admission.addRedirectedSeed(redirectedSeed)) return;
    const isTaken = (row: FrontierRow): boolean =>
      this.#isAsWritten(row) && this.#admission.decide({ ...row, link: "a" }).kind === "page";
    // Also what runs before this one kept out: their scope was another.
    this.excluded("scope", isTaken, now, 0);
  }

  /** What this run writes in another way is another URL to it, found where its links lead to it. */
  #isAsWritten({ url }: FrontierRow): boolean {
    return this.#canonicalize(url) === url;
  }

  /** What was excluded for this reason, by this run or since an earlier one, where `accept` takes it now. */
  excluded(
    reason: string,
    accept: (row: FrontierRow) => boolean,
    now: number,
    firstRunId = this.#runId,
  ): void {
    const hosts = new Map<number, string>();
    const of = { reason, firstRunId };
    this.#counts.pending += this.#store.reopenExcluded(this.#runId, of, (row) => {
      const accepted = accept(row);
      if (accepted) hosts.set(row.hostId, originOf(row.url));
      return accepted;
    });
    this.#rota.reopened(hosts, now);
  }
}
