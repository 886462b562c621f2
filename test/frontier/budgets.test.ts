/** Budgets of hosts and folders: exact, whatever fails, is asked again or is killed. */
import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { foldersOf, pathOf } from "../../src/url/index.ts";
import { questions, temporaryDatabase } from "../helpers/crawl-run.ts";
import { SimulatedCrawl, type Answer, type SimulatedOptions } from "../helpers/simulated-crawl.ts";

const SITE = "http://site.example";
const pages = (folder: string, count: number): string[] =>
  Array.from({ length: count }, (_, page) => `${SITE}${folder}${page}`);

type Reason = { reason: string; detail: string; urls: number };

function excluded(dbPath: string): Reason[] {
  return questions(dbPath).rows(
    "select reason, detail, count(*) as urls from frontier where state = 'excluded' group by 1, 2 order by 2",
  ) as unknown as Reason[];
}

/** A crawl whose home page links to all these URLs. */
function crawlOf(
  dbPath: string,
  links: readonly string[],
  options: Partial<SimulatedOptions> & { readonly answers?: (url: string) => Partial<Answer> },
): SimulatedCrawl {
  const { answers, ...rest } = options;
  return new SimulatedCrawl({
    dbPath,
    seeds: [`${SITE}/`],
    answer: ({ url }) => ({
      latencyMs: 10,
      links: url === `${SITE}/` ? links : [],
      ...answers?.(url),
    }),
    ...rest,
    settings: { delayMs: 0, perHost: 8, ...rest.settings },
  });
}

const asked = (crawl: SimulatedCrawl, folder: string): number =>
  new Set(crawl.requests.map(({ url }) => url).filter((url) => url.startsWith(SITE + folder))).size;

/** Runs a crawl to its end, killing its process every few milliseconds of its time. */
function runWithKills(start: (from: number) => SimulatedCrawl): string[] {
  const urls: string[] = [];
  for (let from = 0; from < 100_000; from += 25) {
    const crawl = start(from);
    crawl.run(from + 24);
    const over = crawl.frontier.pending === 0 && crawl.frontier.inFlight === 0;
    urls.push(
      ...crawl.requests.filter(({ endedAt }) => endedAt <= crawl.now).map(({ url }) => url),
    );
    if (over) {
      crawl.end();
      return urls;
    }
    crawl.kill();
  }
  return assert.fail("the crawl made no way");
}

/** Pages of a folder that a run asks whose process is killed, and continued with other settings. */
function continued(
  context: TestContext,
  before: NonNullable<SimulatedOptions["settings"]>,
  after: NonNullable<SimulatedOptions["settings"]>,
): number {
  const dbPath = temporaryDatabase(context);
  const links = pages("/folder/", 20);
  const first = crawlOf(dbPath, links, { settings: before });
  first.run(35);
  first.kill();
  const second = crawlOf(dbPath, links, { settings: after, from: 1_000 });
  second.run();
  second.end();
  return Number(
    questions(dbPath).column(
      "select count(*) from frontier join url on url.id = url_id where state = 'done' and url like '%/folder/%'",
    )[0],
  );
}

