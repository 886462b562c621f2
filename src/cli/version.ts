/** The version of the package this code belongs to. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

let version: string | undefined;

/** As in package.json: two folders up in the sources, three in the built package. */
export function packageVersion(): string {
  version ??= readVersion(import.meta.dirname);
  return version;
}

function readVersion(folder: string): string {
  const parent = dirname(folder);
  if (parent === folder) throw new Error("no package.json of webspool above its code");
  try {
    const content: unknown = JSON.parse(readFileSync(join(parent, "package.json"), "utf8"));
    const { name, version: found } = content as { name?: unknown; version?: unknown };
    if (name === "webspool" && typeof found === "string") return found;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  return readVersion(parent);
}
