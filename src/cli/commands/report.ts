import { printableJson } from "../../reporting/printable.ts";
import { reportJson } from "../../reporting/run-report.ts";
import { defineCommand, EXIT } from "../command.ts";
import { DB_OPTION, formOption, RUN_OPTION } from "../read-options.ts";

export const report = defineCommand({
  name: "report",
  summary: "Show what a run found and how its connections were reused",
  usage: "[options]",
  examples: [
    { text: "the last run", command: "webspool report" },
    {
      text: "an earlier one, for a program",
      command: "webspool report --db site.db --run 3 --json",
    },
  ],
  operands: { min: 0, max: 0, called: "arguments" },
  options: {
    db: DB_OPTION,
    run: RUN_OPTION,
    json: formOption("One JSON object, the same as that of webspool crawl --json."),
  },
  async run({ terminal, values }) {
    const [{ readReport }, { printReport }, { readIssues, issueCommands }, { defaultDb }] =
      await Promise.all([
        import("../read-report.ts"),
        import("../print-report.ts"),
        import("../read-issues.ts"),
        import("../default-db.ts"),
      ]);
    const read = readReport(values.db ?? defaultDb(), values.run);
    if (values.json === true) terminal.stdout.line(printableJson(reportJson(read)));
    else {
      const issues = readIssues(read);
      printReport(read, terminal, issueCommands(read, issues, process.env), issues ?? []);
    }
    return EXIT.ok;
  },
});
