/** Many hosts at once on real sockets: slow ones do not hold up the others. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { test } from "node:test";
import { crawlSite } from "../helpers/crawl-run.ts";

const FAST = 290;
const SLOW = 10;
const PAGES = 3;

const addressOf = (host: number): string => `127.0.${1 + (host >> 7)}.${1 + (host & 127)}`;

test("when slow hosts give their first answer, 290 other hosts are finished", async (t) => {
  const waiting: ServerResponse[] = [];
  const fastPages = new Set<string>();
  let before: { readonly fast: number; readonly slow: number } | null = null;
  const slowHosts = new Set(Array.from({ length: SLOW }, (_, host) => addressOf(host)));
  const server = createServer((req, res) => {
    const { localAddress = "", localPort } = req.socket;
    const links = (...urls: string[]): void => {
      const text = urls.map((url) => `<a href="${url}">x</a>`).join("");
      res.setHeader("content-type", "text/html").end(`<title>${localAddress}</title>${text}`);
    };
    if (req.url === "/start") {
      const hosts = Array.from({ length: FAST + SLOW }, (_, host) => addressOf(host));
      links(...hosts.map((host) => `http://${host}:${localPort}/`));
    } else if (slowHosts.has(localAddress)) {
      // It answers when all others are done: a run that waits for it has no way on.
      if (before !== null) {
        links();
        return;
      }
      waiting.push(res);
    } else {
      if (req.url !== "/robots.txt") fastPages.add(`${localAddress}${req.url}`);
      if (req.url === "/robots.txt") res.writeHead(404).end();
      else links(...Array.from({ length: PAGES - 1 }, (_, page) => `/${page}`));
      if (fastPages.size < FAST * PAGES || before !== null) return;
      before = { fast: fastPages.size, slow: waiting.length };
      for (const slow of waiting) slow.writeHead(404).end();
    }
  });
  server.listen(0, "0.0.0.0");
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  assert(address !== null && typeof address === "object");
  const { result, column } = await crawlSite(t, {
    seeds: [`http://127.0.0.1:${address.port}/start`],
    scope: "any",
    allowPrivate: true,
    sitemaps: false,
    timeout: 60_000,
    readTimeout: 60_000,
    maxDuration: 60_000,
    traps: false,
    // As many requests to each slow host as would fill all slots, were they not shared.
    perHost: 16,
    inFlight: 32,
  });
  assert.equal(result.reason, "frontier_empty");
  assert.deepEqual(before, { fast: FAST * PAGES, slow: SLOW });
  assert.deepEqual(column("select count(*) from frontier where state <> 'done'"), [0]);
  assert.equal(result.counters.pages, 1 + FAST * PAGES + SLOW);
});
