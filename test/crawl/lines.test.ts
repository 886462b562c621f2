/** Requests of a quick host that are handed out ahead of time, and wait in line in their threads. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { RunResult } from "../../src/events.ts";
import { CrawlDatabase } from "../../src/storage/index.ts";
import { runCli, startCli, temporaryFolder } from "../helpers/cli-process.ts";
import { newCrawl, questions, temporaryDatabase, type CrawlOptions } from "../helpers/crawl-run.ts";
import { startSite, type Site } from "../helpers/site-server.ts";

const PAGES = 700;
const PER_HOST = 8;
/** Of the pages: lines have formed by then. */
const MIDDLE = 450;
const SLOW_MS = 500;

interface Lined {
  readonly site: Site;
  readonly dbPath: string;
  /** The most requests that the site had at once. */
  readonly most: () => number;
  /** Runs a crawl of the whole site, or what is left of it. */
  readonly run: (options?: Partial<CrawlOptions>) => Promise<RunResult | null>;
}

interface Asked {
  /** How many requests came before, robots.txt and sitemap included. */
  readonly before: number;
  readonly dbPath: string;
  readonly stop: () => void;
}

interface SpecialAnswer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** Until it is sent, once it is decided. */
  readonly delayMs?: number;
}

/** A site of 700 quick pages; `answer` may say more than 200 to a request. */
async function linedSite(
  t: TestContext,
  answer: (asked: Asked) => SpecialAnswer | null = () => null,
): Promise<Lined> {
  const dbPath = temporaryDatabase(t);
  const links = Array.from({ length: PAGES }, (_, at) => `<a href="/${at}">x</a>`).join("");
  let open = 0;
  let most = 0;
  let stop: (() => void) | null = null;
  const site: Site = await startSite((req, res) => {
    open += 1;
    most = Math.max(most, open);
    const before = site.requests.length - 1;
    setTimeout(() => {
      const special = answer({ before, dbPath, stop: () => stop?.() });
      setTimeout(() => {
        open -= 1;
        res.setHeader("content-type", "text/html");
        if (special?.status !== undefined) res.writeHead(special.status, special.headers).end();
        else res.end(req.url === "/" ? links : `<title>${req.url}</title>`);
      }, special?.delayMs ?? 0);
    }, 3);
  });
  t.after(() => site.close());
  const run = (options: Partial<CrawlOptions> = {}): Promise<RunResult | null> => {
    const seeds = [`${site.origin}/`];
    const crawl = newCrawl(dbPath, {
      seeds,
      perHost: PER_HOST,
      robots: false,
      sitemaps: false,
      ...options,
    });
    stop = () => crawl.stop();
    return crawl.run();
  };
  return { site, dbPath, most: () => most, run };
}

/** What is handed out at every tenth request: of a crawl that writes, by one who reads beside it. */
function handedOutOf(t: TestContext): { look: (asked: Asked) => null; seen: number[] } {
  const seen: number[] = [];
  let db: CrawlDatabase | null = null;
  t.after(() => db?.close());
  const look = ({ before, dbPath }: Asked): null => {
    if (before % 10 !== 9) return null;
    db ??= CrawlDatabase.openReadOnly(dbPath);
    const { rows } = db.query("select count(*) from frontier where state = 'fetching'");
    seen.push(Number(rows[0]?.[0]));
    return null;
  };
  return { look, seen };
}

/** How often each path was asked, other than once. */
function askedOtherwise(site: Site): string[] {
  const times = new Map<string, number>();
  for (const { url } of site.requests) times.set(url, (times.get(url) ?? 0) + 1);
  assert.equal(times.size, 1 + PAGES);
  return Array.from(times).flatMap(([url, count]) => (count === 1 ? [] : [`${url} ${count}x`]));
}

test("more of a quick host is handed out than may be in flight, and no more is in flight", async (t) => {
  const { look, seen } = handedOutOf(t);
  const { site, most, run } = await linedSite(t, look);
  const result = await run();
  assert.equal(result?.counters.pages, 1 + PAGES);
  assert.deepEqual(askedOtherwise(site), []);
  assert.equal(most(), PER_HOST);
  assert.ok(Math.max(...seen) > PER_HOST, `handed out: ${seen.join(", ")}`);
  assert.ok(Math.max(...seen) <= 8 * PER_HOST, `handed out: ${seen.join(", ")}`);
});

