/**
 * Preloaded into a process (`NODE_OPTIONS=--import=...`), writes the most memory it ever had resident, in
 * bytes, into the file that PEAK_MEMORY_FILE names when it ends.
 */
import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

const file = process.env["PEAK_MEMORY_FILE"];

if (isMainThread && file !== undefined) {
  process.on("exit", () => writeFileSync(file, String(process.resourceUsage().maxRSS * 1024)));
}
