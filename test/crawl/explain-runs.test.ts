/** What explain tells of limits, of several runs, and of a run that is live. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import {
  crawlSite as crawlWith,
  newCrawl,
  temporaryDatabase,
  type FinishedCrawl,
} from "../helpers/crawl-run.ts";
import { assertTold, told } from "../helpers/explained.ts";
import { startSite } from "../helpers/site-server.ts";

const page = (title: string, ...links: string[]): string =>
  `<!doctype html><title>${title}</title><p>${title} says</p>` +
  links.map((href) => `<a href="${href}">to ${href}</a> `).join("");

/** One thread is enough here, and starts sooner than two. */
async function crawlSite(
  t: TestContext,
  options: Parameters<typeof crawlWith>[1],
): Promise<FinishedCrawl> {
  return await crawlWith(t, { threads: 1, ...options });
}

test("what waits says since when, why, and what goes before it", async (t) => {
  const site = await startSite({
    "/": page("Home", "/1", "/2", "/3"),
    "/1": page("1"),
  });
  t.after(() => site.close());
  const { dbPath } = await crawlSite(t, {
    seeds: [`${site.origin}/`],
    maxPages: 2,
    perHost: 1,
    sitemaps: false,
    delay: 10,
  });
  assertTold(
    told(dbPath, `${site.origin}/3`),
    [
      /^Waits in run 1: the run ended before its turn \(--max-pages was reached\)$/m,
      /since +\d{4}-/,
      /before it +1 URL of its host$/m,
      /its host +1 request in flight, 10ms between them/,
      /next +the next crawl of this database asks for it/,
      /link +this URL "to \/3"/,
    ],
    { fate: "waiting", run_state: "finished", attempts: [], asked_in: null },
  );
  assert.match(told(dbPath, `${site.origin}/2`).text, /before it +nothing of its host$/m);
});

test("what a later run left alone is told with that run's rules", async (t) => {
  const [first, second] = await Promise.all([
    startSite({ "/": page("Home", "/a"), "/a": page("A") }),
    startSite({ "/": page("Other") }, { host: "127.0.0.2" }),
  ]);
  t.after(() => Promise.all([first.close(), second.close()]));
  const { dbPath } = await crawlSite(t, { seeds: [`${first.origin}/`] });
  await crawlSite(t, { seeds: [`${second.origin}/`], allowPrivate: true, dbPath });
  assertTold(
    told(dbPath, `${first.origin}/a`),
    [
      /^Fetched in run 1: 200 OK$/m,
      /since then +not touched by run 2, the last one/,
      /if it had +not followed by the rules of run 2 \(scope\): outside of --scope/,
      /rule +--scope host takes 127\.0\.0\.2:/,
    ],
    { fate: "fetched", run: 1, last_run: 2 },
  );
});

test("a page that was asked in several runs tells its versions and runs", async (t) => {
  let word = "one";
  const site = await startSite({
    "/": (_req, res) => void res.setHeader("content-type", "text/html").end(page(word, "/a")),
    "/a": (req, res) => {
      res.setHeader("etag", '"a"').setHeader("content-type", "text/html");
      if (req.headers["if-none-match"] === '"a"') res.writeHead(304).end();
      else res.end(page("A"));
    },
  });
  t.after(() => site.close());
  const seeds = [`${site.origin}/`];
  const { dbPath } = await crawlSite(t, { seeds });
  word = "another";
  await crawlSite(t, { seeds, dbPath });
  assertTold(
    told(dbPath, `${site.origin}/`),
    [
      /version +the newest of 2, since run 2$/m,
      /runs +from run 1 to run 2, asked for in 2 runs, last in run 2/,
    ],
    { first_run: 1, asked_in: { first_run: 1, last_run: 2, runs: 2 } },
  );
  assertTold(
    told(dbPath, `${site.origin}/a`),
    [
      /^Fetched in run 2: 304 Not Modified: it is what it was$/m,
      /^Its page$/m,
      /version +one, since run 1, confirmed last in run 2$/m,
    ],
    { fate: "fetched", last_run: 2 },
  );
});

