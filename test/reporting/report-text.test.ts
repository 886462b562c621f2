import assert from "node:assert/strict";
import { test } from "node:test";
import { reportText } from "../../src/reporting/report-text.ts";
import { reportJson, type RunReport } from "../../src/reporting/run-report.ts";

const REPORT: RunReport = {
  dbPath: "a.db",
  runId: 3,
  state: "finished",
  reason: "max_pages",
  detail: null,
  seeds: ["https://example.com/"],
  version: "1.2.3",
  startedAt: 1_000,
  finishedAt: 11_000,
  prunedAt: null,
  activeMs: 10_000,
  pages: 1_200,
  links: 34_000,
  errors: 3,
  requests: 1_250,
  requestsReused: 1_240,
  connectionsOpened: 10,
  bytesWire: 3 * 1024 ** 2,
  bytesBody: 12 * 1024 ** 2,
  statuses: [
    { status: 200, count: 1_197 },
    { status: null, count: 3 },
  ],
  errorCodes: [{ error: "read_timeout", count: 3 }],
  openReasons: [{ reason: "first_use", count: 10, meaning: "the first" }],
  excluded: [],
  pending: 40,
  waitingHosts: [{ origin: "https://example.com", pending: 40 }],
  threads: [
    {
      thread: 1,
      requests: 1_250,
      requestsReused: 1_240,
      connectionsOpened: 10,
      waits: 2,
      waitMs: 15,
    },
  ],
};

const plain = (text: string): string => text;

test("the report says how the run ended, its totals, and each list that is not empty", () => {
  assert.deepEqual(reportText(REPORT, plain), [
    "Run 3 finished after 10s: --max-pages was reached",
    "",
    "  Pages            1,200  120 per second",
    "  Errors               3  no response, or a status of 400 or more",
    "  Links           34,000  distinct per page",
    "  Requests         1,250  robots.txt and sitemaps included",
    "  Connections         10  1,240 of 1,250 requests reused one (99.2%)",
    "  Received         3 MiB  12 MiB decoded",
    "",
    "Statuses",
    "  200              1,197  OK",
    "  none                 3  no response",
    "",
    "Failed without a response",
    "  read_timeout          3  nothing came for longer than --read-timeout",
    "",
    "Why connections were opened",
    "  first_use           10  the first",
    "",
    "Still waiting",
    "  https://example.com         40",
    "",
    "Threads",
    "  thread  requests  reused  opened  waits  waited",
    "       1     1,250   99.2%      10      2    15ms",
  ]);
});

test("notes are wrapped into a narrow terminal", () => {
  const lines = reportText(REPORT, plain, 50);
  const at = lines.findIndex((line) => line.includes("read_timeout"));
  assert.deepEqual(lines.slice(at, at + 2), [
    "  read_timeout          3  nothing came for longer",
    "                           than --read-timeout",
  ]);
});

test("a long list ends in how many more there are", () => {
  const statuses = Array.from({ length: 20 }, (_, at) => ({ status: 400 + at, count: 1 }));
  const lines = reportText({ ...REPORT, statuses }, plain);
  assert.ok(lines.includes("  and 12 more"));
});

test("what came from outside cannot control the terminal", () => {
  const lines = reportText(
    {
      ...REPORT,
      state: "failed",
      reason: "storage",
      detail: "\u001b[31mfull\nsecond line",
      errorCodes: [{ error: "\u009b", count: 1 }],
      waitingHosts: [{ origin: "http://\u202e", pending: 1 }],
    },
    plain,
  );
  assert.equal(lines[1], "  \\x1b[31mfull");
  for (const line of lines) assert.match(line, /^[\u0020-\u007e]*$/);
});

test("the JSON object has a null ratio of no requests", () => {
  assert.equal(reportJson(REPORT)["reuse_ratio"], 0.992);
  assert.equal(reportJson({ ...REPORT, requests: 0, requestsReused: 0 })["reuse_ratio"], null);
});
