/**
 * Writes the reference docs that come from the code: docs/settings.md, docs/schema.md and docs/queries.md.
 * `--check` writes nothing and exits 1 when one of them is not what it would write.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { queriesMarkdown } from "./generate-queries.ts";
import { schemaMarkdown } from "./generate-schema.ts";
import { settingsMarkdown } from "./generate-settings.ts";

const documents: Readonly<Record<string, () => string>> = {
  "settings.md": settingsMarkdown,
  "schema.md": schemaMarkdown,
  "queries.md": queriesMarkdown,
};

const check = process.argv.includes("--check");
for (const [name, generate] of Object.entries(documents)) {
  const path = join(import.meta.dirname, name);
  const content = generate();
  if (content === current(path)) continue;
  if (check) {
    process.stderr.write(
      `docs/${name} is not what the code says: run npm run docs and commit it.\n`,
    );
    process.exitCode = 1;
  } else {
    writeFileSync(path, content);
    process.stdout.write(`wrote docs/${name}\n`);
  }
}

function current(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
