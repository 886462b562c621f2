/** The module of --plugin, by its path and what is in it. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "./errors.ts";
import type { PluginModule } from "./thread-config.ts";

const WHY: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist",
  EISDIR: "it is a folder",
  EACCES: "reading it is not permitted",
};

/**
 * @param file relative to the working directory
 * @throws UsageError when it cannot be read
 */
export function pluginModule(file: string): PluginModule {
  const path = resolve(file);
  try {
    return { file: path, sha256: createHash("sha256").update(readFileSync(path)).digest("hex") };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    const why = WHY[String(code)] ?? (error instanceof Error ? error.message : String(error));
    throw new UsageError(
      "plugin_unreadable",
      `--plugin cannot read ${JSON.stringify(file)}: ${why}.`,
      { cause: error },
    );
  }
}
