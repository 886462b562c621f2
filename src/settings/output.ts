/** What is printed and written beside the database. */
import { flag, text } from "../setting-kinds.ts";
import { setting, type Setting } from "./setting.ts";

const GROUP = "Output";

export const OUTPUT = {
  quiet: setting(GROUP, flag(), false, "No progress and no report; errors only."),
  json: setting(GROUP, flag(), false, "The final summary as one JSON object on stdout."),
  log: setting(
    GROUP,
    text("FILE"),
    null,
    "Append an NDJSON log to this file, one object a line; SIGHUP opens it anew.",
  ),
  metricsFile: setting(
    GROUP,
    text("FILE"),
    null,
    "Keep the run's figures in this file for Prometheus' textfile collector, which wants its name to end in .prom: written at the start, every 15 s and at the end.",
  ),
} as const satisfies Record<string, Setting<unknown>>;
