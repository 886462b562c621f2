/** Runs one crawl in front of a user: start line, progress, log, signals; `tell-result.ts` tells its end. */
import { Crawl } from "../crawl.ts";
import type { RunResult } from "../events.ts";
import { formatAmount } from "../reporting/format.ts";
import { printable } from "../reporting/printable.ts";
import { boundHeaps } from "./bound-heap.ts";
import { EXIT, type ExitCode } from "./command.ts";
import type { PreparedCrawl } from "./crawl-input.ts";
import { LeftOut } from "./left-out.ts";
import { ProgressLine } from "./progress.ts";
import type * as TellResult from "./tell-result.ts";
import type { Terminal } from "./terminal.ts";

/** What is told of a run that a signal ended. */
export const STOPPED = "stopped by a signal; the same command continues it.";

/** @param options.once the same command would not continue this run, but begin anew */
export async function runCrawl(
  prepared: PreparedCrawl,
  terminal: Terminal,
  options: { readonly once: boolean } = { once: false },
): Promise<ExitCode> {
  const { dbPath, output } = prepared;
  const { stderr } = terminal;
  const crawl = new Crawl(prepared);
  const progress = new ProgressLine(stderr, () => crawl.progress());
  const note = (line: string): void => {
    if (!output.quiet) progress.note(line);
  };
  const warn = (message: string): void =>
    note(`${stderr.style("yellow", "warning:")} ${printable(message)}`);

  crawl.events.on("waiting", () =>
    note(`${printable(dbPath)}: another process is crawling into it; waiting for it to end`),
  );
  crawl.events.on("start", ({ runId, continued }) => {
    note(`${printable(dbPath)}: run ${runId}, ${continued ? "continued" : "new"}`);
    if (!output.quiet) progress.start();
  });
  crawl.events.on("warning", ({ message }) => warn(message));
  crawl.events.on("stopping", ({ reason, inFlight }) => {
    // A limit that nothing has to be waited for is told by the report.
    if (inFlight === 0 && reason !== "signal") return;
    const again = reason === "signal" ? "; once more to stop at once" : "";
    note(`stopping: ${formatAmount(inFlight, "request")} in flight${again}`);
  });
  const telling = tellingOf(crawl);
  const leftOut = new LeftOut(crawl.events);
  // Told in quiet too: what is no longer written cannot tell it.
  const stopped = (option: string) => (error: Error) =>
    progress.note(
      `webspool: ${option} cannot be written (${printable(error.message)}); the crawl goes on.`,
    );
  const { log: logFile, metricsFile } = output;
  // Loaded where they are asked for: 20 ms.
  const log =
    logFile === null
      ? null
      : (await import("./log.ts")).logEvents(crawl.events, logFile, stopped("--log"));
  const metrics =
    metricsFile === null
      ? null
      : (await import("./metrics-file.ts")).writeMetrics(
          crawl,
          { ...prepared, file: metricsFile },
          stopped("--metrics-file"),
        );

  const signals = watchSignals(crawl);
  const heaps = boundHeaps(prepared.settings.threads);
  crawl.events.once("threadStarted", () => heaps.bound());
  let result: RunResult | null | "aborted";
  try {
    result = await Promise.race([crawl.run(), signals.second]);
  } finally {
    signals.ignore();
    heaps.letGrow();
    if (leftOut.message !== null) warn(leftOut.message);
    progress.stop();
    log?.close();
    metrics?.close();
  }
  if (result === "aborted") {
    if (output.quiet) stderr.line(`webspool: ${printable(dbPath)}: ${STOPPED}`);
    return EXIT.interrupted;
  }
  if (result === null) {
    note(`${printable(dbPath)}: another process is crawling into it, so this one was skipped`);
    return EXIT.ok;
  }
  const { tellResult } = await telling();
  return tellResult(result, prepared, terminal, options);
}

/**
 * What tells the end, loaded when the first answer has come: before that it would delay it, and at the end of
 * a long crawl another version may stand in its place.
 */
function tellingOf({ events }: Crawl): () => Promise<typeof TellResult> {
  let loaded: Promise<typeof TellResult> | null = null;
  const load = (): Promise<typeof TellResult> => (loaded ??= import("./tell-result.ts"));
  events.once("outcome", () => void load());
  return load;
}

/** The first signal stops the crawl in good order, the second ends it. */
function watchSignals(crawl: Crawl): { second: Promise<"aborted">; ignore(): void } {
  const { promise, resolve } = Promise.withResolvers<"aborted">();
  let started = false;
  let received = 0;
  crawl.events.on("start", () => (started = true));
  const receive = (): void => {
    received += 1;
    if (started && received === 1) {
      crawl.stop("signal");
    } else {
      // Not yet started, it waits for another process: there is nothing to bring to an end.
      crawl.abort();
      resolve("aborted");
    }
  };
  process.on("SIGINT", receive);
  process.on("SIGTERM", receive);
  return {
    second: promise,
    ignore() {
      process.off("SIGINT", receive);
      process.off("SIGTERM", receive);
    },
  };
}
