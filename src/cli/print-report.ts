/** The text report on stdout. */
import type { IssuesLeftOut } from "../reporting/issues-left-out.ts";
import { issuesText } from "../reporting/issues-text.ts";
import { reportText } from "../reporting/report-text.ts";
import type { RunReport } from "../reporting/run-report.ts";
import type { IssueCount } from "../storage/index.ts";
import type { NextCommand } from "./next-commands.ts";
import type { Terminal } from "./terminal.ts";

/**
 * @param next the commands to name at the end, with a word on each
 * @param issues those to show, most severe first, or why there are none
 */
export function printReport(
  report: RunReport,
  { stdout }: Terminal,
  next: readonly NextCommand[],
  issues: readonly IssueCount[] | IssuesLeftOut = [],
): void {
  const bold = (text: string): string => stdout.style("bold", text);
  for (const line of reportText(report, bold, stdout.columns)) stdout.line(line);
  for (const line of issuesText(issues, bold, stdout.columns)) stdout.line(line);
  if (next.length === 0) return;
  stdout.line();
  stdout.line(bold("Next"));
  for (const [command, text] of next) {
    stdout.line(`  ${stdout.style("dim", `# ${text}`)}`);
    if (command !== null) stdout.line(`  ${command}`);
  }
}
