import { UsageError } from "../../errors.ts";
import { printable, printableJson } from "../../reporting/printable.ts";
import { pruneJson, pruneText } from "../../reporting/prune-text.ts";
import { count, duration, flag } from "../../setting-kinds.ts";
import { SETTINGS, type Setting } from "../../settings.ts";
import { defineCommand, EXIT } from "../command.ts";
import { DB_OPTION, formOption } from "../read-options.ts";

function option<T>(
  kind: Setting<T>["kind"],
  value: Setting<T>["default"],
  description: string,
): Setting<T> {
  return { group: "The run", kind, default: value, description };
}

export const prune = defineCommand({
  usage: "--keep-runs N | --older-than D [options]",
  description: [
    "Removes attempts, connections, sessions, page versions and their texts, links that are gone, robots.txt versions and extracted fields of old runs, and bodies that no attempt names any more. With both rules a run is kept that either keeps. The newest finished run is always kept, and an unfinished one.",
    "Exact as before stay: reports and differences of the runs that are kept, what is there now, since when broken links are broken, and what the next crawl goes by. URLs and the counters of old runs stay too.",
    "It never works beside a crawl of the same database. Killed at any moment it leaves a sound database; the same command again does the rest. To make the file smaller takes as much free space for a while as twice what is left.",
  ],
  examples: [
    { text: "from cron, after the crawl", command: "webspool prune --keep-runs 10 --db site.db" },
    { text: "what would go?", command: "webspool prune --older-than 90d --dry-run" },
  ],
  operands: { min: 0, max: 0, called: "arguments" },
  options: {
    db: { ...DB_OPTION, description: "The SQLite database to prune." },
    keepRuns: option(count(1), null, "Keep the newest N finished runs."),
    olderThan: option(
      duration(0, 100 * 365 * 86_400_000),
      null,
      "Keep the runs that ended within this time, such as 90d.",
    ),
    dryRun: option(flag(), false, "Remove nothing, only tell how many rows would go."),
    vacuum: option(
      flag(),
      true,
      "Give the space back to the disk; without it the next runs use it.",
    ),
    ifRunning: {
      ...SETTINGS.ifRunning,
      description:
        "When another live process holds this database: exit 0 at once, wait and then prune, or exit 3.",
    },
    json: formOption("One JSON object."),
  },
  async run({ terminal, values }) {
    const { keepRuns = null, olderThan = null, dryRun = false, vacuum = true } = values;
    if (keepRuns === null && olderThan === null) {
      throw new UsageError(
        "no_rule",
        "webspool prune takes --keep-runs N or --older-than D: say what is to be kept.",
      );
    }
    const [{ pruneDatabase }, { defaultDb }] = await Promise.all([
      import("../prune-database.ts"),
      import("../default-db.ts"),
    ]);
    const dbPath = values.db ?? defaultDb();
    const pruned = await pruneDatabase({
      dbPath,
      rule: { keepRuns, olderThanMs: olderThan, now: Date.now() },
      dryRun,
      vacuum,
      ifRunning: values.ifRunning ?? "fail",
    });
    const { stdout, stderr } = terminal;
    if (pruned === null) {
      stderr.line(`${printable(dbPath)}: another process is at work on it, so it was not pruned`);
    } else if (values.json === true) {
      stdout.line(printableJson(pruneJson(pruned)));
    } else {
      const heading = (text: string): string => stdout.style("bold", text);
      for (const line of pruneText(pruned, heading)) stdout.line(line);
    }
    return EXIT.ok;
  },
});
