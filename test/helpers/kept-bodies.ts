/** Crawls that keep bodies, and what is found of them afterwards. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { TestContext } from "node:test";
import { CrawlDatabase, type FoundBody, type NoBody } from "../../src/storage/index.ts";
import { crawlSite, type CrawlOptions } from "./crawl-run.ts";
import { startSite, type Handler, type Route, type Site } from "./site-server.ts";

export const sha256 = (bytes: string | Buffer): string =>
  createHash("sha256").update(bytes).digest("hex");

export async function serve(
  t: TestContext,
  routes: Record<string, Route> | Handler,
): Promise<Site> {
  const site = await startSite(routes);
  t.after(() => site.close());
  return site;
}

export async function crawl(
  t: TestContext,
  site: Site,
  dbPath: string,
  options: Partial<CrawlOptions> = {},
): Promise<void> {
  const { result } = await crawlSite(t, {
    dbPath,
    seeds: [`${site.origin}/`],
    threads: 1,
    sitemaps: false,
    storeBodies: true,
    ...options,
  });
  assert.equal(result.reason, "frontier_empty");
  assert.deepEqual(brokenRules(dbPath), []);
}

export function brokenRules(dbPath: string): string[] {
  const db = CrawlDatabase.openReadOnly(dbPath);
  try {
    const checks = db.upkeep.checkInvariants({ allBodies: true });
    return checks.filter(({ count }) => count > 0).map(({ name }) => name);
  } finally {
    db.close();
  }
}

export function find(dbPath: string, url: string, runId: number | null = null): FoundBody | NoBody {
  const db = CrawlDatabase.openReadOnly(dbPath);
  try {
    return db.reports.body({ url, runId });
  } finally {
    db.close();
  }
}

export function bodyOf(dbPath: string, url: string, runId: number | null = null): string {
  const found = find(dbPath, url, runId);
  assert.ok("bytes" in found, JSON.stringify(found));
  return Buffer.from(found.bytes).toString("latin1");
}

/** Answers 304 to who holds `body`. */
export const versioned =
  (body: string): Handler =>
  (req, res) => {
    const etag = `"${sha256(body).slice(0, 8)}"`;
    const isHeld = req.headers["if-none-match"] === etag;
    res.writeHead(isHeld ? 304 : 200, { etag, "content-type": "text/html" });
    res.end(isHeld ? undefined : body);
  };
