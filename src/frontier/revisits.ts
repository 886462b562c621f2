/**
 * What the frontier knows of URLs from earlier runs: by what a server is asked whether its content still
 * holds, and when the URL is due again. In a database's first run there is nothing to know.
 */
import type { FrontierStore, HeldContent, PendingUrl } from "../frontier-store.ts";
import type { UnlinkedOutcome, Validators } from "../messages.ts";
import { NEVER_VISITED, nextVisit, type RevisitBounds, type Sighting } from "./revisit.ts";

export class Revisits {
  readonly #store: FrontierStore;
  readonly #bounds: RevisitBounds;
  readonly #newestKnown: number;
  readonly #readOtherwise: number;

  constructor(input: {
    readonly store: FrontierStore;
    readonly bounds: RevisitBounds;
    /** URLs with a higher number were found in this run. */
    readonly newestKnownUrlId: number;
    /** What this run or an earlier one read, was read by other settings and has to be read afresh. */
    readonly readOtherwiseRunId: number;
  }) {
    this.#store = input.store;
    this.#bounds = input.bounds;
    this.#newestKnown = input.newestKnownUrlId;
    this.#readOtherwise = input.readOtherwiseRunId;
  }

  /** Whether a URL may be known from an earlier run; or found by this one before it was continued. */
  isFromEarlierRun(urlId: number): boolean {
    return urlId <= this.#newestKnown;
  }

  /** By what a request asks whether the content that is held still holds; null to ask for it afresh. */
  validators(entry: PendingUrl): Validators | null {
    if (entry.kind !== "page" && entry.kind !== "sitemap") return null;
    const held = this.#held(entry);
    if (held === null || held.status >= 300 || held.isOvertaken) return null;
    if (held.runId <= this.#readOtherwise || held.isLacking) return null;
    const { etag, lastModified, startedAt } = held;
    return etag === null && lastModified === null ? null : { etag, lastModified, startedAt };
  }

  /** A URL was settled: plans when it is due again. What each run asks anyway has no such time. */
  plan(entry: PendingUrl, outcome: UnlinkedOutcome, now: number): void {
    if (entry.kind !== "page" && entry.kind !== "asset") return;
    const known = this.isFromEarlierRun(entry.urlId) ? this.#store.revisitState(entry.urlId) : null;
    const sighting = sightingOf(outcome, () => this.#held(entry));
    const visit = nextVisit(known ?? NEVER_VISITED, sighting, now, this.#bounds);
    const changed = sighting.kind === "there" ? sighting.changed : null;
    this.#store.planVisit(entry.urlId, visit, changed);
  }

  /** When a URL is due again that was not asked because its host does not answer. */
  givenUpDueAt(now: number): number {
    return nextVisit(NEVER_VISITED, { kind: "unknown" }, now, this.#bounds).dueAt ?? now;
  }

  #held(entry: PendingUrl): HeldContent | null {
    return this.isFromEarlierRun(entry.urlId)
      ? this.#store.heldContent(entry.urlId, entry.kind)
      : null;
  }
}

function sightingOf(outcome: UnlinkedOutcome, held: () => HeldContent | null): Sighting {
  const last = outcome.attempts.at(-1);
  if (last === undefined || last.error !== null || last.status === null) return { kind: "unknown" };
  const { status } = last;
  if (status === 404 || status === 410) return { kind: "gone" };
  if (status === 408 || status === 429 || status >= 500) return { kind: "unknown" };
  if (last.notModified) return { kind: "there", changed: false };
  const before = held();
  if (before === null || status >= 400) return { kind: "there", changed: null };
  return { kind: "there", changed: hasChanged(before, status, outcome) };
}

/** Pages by their text, redirects by their target, other types by what their headers say of them. */
function hasChanged(before: HeldContent, status: number, outcome: UnlinkedOutcome): boolean {
  if (status >= 300 || before.status >= 300) {
    return status < 300 || before.redirectUrl !== outcome.redirectUrl;
  }
  if (outcome.page !== null || before.textHash !== null) {
    return outcome.page?.textHash !== before.textHash;
  }
  const last = outcome.attempts.at(-1);
  const { etag, lastModified, bytesBody } = before;
  if (etag !== null) return last?.etag !== etag;
  if (lastModified !== null) return last?.lastModified !== lastModified;
  return last?.bytesBody !== bytesBody;
}
