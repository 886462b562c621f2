/** The pause between two requests to a host, as the server sees it: of every kind, redirects included. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { crawlSite } from "../helpers/crawl-run.ts";
import { startSite, type Handler } from "../helpers/site-server.ts";

interface Seen {
  readonly path: string;
  readonly at: number;
  endedAt: number;
}

/**
 * Notes when each request came and when its response was about to be sent, by the server's own clock: the
 * crawler cannot have it earlier, however late a busy machine tells that it was sent.
 */
function noting(seen: Seen[], answer: Handler): Handler {
  return (req, res) => {
    const request: Seen = { path: req.url ?? "", at: performance.now(), endedAt: NaN };
    seen.push(request);
    const end = res.end.bind(res) as (...args: unknown[]) => typeof res;
    res.end = (...args: unknown[]) => {
      request.endedAt = performance.now();
      return end(...args);
    };
    return answer(req, res);
  };
}

function gaps(seen: readonly Seen[]): number[] {
  return seen.slice(1).map(({ at }, index) => at - (seen[index]?.endedAt ?? NaN));
}

void describe("the pause between requests", { concurrency: 3 }, () => {
  void test("no two requests to a host are closer than --delay: robots.txt, sitemaps, redirects, errors", async (t) => {
    const seen: Seen[] = [];
    const site = await startSite(
      noting(seen, (req, res) => {
        const at = (path: string): string => `http://${req.headers.host}${path}`;
        const path = req.url ?? "";
        if (path === "/robots.txt") res.end("User-agent: *\nSitemap: /map.xml\n");
        else if (path === "/map.xml") res.end(`<urlset><url><loc>${at("/m")}</loc></url></urlset>`);
        else if (/^\/r\d$/.test(path)) res.writeHead(302, { location: `/to${path}` }).end();
        else if (path === "/5") res.writeHead(500).end();
        else {
          const links = Array.from({ length: 23 }, (_, page) => `<a href="/${page}">${page}</a>`);
          const moved = [1, 2, 3].map((page) => `<a href="/r${page}">moved</a>`);
          res.setHeader("content-type", "text/html");
          res.end(`<title>${path}</title>${moved.join("")}${links.join("")}`);
        }
      }),
    );
    t.after(() => site.close());
    const { result } = await crawlSite(t, {
      seeds: [`${site.origin}/`],
      profile: "polite",
      delay: 200,
      maxPages: 30,
      traps: false,
    });
    assert.equal(result.counters.pages, 30);
    const paths = new Set(seen.map(({ path }) => path));
    for (const path of ["/robots.txt", "/map.xml", "/r1", "/to/r1", "/5"]) {
      assert.ok(paths.has(path), path);
    }
    assert.equal(seen.length, gaps(seen).length + 1);
    assert.ok(seen.length >= 32);
    for (const [index, gap] of gaps(seen).entries()) {
      assert.ok(gap >= 200, `${seen[index]?.path} -> ${seen[index + 1]?.path}: ${gap} ms`);
    }
  });

  void test("a request that takes several keeps the pause between them: HEAD refused, robots.txt that moves", async (t) => {
    const seen: Seen[] = [];
    const site = await startSite(
      noting(seen, (req, res) => {
        if (req.url === "/robots.txt") res.writeHead(301, { location: "/r1" }).end();
        else if (req.url === "/r1") res.writeHead(301, { location: "/r2" }).end();
        else if (req.url === "/r2") res.end("User-agent: *\nDisallow:\n");
        else if (req.method === "HEAD") res.writeHead(405).end();
        else if (req.url !== "/") res.end("png");
        else res.setHeader("content-type", "text/html").end('<img src="/1"><img src="/2">');
      }),
    );
    t.after(() => site.close());
    await crawlSite(t, {
      seeds: [`${site.origin}/`],
      profile: "polite",
      delay: 200,
      sitemaps: false,
      check: "assets",
    });
    assert.deepEqual(
      seen.map(({ path }) => path),
      ["/robots.txt", "/r1", "/r2", "/", "/1", "/1", "/2", "/2"],
    );
    for (const [index, gap] of gaps(seen).entries()) {
      assert.ok(gap >= 200, `${seen[index]?.path} -> ${seen[index + 1]?.path}: ${gap} ms`);
    }
  });

  void test("the pause counts from the end of a slow response, and --delay auto makes it longer", async (t) => {
    const seen: Seen[] = [];
    const quick: Seen[] = [];
    const slowSite = await startSite(
      noting(seen, async (req, res) => {
        await new Promise((resolve) => setTimeout(resolve, 400));
        if (req.url === "/robots.txt") res.writeHead(404).end();
        else res.setHeader("content-type", "text/html").end(`<a href="/1">x</a>`);
      }),
    );
    t.after(() => slowSite.close());
    const quickSite = await startSite(
      noting(quick, (req, res) => {
        if (req.url === "/robots.txt") res.writeHead(404).end();
        else res.setHeader("content-type", "text/html").end(`<a href="/1">x</a>`);
      }),
      { host: "127.0.0.2" },
    );
    t.after(() => quickSite.close());
    const { rows } = await crawlSite(t, {
      seeds: [`${slowSite.origin}/`, `${quickSite.origin}/`],
      delay: "auto",
      sitemaps: false,
      perHost: 4,
    });
    assert.equal(seen.length, 3);
    assert.equal(quick.length, 3);
    // Four times 400 ms, less what the client may notice too late of it.
    for (const gap of gaps(seen)) assert.ok(gap >= 1_200, gaps(seen).join(" "));
    const delays = rows("select origin, auto_delay_ms as delay from host") as {
      origin: string;
      delay: number;
    }[];
    const delayOf = (origin: string): number =>
      delays.find((host) => host.origin === origin)?.delay ?? NaN;
    assert.ok(delayOf(slowSite.origin) >= 1_200);
    assert.ok(delayOf(quickSite.origin) < delayOf(slowSite.origin));
  });
});