test("a host that wants pauses, and a crawl without affinity, has no line", async (t) => {
  for (const options of [{ delay: 1, maxPages: 20 }, { affinity: false }]) {
    const { look, seen } = handedOutOf(t);
    const { most, run } = await linedSite(t, look);
    await run(options);
    assert.ok(seen.length > 0);
    assert.ok(Math.max(...seen) <= PER_HOST, `handed out: ${seen.join(", ")}`);
    assert.ok(most() <= PER_HOST);
  }
});

test("what waits in line for a host that asks to slow down is not asked before its time", async (t) => {
  let refusedAt = 0;
  const { site, dbPath, run } = await linedSite(t, ({ before }) => {
    if (before !== MIDDLE) return refusedAt > 0 ? { delayMs: SLOW_MS } : null;
    refusedAt = Date.now();
    return { status: 429, headers: { "retry-after": "1" } };
  });
  const result = await run({ maxPages: MIDDLE + 40 });
  assert.equal(result?.reason, "max_pages");
  // What was in flight is answered after half a second: nothing that waited behind it is asked then.
  const later = site.requests.filter(
    ({ at }) => at > refusedAt + SLOW_MS / 2 && at < refusedAt + 1_000,
  );
  assert.equal(later.length, 0);
  assert.ok(site.requests.some(({ at }) => at >= refusedAt + 1_000));
  const { column } = questions(dbPath);
  assert.deepEqual(column("select count(*) from fetch where status = 429"), [1]);
  assert.deepEqual(column("select count(*) from frontier where state = 'fetching'"), [0]);
});

test("what waits in line when a crawl is stopped is asked by the next one, and nothing twice", async (t) => {
  let askedAfter = 0;
  let stopped = false;
  const { site, dbPath, run } = await linedSite(t, ({ before, stop }) => {
    if (stopped) askedAfter += 1;
    if (before === MIDDLE) {
      stopped = true;
      stop();
    }
    return null;
  });
  const first = await run();
  assert.equal(first?.reason, "signal");
  assert.ok(askedAfter <= 2 * PER_HOST, `${askedAfter} requests ended after the stop`);
  const { column } = questions(dbPath);
  assert.deepEqual(column("select count(*) from frontier where state = 'fetching'"), [0]);
  const second = await run();
  assert.equal(second?.reason, "frontier_empty");
  assert.equal(second.counters.pages, 1 + PAGES);
  assert.deepEqual(askedOtherwise(site), []);
});

test("budgets count what waits in line, and --max-pages is exact", async (t) => {
  for (const options of [{ maxPages: 501 }, { maxPagesPerHost: 501 }]) {
    const { site, run } = await linedSite(t);
    const result = await run(options);
    assert.equal(result?.counters.pages, 501);
    assert.equal(site.requests.length, 501);
  }
});

test("what waits in line when a crawl is killed is asked by the next one, and once", async (t) => {
  const middle = Promise.withResolvers<void>();
  const { site } = await linedSite(t, ({ before }) => {
    if (before === MIDDLE) middle.resolve();
    return null;
  });
  const cwd = temporaryFolder(t);
  const args = ["crawl", `${site.origin}/`, "--per-host", String(PER_HOST), "--quiet"];
  args.push("--no-robots", "--no-sitemaps", "--threads", "2", "--db", "killed.db");
  const killed = startCli(t, cwd, ...args);
  await Promise.race([middle.promise, killed.ended]);
  killed.child.kill("SIGKILL");
  assert.equal((await killed.ended).signal, "SIGKILL");
  const { column } = questions(join(cwd, "killed.db"));
  const handedOut = new Set(
    column("select url from frontier join url on url.id = url_id where state = 'fetching'").map(
      (url) => new URL(String(url)).pathname,
    ),
  );
  assert.ok(handedOut.size > PER_HOST, `${handedOut.size} handed out`);
  const askedBefore = new Set(site.requests.map(({ url }) => url));
  const inLine = [...handedOut].filter((path) => !askedBefore.has(path));
  assert.ok(inLine.length > 0, "some of them were in line");

  assert.equal((await runCli(t, cwd, ...args)).code, 0);
  const twice = askedOtherwise(site).map((told) => told.split(" ")[0] ?? "");
  assert.deepEqual(
    twice.filter((path) => !handedOut.has(path) || inLine.includes(path)),
    [],
  );
  assert.deepEqual(column("select count(*) from frontier where state <> 'done'"), [0]);
});
