/**
 * What the frontier needs of a durable store, and the rows that pass between them: types only, so that
 * neither has to know the other. Storage fulfils it; all calls happen inside the coordinator's
 * transaction.
 */
import type { FetchKind, LinkKind } from "./messages.ts";

/** A URL that waits, as the store keeps it. */
export interface PendingUrl {
  readonly urlId: number;
  readonly url: string;
  readonly kind: FetchKind;
  /** Higher goes first. */
  readonly priority: number;
  /** Fewest followed links from a seed; null when known from a sitemap only. */
  readonly depth: number | null;
  /** Attempts so far in this run that count against --retries. */
  readonly tries: number;
  /** How often in this run a 429 or 503 put it off. */
  readonly putOff: number;
  readonly isSeed: boolean;
}

/** What is kept of a host while it is not in memory. */
export interface HostState {
  readonly crawlDelayMs: number | null;
  readonly nextFetchAt: number | null;
  readonly backoffUntil: number | null;
  /** Failures to connect in a row. */
  readonly failures: number;
  /** The run that left it so; null where none did. */
  readonly runId: number | null;
  readonly throttled: number;
  readonly slowedDelayMs: number | null;
  readonly autoDelayMs: number | null;
  readonly robotsTries: number;
  /** Why the run gave it up. */
  readonly failure: {
    readonly state: "failed" | "excluded";
    readonly reason: string;
    readonly detail: string | null;
  } | null;
}

/** Pages asked of hosts and folders, while a run has budgets for them; the folder "" is the host. */
export interface BudgetStore {
  pages(runId: number, hostId: number, folder: string): number;
  count(runId: number, hostId: number, folder: string): void;
  isKept(runId: number): boolean;
  /** Forgets all counts. */
  drop(): void;
  /** Every page that was attempted in a run, once. */
  eachAskedPage(runId: number, visit: (hostId: number, url: string) => void): void;
}

/** A link of a page that is there now. */
export interface HeldLink {
  readonly url: string;
  readonly kind: LinkKind;
  readonly rel: string | null;
}

/** What a link to a known URL needs to know of it. */
export interface KnownUrl {
  readonly urlId: number;
  readonly hostId: number;
  /** Fewest followed links from a seed; null where none is known. */
  readonly depth: number | null;
}

export interface InternedUrl {
  readonly urlId: number;
  readonly hostId: number;
  readonly isNew: boolean;
  /** The depth known before; null when none was. */
  readonly depthBefore: number | null;
}

export interface FrontierRow {
  readonly urlId: number;
  readonly url: string;
  readonly hostId: number;
  readonly runId: number;
  readonly state: "pending" | "fetching" | "done" | "failed" | "excluded";
  readonly reason: string | null;
  readonly kind: FetchKind;
  readonly depth: number | null;
  readonly isSeed: boolean;
}

export interface NewFrontierRow {
  readonly urlId: number;
  readonly hostId: number;
  readonly runId: number;
  readonly state: "pending" | "excluded";
  readonly reason: string | null;
  readonly detail: string | null;
  readonly kind: FetchKind;
  readonly priority: number;
  readonly depth: number | null;
  readonly viaUrlId: number | null;
  readonly dueAt: number;
  readonly isSeed: boolean;
}

/** A version of a robots.txt that was fetched. */
export interface StoredRobots {
  readonly fetchedAt: number;
  readonly status: number | null;
  readonly body: Uint8Array | null;
  readonly expiresAt: number | null;
}

/** What is held of a URL's content from its last whole answer of status 2xx or 3xx. */
export interface HeldContent {
  /** When that answer was asked for. */
  readonly startedAt: number;
  readonly status: number;
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly bytesBody: number | null;
  /** Of the page that the answer brought; null for other types and redirects. */
  readonly textHash: string | null;
  /** Where a redirect led. */
  readonly redirectUrl: string | null;
  /** The run that brought it. */
  readonly runId: number;
  /** Whether a later answer was 404 or 410, or was cut off: what is stored is what that one left. */
  readonly isOvertaken: boolean;
  /** Whether this run takes of it what is not held: its text, its body, fields that were left out. */
  readonly isLacking: boolean;
}

/** What is remembered of a URL between its visits. Durations and times in milliseconds. */
export interface RevisitState {
  /** When an answer last told what it holds; null when none has. */
  readonly checkedAt: number | null;
  /** Comparisons with the answer before. */
  readonly checks: number;
  /** Of those, the ones that found a change. */
  readonly changes: number;
  /** The time that lies between all those answers. */
  readonly observedMs: number;
  /** Answers 404 or 410 in a row. */
  readonly goneChecks: number;
}

