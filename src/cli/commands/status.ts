import { printableJson } from "../../reporting/printable.ts";
import { statusJson } from "../../reporting/run-status.ts";
import { statusText } from "../../reporting/status-text.ts";
import { UsageError } from "../../errors.ts";
import { defineCommand, EXIT, type OptionValues } from "../command.ts";
import { DB_OPTION, formOption } from "../read-options.ts";
import type { Terminal } from "../terminal.ts";
import { watch, WATCH_OPTION } from "../watch.ts";

const OPTIONS = {
  db: DB_OPTION,
  json: formOption("One JSON object; with --watch one a line."),
  pid: formOption("Only the process id of the live run; nothing when none lives."),
  watch: WATCH_OPTION,
};

export const status = defineCommand({
  usage: "[options]",
  description: [
    "Of the last run: pages per second in the last minute and overall, what waits per host, how long that will take, and errors by kind. How long is an estimate from the present pace, and the least while links are still being found. The keys of --json are in docs/cron.md.",
  ],
  examples: [
    { text: "while a crawl runs elsewhere", command: "webspool status --db site.db" },
    { text: "every two seconds", command: "webspool status --db site.db --watch 2s" },
    { text: "for a monitor", command: "webspool status --json" },
    { text: "reopen the log of a live crawl", command: "kill -HUP $(webspool status --pid)" },
  ],
  operands: { min: 0, max: 0, called: "arguments" },
  options: OPTIONS,
  async run({ terminal, values }) {
    if (values.json === true && values.pid === true) {
      throw new UsageError("options_conflict", "--json and --pid exclude each other: give one.");
    }
    if (values.watch !== undefined && values.pid === true) {
      throw new UsageError("options_conflict", "--watch and --pid exclude each other: give one.");
    }
    const { defaultDb } = await import("../default-db.ts");
    const dbPath = values.db ?? defaultDb();
    const how = { pauseMs: values.watch, forPeople: values.json !== true };
    await watch(terminal.stdout, how, async () => await show(dbPath, values, terminal));
    return EXIT.ok;
  },
});

type Values = OptionValues<typeof OPTIONS>;

async function show(dbPath: string, { json, pid }: Values, { stdout }: Terminal): Promise<void> {
  // Loaded late: storage brings SQLite, which help does not need.
  const { readStatus } = await import("../read-status.ts");
  const found = readStatus(dbPath, Date.now());
  if (json === true) {
    stdout.line(printableJson(statusJson(found)));
  } else if (pid === true) {
    const [newest] = found.runs;
    if (newest !== undefined && found.last?.isLive === true) stdout.line(String(newest.pid));
  } else {
    const styles = {
      heading: (text: string) => stdout.style("bold", text),
      warning: (text: string) => stdout.style("yellow", text),
    };
    for (const line of statusText(found, styles, stdout.columns)) stdout.line(line);
  }
}
