/** Sites that are archived, and what is asked of their archives. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { startSite, type Route, type Site } from "./site-server.ts";
import type { ArchivedRecord } from "./warc-archive.ts";

export const HTML = { "content-type": "text/html" };

export function archiveFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "webspool-warc-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "archive");
}

export async function site(context: TestContext, routes: Record<string, Route>): Promise<Site> {
  const started = await startSite(routes);
  context.after(() => started.close());
  return started;
}

export function links(...paths: string[]): string {
  return paths.map((path) => `<a href="${path}">${path}</a>`).join("");
}

/** The one record of that kind for a path. */
export function only(
  records: readonly ArchivedRecord[],
  type: string,
  url: string,
): ArchivedRecord {
  const found = records.filter((record) => record.type === type && record.url === url);
  assert.equal(found.length, 1, `${type} of ${url}`);
  return found[0]!;
}
