/**
 * What storing a page costs: one thread's outcomes of 33 links each, one of them new, recorded as the
 * coordinator records them, 10 pages a transaction, in databases that know 10,000, 100,000 and 1,000,000
 * URLs already. Prints pages and links a second; the links of a page are two thirds navigation, the rest
 * near the page or anywhere.
 *
 *   node bench/storage.ts [--pages 5000] [--known 10000,100000,1000000] [--folder DIR]
 *   node --cpu-prof bench/storage.ts --known 100000
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { failedOutcome } from "../src/failed-outcome.ts";
import type { UnlinkedOutcome } from "../src/messages.ts";
import { CrawlDatabase } from "../src/storage/index.ts";
import { answered, connectionReport, factsOf, sessionReport } from "./synthetic-pages.ts";

const ORIGIN = "https://bench.example";
const LINKS = 33;
const NAVIGATION = 22;
const NEAR = 5;
const PAGES_PER_TRANSACTION = 10;
const { values } = parseArgs({
  options: {
    pages: { type: "string", default: "5000" },
    known: { type: "string", default: "10000,100000,1000000" },
    folder: { type: "string", default: tmpdir() },
  },
});

function measure(known: number, pages: number): void {
  const folder = mkdtempSync(join(values.folder, "webspool-bench-"));
  const path = join(folder, "crawl.db");
  try {
    const db = CrawlDatabase.open(path);
    const crawl = new SyntheticCrawl(db);
    const fillStart = performance.now();
    crawl.fill(known);
    const fillMs = performance.now() - fillStart;
    // The caches as they are in the middle of a crawl.
    crawl.record(500);
    const cpuBefore = process.cpuUsage();
    const start = performance.now();
    crawl.record(pages);
    const elapsedMs = performance.now() - start;
    const cpu = process.cpuUsage(cpuBefore);
    const cpuMs = (cpu.user + cpu.system) / 1000;
    db.close();
    const megabytes = statSync(path).size / 2 ** 20;
    console.log(
      `${known} URLs known: ${perSecond(pages, elapsedMs)} pages/s, ` +
        `${perSecond(pages * LINKS, elapsedMs)} links/s, ${(elapsedMs / pages).toFixed(3)} ms a page ` +
        `(${(cpuMs / pages).toFixed(3)} of CPU); ${perSecond(known, fillMs)} new URLs/s before; ${megabytes.toFixed(0)} MiB`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function perSecond(count: number, elapsedMs: number): string {
  return Math.round((count / elapsedMs) * 1000).toLocaleString("en");
}

/** A site without end whose pages come back in the order of their numbers. */
class SyntheticCrawl {
  readonly #db: CrawlDatabase;
  readonly #runId: number;
  #known = 0;
  #page = 0;
  #random = 1;

  constructor(db: CrawlDatabase) {
    this.#db = db;
    this.#runId = db.transaction(() =>
      db.beginRun({
        seeds: [`${ORIGIN}/`],
        settings: {},
        settingsHash: "",
        version: "bench",
        pid: process.pid,
        hostname: "bench",
        now: Date.now(),
      }),
    );
  }

  /** Makes URLs known that wait, 1,000 a transaction. */
  fill(count: number): void {
    while (this.#known < count) {
      this.#db.transaction(() => {
        for (let index = 0; index < 1_000 && this.#known < count; index += 1) this.#newUrl(null);
      });
    }
  }

  record(pages: number): void {
    for (let done = 0; done < pages; done += PAGES_PER_TRANSACTION) {
      const count = Math.min(PAGES_PER_TRANSACTION, pages - done);
      this.#db.transaction(() => {
        for (let index = 0; index < count; index += 1) this.#recordPage();
        this.#db.saveRun(this.#runId, { counters: ZERO, activeMs: done, now: Date.now() });
      });
    }
  }

  #newUrl(viaUrlId: number | null): number {
    const { urlId, hostId } = this.#db.frontier.intern(urlOf(this.#known), this.#runId, 3);
    this.#db.frontier.addToFrontier({
      urlId,
      hostId,
      runId: this.#runId,
      state: "pending",
      reason: null,
      detail: null,
      kind: "page",
      priority: 0.5,
      depth: 3,
      viaUrlId,
      dueAt: Date.now(),
      isSeed: false,
    });
    this.#known += 1;
    return urlId;
  }

  #recordPage(): void {
    const db = this.#db;
    const runId = this.#runId;
    const now = Date.now();
    const number = this.#page;
    this.#page += 1;
    const { urlId } = db.frontier.intern(urlOf(number), runId, 3);
    db.frontier.claim(urlId);
    const sessionId = db.recordSession(runId, sessionReport(1, number), process.pid);
    if (number % 100 === 0)
      db.recordConnections(sessionId, runId, [connectionReport(number / 100, ORIGIN)]);
    db.frontier.settle(urlId, { runId, state: "done", reason: null, detail: null, now });
    const links = Array.from({ length: LINKS }, (_, index) => ({
      toUrlId: index === 0 ? this.#newUrl(urlId) : this.#target(index, number),
      kind: "a" as const,
      rel: index % 10 === 0 ? "nofollow" : null,
      anchor: `Link number ${index} of a page`,
      hreflang: null,
      count: 1,
    }));
    const fetchId = db.recordAttempts({
      runId,
      sessionId,
      outcome: outcomeOf(urlId, number),
      settled: true,
      redirectUrlId: null,
    });
    db.recordLinks({ runId, fromUrlId: urlId, links });
    db.recordPage({ runId, urlId, fetchId, depth: 3, facts: factsOf(number, urlOf(number)) });
  }

  #target(index: number, page: number): number {
    const of = (number: number): number =>
      this.#db.frontier.intern(urlOf(number % this.#known), this.#runId, 4).urlId;
    if (index <= NAVIGATION) return of(index);
    return index <= NAVIGATION + NEAR ? of(page + index) : of(this.#next());
  }

  /** Lehmer's generator: the same crawl each time. */
  #next(): number {
    this.#random = (this.#random * 48_271) % 2_147_483_647;
    return this.#random;
  }
}

const ZERO = {
  pages: 0,
  requests: 0,
  requestsReused: 0,
  connectionsOpened: 0,
  bytesWire: 0,
  bytesBody: 0,
  errors: 0,
  links: 0,
};

function urlOf(number: number): string {
  // Neighbours in number are no neighbours in the alphabet, as on real sites.
  const folder = ((number * 7919) % 1000).toString(36);
  return `${ORIGIN}/articles/${folder}/${number}-a-title-of-usual-length-in-words`;
}

function outcomeOf(urlId: number, number: number): UnlinkedOutcome {
  const attempt = answered(Math.floor(number / 100), (number % 100) + 1);
  const request = { urlId, url: urlOf(number), kind: "page", method: "GET" } as const;
  const how = { origin: ORIGIN, validators: null, allowPrivate: false, pauseMs: 0 };
  return { ...failedOutcome({ ...request, ...how }, [attempt], "total_timeout"), retryable: false };
}

// Last: a class is not there before its own line.
for (const known of values.known.split(",").map(Number)) measure(known, Number(values.pages));
