/** A worker thread that ends by itself costs the run what it had in flight, and no more. */
import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import type { RunResult } from "../../src/events.ts";
import { CrawlDatabase } from "../../src/storage/index.ts";
import type { ThreadOptions } from "../../src/worker-thread.ts";
import { newCrawl, questions, temporaryDatabase, type CrawlOptions } from "../helpers/crawl-run.ts";
import { startSite, type Site } from "../helpers/site-server.ts";

const MORTAL = new URL("./fixtures/mortal-worker.ts", import.meta.url);
const PAGES = 40;

interface Ended {
  readonly result: RunResult;
  readonly warnings: readonly string[];
  readonly site: Site;
  readonly rows: (sql: string) => Record<string, unknown>[];
  readonly column: (sql: string) => unknown[];
}

const links = (name: string): string =>
  Array.from({ length: PAGES }, (_, at) => `<a href="/${name}/${at}">x</a>`).join("");

/** A crawl of 40 slow pages, some pages that end the thread, and 40 more that come after. */
async function crawlMortal(
  t: TestContext,
  deadly: readonly string[],
  threadOptions: ThreadOptions,
  options: Omit<CrawlOptions, "seeds"> = {},
): Promise<Ended> {
  const deadlyLinks = deadly.map((path) => `<a href="${path}">x</a>`).join("");
  const site = await startSite((req, res) => {
    const delayMs = req.url?.startsWith("/slow/") === true ? 30 : 0;
    setTimeout(() => {
      res.setHeader("content-type", "text/html");
      if (req.url === "/") res.end(`${links("slow")}${deadlyLinks}`);
      else if (req.url === "/slow/0") res.end(links("later"));
      else res.end(`<title>${req.url}</title>`);
    }, delayMs);
  });
  t.after(() => site.close());
  const dbPath = temporaryDatabase(t);
  const crawl = newCrawl(
    dbPath,
    { seeds: [`${site.origin}/`], sitemaps: false, ...options },
    { threadOptions },
  );
  const warnings: string[] = [];
  crawl.events.on("warning", ({ code, message }) => warnings.push(`${code}: ${message}`));
  const result = await crawl.run();
  assert.ok(result !== null);
  const db = CrawlDatabase.openReadOnly(dbPath);
  try {
    const broken = db.upkeep.checkInvariants().filter(({ count }) => count > 0);
    assert.deepEqual(broken, []);
  } finally {
    db.close();
  }
  return { result, warnings, site, ...questions(dbPath) };
}

function assertOnlyDeadlyFailed(ended: Ended, deadly: readonly string[], why: RegExp): void {
  const { result, warnings, site, rows, column } = ended;
  assert.equal(result.reason, "frontier_empty");
  assert.equal(result.counters.pages, 1 + 2 * PAGES + deadly.length);
  assert.equal(result.counters.errors, deadly.length);
  const failed = rows(
    "select url, reason, detail from frontier join url on url.id = url_id where state = 'failed' order by url",
  );
  assert.deepEqual(
    failed.map(({ url, reason }) => [url, reason]),
    deadly.map((path) => [`${site.origin}${path}`, "thread_died"]),
  );
  for (const { detail } of failed) assert.match(String(detail), why);
  // Each deadly page was tried twice, and no other page was lost more than once.
  const lost = rows(
    "select url, count(*) as times from fetch join url on url.id = url_id where error = 'thread_died' group by url",
  );
  for (const { url, times } of lost) {
    assert.equal(
      times,
      deadly.some((path) => url === `${site.origin}${path}`) ? 2 : 1,
      String(url),
    );
  }
  assert.equal(warnings.length, 2 * deadly.length);
  for (const warning of warnings) assert.match(warning, /^thread_died: A worker thread ended/);
  assert.deepEqual(column("select count(*) from session where closed_at is null"), [0]);
  assert.deepEqual(column("select count(*) from connection where closed_at is null"), [0]);
}

// Side by side: most of their time they wait for threads to start, and for what was lost to be asked again.
void describe("a worker thread that ends", { concurrency: 2 }, () => {
  void test("process.exit in a thread costs the run only what was in flight there", async (t) => {
    const deadly = ["/exit"];
    const ended = await crawlMortal(t, deadly, { worker: MORTAL });
    assertOnlyDeadlyFailed(ended, deadly, /exit code 3/);
  });

  void test("an exception that nobody catches in a thread costs the run only what was in flight there", async (t) => {
    const deadly = ["/throw"];
    // --retries counts failures of the site, and this is none.
    const ended = await crawlMortal(t, deadly, { worker: MORTAL }, { retries: 0 });
    assertOnlyDeadlyFailed(ended, deadly, /user code threw/);
  });

  void test("a thread that runs out of memory costs the run only what was in flight there", async (t) => {
    const deadly = ["/memory"];
    const resourceLimits = { maxOldGenerationSizeMb: 48 };
    const ended = await crawlMortal(t, deadly, { worker: MORTAL, resourceLimits });
    assertOnlyDeadlyFailed(ended, deadly, /memory/);
  });

  void test("a thread in an endless loop is ended, and costs the run only what was in flight there", async (t) => {
    const deadly = ["/loop"];
    const ended = await crawlMortal(t, deadly, { worker: MORTAL, stuckAfterMs: 3_000 });
    assertOnlyDeadlyFailed(ended, deadly, /no answer any more/);
  });

  void test("a single thread is replaced as well", async (t) => {
    const deadly = ["/exit"];
    const { result, rows, column } = await crawlMortal(
      t,
      deadly,
      { worker: MORTAL },
      { threads: 1 },
    );
    assert.equal(result.counters.pages, 1 + 2 * PAGES + deadly.length);
    const failed = rows("select reason, count(*) as urls from frontier where state = 'failed'");
    assert.deepEqual(failed, [{ reason: "thread_died", urls: 1 }]);
    // The session that brought the first page ended with its thread; others went on after it.
    const [first, ...others] = rows("select thread, requests, closed_at from session order by id");
    assert.ok(first !== undefined && others.length > 0);
    assert.ok(Number(first["requests"]) > 0 && Number(others.at(-1)?.["requests"]) > 0);
    assert.notEqual(first["thread"], others.at(-1)?.["thread"]);
    const fetches = column("select count(*) from fetch where connection_id is not null");
    assert.deepEqual(fetches, [result.counters.requests]);
  });

  void test("threads that cannot be started end the run with the reason", async (t) => {
    const worker = new URL("./fixtures/stillborn-worker.ts", import.meta.url);
    const { result, rows } = await crawlMortal(t, [], { worker });
    assert.equal(result.reason, "internal");
    assert.match(result.detail ?? "", /^Error: Worker threads cannot be started: no such module/);
    assert.deepEqual(rows("select state, reason from run"), [
      { state: "failed", reason: "internal" },
    ]);
  });
});
