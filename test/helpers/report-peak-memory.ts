/**
 * Preloaded into a process (`NODE_OPTIONS=--import=...`), writes the most memory it ever had resident, in
 * bytes, into the file that PEAK_MEMORY_FILE names when it ends.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

const file = process.env["PEAK_MEMORY_FILE"];

if (isMainThread && file !== undefined) {
  process.on("exit", () => writeFileSync(file, String(peakBytes())));
}

/**
 * Linux counts in `maxRSS` what the process that started this one had at that moment: a test that holds
 * 300 MB of pages would be measured in place of the crawl that reads them.
 */
function peakBytes(): number {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS * 1024;
  const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  if (kilobytes === undefined) throw new Error("no VmHWM in /proc/self/status");
  return Number(kilobytes) * 1024;
}
