import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, mock, test } from "node:test";
import { ProgressLine } from "../../src/cli/progress.ts";
import { Output } from "../../src/cli/terminal.ts";
import type { CrawlProgress } from "../../src/events.ts";

const PROGRESS: CrawlProgress = {
  counters: {
    pages: 10,
    requests: 10,
    requestsReused: 9,
    connectionsOpened: 1,
    bytesWire: 0,
    bytesBody: 0,
    errors: 0,
    links: 0,
  },
  pending: 5,
  inFlight: 1,
  activeHosts: 1,
  elapsedMs: 2_000,
};

beforeEach(() => mock.timers.enable({ apis: ["setInterval"] }));
afterEach(() => mock.timers.reset());

function startProgress(terminal: { isTTY: boolean; columns?: number }): {
  progress: ProgressLine;
  written: () => string;
} {
  const stream = Object.assign(new PassThrough(), terminal);
  const output = new Output(stream as unknown as NodeJS.WriteStream);
  const progress = new ProgressLine(output, () => PROGRESS);
  progress.start();
  return { progress, written: () => (stream.read() as Buffer | null)?.toString() ?? "" };
}

const ERASE = "\r\u001b[K";
/** The rate is one of moments: the second of two that are alike has none. */
const MOVED_ON = "10 pages, -/s, 5 pending, 1 in flight, 0 errors, 90% reused, 2s";
const LINE = "10 pages, 5.0/s, 5 pending, 1 in flight, 0 errors, 90% reused, 2s";

test("on a terminal one line is rewritten, and gone at the end", (t) => {
  const term = process.env["TERM"];
  process.env["TERM"] = "xterm";
  t.after(() => (process.env["TERM"] = term));
  const { progress, written } = startProgress({ isTTY: true, columns: 100 });
  assert.equal(written(), ERASE + LINE);
  mock.timers.tick(200);
  assert.equal(written(), ERASE + MOVED_ON);
  progress.note("a warning");
  assert.equal(written(), `${ERASE}a warning\n${ERASE}${MOVED_ON}`);
  progress.stop();
  assert.equal(written(), ERASE);
  progress.stop();
  mock.timers.tick(1_000);
  assert.equal(written(), "");
});

test("on a narrow terminal the line never reaches the last cell", (t) => {
  const term = process.env["TERM"];
  process.env["TERM"] = "xterm";
  t.after(() => (process.env["TERM"] = term));
  const { progress, written } = startProgress({ isTTY: true, columns: 30 });
  assert.ok(written().length - ERASE.length <= 29);
  progress.stop();
});

test("elsewhere there is a plain line every ten seconds", () => {
  const { progress, written } = startProgress({ isTTY: false });
  assert.equal(written(), "");
  mock.timers.tick(9_999);
  assert.equal(written(), "");
  mock.timers.tick(1);
  assert.equal(written(), `${LINE}\n`);
  progress.stop();
  assert.equal(written(), "");
});