test("a long way is cut in the middle", async (t) => {
  const steps = 30;
  const site = await startSite(
    Object.fromEntries(
      Array.from({ length: steps + 1 }, (_, at) => [
        at === 0 ? "/" : `/${at}`,
        page(`${at}`, `/${at + 1}`),
      ]),
    ),
  );
  t.after(() => site.close());
  const { dbPath } = await crawlSite(t, { seeds: [`${site.origin}/`], maxDepth: 50 });
  const { text, json } = told(dbPath, `${site.origin}/${steps}`);
  assert.match(
    text,
    /  link +http:\S+\/3 "to \/3"\n  \.\.\. +23 pages between\n  link +http:\S+\/27 "to \/27"\n/,
  );
  assert.equal((json["path"] as unknown[]).length, steps);
});

test("limits per host and folder, and links that ask not to be followed, name themselves", async (t) => {
  const other = await startSite({ "/": page("Other", "/1", "/2", "/3") }, { host: "127.0.0.2" });
  const site = await startSite({
    "/": page("Home", "/folder/1", "/folder/2", `${other.origin}/`).replace(
      "</p>",
      '</p><a rel="nofollow" href="/paid">ad</a>',
    ),
    "/folder/1": page("1"),
  });
  t.after(() => Promise.all([site.close(), other.close()]));
  const { dbPath } = await crawlSite(t, {
    seeds: [`${site.origin}/`, `${other.origin}/`],
    perHost: 1,
    maxPagesPerHost: 3,
    maxPagesPerFolder: 1,
    respectNofollow: true,
    sitemaps: false,
  });
  assertTold(
    told(dbPath, `${site.origin}/folder/2`),
    [
      /^Not asked for in run 1 \(folder_budget\): beyond --max-pages-per-folder/m,
      /rule +.*\/folder\//,
      /to change it +a larger --max-pages-per-folder/,
    ],
    { fate: "excluded", reason: "folder_budget" },
  );
  assertTold(
    told(dbPath, `${other.origin}/3`),
    [
      /^Not asked for in run 1 \(host_budget\): beyond --max-pages-per-host/m,
      /to change it +a larger --max-pages-per-host/,
    ],
    { fate: "excluded", reason: "host_budget" },
  );
  assertTold(
    told(dbPath, `${site.origin}/paid`),
    [
      /\(nofollow\): /,
      /rule +the link on http:\S+\/ has rel="nofollow"$/m,
      /to change it +without --respect-nofollow/,
    ],
    { fate: "excluded", reason: "nofollow" },
  );
});

test("a URL is looked up as the run made its links canonical", async (t) => {
  const site = await startSite({
    "/": page("Home", "/a?utm_source=x&b=2&a=1"),
    "/a": page("A"),
  });
  t.after(() => site.close());
  const { dbPath } = await crawlSite(t, {
    seeds: [`${site.origin}/`],
    dropQuery: ["utm_*"],
    sortQuery: true,
  });
  const from = told(dbPath, `${site.origin}/a?b=2&utm_medium=mail&a=1`);
  assertTold(from, [/^Fetched in run 1: 200 OK$/m, /the canonical form of .*utm_medium=mail/], {
    url: `${site.origin}/a?a=1&b=2`,
    fate: "fetched",
  });
});

test("what is in flight in a live run, and what waits behind it, say so", async (t) => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const site = await startSite({
    "/": page("Home", "/slow", "/later"),
    "/slow": async (_req, res) => {
      asked.resolve();
      await answer.promise;
      res.end("slow");
    },
  });
  t.after(() => site.close());
  const dbPath = temporaryDatabase(t);
  const seeds = [`${site.origin}/`];
  const run = newCrawl(dbPath, { seeds, threads: 1, perHost: 1, sitemaps: false }).run();
  try {
    await Promise.race([asked.promise, run]);
    assertTold(
      told(dbPath, `${site.origin}/slow`),
      [/^In flight in run 1: it was handed to a thread, and no answer has been recorded yet$/m],
      { fate: "in_flight", run_state: "running" },
    );
    const later = told(dbPath, `${site.origin}/later`);
    assertTold(later, [/^Waits in run 1: its turn has not come yet$/m], { fate: "waiting" });
    assert.doesNotMatch(later.text, /the next crawl/);
  } finally {
    answer.resolve();
    await run;
  }
  assertTold(told(dbPath, `${site.origin}/slow`), [/^Fetched in run 1: 200 OK$/m], {});
});
