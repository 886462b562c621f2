import { UsageError } from "../../errors.ts";
import { printable, printableJson } from "../../reporting/printable.ts";
import { reportJson } from "../../reporting/run-report.ts";
import { flag, formatSize, text } from "../../setting-kinds.ts";
import type { Setting } from "../../settings.ts";
import { defineCommand, EXIT } from "../command.ts";
import { DB_OPTION, formOption, RUN_OPTION } from "../read-options.ts";
import type { Terminal } from "../terminal.ts";

const HTML_OPTION: Setting<string> = {
  group: "Output",
  kind: text("FILE"),
  default: null,
  description: "Write the report as one HTML page with charts; - for standard output.",
};

const ISSUES_OPTION: Setting<boolean> = {
  group: "Output",
  kind: flag(),
  default: null,
  defaultText: "unless that takes long; not with --json",
  description:
    "Count the issues of a very large crawl too, however long it takes; with --json they come as `issues`. --no-issues: do not count them.",
};

export const report = defineCommand({
  usage: "[options]",
  description: [
    "--html writes a page for people: charts of statuses, depth, response times and connections, every kind of issue with examples, the slowest, the largest and the broken. It is one file that needs nothing else, for a browser in light or dark, or for paper. What it shows is told in docs/report.md.",
  ],
  examples: [
    { text: "the last run", command: "webspool report" },
    { text: "as a page to look at, or to send", command: "webspool report --html report.html" },
    {
      text: "with the issues of a crawl so large that they are not counted unasked",
      command: "webspool report --db site.db --issues",
    },
    {
      text: "an earlier one, for a program",
      command: "webspool report --db site.db --run 3 --json",
    },
  ],
  operands: { min: 0, max: 0, called: "arguments" },
  options: {
    db: DB_OPTION,
    run: RUN_OPTION,
    html: HTML_OPTION,
    force: formOption("Replace the file of --html."),
    json: formOption("One JSON object, the same as that of webspool crawl --json."),
    issues: ISSUES_OPTION,
  },
  async run({ terminal, values }) {
    const { html, force = false } = values;
    if (html !== undefined && values.json === true) {
      throw new UsageError("options_conflict", "--html and --json exclude each other: give one.");
    }
    if (html === undefined && force) {
      throw new UsageError("options_conflict", "--force replaces the file of --html: give both.");
    }
    const { defaultDb } = await import("../default-db.ts");
    const dbPath = values.db ?? defaultDb();
    if (html !== undefined) {
      const { run: runId, issues } = values;
      await writePage(terminal, { dbPath, runId, issues, path: html, force });
      return EXIT.ok;
    }
    const [{ readReport }, { printReport }, { readIssues, issueCommands }] = await Promise.all([
      import("../read-report.ts"),
      import("../print-report.ts"),
      import("../read-issues.ts"),
    ]);
    const read = readReport(dbPath, values.run);
    const { issues: wanted } = values;
    if (values.json === true) {
      const counted = wanted === true ? { issues: readIssues(read, wanted) } : {};
      terminal.stdout.line(printableJson({ ...reportJson(read), ...counted }));
    } else {
      const issues = readIssues(read, wanted);
      printReport(read, terminal, issueCommands(read, issues, process.env), issues);
    }
    return EXIT.ok;
  },
});

/** Nothing is read before it is known that the page may be written. */
async function writePage(
  { stdout, stderr }: Terminal,
  of: {
    readonly dbPath: string;
    readonly runId: number | undefined;
    readonly issues: boolean | undefined;
    readonly path: string;
    readonly force: boolean;
  },
): Promise<void> {
  const { dbPath, path, force, ...what } = of;
  const [{ readReportPage }, { checkNewFile, writeNewFile }] = await Promise.all([
    import("../read-report-page.ts"),
    import("../new-file.ts"),
  ]);
  const file = path === "-" ? null : { path, option: "--html", force };
  if (file !== null) checkNewFile(file, [dbPath]);
  const page = readReportPage({ dbPath, ...what, now: Date.now(), environment: process.env });
  if (file === null) stdout.write(page);
  else {
    writeNewFile(file, page);
    stderr.line(`wrote ${printable(path)} (${formatSize(Buffer.byteLength(page))})`);
  }
}
