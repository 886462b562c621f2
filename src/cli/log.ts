/**
 * The NDJSON log of `--log`: one object a line, times in epoch milliseconds. Its field names are a promise
 * to log shippers (docs/cron.md) and those of the tables' columns, so they are named here and not taken
 * from the events. Only this file knows pino.
 */
import type { EventEmitter } from "node:events";
import { closeSync, openSync } from "node:fs";
import { destination, pino, type Level } from "pino";
import type { CrawlEvents, OutcomeEvent, RunResult } from "../events.ts";
import { escapeJson } from "../reporting/printable.ts";

export interface CrawlLog {
  /** Writes what is still in memory. */
  close(): void;
}

/**
 * Writes a crawl's events to `file`, appending, from its start on; SIGHUP opens the file anew, as
 * logrotate wants it. A log that cannot be written is told and stops no crawl; SIGHUP tries it again.
 */
export function logEvents(
  events: EventEmitter<CrawlEvents>,
  file: string,
  failed: (error: Error) => void,
): CrawlLog {
  let close: (() => void) | null = null;
  let reopen: (() => void) | null = null;
  // From now on: the signal must not end a process that has not begun to crawl yet either.
  const hangUp = (): void => reopen?.();
  process.on("SIGHUP", hangUp);
  events.once("start", ({ runId, continued, dbPath }) => {
    // Buffered: at thousands of pages a second a write each would cost the coordinator too much.
    const stream = destination({ dest: file, append: true, sync: false, minLength: 8_192 });
    let broken = false;
    stream.on("error", (error: Error) => {
      if (!broken) failed(error);
      broken = true;
    });
    const log = pino(
      {
        base: { pid: process.pid, db: dbPath, run: runId },
        formatters: { level: (label) => ({ level: label }) },
        messageKey: "event",
      },
      // People read it in a terminal too, and what a site sent must not control that.
      { write: (line) => stream.write(`${escapeJson(line.slice(0, -1))}\n`) },
    );
    const flush = setInterval(() => stream.flush(), 1_000).unref();
    reopen = () => {
      // The stream does not get over a failure to reopen: it would close its old file twice later on.
      try {
        closeSync(openSync(file, "a"));
      } catch (error) {
        failed(error instanceof Error ? error : new Error(String(error)));
        return;
      }
      stream.reopen();
    };
    log.info({ continued }, "start");
    events.on("outcome", (outcome) => {
      log[outcome.error === null ? "info" : "warn"](outcomeFields(outcome), "outcome");
    });
    events.on("warning", ({ code, message }) => log.warn({ code, message }, "warning"));
    events.on("stopping", ({ reason, inFlight }) =>
      log.info({ reason, in_flight: inFlight }, "stopping"),
    );
    events.on("end", (end) => log[levelOf(end)](endFields(end), "end"));
    close = () => {
      clearInterval(flush);
      // A stream that never got to open its file has nothing that could be flushed.
      if (!broken) stream.flushSync();
    };
  });
  return {
    close() {
      process.off("SIGHUP", hangUp);
      close?.();
    },
  };
}

function levelOf({ reason }: RunResult): Level {
  if (reason === "storage" || reason === "internal") return "error";
  return reason === "all_seeds_failed" ? "warn" : "info";
}

function outcomeFields(outcome: OutcomeEvent): Record<string, unknown> {
  return {
    url: outcome.url,
    kind: outcome.kind,
    status: outcome.status,
    error: outcome.error,
    detail: outcome.detail,
    settled: outcome.settled,
    total_ms: outcome.totalMs,
    bytes_body: outcome.bytesBody,
    reused: outcome.reused,
    new_connection_reason: outcome.newConnectionReason,
    links: outcome.links,
    thread: outcome.thread,
  };
}

function endFields({
  state,
  reason,
  detail,
  counters,
  activeMs,
}: RunResult): Record<string, unknown> {
  return {
    state,
    reason,
    detail,
    active_ms: activeMs,
    pages: counters.pages,
    requests: counters.requests,
    requests_reused: counters.requestsReused,
    connections_opened: counters.connectionsOpened,
    bytes_wire: counters.bytesWire,
    bytes_body: counters.bytesBody,
    errors: counters.errors,
    links: counters.links,
  };
}