void describe("budgets", () => {
  void test("a folder's pages are counted with its subfolders, and the rest goes on", (t) => {
    const dbPath = temporaryDatabase(t);
    const links = [
      ...pages("/endless/a/", 30),
      ...pages("/endless/b/", 30),
      ...pages("/docs/", 9),
      ...pages("/", 20),
    ];
    const crawl = crawlOf(dbPath, links, { settings: { maxPagesPerFolder: 10 } });
    crawl.run();
    crawl.end();
    assert.equal(asked(crawl, "/endless/"), 10);
    assert.equal(asked(crawl, "/docs/"), 9);
    assert.equal(crawl.requests.length, 1 + 10 + 9 + 20);
    assert.deepEqual(excluded(dbPath), [
      { reason: "folder_budget", detail: "10 pages below /endless/ were asked", urls: 50 },
    ]);
  });

  void test("a host's pages are counted, retries and other hosts' are not", (t) => {
    const dbPath = temporaryDatabase(t);
    const tries = new Map<string, number>();
    const links = [...pages("/", 40), "http://other.example/1", "http://other.example/2"];
    const crawl = crawlOf(dbPath, links, {
      settings: { maxPagesPerHost: 12 },
      answers(url) {
        const nth = (tries.get(url) ?? 0) + 1;
        tries.set(url, nth);
        if (url === `${SITE}/3` && nth < 3) return { status: 503, retryAfterMs: 1_000 };
        return url === `${SITE}/4` && nth < 2 ? { status: 502 } : {};
      },
    });
    crawl.run();
    crawl.end();
    assert.equal(asked(crawl, "/"), 12);
    assert.equal(tries.get(`${SITE}/3`), 3);
    assert.equal(tries.get(`${SITE}/4`), 2);
    assert.deepEqual(excluded(dbPath), [
      { reason: "host_budget", detail: `12 pages of ${SITE} were asked`, urls: 29 },
    ]);
    assert.equal(crawl.requests.filter(({ url }) => url.includes("other")).length, 2);
  });

  void test("the counts are exact after kills at any moment, retries included", (t) => {
    const dbPath = temporaryDatabase(t);
    const links = [...pages("/endless/", 60), ...pages("/docs/", 20), ...pages("/", 60)];
    const failed = new Set<string>();
    const urls = runWithKills((from) =>
      crawlOf(dbPath, links, {
        from,
        settings: { maxPagesPerFolder: 15, maxPagesPerHost: 70, retries: 1 },
        answers(url) {
          if (!url.endsWith("5") || failed.has(url)) return {};
          failed.add(url);
          return { status: 502 };
        },
      }),
    );
    const settled = (folder: string): number =>
      new Set(urls.filter((url) => url.startsWith(SITE + folder))).size;
    assert.equal(settled("/endless/"), 15);
    assert.equal(settled("/docs/"), 15);
    assert.equal(settled("/"), 70);
    assert.deepEqual(
      questions(dbPath).column(
        "select url_id from fetch group by run_id, url_id, kind having sum(settled) <> 1",
      ),
      [],
    );
  });

  void test("a new run begins its budgets anew and asks what only a budget had excluded", (t) => {
    const dbPath = temporaryDatabase(t);
    const links = pages("/folder/", 10);
    const run = (settings: NonNullable<SimulatedOptions["settings"]>): SimulatedCrawl => {
      const crawl = crawlOf(dbPath, links, { settings });
      crawl.run();
      crawl.end();
      return crawl;
    };
    assert.equal(run({ maxPagesPerFolder: 4 }).requests.length, 1 + 4);
    assert.equal(run({ maxPagesPerFolder: 4 }).requests.length, 1 + 4);
    assert.equal(run({}).requests.length, 1 + 10);
    assert.deepEqual(excluded(dbPath), []);
  });

  void test("a run that is continued with other budgets goes by those", (t) => {
    assert.equal(continued(t, { maxPagesPerFolder: 4 }, { maxPagesPerFolder: 9 }), 9);
    assert.equal(continued(t, { maxPagesPerFolder: 4 }, {}), 20);
    // Sixteen pages had been asked when the budget came.
    assert.equal(continued(t, {}, { maxPagesPerFolder: 17 }), 17);
    assert.equal(continued(t, {}, { maxPagesPerFolder: 3 }), 16);
  });
});

const folders = (path: string): string[] => foldersOf(pathOf(`${SITE}${path}`), 32);

void test("a URL's folders are those above it, without the root", () => {
  assert.deepEqual(folders("/a/b/c?d=/e/"), ["/a/", "/a/b/"]);
  assert.deepEqual(folders("/a/"), ["/a/"]);
  assert.deepEqual(folders("/a"), []);
  assert.deepEqual(folders("/"), []);
  assert.equal(folders(`/${"x/".repeat(100)}`).length, 32);
});
