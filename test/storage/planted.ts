/** A database with as much in it as a test says, put there through the public surface only. */
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { RunCounters } from "../../src/events.ts";
import type { FetchAttempt, FetchKind, LinkKind, Outcome, PageFacts } from "../../src/messages.ts";
import type { ConnectionReport, SessionReport } from "../../src/thread-reports.ts";
import { CrawlDatabase, type SqlValue } from "../../src/storage/index.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export const NOW = 1_800_000_000_000;

export const PROCESS = {
  settings: { scope: "host" },
  settingsHash: "hash",
  version: "0.0.0-test",
  pid: 4711,
  hostname: "here",
};

export const NO_COUNTERS: RunCounters = {
  pages: 0,
  requests: 0,
  requestsReused: 0,
  connectionsOpened: 0,
  bytesWire: 0,
  bytesBody: 0,
  errors: 0,
  links: 0,
};

export function attempt(of: Partial<FetchAttempt> = {}): FetchAttempt {
  return {
    status: 200,
    error: null,
    detail: null,
    connection: null,
    connectionSeq: null,
    reused: null,
    newConnectionReason: null,
    startedAt: NOW,
    queueMs: 0.25,
    dnsMs: null,
    connectMs: null,
    tlsMs: null,
    ttfbMs: 3.5,
    bodyMs: 1.5,
    totalMs: 5.25,
    bytesWire: 1_200,
    bytesBody: 1_000,
    contentType: "text/html",
    headers: '[["content-type","text/html"]]',
    etag: null,
    lastModified: null,
    notModified: false,
    truncated: false,
    ...of,
  };
}

export function outcome(urlId: number, kind: FetchKind, ...attempts: FetchAttempt[]): Outcome {
  return {
    urlId,
    kind,
    attempts,
    retryable: false,
    retryAfterMs: null,
    page: null,
    wordSample: [],
    links: [],
    nofollow: false,
    redirectUrl: null,
    fields: [],
    robotsBody: null,
    sitemap: null,
  };
}

export function facts(of: Partial<PageFacts> = {}): PageFacts {
  return {
    title: "Title",
    description: null,
    h1: null,
    canonicalUrl: null,
    lang: "en",
    robots: null,
    charset: "utf-8",
    words: 12,
    textHash: "0123456789abcdef0123456789abcdef",
    simhash: null,
    ...of,
  };
}

export function session(thread: number, of: Partial<SessionReport> = {}): SessionReport {
  return {
    thread,
    openedAt: NOW,
    closedAt: null,
    requests: 0,
    requestsReused: 0,
    connectionsOpened: 0,
    connectionsDiscarded: 0,
    poolsEvicted: 0,
    waits: 0,
    waitMs: 0,
    ...of,
  };
}

export function socket(id: number, of: Partial<ConnectionReport> = {}): ConnectionReport {
  return {
    id,
    origin: "https://a.example",
    mount: "https://",
    remoteIp: "192.0.2.1",
    remotePort: 443,
    localPort: 50_000 + id,
    alpn: "http/1.1",
    tlsVersion: "TLSv1.3",
    tlsResumed: false,
    openedAt: NOW + id,
    dnsMs: null,
    connectMs: 10,
    tlsMs: 20,
    bytesRead: 0,
    keepAliveHintMs: null,
    closedAt: null,
    previousId: null,
    openReason: "first_use",
    closeReason: null,
    ...of,
  };
}

export type Row = Record<string, SqlValue>;

export interface PlantedPage {
  readonly url: string;
  /** null: no response. */
  readonly status?: number | null;
  readonly error?: "connect_refused";
  readonly kind?: FetchKind;
  readonly facts?: Partial<PageFacts>;
  readonly links?: readonly (readonly [url: string, kind?: LinkKind])[];
  readonly redirect?: string;
  readonly isSeed?: boolean;
}

export class Planted {
  readonly db: CrawlDatabase;
  readonly path: string;

  constructor(context: TestContext, path = join(temporaryFolder(context), "crawl.db")) {
    this.path = path;
    this.db = CrawlDatabase.open(this.path);
    context.after(() => this.db.close());
  }

  rows(sql: string, ...parameters: SqlValue[]): Row[] {
    const { columns, rows } = this.db.query(sql, parameters);
    return rows.map((row) =>
      Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null])),
    );
  }

  /** The first column of a query's rows. */
  column(sql: string, ...parameters: SqlValue[]): SqlValue[] {
    return this.db.query(sql, parameters).rows.map((row) => row[0] ?? null);
  }

  begin(...seeds: string[]): number {
    return this.db.transaction(() => this.db.beginRun({ ...PROCESS, seeds, now: NOW }));
  }

  finish(runId: number): void {
    this.db.transaction(() =>
      this.db.endRun(runId, {
        state: "finished",
        reason: "frontier_empty",
        detail: null,
        now: NOW + 60_000,
        activeMs: 60_000,
      }),
    );
  }

  /** A URL in the frontier, waiting unless told otherwise; returns its number. */
  add(
    runId: number,
    url: string,
    of: Partial<Parameters<CrawlDatabase["frontier"]["addToFrontier"]>[0]> = {},
  ): number {
    return this.db.transaction(() => {
      const { urlId, hostId } = this.db.frontier.intern(url, runId, of.depth ?? null);
      this.db.frontier.addToFrontier({
        urlId,
        hostId,
        runId,
        state: "pending",
        reason: null,
        detail: null,
        kind: "page",
        priority: 0.5,
        depth: null,
        viaUrlId: null,
        dueAt: NOW,
        isSeed: false,
        ...of,
      });
      return urlId;
    });
  }

  /** A page that was asked and settled, with its facts and links; returns its number. */
  page(runId: number, page: PlantedPage): number {
    const { url, kind = "page", status = 200, error = null, links = [], redirect } = page;
    const urlId = this.add(runId, url, { kind, isSeed: page.isSeed ?? false });
    this.db.transaction(() => {
      const stored = [
        ...links,
        ...(redirect === undefined ? [] : [[redirect, "redirect"] as const]),
      ];
      const withIds = stored.map(([target, link = "a"]) => ({
        toUrlId: this.db.frontier.intern(target, runId, null).urlId,
        kind: link,
        rel: null,
        anchor: `to ${target}`,
        hreflang: null,
        count: 1,
      }));
      const fetchId = this.db.recordAttempts({
        runId,
        sessionId: null,
        outcome: outcome(urlId, kind, attempt({ status: error === null ? status : null, error })),
        settled: true,
        redirectUrlId: redirect === undefined ? null : (withIds.at(-1)?.toUrlId ?? null),
      });
      const state = error === null ? "done" : "failed";
      this.db.frontier.settle(urlId, { runId, state, reason: error, detail: null, now: NOW });
      if (state === "done") this.db.recordLinks({ runId, fromUrlId: urlId, links: withIds });
      if (page.facts !== undefined) {
        this.db.recordPage({ runId, urlId, fetchId, depth: 0, facts: facts(page.facts) });
      }
    });
    return urlId;
  }

  assertSound(): void {
    // Counters are what a crawl counts while it runs; here there is none.
    const broken = this.db.upkeep
      .checkInvariants()
      .filter(({ name, count }) => count > 0 && name !== "counters_agree");
    if (broken.length > 0) throw new Error(broken.map(({ name }) => name).join(", "));
  }
}
