/** Which URLs are the same, and which links are followed, by --sort-query, --drop-query, --respect-nofollow. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { crawlSite, temporaryDatabase, type CrawlOptions } from "../helpers/crawl-run.ts";
import { startSite, type Site } from "../helpers/site-server.ts";

const page = (...rest: string[]): string => `<!doctype html><title>t</title>${rest.join("")}`;
const link = (href: string, rel?: string): string =>
  `<a href="${href}"${rel === undefined ? "" : ` rel="${rel}"`}>x</a>`;

function asked(site: Site, from = 0): string[] {
  return site.requests
    .slice(from)
    .map(({ url }) => url)
    .filter((url) => !/^\/(?:robots\.txt|sitemap\.xml)$/.test(url))
    .toSorted();
}

/** Query parameters in every place a URL can come from. */
async function querySite(): Promise<Site> {
  return await startSite((req, res) => {
    const [path = "", query = ""] = (req.url ?? "").split("?");
    const at = (target: string): string => `http://${req.headers.host}${target}`;
    if (path === "/robots.txt") res.end(`Sitemap: ${at("/sitemap.xml")}\n`);
    else if (path === "/sitemap.xml") {
      const urls = [at("/mapped?b=1&amp;a=2&amp;utm_source=map"), at("/mapped?a=2&amp;b=1")];
      res.end(`<urlset>${urls.map((url) => `<url><loc>${url}</loc></url>`).join("")}</urlset>`);
    } else if (path === "/moved") {
      res.writeHead(301, { location: "/target?z=1&y=2&utm_medium=redirect" }).end();
    } else {
      res.setHeader("content-type", "text/html");
      const links = ["/list?b=2&a=1&utm_x=3", "/list?a=1&b=2", "/list?sid=7&a=1&b=2", "/moved"];
      res.end(path === "/" ? page(...links.map((href) => link(href))) : page(query));
    }
  });
}

const OPTIONS = { threads: 1, traps: false } as const;

void describe("canonical queries", { concurrency: 3 }, () => {
  void test("unless asked, no two URLs are merged for their queries", async (t) => {
    const site = await querySite();
    t.after(() => site.close());
    await crawlSite(t, { ...OPTIONS, seeds: [`${site.origin}/?q=2&p=1`, `${site.origin}/`] });
    assert.deepEqual(asked(site), [
      "/",
      "/?q=2&p=1",
      "/list?a=1&b=2",
      "/list?b=2&a=1&utm_x=3",
      "/list?sid=7&a=1&b=2",
      "/mapped?a=2&b=1",
      "/mapped?b=1&a=2&utm_source=map",
      "/moved",
      "/target?z=1&y=2&utm_medium=redirect",
    ]);
  });

  void test("--sort-query and --drop-query hold for seeds, links, redirects and sitemaps", async (t) => {
    const site = await querySite();
    t.after(() => site.close());
    const dbPath = temporaryDatabase(t);
    const options = {
      ...OPTIONS,
      dbPath,
      seeds: [`${site.origin}/?utm_campaign=1`, `${site.origin}/?sid=2`],
      sortQuery: true,
      dropQuery: ["utm_*", "sid"],
    };
    const { rows, column } = await crawlSite(t, options);
    const expected = ["/", "/list?a=1&b=2", "/mapped?a=2&b=1", "/moved", "/target?y=2&z=1"];
    assert.deepEqual(asked(site), expected);
    assert.deepEqual(
      column("select count(*) from url where url like '%utm%' or url like '%sid%'"),
      [0],
    );
    assert.deepEqual(
      rows(
        "select count from link join url on url.id = to_url_id where url.url like '%/list?a=1&b=2'",
      ),
      [{ count: 3 }],
    );
    const from = site.requests.length;
    await crawlSite(t, options);
    assert.deepEqual(asked(site, from), expected);
  });

  void test("what an earlier run asked under names that are dropped now is not asked again", async (t) => {
    const site = await querySite();
    t.after(() => site.close());
    const dbPath = temporaryDatabase(t);
    const seeds = [`${site.origin}/`];
    await crawlSite(t, { ...OPTIONS, dbPath, seeds });
    const from = site.requests.length;
    await crawlSite(t, { ...OPTIONS, dbPath, seeds, sortQuery: true, dropQuery: ["utm_*", "sid"] });
    assert.deepEqual(asked(site, from), [
      "/",
      "/list?a=1&b=2",
      "/mapped?a=2&b=1",
      "/moved",
      "/target?y=2&z=1",
    ]);
  });
});

async function linkSite(): Promise<Site> {
  return await startSite((req, res) => {
    const pages: Record<string, string> = {
      "/": page(
        link("/plain"),
        link("/nofollow", "nofollow"),
        link("/ugc", "noopener ugc"),
        link("/paid", "sponsored"),
        link("/both", "nofollow"),
        link("/both"),
        link("/later", "nofollow"),
        link("/mapped", "nofollow"),
      ),
      "/plain": page(link("/later")),
      "/later": page(),
    };
    if (req.url === "/robots.txt") res.writeHead(404).end();
    else if (req.url === "/sitemap.xml") {
      const loc = `http://${req.headers.host}/mapped`;
      res.end(`<urlset><url><loc>${loc}</loc></url></urlset>`);
    } else res.setHeader("content-type", "text/html").end(pages[req.url ?? ""] ?? page());
  });
}

void describe("links with rel nofollow", { concurrency: 2 }, () => {
  void test("they are followed unless --respect-nofollow is given, and recorded with it too", async (t) => {
    const site = await linkSite();
    t.after(() => site.close());
    const options: CrawlOptions & { dbPath: string } = {
      ...OPTIONS,
      dbPath: temporaryDatabase(t),
      seeds: [`${site.origin}/`],
    };
    const always = ["/", "/both", "/later", "/mapped", "/plain"];
    const { column } = await crawlSite(t, { ...options, respectNofollow: true });
    assert.deepEqual(asked(site), always);
    const left =
      "select substr(url, instr(url, '1:') + 7) from frontier join url on url.id = url_id where reason = 'nofollow' order by 1";
    assert.deepEqual(column(left).length, 3);
    assert.deepEqual(
      column("select rel from link where rel is not null and rel <> 'nofollow' order by 1"),
      ["noopener ugc", "sponsored"],
    );
    let from = site.requests.length;
    await crawlSite(t, options);
    assert.deepEqual(asked(site, from), [...always, "/nofollow", "/paid", "/ugc"].toSorted());
    assert.deepEqual(column(left), []);
    from = site.requests.length;
    const third = await crawlSite(t, { ...options, dbPath: temporaryDatabase(t) });
    assert.equal(third.result.counters.pages, 8);
  });

  void test("a page that is nearer than it seemed does not let through what its links ask to leave", async (t) => {
    const site = await startSite({
      "/": page(link("/far1"), link("/slow")),
      "/far1": page(link("/far2")),
      "/far2": page(link("/deep")),
      "/deep": page(link("/left", "nofollow"), link("/right")),
      "/slow": { body: page(link("/deep")), delayMs: 400 },
      "/left": page(),
      "/right": page(link("/left")),
    });
    t.after(() => site.close());
    const { column } = await crawlSite(t, {
      ...OPTIONS,
      seeds: [`${site.origin}/`],
      sitemaps: false,
      respectNofollow: true,
    });
    assert.ok(asked(site).includes("/left"));
    assert.deepEqual(column("select count(*) from frontier where reason = 'nofollow'"), [0]);
  });
});
