/** Runs one crawl in front of a user: start line, progress, log, signals, report, exit code. */
import { Crawl } from "../crawl.ts";
import type { RunResult } from "../events.ts";
import { formatAmount } from "../reporting/format.ts";
import { printable, printableJson } from "../reporting/printable.ts";
import { reportJson } from "../reporting/run-report.ts";
import { EXIT, type ExitCode } from "./command.ts";
import type { PreparedCrawl } from "./crawl-input.ts";
import { LeftOut } from "./left-out.ts";
import { logEvents } from "./log.ts";
import { writeMetrics } from "./metrics-file.ts";
import { nextCommands } from "./next-commands.ts";
import { printReport } from "./print-report.ts";
import { ProgressLine } from "./progress.ts";
import { hasRunBefore } from "./read-diff.ts";
import { readReport } from "./read-report.ts";
import type { Terminal } from "./terminal.ts";

const STOPPED = "stopped by a signal; the same command continues it.";

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
  const leftOut = new LeftOut(crawl.events);
  // Told in quiet too: what is no longer written cannot tell it.
  const stopped = (option: string) => (error: Error) =>
    progress.note(
      `webspool: ${option} cannot be written (${printable(error.message)}); the crawl goes on.`,
    );
  const { log: logFile, metricsFile } = output;
  const log = logFile === null ? null : logEvents(crawl.events, logFile, stopped("--log"));
  const metrics =
    metricsFile === null
      ? null
      : writeMetrics(crawl, { ...prepared, file: metricsFile }, stopped("--metrics-file"));

  const signals = watchSignals(crawl);
  let result: RunResult | null | "aborted";
  try {
    result = await Promise.race([crawl.run(), signals.second]);
  } finally {
    signals.ignore();
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
  tell(result, prepared, terminal, options);
  return exitCodeOf(result);
}

/** The exit code that says how a run ended. */
function exitCodeOf({ state, reason }: RunResult): ExitCode {
  if (reason === "all_seeds_failed") return EXIT.allSeedsFailed;
  if (reason === "storage") return EXIT.storage;
  if (reason === "internal") return EXIT.defect;
  return state === "interrupted" ? EXIT.interrupted : EXIT.ok;
}

function tell(
  result: RunResult,
  prepared: PreparedCrawl,
  terminal: Terminal,
  { once }: { readonly once: boolean },
): void {
  const { dbPath, output } = prepared;
  const { stdout, stderr } = terminal;
  if (result.reason === "internal") {
    stderr.line(`webspool: this is a defect of webspool; please report it:`);
    stderr.line((result.detail ?? "no detail").split("\n").map(printable).join("\n"));
  } else if (result.reason === "storage") {
    stderr.line(`webspool: ${printable(result.detail ?? "The database could not be written.")}`);
  }
  if (output.quiet) {
    // Whom only trouble concerns is to hear of these.
    const db = printable(dbPath);
    if (result.reason === "all_seeds_failed") {
      stderr.line(`webspool: ${db}: every seed failed${whyOf(dbPath, result.runId)}.`);
    } else if (result.state === "interrupted") {
      stderr.line(`webspool: ${db}: ${STOPPED}`);
    }
  }
  // A damaged database may not be readable either; what went wrong has been said.
  if (result.reason === "storage" || (output.quiet && !output.json)) return;
  const report = readReport(dbPath, result.runId);
  if (output.json) stdout.line(printableJson(reportJson(report)));
  else
    printReport(
      report,
      terminal,
      nextCommands(
        dbPath,
        {
          state: once ? "finished" : report.state,
          hasBefore: hasRunBefore(dbPath, result.runId),
        },
        process.env,
      ),
    );
}

/** The errors and statuses of a run whose seeds failed, as a bracket. */
function whyOf(dbPath: string, runId: number): string {
  const { errorCodes, statuses } = readReport(dbPath, runId);
  const codes = errorCodes.map(({ error }) => printable(error));
  const answers = statuses.flatMap(({ status }) => (status === null ? [] : [`status ${status}`]));
  const all = [...codes, ...answers];
  return all.length === 0 ? "" : ` (${all.join(", ")})`;
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
