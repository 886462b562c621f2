/** The text report on stdout. */
import { reportText } from "../reporting/report-text.ts";
import type { RunReport } from "../reporting/run-report.ts";
import { nextCommands } from "./next-commands.ts";
import type { Terminal } from "./terminal.ts";

/** @param next whether what to do next is said too */
export function printReport(
  report: RunReport,
  { stdout }: Terminal,
  { next }: { readonly next: boolean },
): void {
  const bold = (text: string): string => stdout.style("bold", text);
  for (const line of reportText(report, bold)) stdout.line(line);
  if (!next) return;
  stdout.line();
  stdout.line(bold("Next"));
  for (const [command, text] of nextCommands(report.dbPath, report.state, process.env)) {
    stdout.line(`  ${stdout.style("dim", `# ${text}`)}`);
    stdout.line(`  ${command}`);
  }
}
