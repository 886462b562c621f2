import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { UsageError } from "../../src/errors.ts";
import { newCrawl, questions, temporaryDatabase } from "../helpers/crawl-run.ts";
import { startSite, type Site } from "../helpers/site-server.ts";

const PAGES = 150;

async function ring(context: TestContext): Promise<Site> {
  const site = await startSite((req, res) => {
    const number = Number(req.url?.slice(1));
    if (!Number.isInteger(number) || number >= PAGES) {
      res.statusCode = 404;
      res.end();
      return;
    }
    const links = [1, 2, 5, 25].map((step) => `<a href="/${(number + step) % PAGES}">x</a>`);
    res.setHeader("content-type", "text/html").end(`<title>${number}</title>${links.join("")}`);
  });
  context.after(() => site.close());
  return site;
}

test("a crawl that was stopped continues and ends with the same set", async (t) => {
  const site = await ring(t);
  const dbPath = temporaryDatabase(t);
  const seeds = [`${site.origin}/0`];
  const first = newCrawl(dbPath, { seeds, perHost: 4 });
  let settled = 0;
  first.events.on("outcome", () => {
    settled += 1;
    if (settled === 40) first.stop("signal");
  });
  const interrupted = await first.run();
  assert.equal(interrupted?.state, "interrupted");
  assert.equal(interrupted.reason, "signal");
  const { rows, column } = questions(dbPath);
  assert.deepEqual(column("select count(*) from frontier where state = 'fetching'"), [0]);

  const second = newCrawl(dbPath, { seeds, perHost: 4 });
  let continued = false;
  second.events.on("start", (event) => ({ continued } = event));
  const finished = await second.run();
  assert.ok(continued);
  assert.equal(finished?.state, "finished");
  assert.equal(finished.runId, interrupted.runId);
  assert.equal(finished.counters.pages, PAGES);
  assert.deepEqual(
    column("select count(distinct url_id) from fetch where kind = 'page' and settled = 1"),
    [PAGES],
  );
  assert.deepEqual(rows("select state, reason, pages from run"), [
    { state: "finished", reason: "frontier_empty", pages: PAGES },
  ]);
  assert.equal(site.requests.filter(({ url }) => url === "/robots.txt").length, 1);
});

test("an unfinished run is only continued with the same settings, or given up", async (t) => {
  const site = await ring(t);
  const dbPath = temporaryDatabase(t);
  const seeds = [`${site.origin}/0`];
  const first = newCrawl(dbPath, { seeds });
  first.events.on("outcome", () => first.stop("signal"));
  await first.run();
  await assert.rejects(newCrawl(dbPath, { seeds, scope: "any" }).run(), (error) => {
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /--scope.*--fresh.*--db/s);
    return true;
  });
  const fresh = await newCrawl(dbPath, { seeds, scope: "domain", fresh: true }).run();
  assert.equal(fresh?.state, "finished");
  const { rows } = questions(dbPath);
  assert.deepEqual(rows("select state, reason from run order by id"), [
    { state: "abandoned", reason: "fresh" },
    { state: "finished", reason: "frontier_empty" },
  ]);
});

test("a second crawl of a finished database asks for every known URL again", async (t) => {
  const site = await ring(t);
  const dbPath = temporaryDatabase(t);
  const seeds = [`${site.origin}/0`];
  await newCrawl(dbPath, { seeds }).run();
  const again = await newCrawl(dbPath, { seeds }).run();
  assert.equal(again?.runId, 2);
  assert.equal(again.counters.pages, PAGES);
  const { column } = questions(dbPath);
  assert.deepEqual(column("select count(*) from page"), [PAGES]);
  assert.deepEqual(column("select count(*) from link where gone_run_id is not null"), [0]);
});

test("a limit that is reached by what the rules leave out ends the run while a host rests", async (t) => {
  let forbidden = false;
  const site = await startSite((req, res) => {
    if (req.url !== "/robots.txt") return void res.writeHead(500).end();
    res.setHeader("cache-control", "max-age=600");
    return void res.end(`User-agent: *\nDisallow: /${forbidden ? "a" : "x"}\n`);
  });
  t.after(() => site.close());
  const resting = await startSite((req, res) => {
    res.writeHead(req.url === "/robots.txt" ? 404 : 503, { "retry-after": "3600" }).end();
  });
  t.after(() => resting.close());
  const dbPath = temporaryDatabase(t);
  const start = Date.now();
  t.mock.timers.enable({ apis: ["Date"], now: start });
  const options = {
    seeds: [`${site.origin}/a`, `${resting.origin}/`],
    sitemaps: false,
    maxPages: 1,
    perHost: 1,
    threads: 1,
  };
  const first = newCrawl(dbPath, options);
  const asked = new Set<string>();
  first.events.on("outcome", ({ url, kind }) => {
    if (kind === "page") asked.add(url);
    if (asked.size === 2) first.stop();
  });
  assert.equal((await first.run())?.counters.pages, 0);
  forbidden = true;
  // The copy of robots.txt is too old then, and the other host still rests.
  t.mock.timers.setTime(start + 1_200_000);
  const second = await newCrawl(dbPath, options).run();
  assert.equal(second?.reason, "max_pages");
  assert.equal(second.counters.pages, 1);
});
