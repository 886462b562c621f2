/**
 * The table of misbehaviours: all of them are crawled in one run, by the real command line, and each has
 * to end as its row says. What has to hold for all of them is asserted at the end.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { linkCases } from "./cases/urls.ts";
import { HostileCrawl, groups, hosts } from "./hostile-crawl.ts";

/**
 * What the crawl's process may have resident at most: of that, 60 MB are Node's program, 45 the coordinator's
 * heap, 25 a thread's, 60 what malloc holds, and 100 what one page of 10 MB takes while it is read.
 */
const MAX_PEAK_BYTES = 300 * 1024 ** 2;

let crawl: HostileCrawl;

void describe("a crawl of the hostile web", () => {
  before(async () => {
    crawl = await HostileCrawl.run();
  });
  after(() => crawl.close());

  for (const [group, cases] of Object.entries(groups)) {
    void describe(group, () => {
      for (const each of cases) {
        void it(`${each.name}: ${each.does}`, () => {
          crawl.assertRow(`${crawl.originOf(group)}/${each.name}`, each.expected);
        });
      }
    });
  }

  void describe("hosts", () => {
    for (const each of hosts) {
      void it(`${each.name}: ${each.does}`, () => {
        crawl.assertRow(`${crawl.originOf(each.name)}/`, each.expected);
      });
    }
  });

  void describe("links", () => {
    for (const { name, stored, excluded = null } of linkCases) {
      void it(`${name}: ${stored === null ? "is no URL" : (excluded ?? "is asked")}`, () => {
        const url = stored?.replace("$", crawl.originOf("urls"));
        const known =
          crawl.rows(`SELECT url, state, reason FROM url JOIN frontier ON url_id = url.id
          WHERE url LIKE '%${name}%' AND url NOT LIKE '%/honest/of-%'`);
        const state = excluded === null ? "done" : "excluded";
        assert.deepEqual(known, url === undefined ? [] : [{ url, state, reason: excluded }]);
      });
    }
  });

  void it("ends by itself, with everything settled once", () => {
    assert.equal(crawl.ended.code, 0, crawl.ended.stderr);
    assert.deepEqual(crawl.rows("SELECT state, reason FROM run"), [
      { state: "finished", reason: "frontier_empty" },
    ]);
    assert.deepEqual(
      crawl.rows(`SELECT url, count(*) AS settled FROM url JOIN fetch ON url_id = url.id
        GROUP BY url, kind HAVING sum(fetch.settled) <> 1`),
      [],
    );
    assert.deepEqual(
      crawl.rows("SELECT url FROM url JOIN fetch ON url_id = url.id WHERE error = 'internal'"),
      [],
    );
  });

  void it("reads every honest page of the same hosts", () => {
    const read = crawl.rows(`SELECT url, status, error, title FROM url
      JOIN fetch ON fetch.url_id = url.id AND settled = 1 LEFT JOIN page ON page.url_id = url.id
      WHERE url LIKE '%/honest/of-%' ORDER BY url`);
    const expected = crawl.honestUrls.map((url) => {
      return { url, status: 200, error: null, title: new URL(url).pathname };
    });
    assert.deepEqual(read, expected);
  });

  void it("follows a chain of redirects as deep as links", () => {
    const hops = crawl.rows(`SELECT state, reason, count(*) AS urls FROM url
      JOIN frontier ON url_id = url.id WHERE url LIKE '%/chain-%' AND url NOT LIKE '%/honest/%'
      GROUP BY state, reason ORDER BY state`);
    assert.deepEqual(hops, [
      { state: "done", reason: null, urls: 100 },
      { state: "excluded", reason: "depth", urls: 1 },
    ]);
  });

  void it("keeps its memory bounded, however large the bodies", (t) => {
    t.diagnostic(`peak ${Math.round(crawl.peakBytes / 1024 ** 2)} MB, ${crawl.elapsedMs} ms`);
    assert.ok(crawl.peakBytes < MAX_PEAK_BYTES, `${crawl.peakBytes} bytes`);
  });
});
