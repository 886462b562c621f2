import { mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseHeldError } from "../../errors.ts";
import { SETTINGS } from "../../settings.ts";
import { defineCommand } from "../command.ts";
import { packageVersion } from "../version.ts";

const DEMO_DB = "data/demo.db";

// The demo brings its own seed and database, and always begins anew.
const { seeds: _seeds, db: _db, config: _config, fresh: _fresh, ...rest } = SETTINGS;
const { ifRunning: _ifRunning, recrawl: _recrawl, ...options } = rest;

export const demo = defineCommand({
  usage: "[options]",
  description: [
    `Serves a small site with a few faults on a free port of this machine and crawls it, without any network. ${DEMO_DB} is replaced each time.`,
  ],
  examples: [
    { text: "the whole demo", command: "webspool demo" },
    {
      text: "through one thread, its summary as JSON",
      command: "webspool demo --threads 1 --json",
    },
  ],
  operands: { min: 0, max: 0, called: "arguments" },
  options,
  async run({ terminal, values }) {
    const [{ prepareCrawl }, { runCrawl }, { serveDemoSite }, { RunLock }] = await Promise.all([
      import("../crawl-input.ts"),
      import("../run-crawl.ts"),
      import("../demo-site.ts"),
      import("../../storage/index.ts"),
    ]);
    const site = await serveDemoSite();
    try {
      const prepared = await prepareCrawl({
        operands: [`${site.origin}/`],
        values: { ...values, db: DEMO_DB },
        stdin: terminal.stdin,
        version: packageVersion(),
        previousSeeds: async () => null,
      });
      mkdirSync(dirname(DEMO_DB), { recursive: true });
      const lock = RunLock.acquire(DEMO_DB);
      if (lock === null) {
        throw new DatabaseHeldError(
          "database_held",
          `Another webspool process is crawling into ${DEMO_DB}: wait for it to end.`,
        );
      }
      // The lock file stays: another process may be about to take it.
      for (const ending of ["", "-wal", "-shm"]) rmSync(DEMO_DB + ending, { force: true });
      lock.release();
      return await runCrawl(prepared, terminal, { once: true });
    } finally {
      await site.close();
    }
  },
});
