/** --recrawl due: what is asked again, when, and in which order. The clock is moved by hand. */
import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { newCrawl, questions, temporaryDatabase, type CrawlOptions } from "../helpers/crawl-run.ts";
import { startSite, type Route, type Site } from "../helpers/site-server.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const page = (title: string, ...links: string[]): string =>
  `<!doctype html><title>${title}</title><p>${title} speaks for itself in several words.</p>` +
  links.map((href) => `<a href="${href}">x</a>`).join("");

interface Visits {
  readonly site: Site;
  readonly routes: Record<string, Route>;
  readonly dbPath: string;
  /** Runs at a time after the first run's; returns the paths of the pages asked, in order. */
  readonly at: (afterMs: number, options?: Partial<CrawlOptions>) => Promise<string[]>;
  readonly rows: (sql: string) => Record<string, unknown>[];
}

async function visits(t: TestContext, routes: Record<string, Route>): Promise<Visits> {
  const site = await startSite(routes);
  t.after(() => site.close());
  const dbPath = temporaryDatabase(t);
  const start = Date.now();
  t.mock.timers.enable({ apis: ["Date"], now: start });
  return {
    site,
    routes,
    dbPath,
    async at(afterMs, options = {}) {
      t.mock.timers.setTime(start + afterMs);
      const before = site.requests.length;
      const seeds = [`${site.origin}/`];
      const given = { seeds, sitemaps: false, threads: 1, perHost: 1, retries: 0, ...options };
      await newCrawl(dbPath, { recrawl: "due", ...given }).run();
      return site.requests
        .slice(before)
        .map(({ url }) => url)
        .filter((url) => url !== "/robots.txt");
    },
    rows: questions(dbPath).rows,
  };
}

