import assert from "node:assert/strict";
import { test } from "node:test";
import { statusJson, type StatusReport } from "../../src/reporting/run-status.ts";
import { statusText } from "../../src/reporting/status-text.ts";
import { textWidth } from "../../src/reporting/text-width.ts";

const NOW = Date.parse("2026-03-01T12:00:00");

const RUN: StatusReport["runs"][number] = {
  id: 3,
  state: "running",
  reason: null,
  startedAt: NOW - 700_000,
  finishedAt: null,
  heartbeatAt: NOW - 1_000,
  activeMs: 600_000,
  pid: 4711,
  hostname: "here",
  version: "1.2.3",
  counters: {
    pages: 1_200,
    requests: 1_250,
    requestsReused: 1_240,
    connectionsOpened: 10,
    bytesWire: 3_000,
    bytesBody: 9_000,
    errors: 5,
    links: 20_000,
  },
};

const REPORT: StatusReport = {
  dbPath: "site.db",
  now: NOW,
  runs: [RUN],
  last: {
    isLive: true,
    pending: 5_000,
    fetching: 2,
    pagesPerSecondNow: 1.5,
    waitingHosts: [
      { origin: "https://example.com", pending: 4_000, intervalMs: 1_200, leftMs: 4_800_000 },
      { origin: "https://fast.example", pending: 1_000, intervalMs: 12.5, leftMs: 12_500 },
      { origin: "https://new.example", pending: 1, intervalMs: null, leftMs: null },
    ],
    hosts: 7,
    left: { ms: 4_800_000, atLeast: true },
    endsBy: NOW + 3_600_000,
    errorKinds: [
      { error: null, status: 404, count: 4 },
      { error: "read_timeout", status: null, count: 1 },
    ],
  },
  warnings: [{ code: "odd", message: "something is odd" }],
};

const PLAIN = { heading: (text: string) => text, warning: (text: string) => text };

test("a live run tells its pace, what is left of it and where, and its errors", () => {
  assert.deepEqual(statusText(REPORT, PLAIN, 80), [
    "site.db: run 3 is running, process 4711 on here",
    "  1,200 pages, 5,000 pending, 2 in flight, 5 errors, 10m of work",
    "  1.5 pages per second now, 2.0 overall, 99.2% of requests reused a connection",
    "  left: at least 1h 20m (an estimate; links are still being found);",
    "  --max-duration ends it in 1h",
    "warning: something is odd",
    "",
    "waiting host          pending  pace           left",
    "--------------------  -------  -------------  ---------------",
    "https://example.com      4000  one in 1.2s    at least 1h 20m",
    "https://fast.example     1000  80.0 a second  at least 13s",
    "https://new.example         1",
    "and 4 more hosts",
    "",
    "error         URLs  meaning",
    "------------  ----  -------------------------------------------",
    "404              4  Not Found",
    "read_timeout     1  nothing came for longer than --read-timeout",
    "",
    "run  started              state    reason  pages  errors  work",
    "---  -------------------  -------  ------  -----  ------  ----",
    "  3  2026-03-01 11:48:20  running           1200       5  10m",
  ]);
});

test("a run whose process is gone is one that the next crawl continues", () => {
  const { last } = REPORT;
  assert(last !== null);
  const gone = { ...last, isLive: false, pagesPerSecondNow: null, endsBy: null };
  const lines = statusText({ ...REPORT, last: gone, warnings: [] }, PLAIN);
  assert.equal(
    lines[0],
    "site.db: run 3 was last heard of 1s ago (process 4711 on here); the next crawl continues it",
  );
  assert.match(lines[2] ?? "", /^ {2}2\.0 pages per second, 99\.2% of/);
  assert.equal(lines[3], "  left: at least 1h 20m (an estimate; links were still being found)");
  assert.match(lines.at(-1) ?? "", / silent /);
});

test("many hosts and kinds of error are summed up, and nothing is wider than the terminal", () => {
  const { last } = REPORT;
  assert(last !== null);
  const waitingHosts = Array.from({ length: 20 }, (_, at) => ({
    origin: `https://${"long-".repeat(20)}${at}.example`,
    pending: 100 - at,
    intervalMs: 1_000,
    leftMs: 100_000,
  }));
  const errorKinds = Array.from({ length: 12 }, (_, at) => ({
    error: null,
    status: 500 + at,
    count: 12 - at,
  }));
  const lines = statusText(
    { ...REPORT, last: { ...last, waitingHosts, hosts: 30, errorKinds } },
    PLAIN,
    80,
  );
  assert.ok(lines.includes("and 22 more hosts"), lines.join("\n"));
  assert.ok(lines.includes("and 10 of other kinds"), lines.join("\n"));
  for (const line of lines.slice(1)) assert.ok(textWidth(line) <= 80, line);
});

test("what a site or a machine is called controls no terminal", () => {
  const { last } = REPORT;
  assert(last !== null);
  const evil = "a\u001b[2Jb";
  const text = statusText(
    {
      ...REPORT,
      dbPath: evil,
      runs: [{ ...RUN, hostname: evil }],
      last: {
        ...last,
        waitingHosts: [{ origin: evil, pending: 1, intervalMs: 1, leftMs: 1 }],
        errorKinds: [{ error: evil, status: null, count: 1 }],
      },
      warnings: [{ code: "x", message: evil }],
    },
    PLAIN,
  ).join("\n");
  assert.ok(!text.includes("\u001b"), text);
});

test("a database without a run says so, as text and as JSON", () => {
  const empty: StatusReport = { dbPath: "x.db", now: NOW, runs: [], last: null, warnings: [] };
  assert.deepEqual(statusText(empty, PLAIN), ["x.db has no run yet"]);
  const json = statusJson(empty) as Record<string, unknown>;
  assert.equal(json["live"], false);
  assert.equal(json["pid"], null);
  assert.equal(json["pages_per_second"], null);
  assert.deepEqual(json["runs"], []);
});
