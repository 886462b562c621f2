/** Which thread a host's requests go to, with --affinity and without. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ThreadShares } from "../../src/thread-shares.ts";
import { crawlSite } from "../helpers/crawl-run.ts";
import { startSite } from "../helpers/site-server.ts";

test("without affinity the thread with the fewest requests in flight is taken, whatever the host", () => {
  const shares = new ThreadShares(3, 8, false);
  // Of equally busy threads the one that was given nothing for longest.
  assert.deepEqual(
    [7, 7, 7, 8, 7].map((hostId) => shares.take(hostId, null)),
    [0, 1, 2, 0, 1],
  );
  // 2 has one in flight, and after these 1 has none.
  shares.giveBack(7, 1);
  shares.giveBack(7, 1);
  assert.equal(shares.take(8, null), 1);
  assert.equal(shares.take(8, null), 2);
  // A request that was lost with a thread avoids it while there is another.
  shares.giveBack(8, 1);
  assert.equal(shares.take(8, 1), 0);
  assert.equal(new ThreadShares(1, 8, false).take(8, 0), 0);
});

test("one host that is asked one request at a time has one socket with affinity, one per thread without", async (t) => {
  const links = Array.from({ length: 12 }, (_, index) => `<a href="/${index}">x</a>`).join("");
  const site = await startSite((req, res) => {
    if (req.url === "/robots.txt") res.writeHead(404).end();
    else res.setHeader("content-type", "text/html").end(`<title>${req.url}</title>${links}`);
  });
  t.after(() => site.close());
  const options = { seeds: [`${site.origin}/`], sitemaps: false, perHost: 1, threads: 3 };
  const socketsPerThread = "select connections_opened from session order by thread";
  const kept = await crawlSite(t, options);
  assert.deepEqual(kept.column(socketsPerThread), [1]);
  const spread = await crawlSite(t, { ...options, affinity: false });
  assert.deepEqual(spread.column(socketsPerThread), [1, 1, 1]);
  assert.deepEqual(spread.column("select requests from session order by thread"), [5, 5, 4]);
});
