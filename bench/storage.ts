/**
 * How many pages a second the coordinator can record: synthetic pages of 33 links of which one is new, in
 * transactions of 32 pages, into a database of its own. `node bench/storage.ts [pages]`.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Outcome } from "../src/messages.ts";
import { CrawlDatabase } from "../src/storage/index.ts";

const LINKS = 33;
const PAGES_PER_TRANSACTION = 32;
const pages = Number(process.argv[2] ?? 20_000);

const folder = mkdtempSync(join(tmpdir(), "webspool-bench-"));
const path = join(folder, "bench.db");
const db = CrawlDatabase.open(path);
try {
  const pagesMs = recordPages();
  process.stdout.write(
    `${pages} pages, ${LINKS} links each: ${perSecond(pages, pagesMs)} pages/s, ` +
      `${(statSync(path).size / pages / 1024).toFixed(1)} KiB a page\n`,
  );
  const lookups = pages * 10;
  const started = performance.now();
  db.transaction(() => {
    for (let n = 0; n < lookups; n += 1) db.intern(urlOf(scattered(n, pages)), 1, null);
  });
  process.stdout.write(
    `interning known URLs at random: ${perSecond(lookups, performance.now() - started)} a second\n`,
  );
} finally {
  db.close();
  rmSync(folder, { recursive: true });
}

function recordPages(): number {
  const now = Date.now();
  const runId = db.transaction(() =>
    db.beginRun({
      seeds: [urlOf(0)],
      settings: {},
      settingsHash: "",
      version: "0",
      pid: 1,
      hostname: "",
      now,
    }),
  );
  const sessionId = db.transaction((): number => {
    discover(urlOf(0), runId, now);
    const counters = {
      requests: 0,
      requestsReused: 0,
      connectionsOpened: 1,
      connectionsDiscarded: 0,
    };
    const report = {
      ...counters,
      thread: 0,
      openedAt: now,
      closedAt: null,
      poolsEvicted: 0,
      waits: 0,
      waitMs: 0,
    };
    return db.recordSession(runId, report, 1);
  });
  const started = performance.now();
  for (let first = 0; first < pages; first += PAGES_PER_TRANSACTION) {
    db.transaction(() => {
      for (let n = first; n < Math.min(pages, first + PAGES_PER_TRANSACTION); n += 1) {
        recordPage(runId, sessionId, n, now);
      }
    });
  }
  return performance.now() - started;
}

function recordPage(runId: number, sessionId: number, n: number, now: number): void {
  const { urlId } = db.intern(urlOf(n), runId, null);
  db.claim(urlId);
  db.settle(urlId, { runId, state: "done", reason: null, detail: null, now });
  const links = Array.from({ length: LINKS }, (_, index) => ({
    // One leads to the next page, which is new; most lead to pages near, the rest anywhere before.
    toUrlId: discover(
      urlOf(
        index === 0 ? n + 1 : index < 25 ? Math.max(0, n - index) : scattered(n + index, n + 1),
      ),
      runId,
      now,
    ),
    kind: "a" as const,
    rel: null,
    anchor: `Link ${index} of the page, as menus and texts have them`,
    hreflang: null,
    count: 1,
  }));
  const fetchId = db.recordAttempts({
    runId,
    sessionId,
    outcome: outcomeOf(urlId, n, now),
    settled: true,
    redirectUrlId: null,
  });
  db.recordLinks({ runId, fromUrlId: urlId, links });
  const text = `Page ${n} of a synthetic site`;
  const facts = {
    title: text,
    description: `${text} with a description`,
    h1: text,
    canonicalUrl: urlOf(n),
    lang: "en",
    robots: null,
  };
  const textHash = n.toString(16).padStart(32, "0");
  db.recordPage({
    runId,
    urlId,
    fetchId,
    depth: 1,
    facts: { ...facts, charset: "utf-8", words: 400, textHash },
  });
}

/** As the frontier does it: interned, and queued when new. */
function discover(url: string, runId: number, now: number): number {
  const { urlId, hostId, isNew } = db.intern(url, runId, 1);
  if (isNew) {
    const place = {
      kind: "page",
      priority: 0.5,
      depth: 1,
      viaUrlId: null,
      dueAt: now,
      isSeed: false,
    } as const;
    db.addToFrontier({
      ...place,
      urlId,
      hostId,
      runId,
      state: "pending",
      reason: null,
      detail: null,
    });
  }
  return urlId;
}

function outcomeOf(urlId: number, n: number, now: number): Outcome {
  const phases = {
    queueMs: 0.1,
    dnsMs: null,
    connectMs: null,
    tlsMs: null,
    ttfbMs: 2,
    bodyMs: 1,
    totalMs: 3.1,
  };
  const headers = JSON.stringify([
    ["content-type", "text/html; charset=utf-8"],
    ["server", "bench"],
    ["etag", `"${n}"`],
  ]);
  const attempt = {
    ...phases,
    status: 200,
    error: null,
    detail: null,
    connection: null,
    connectionSeq: null,
    reused: null,
    newConnectionReason: null,
    startedAt: now,
    bytesWire: 20_000,
    bytesBody: 60_000,
    contentType: "text/html; charset=utf-8",
    headers,
    etag: `"${n}"`,
    lastModified: null,
    notModified: false,
    truncated: false,
  };
  const nothing = {
    page: null,
    links: [],
    redirectUrl: null,
    fields: [],
    robotsBody: null,
    sitemap: null,
  };
  return {
    ...nothing,
    urlId,
    kind: "page",
    attempts: [attempt],
    retryable: false,
    retryAfterMs: null,
    nofollow: false,
  };
}

function urlOf(n: number): string {
  return `https://bench.example/section-${n % 50}/articles/a-title-of-some-length-${n}.html`;
}

/** A number below `below` that looks random and is the same every time. */
function scattered(n: number, below: number): number {
  return (Math.imul(n + 1, 2_654_435_761) >>> 0) % below;
}

function perSecond(count: number, ms: number): string {
  return Math.round((count * 1_000) / ms).toLocaleString("en");
}
