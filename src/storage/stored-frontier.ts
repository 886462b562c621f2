/** The frontier as it is stored: what the frontier asks of storage, by the store that knows it. */
import type {
  FrontierRow,
  FrontierStore,
  HeldContent,
  HeldLink,
  HostState,
  InternedUrl,
  NewFrontierRow,
  PendingUrl,
  RevisitState,
  StoredRobots,
} from "../frontier-store.ts";
import type { FetchKind } from "../messages.ts";
import { BudgetRows } from "./budget-store.ts";
import type { Sqlite } from "./connection.ts";
import type { ContentStore } from "./content-store.ts";
import { DueStore } from "./due-store.ts";
import type { FrontierRows } from "./frontier-store.ts";
import { HostStore } from "./host-store.ts";
import type { PageStore } from "./page-store.ts";
import type { TrafficStore } from "./traffic-store.ts";
import { TrapRows } from "./trap-store.ts";
import type { UrlStore } from "./url-store.ts";

/** Stores that others use as well. */
interface SharedStores {
  readonly urls: UrlStore;
  readonly rows: FrontierRows;
  readonly traffic: TrafficStore;
  readonly pages: PageStore;
  readonly content: ContentStore;
}

export class StoredFrontier implements FrontierStore {
  readonly traps: TrapRows;
  readonly budgets: BudgetRows;
  readonly #urls: UrlStore;
  readonly #rows: FrontierRows;
  readonly #hosts: HostStore;
  readonly #traffic: TrafficStore;
  readonly #pages: PageStore;
  readonly #content: ContentStore;
  readonly #due: DueStore;

  constructor(sqlite: Sqlite, { urls, rows, traffic, pages, content }: SharedStores) {
    this.traps = new TrapRows(sqlite);
    this.budgets = new BudgetRows(sqlite);
    this.#hosts = new HostStore(sqlite);
    this.#due = new DueStore(sqlite);
    this.#urls = urls;
    this.#rows = rows;
    this.#traffic = traffic;
    this.#pages = pages;
    this.#content = content;
  }

  intern(url: string, runId: number, depth: number | null): InternedUrl {
    return this.#urls.intern(url, runId, depth);
  }

  addToFrontier(row: NewFrontierRow): void {
    this.#rows.add(row);
  }

  frontierRow(urlId: number): FrontierRow | null {
    return this.#rows.row(urlId);
  }

  pendingHosts(runId: number, after: number, limit: number): { hostId: number; origin: string }[] {
    return this.#rows.pendingHosts(runId, after, limit);
  }

  pendingCount(runId: number): number {
    return this.#rows.pendingCount(runId);
  }

  nextPending(runId: number, hostId: number, now: number, limit: number): PendingUrl[] {
    return this.#rows.nextPending(runId, hostId, now, limit);
  }

  nextDueAt(runId: number, hostId: number, after: number): number | null {
    return this.#rows.nextDueAt(runId, hostId, after);
  }

  claim(urlId: number): void {
    this.#rows.claim(urlId);
  }

  release(urlIds: readonly number[]): void {
    this.#rows.release(urlIds);
  }

  settle(urlId: number, to: Parameters<FrontierRows["settle"]>[1]): void {
    this.#rows.settle(urlId, to);
  }

  settlePending(
    runId: number,
    hostId: number,
    to: Parameters<FrontierRows["settlePending"]>[2],
  ): number {
    this.#traffic.settleWaiting(runId, hostId);
    return this.#rows.settlePending(runId, hostId, to);
  }

  retryLater(urlId: number, to: Parameters<FrontierRows["retryLater"]>[1]): void {
    this.#rows.retryLater(urlId, to);
  }

  settleAttempts(runId: number, { urlId, kind }: Pick<PendingUrl, "urlId" | "kind">): void {
    this.#traffic.settleAttempts(runId, urlId, kind);
  }

  noteLastModified(urlId: number, lastModified: number): void {
    this.#rows.noteLastModified(urlId, lastModified);
  }

  reopenExcluded(
    runId: number,
    of: { reason: string; firstRunId: number },
    accept: (row: FrontierRow) => boolean,
  ): number {
    return this.#rows.reopenExcluded(runId, of, accept);
  }

  sitemapsAbove(urlId: number, runId: number, most: number): number {
    return this.#rows.sitemapsAbove(urlId, runId, most);
  }

  requeueKnown(runId: number, accept: (row: FrontierRow) => boolean): number {
    return this.#rows.requeueKnown(runId, accept);
  }

  requeueDue(
    runId: number,
    of: { now: number; limit: number | null },
    accept: (row: FrontierRow) => boolean,
  ): number {
    return this.#due.requeue(runId, of, accept);
  }

  /** The number of the URL that was stored last; 0 when there is none. */
  newestUrlId(): number {
    return this.#content.newestUrlId();
  }

  seedUrls(runId: number): string[] {
    return this.#rows.seedUrls(runId);
  }

  currentRobots(hostId: number): StoredRobots | null {
    return this.#hosts.currentRobots(hostId);
  }

  saveRobots(hostId: number, robots: StoredRobots): number {
    return this.#hosts.saveRobots(hostId, robots);
  }

  hostState(hostId: number): HostState | null {
    return this.#hosts.hostState(hostId);
  }

  saveHost(hostId: number, state: HostState): void {
    this.#hosts.saveHost(hostId, state);
  }

  revisitState(urlId: number): RevisitState | null {
    return this.#content.revisitState(urlId);
  }

  planVisit(
    urlId: number,
    to: Parameters<ContentStore["planVisit"]>[1],
    changed: boolean | null,
  ): void {
    this.#content.planVisit(urlId, to, changed);
  }

  isAnnounced(urlId: number, runId: number, lastModified: number): boolean {
    return this.#content.isAnnounced(urlId, runId, lastModified);
  }

  heldContent(urlId: number, kind: FetchKind): HeldContent | null {
    return this.#content.held(urlId, kind);
  }

  heldRobots(urlId: number): { meta: string | null; tags: string[] } | null {
    return this.#content.robots(urlId);
  }

  lastReadOtherwise(settings: Record<string, unknown>, version: string): number {
    return this.#content.lastReadOtherwise(settings, version);
  }

  linksFrom(urlId: number): HeldLink[] {
    return this.#pages.linksFrom(urlId);
  }
}
