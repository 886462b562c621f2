import { SETTINGS } from "../../settings.ts";
import { defineCommand } from "../command.ts";
import { packageVersion } from "../version.ts";

export const crawl = defineCommand({
  usage: "[<seed>...] [options]",
  description: [
    "Follows links from the seeds (http or https URLs) and writes pages, links, fetches and connections to a SQLite database. An unfinished run of the same database is continued, which needs the same seeds, scope, include, exclude and robots settings. Without seeds it continues the unfinished run, else repeats the last run's seeds.",
    "Durations are written 500ms, 20s, 5m, 2h or 7d; sizes 65536, 512K, 10M or 2G (1024-based). Every on/off option has its --no- form. Each option is also a key of the config file, its name in camelCase.",
    "Exit codes: 0 finished, 2 wrong usage, 3 another process holds the database, 4 stopped by a signal, 5 storage failed, 7 every seed failed, 1 a defect of webspool.",
  ],
  examples: [
    { text: "100 pages of a site", command: "webspool crawl https://example.com/ --max-pages 100" },
    {
      text: "your own server, as fast as it goes, with links to other sites checked",
      command: "webspool crawl https://example.com/ --profile own --check external --db own.db",
    },
    {
      text: "from cron: skip while an earlier one still works, end after an hour",
      command: "webspool crawl --config site.json --if-running skip --max-duration 1h --quiet",
    },
    {
      text: "with an archive of all that went over the wire, for replay",
      command: "webspool crawl https://example.com/ --db site.db --warc archive",
    },
    {
      text: "seeds from another program",
      command: "cat urls.txt | webspool crawl --seeds - --max-depth 0",
    },
  ],
  operands: { min: 0, max: Infinity, called: "seeds" },
  options: SETTINGS,
  async run({ terminal, operands, values }) {
    // Loaded late: the crawler brings its threads' and storage's libraries, which help does not need.
    const [{ prepareCrawl }, { runCrawl }] = await Promise.all([
      import("../crawl-input.ts"),
      import("../run-crawl.ts"),
    ]);
    const prepared = await prepareCrawl({
      operands,
      values,
      stdin: terminal.stdin,
      version: packageVersion(),
      previousSeeds: async (dbPath) => (await import("../../crawl-start.ts")).previousSeeds(dbPath),
    });
    return await runCrawl(prepared, terminal);
  },
});
