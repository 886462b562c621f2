/**
 * The package as it is published: compiled, in a folder of its own. Sources that run natively carry the
 * compiler in each thread, 20 to 30 MB of memory that no user of the package has.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";

/** A machine with much other work takes many times the usual second. */
const LONGEST_MS = 120_000;
const ROOT = join(import.meta.dirname, "../..");

/** Builds into `folder`, in which nothing else stays; returns the main module of the command. */
export function buildPackage(folder: string): string {
  const rolldown = join(ROOT, "node_modules/rolldown/bin/cli.mjs");
  const args = [rolldown, "--config", "rolldown.config.ts", "--dir", folder, "--log-level", "warn"];
  execFileSync(process.execPath, args, { cwd: ROOT, timeout: LONGEST_MS });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  copyFileSync(join(ROOT, "package.json"), join(folder, "package.json"));
  return join(folder, "src/cli/bin.js");
}