/** A rule that was learned about a host; its meaning is told with the table `trap_rule`. */
export interface TrapRule {
  readonly kind: "parameter" | "segment" | "mirror" | "calendar" | "walk" | "facets" | "folder";
  readonly pattern: string;
  /** The `frontier.reason` of what it leaves out. */
  readonly reason: string;
  readonly pagesFor: number;
  readonly pagesAgainst: number;
}

/** What is kept of traps: rules, and which of several variants of a URL is asked. */
export interface TrapStore {
  rules(hostId: number): readonly TrapRule[];
  /** Keeps a rule, or its new figures. */
  keep(hostId: number, rule: TrapRule, learned: { runId: number; now: number }): void;
  drop(hostId: number, rule: TrapRule): void;
  /** Whether the URL was answered with a page, waits to be asked, or is left out as a trap itself. */
  stands(url: string): boolean;
  /** The id of the URL that is asked for `base`, where it stands; null when there is none. */
  variant(base: string): number | null;
  keepVariant(base: string, urlId: number): void;
  /** Pages that the last `limit` fetches brought, the oldest first. */
  recentPages(limit: number): readonly { hostId: number; url: string; textHash: string }[];
  /** Which URLs lead to this one, as far as seen, at most `limit`. */
  sources(urlId: number, limit: number): readonly { url: string; kind: LinkKind }[];
}

export interface FrontierStore {
  readonly traps: TrapStore;
  readonly budgets: BudgetStore;
  intern(url: string, runId: number, depth: number | null): InternedUrl;
  addToFrontier(row: NewFrontierRow): void;
  frontierRow(urlId: number): FrontierRow | null;
  /** Hosts with anything waiting, by their numbers: the first `limit` after `after`. */
  pendingHosts(
    runId: number,
    after: number,
    limit: number,
  ): readonly { hostId: number; origin: string }[];
  pendingCount(runId: number): number;
  nextPending(runId: number, hostId: number, now: number, limit: number): readonly PendingUrl[];
  /** The earliest time after `after` at which a pending URL of the host is due. */
  nextDueAt(runId: number, hostId: number, after: number): number | null;
  claim(urlId: number): void;
  release(urlIds: readonly number[]): void;
  settle(
    urlId: number,
    to: {
      runId: number;
      state: "done" | "failed" | "excluded";
      reason: string | null;
      detail: string | null;
      now: number;
    },
  ): void;
  /** After `settle`: when the URL is due again, and why then. */
  planVisit(
    urlId: number,
    to: RevisitState & { readonly dueAt: number | null },
    changed: boolean | null,
  ): void;
  /** Whether a sitemap's lastmod announces a change of a URL of an earlier run, and may be believed. */
  isAnnounced(urlId: number, runId: number, lastModified: number): boolean;
  revisitState(urlId: number): RevisitState | null;
  heldContent(urlId: number, kind: FetchKind): HeldContent | null;
  /** Settles every URL of a host that still waits; returns how many. */
  settlePending(
    runId: number,
    hostId: number,
    to: {
      state: "failed" | "excluded";
      reason: string;
      detail: string | null;
      now: number;
      /** When what failed is due again. */
      dueAt: number;
    },
  ): number;
  retryLater(urlId: number, to: { dueAt: number; tries: number; putOff: number }): void;
  /** What was attempted is not asked again: its last attempt settled it. */
  settleAttempts(runId: number, entry: Pick<PendingUrl, "urlId" | "kind">): void;
  /** When a sitemap says that a page changed last. */
  noteLastModified(urlId: number, lastModified: number): void;
  /** What was excluded for a reason in this run, or since an earlier one, waits again for this run. */
  reopenExcluded(
    runId: number,
    of: { reason: string; firstRunId: number },
    accept: (row: FrontierRow) => boolean,
  ): number;
  /** How many sitemaps led to a sitemap in this run, one to the next; `most` at most. */
  sitemapsAbove(urlId: number, runId: number, most: number): number;
  requeueKnown(runId: number, accept: (row: FrontierRow) => boolean): number;
  /** The same for what is left or due at `now`, the most overdue first and at most `limit`. */
  requeueDue(
    runId: number,
    of: { now: number; limit: number | null },
    accept: (row: FrontierRow) => boolean,
  ): number;
  newestUrlId(): number;
  /** Seeds of a run and what they redirected to. */
  seedUrls(runId: number): readonly string[];
  currentRobots(hostId: number): StoredRobots | null;
  saveRobots(hostId: number, robots: StoredRobots): number;
  hostState(hostId: number): HostState | null;
  saveHost(hostId: number, state: HostState): void;
  /** Where the links of a page lead that are there now. */
  linksFrom(urlId: number): readonly HeldLink[];
}
