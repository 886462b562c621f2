/** Runs a crawl as the command line would, into a database of its own, and opens it for questions. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { recordOf } from "../../src/cli/crawl-input.ts";
import { resolveSettings } from "../../src/crawl-settings.ts";
import { Crawl, type CrawlInput } from "../../src/crawl.ts";
import type { RunResult } from "../../src/events.ts";
import type { GivenSettings } from "../../src/settings.ts";
import { CrawlDatabase } from "../../src/storage/index.ts";

/** A path for a database in a folder that is removed when the test ends. */
export function temporaryDatabase(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "webspool-test-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "crawl.db");
}

export interface CrawlOptions extends Omit<GivenSettings, "seeds"> {
  readonly seeds: readonly string[];
  readonly headers?: readonly (readonly [string, string])[];
}

/** A crawl that is ready to run; loopback seeds get the profile `own`, two threads, short timeouts. */
export function newCrawl(
  dbPath: string,
  options: CrawlOptions,
  more: Partial<CrawlInput> = {},
): Crawl {
  const { seeds, headers = [], ...given } = options;
  const settings = resolveSettings(
    { threads: 2, timeout: 5_000, ...given },
    { seeds, headers, loopbackOnly: true, version: "0.0.0-test" },
  );
  return new Crawl({
    settings,
    dbPath,
    ifRunning: "fail",
    settingsRecord: recordOf(settings),
    version: "0.0.0-test",
    ...more,
  });
}

export interface FinishedCrawl {
  readonly result: RunResult;
  readonly dbPath: string;
  /** Rows of a query over the finished database. */
  readonly rows: (sql: string) => Record<string, unknown>[];
  /** The first column of a query's rows. */
  readonly column: (sql: string) => unknown[];
}

/** Runs a crawl to its end. */
export async function crawlSite(
  context: TestContext,
  options: CrawlOptions & { readonly dbPath?: string },
): Promise<FinishedCrawl> {
  const { dbPath = temporaryDatabase(context), ...rest } = options;
  const result = await newCrawl(dbPath, rest).run();
  if (result === null) throw new Error("the database was held by another process");
  return { result, dbPath, ...questions(dbPath) };
}

/** Runs a crawl of one thread, which starts sooner than two: for tests of what is asked, not how. */
export async function crawlWithOneThread(
  context: TestContext,
  options: CrawlOptions & { readonly dbPath?: string },
): Promise<FinishedCrawl> {
  return await crawlSite(context, { threads: 1, ...options });
}

/** Reads a database that no crawl writes at the moment, or one that does. */
export function questions(dbPath: string): Pick<FinishedCrawl, "rows" | "column"> {
  const ask = (sql: string): { columns: string[]; rows: unknown[][] } => {
    const db = CrawlDatabase.openReadOnly(dbPath);
    try {
      return db.query(sql);
    } finally {
      db.close();
    }
  };
  return {
    rows(sql) {
      const { columns, rows } = ask(sql);
      return rows.map((row) =>
        Object.fromEntries(columns.map((name, index) => [name, row[index]])),
      );
    },
    column: (sql) => ask(sql).rows.map((row) => row[0]),
  };
}
