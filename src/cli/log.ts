/** The NDJSON log of `--log`: one object a line, times in epoch milliseconds. Only this file knows pino. */
import type { EventEmitter } from "node:events";
import { destination, pino } from "pino";
import type { CrawlEvents } from "../events.ts";

export interface CrawlLog {
  /** Writes what is still in memory. */
  close(): void;
}

/**
 * Writes a crawl's events to `file`, appending, from its start on; SIGHUP opens the file anew, as
 * logrotate wants it. A log that cannot be written is told once and stops no crawl.
 */
export function logEvents(
  events: EventEmitter<CrawlEvents>,
  file: string,
  failed: (error: Error) => void,
): CrawlLog {
  let close: (() => void) | null = null;
  events.once("start", (start) => {
    // Buffered: at thousands of pages a second a write each would cost the coordinator too much.
    const stream = destination({ dest: file, append: true, sync: false, minLength: 8_192 });
    let broken = false;
    stream.on("error", (error: Error) => {
      if (!broken) failed(error);
      broken = true;
    });
    const log = pino(
      {
        base: { pid: process.pid },
        formatters: { level: (label) => ({ level: label }) },
        messageKey: "event",
      },
      stream,
    );
    const flush = setInterval(() => stream.flush(), 1_000).unref();
    const reopen = (): void => stream.reopen();
    process.on("SIGHUP", reopen);
    log.info(start, "start");
    events.on("outcome", (outcome) => log.info(outcome, "outcome"));
    events.on("warning", (warning) => log.warn(warning, "warning"));
    events.on("stopping", (stopping) => log.info(stopping, "stopping"));
    events.on("end", (end) => log.info(end, "end"));
    close = () => {
      clearInterval(flush);
      process.off("SIGHUP", reopen);
      // A stream that never got to open its file has nothing that could be flushed.
      if (!broken) stream.flushSync();
    };
  });
  return { close: () => close?.() };
}