void describe("--recrawl due", () => {
  void test("before anything is due only the seeds are asked, and nothing else is called gone", async (t) => {
    const { at, rows } = await visits(t, {
      "/": page("Home", "/a", "/b"),
      "/a": page("A"),
      "/b": page("B"),
    });
    assert.deepEqual(await at(0), ["/", "/a", "/b"]);
    assert.deepEqual(await at(HOUR), ["/"]);
    assert.deepEqual(
      rows("select url from v_run_diff where run_id = 2 and change <> 'unchanged'"),
      [],
    );
    assert.deepEqual(
      rows("select count(*) as n from v_page where status = 200").map(({ n }) => n),
      [3],
    );
  });

  void test("what does not change is asked less and less, what changes stays with the daily run", async (t) => {
    let news = 0;
    const { at } = await visits(t, {
      "/": page("Home", "/news", "/imprint"),
      "/news": (_req, res) => {
        news += 1;
        res.setHeader("content-type", "text/html");
        res.end(page(`News ${"abcdefghijklmnopqrstuvwxyz"[news]}`));
      },
      "/imprint": page("Imprint"),
    });
    await at(0);
    const asked: string[][] = [];
    for (let day = 1; day <= 8; day += 1) asked.push(await at(day * DAY));
    const days = (path: string): number[] =>
      asked.flatMap((paths, index) => (paths.includes(path) ? [index + 1] : []));
    assert.deepEqual(days("/news"), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert.deepEqual(days("/imprint"), [1, 3, 7]);
  });

  void test("--max-pages takes the most overdue first", async (t) => {
    const { at, rows } = await visits(t, {
      "/": page("Home", "/a", "/b", "/c", "/d"),
      "/a": page("A"),
      "/b": page("B"),
      "/c": page("C"),
      "/d": page("D"),
    });
    await at(0, { maxPages: 2 });
    assert.deepEqual(await at(HOUR, { maxPages: 3 }), ["/", "/b", "/c"]);
    assert.deepEqual(await at(2 * HOUR), ["/", "/d"]);
    // A day on, /a is the longest overdue, then /b and /c, then /d.
    assert.deepEqual(await at(2 * DAY, { maxPages: 3 }), ["/", "/a", "/b"]);
    assert.deepEqual(await at(2 * DAY + 1, { maxPages: 2 }), ["/", "/c"]);
    assert.deepEqual(
      rows("select count(*) as n from frontier where state = 'pending'").map(({ n }) => n),
      [1],
    );
  });

  void test("what a limit left waiting is due in the next run", async (t) => {
    const { at } = await visits(t, {
      "/": page("Home", "/a", "/b", "/c"),
      "/a": page("A"),
      "/b": page("B"),
      "/c": page("C"),
    });
    assert.deepEqual(await at(0, { maxPages: 2 }), ["/", "/a"]);
    assert.deepEqual(await at(1_000), ["/", "/b", "/c"]);
  });

  void test("what is gone is asked twice more, then rested until all is asked again", async (t) => {
    const { at, rows, routes } = await visits(t, { "/": page("Home", "/a"), "/a": page("A") });
    await at(0);
    delete routes["/a"];
    const asked: boolean[] = [];
    for (const day of [1, 2, 4, 8, 16, 32, 64]) asked.push((await at(day * DAY)).includes("/a"));
    assert.deepEqual(asked, [true, true, true, false, false, false, false]);
    assert.deepEqual(
      rows("select due_at from frontier w join url u on u.id = w.url_id where u.url like '%/a'"),
      [{ due_at: null }],
    );
    assert.deepEqual(await at(65 * DAY, { recrawl: "all" }), ["/", "/a"]);
  });

  void test("what failed is due again soon", async (t) => {
    const { at, routes } = await visits(t, {
      "/": page("Home", "/a"),
      "/a": (req) => void req.socket.destroy(),
    });
    await at(0);
    routes["/a"] = page("A");
    assert.deepEqual(await at(HOUR), ["/", "/a"]);
    assert.deepEqual(await at(2 * HOUR), ["/"]);
  });

  void test("what failed with its host, without being asked, is due again soon", async (t) => {
    const gone = await startSite({});
    await gone.close();
    const { at, rows } = await visits(t, {
      "/": page("Home", ...[1, 2, 3, 4, 5, 6, 7].map((n) => `${gone.origin}/${n}`)),
    });
    const check = { check: "external" } as const;
    await at(0, check);
    const dueOf = (): unknown[] =>
      rows(
        "select w.due_at - w.settled_at as wait from frontier w where state = 'failed' and kind = 'asset'",
      ).map(({ wait }) => wait);
    assert.deepEqual(dueOf(), Array(7).fill(0.9 * HOUR));
    await at(HOUR, check);
    assert.deepEqual(
      rows("select distinct run_id from frontier where state = 'failed' and kind = 'asset'"),
      [{ run_id: 2 }],
    );
  });

  void test("what the rules of an earlier run kept out is asked when this run's take it", async (t) => {
    const { at } = await visits(t, {
      "/": page("Home", "/a", "/private/b"),
      "/a": page("A"),
      "/private/b": page("B"),
    });
    assert.deepEqual(await at(0, { exclude: [/private/] }), ["/", "/a"]);
    assert.deepEqual(await at(HOUR), ["/", "/private/b"]);
  });

  void test("--revisit-first, --revisit-min and --revisit-max bound the waits", async (t) => {
    const { at, rows } = await visits(t, { "/": page("Home", "/a"), "/a": page("A") });
    const due = (): unknown =>
      rows(
        "select due_at - checked_at as wait from frontier w join url u on u.id = w.url_id where u.url like '%/a'",
      )[0]?.["wait"];
    const bounds = { revisitFirst: 10 * HOUR, revisitMin: 5 * HOUR, revisitMax: 15 * HOUR };
    await at(0, bounds);
    assert.equal(due(), 9 * HOUR);
    await at(10 * HOUR, bounds);
    assert.equal(due(), 13.5 * HOUR);
  });
});

/** Five pages in a sitemap; `changes` says on which day which of them change, `announces` which it says. */
async function asked(
  t: TestContext,
  announces: (path: string, day: number) => boolean,
): Promise<string[]> {
  const paths = ["/a", "/b", "/c", "/d", "/e"];
  const start = Date.now();
  let day = 0;
  const versions = new Map(paths.map((path) => [path, "first"]));
  const lastmods = new Map(paths.map((path) => [path, start]));
  const { at } = await visits(t, {
    "/": page("Home"),
    "/robots.txt": (req, res) => {
      res.setHeader("cache-control", "max-age=0");
      res.end(`Sitemap: http://${req.headers.host}/map.xml`);
    },
    "/map.xml": (req, res) => {
      const urls = paths.map((path) => {
        const lastmod = new Date(lastmods.get(path) ?? 0).toISOString();
        return `<url><loc>http://${req.headers.host}${path}</loc><lastmod>${lastmod}</lastmod></url>`;
      });
      res.setHeader("content-type", "application/xml");
      res.end(`<urlset>${urls.join("")}</urlset>`);
    },
    ...Object.fromEntries(
      paths.map((path): [string, Route] => [
        path,
        (_req, res) => {
          res.setHeader("content-type", "text/html");
          res.end(page(`Page ${path} ${versions.get(path)}`));
        },
      ]),
    ),
  });
  const options = { sitemaps: true, revisitFirst: 20 * DAY, revisitMin: 20 * DAY };
  await at(0, options);
  for (day = 1; day <= 2; day += 1) {
    for (const path of paths) {
      versions.set(path, `version ${"abc"[day]}`);
      if (announces(path, day)) lastmods.set(path, start + day * DAY);
    }
    // The first time all are asked, and each tells whether its sitemap was right.
    if (day === 1) await at(DAY, { ...options, recrawl: "all" });
  }
  return (await at(2 * DAY, options)).filter((path) => path.length === 2).toSorted();
}

void describe("a sitemap's lastmod", () => {
  void test("pulls forward what it announces on a host where it was right before", async (t) => {
    const changed = await asked(t, (path, day) => day === 1 || path === "/b" || path === "/d");
    assert.deepEqual(changed, ["/b", "/d"]);
  });

  void test("is not believed on a host where changes came without it", async (t) => {
    assert.deepEqual(await asked(t, (path, day) => day === 2 || path === "/a"), []);
  });

  void test("is not believed before it has announced anything", async (t) => {
    assert.deepEqual(await asked(t, () => false), []);
  });
});
