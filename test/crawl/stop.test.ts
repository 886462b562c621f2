/** Telling a crawl to stop while something else holds it up. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { resolveSettings } from "../../src/crawl-settings.ts";
import { Crawl } from "../../src/crawl.ts";
import { RunLock } from "../../src/storage/index.ts";
import { newCrawl, questions, temporaryDatabase } from "../helpers/crawl-run.ts";
import { startSite } from "../helpers/site-server.ts";

test("a crawl that waits for another process can be told to stop", async (t) => {
  const dbPath = temporaryDatabase(t);
  const lock = RunLock.acquire(dbPath);
  assert.ok(lock !== null);
  t.after(() => lock.release());
  const seeds = ["http://127.0.0.1:9/"];
  const settings = resolveSettings({}, { seeds, headers: [], loopbackOnly: true, version: "0" });
  const options = {
    settings,
    dbPath,
    ifRunning: "wait" as const,
    settingsRecord: {},
    version: "0",
  };
  for (const stop of ["stop", "abort"] as const) {
    const crawl = new Crawl(options);
    const ended = crawl.run();
    crawl[stop]();
    assert.equal(await ended, null);
  }
});

test("a signal shortens what a limit would wait for, and the limit stays the reason", async (t) => {
  const site = await startSite({
    "/": "<title>Home</title>",
    "/sitemap.xml": { delayMs: 25_000, body: "<urlset></urlset>" },
  });
  t.after(() => site.close());
  const dbPath = temporaryDatabase(t);
  const crawl = newCrawl(dbPath, {
    seeds: [`${site.origin}/`],
    threads: 1,
    maxPages: 1,
    timeout: 60_000,
    readTimeout: 60_000,
  });
  crawl.events.once("stopping", ({ reason, inFlight }) => {
    assert.equal(reason, "max_pages");
    assert.equal(inFlight, 1);
    setImmediate(() => {
      t.mock.timers.enable({ apis: ["setTimeout"] });
      crawl.stop("signal");
      t.mock.timers.tick(10_000);
      t.mock.timers.reset();
    });
  });
  const result = await crawl.run();
  assert.equal(result?.reason, "max_pages");
  assert.equal(result.state, "finished");
  assert.equal(result.counters.pages, 1);
  // It was not waited for.
  const { column } = questions(dbPath);
  assert.deepEqual(column("select state from frontier where kind = 'sitemap'"), ["pending"]);
});
