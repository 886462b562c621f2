/** robots.txt as a URL among others, and as what decides over a host. */
import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import {
  crawlSite as crawlWith,
  type CrawlOptions,
  type FinishedCrawl,
} from "../helpers/crawl-run.ts";
import { startSite } from "../helpers/site-server.ts";

const page = (title: string, ...links: string[]): string =>
  `<!doctype html><title>${title}</title>${links.map((href) => `<a href="${href}">x</a>`).join("")}`;

/** One thread is enough here, and starts sooner than two. */
async function crawlSite(t: TestContext, options: CrawlOptions): Promise<FinishedCrawl> {
  return await crawlWith(t, { threads: 1, ...options });
}

// Side by side: most of their time they wait for processes and threads to start.
void describe("robots.txt", { concurrency: 3 }, () => {
  void test("a link to another host's robots.txt is asked for once, and the run ends", async (t) => {
    const other = await startSite(
      {
        "/robots.txt": {
          headers: { "content-type": "text/plain" },
          body: "User-agent: *\nDisallow:\n",
        },
        "/x": page("X"),
      },
      { host: "127.0.0.2" },
    );
    t.after(() => other.close());
    const site = await startSite({
      "/": page("Home", `${other.origin}/robots.txt`, `${other.origin}/x`, "/robots.txt"),
    });
    t.after(() => site.close());
    const { result, column } = await crawlSite(t, {
      seeds: [`${site.origin}/`],
      scope: "any",
      allowPrivate: true,
    });
    assert.equal(result.detail, null);
    assert.equal(result.reason, "frontier_empty");
    assert.equal(other.requests.filter(({ url }) => url === "/robots.txt").length, 1);
    assert.deepEqual(column("select title from v_page where title = 'X'"), ["X"]);
  });

  void test("a robots.txt as the seed is a run of its own", async (t) => {
    const site = await startSite({
      "/robots.txt": {
        headers: { "content-type": "text/plain" },
        body: "User-agent: *\nDisallow:\n",
      },
    });
    t.after(() => site.close());
    const { result } = await crawlSite(t, { seeds: [`${site.origin}/robots.txt`] });
    assert.equal(result.detail, null);
    assert.equal(result.reason, "frontier_empty");
  });

  void test("the user's headers do not follow a robots.txt that redirects to another origin", async (t) => {
    const other = await startSite(
      {
        "/r": { headers: { "content-type": "text/plain" }, body: "User-agent: *\nDisallow: /no\n" },
      },
      { host: "127.0.0.1" },
    );
    t.after(() => other.close());
    const site = await startSite({
      "/robots.txt": { status: 302, headers: { location: `${other.origin}/r` } },
      "/": page("Home", "/no", "/yes"),
      "/no": page("No"),
      "/yes": page("Yes"),
    });
    t.after(() => site.close());
    const { column } = await crawlSite(t, {
      seeds: [`${site.origin}/`],
      headers: [
        ["x-token", "s3cret"],
        ["authorization", "Bearer s3cret"],
        ["cookie", "a=s3cret"],
      ],
    });
    assert.deepEqual(
      other.requests.map(({ url }) => url),
      ["/r"],
    );
    assert.deepEqual(column("select title from v_page where title is not null order by 1"), [
      "Home",
      "Yes",
    ]);
    assert.ok(
      !JSON.stringify(other.requests[0]?.headers).includes("s3cret"),
      JSON.stringify(other.requests[0]?.headers),
    );
  });

  void test("a robots.txt does not lead to a private address that no seed names", async (t) => {
    const inner = await startSite({ "/r": "User-agent: *\nDisallow:\n" }, { host: "127.0.0.2" });
    t.after(() => inner.close());
    const site = await startSite({
      "/robots.txt": { status: 302, headers: { location: `${inner.origin}/r` } },
      "/": page("Home"),
    });
    t.after(() => site.close());
    await crawlSite(t, { seeds: [`${site.origin}/`] });
    assert.deepEqual(inner.requests, []);
  });

  void test("a robots.txt that fails at first is asked again before anything else", async (t) => {
    let asked = 0;
    const site = await startSite({
      "/robots.txt": (_req, res) => {
        asked += 1;
        res.statusCode = asked < 2 ? 503 : 200;
        res.end("User-agent: *\nDisallow: /no\n");
      },
      "/": page("Home", "/no"),
    });
    t.after(() => site.close());
    const { result, column } = await crawlSite(t, { seeds: [`${site.origin}/`], sitemaps: false });
    assert.equal(result.reason, "frontier_empty");
    assert.deepEqual(
      site.requests.map(({ url }) => url),
      ["/robots.txt", "/robots.txt", "/"],
    );
    assert.deepEqual(column("select reason from frontier where state = 'excluded'"), ["robots"]);
    assert.deepEqual(
      column("select settled from fetch where kind = 'robots' order by attempt"),
      [0, 1],
    );
  });

  void test("a host whose robots.txt stays unreachable is excluded, the others go on", async (t) => {
    const other = await startSite(
      { "/robots.txt": { status: 500 }, "/x": page("X") },
      { host: "127.0.0.2" },
    );
    t.after(() => other.close());
    const site = await startSite({
      "/": page("Home", `${other.origin}/x`, "/a"),
      "/a": page("A", `${other.origin}/y`),
    });
    t.after(() => site.close());
    const { result, rows } = await crawlSite(t, {
      seeds: [`${site.origin}/`],
      scope: "any",
      allowPrivate: true,
    });
    assert.equal(result.reason, "frontier_empty");
    assert.equal(other.requests.length, 3);
    assert.deepEqual(
      rows(
        `select distinct state, reason from frontier join url on url.id = url_id where url like '${other.origin}/_'`,
      ),
      [{ state: "excluded", reason: "robots_unreachable" }],
    );
  });
});
