/** What the user is told when a crawl has ended: its report, or what went wrong, and the exit code. */
import type { RunResult } from "../events.ts";
import { printable, printableJson } from "../reporting/printable.ts";
import { reportJson } from "../reporting/run-report.ts";
import { EXIT, type ExitCode } from "./command.ts";
import type { PreparedCrawl } from "./crawl-input.ts";
import { nextCommands } from "./next-commands.ts";
import { printReport } from "./print-report.ts";
import { hasRunBefore } from "./read-diff.ts";
import { readReport } from "./read-report.ts";
import { STOPPED } from "./run-crawl.ts";
import type { Terminal } from "./terminal.ts";

/** Tells how a run ended; returns the exit code that says so. */
export function tellResult(
  result: RunResult,
  prepared: PreparedCrawl,
  terminal: Terminal,
  options: { readonly once: boolean },
): ExitCode {
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
