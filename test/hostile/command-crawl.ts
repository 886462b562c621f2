/** A crawl by the command as it is published, and the most memory that it ever had. */
import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildPackage } from "../helpers/built-package.ts";
import { CliProcess, type Ended } from "../helpers/cli-process.ts";
import { CA_FILE } from "./cases/tls.ts";

/** A machine with much other work takes several times the usual half minute. */
const LONGEST_MS = 300_000;

export interface CommandCrawl {
  readonly ended: Ended;
  readonly elapsedMs: number;
  readonly peakBytes: number;
}

/** Crawls into `crawl.db` of that folder. @param args seeds and options */
export async function crawlByCommand(
  folder: string,
  args: readonly string[],
): Promise<CommandCrawl> {
  const main = buildPackage(mkdtempSync(join(folder, "package-")));
  const preloaded = join(import.meta.dirname, "../helpers/report-peak-memory.ts");
  const peak = join(folder, "peak");
  const env = {
    ...process.env,
    NODE_EXTRA_CA_CERTS: CA_FILE,
    NODE_OPTIONS: `--import=${pathToFileURL(preloaded).href}`,
    PEAK_MEMORY_FILE: peak,
  };
  const startedAt = Date.now();
  const how = { env, main, longestMs: LONGEST_MS };
  const { ended } = new CliProcess(folder, ["crawl", ...args, "--db", "crawl.db"], how);
  const end = await ended;
  const elapsedMs = Date.now() - startedAt;
  return { ended: end, elapsedMs, peakBytes: Number(readFileSync(peak, "utf8")) };
}
