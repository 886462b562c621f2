/** What a report page is made of, with the same text in every place that a site or a user can fill. */
import { AttemptFigures } from "../../src/reporting/html-report/attempt-figures.ts";
import type { ReportData } from "../../src/reporting/html-report/report-data.ts";
import type { AttemptRow } from "../../src/storage/index.ts";

const NOW = 1_800_000_000_000;

/**
 * The text stands for URLs, titles, types, codes, file names and settings alike.
 * @param ours for sentences and names that are written here and not read from anywhere
 */
export function pageData(text: string, ours = text): ReportData {
  const attempts = new AttemptFigures();
  for (let at = 0; at < 40; at += 1) attempts.add(attemptRow(at, text));
  const reuse = { requests: 40, reused: 30, opened: 10, spentMs: 100, savedMs: 300 };
  return {
    report: {
      dbPath: text,
      runId: 1,
      state: "finished",
      reason: "frontier_empty",
      detail: text,
      seeds: [text, `${text}2`],
      version: ours,
      startedAt: NOW,
      finishedAt: NOW + 60_000,
      prunedAt: NOW + 70_000,
      activeMs: 60_000,
      pages: 40,
      links: 400,
      errors: 10,
      requests: 40,
      requestsReused: 30,
      connectionsOpened: 10,
      bytesWire: 100_000,
      bytesBody: 200_000,
      statuses: [
        { status: 200, count: 30 },
        { status: null, count: 10 },
      ],
      errorCodes: [{ error: text, count: 10 }],
      openReasons: [{ reason: "first_use", count: 10, meaning: ours }],
      excluded: [{ reason: text, count: 5, meaning: ours }],
      pending: 7,
      waitingHosts: [{ origin: text, pending: 7 }],
      threads: [
        { thread: 1, requests: 40, requestsReused: 30, connectionsOpened: 10, waits: 2, waitMs: 9 },
      ],
    },
    settings: {
      scope: text,
      check: text,
      profile: text,
      userAgent: text,
      include: [text],
      exclude: Array.from({ length: 20 }, () => text),
      maxPages: 5,
      autoDelay: true,
    },
    madeAt: NOW + 80_000,
    attempts,
    urls: new Map(Array.from({ length: 40 }, (_, at) => [at, text])),
    sockets: {
      run: { ...reuse, origin: null, thread: null, pid: null },
      origins: { rows: [{ ...reuse, origin: text, thread: null, pid: null }], count: 2 },
      threads: { rows: [{ ...reuse, origin: null, thread: 1, pid: 2 }], count: 1 },
      closeReasons: [
        { reason: null, count: 3, meaning: ours },
        { reason: "idle_expired", count: 7, meaning: ours },
      ],
    },
    state: {
      issues: [
        { id: "title_duplicate", severity: "warning", sentence: ours, count: 9, group: ours },
        { id: "page_http", severity: "error", sentence: ours, count: 1, group: ours },
      ],
      examples: new Map([
        [
          "title_duplicate",
          {
            columns: [
              { name: "url", meaning: ours },
              { name: ours, meaning: ours },
            ],
            rows: [
              [text, text],
              [text, null],
              [text, 12],
            ],
          },
        ],
      ]),
      brokenTargets: {
        rows: [
          { target: text, status: null, error: text, links: 3, source: text, anchor: text },
          { target: text, status: 404, error: null, links: 1, source: text, anchor: null },
        ],
        count: 60,
      },
    },
    excludedExamples: [{ reason: text, url: text, detail: text }],
    commands: [[ours, ours]],
  };
}

function attemptRow(at: number, text: string): AttemptRow {
  const failed = at % 4 === 3;
  return {
    urlId: at,
    kind: "page",
    settled: 1,
    status: failed ? null : 200,
    notModified: 0,
    error: failed ? text : null,
    startedAt: NOW + at * 1_000,
    queueMs: 1,
    dnsMs: 1,
    connectMs: 1,
    tlsMs: 1,
    ttfbMs: failed ? null : 3 + at,
    bodyMs: failed ? null : 1,
    totalMs: 10 + at,
    bytesBody: failed ? null : 1_000 + at,
    contentType: text,
    depth: at % 3,
  };
}
