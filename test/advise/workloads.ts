/** Sites on which settings of pools make a difference, each in a way that does not depend on luck. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { TestContext } from "node:test";

const page = (...links: string[]): string =>
  `<!doctype html><title>Page</title>${links.map((href) => `<a href="${href}">x</a>`).join("")}`;

function html(res: ServerResponse, body: string): void {
  res.setHeader("content-type", "text/html").end(body);
}

/** Listens at every address of the loopback network; returns the port. */
async function listen(
  context: TestContext,
  answer: (req: IncomingMessage, res: ServerResponse) => void,
): Promise<number> {
  const server = createServer(answer);
  // Only what a test sets ends a connection. A hint would too: Node sends one of its own.
  server.keepAliveTimeout = 0;
  server.listen(0, "0.0.0.0");
  await once(server, "listening");
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  assert(address !== null && typeof address === "object");
  return address.port;
}

/** Hosts of different sizes, from 3 pages to 17, all linked from the start page. */
export async function manyHosts(context: TestContext, hosts: number): Promise<string> {
  const names = Array.from({ length: hosts }, (_, index) => `127.0.3.${index + 1}`);
  const port = await listen(context, (req, res) => {
    const { localAddress = "" } = req.socket;
    const pages = 2 + (Number(localAddress.split(".").at(-1)) % 15);
    if (req.url === "/robots.txt") res.writeHead(404).end();
    else if (req.url === "/start")
      html(res, page(...names.map((name) => `http://${name}:${port}/`)));
    else html(res, page(...Array.from({ length: pages }, (_, index) => `/${index}`)));
  });
  return `http://127.0.0.1:${port}/start`;
}

/**
 * A host of bursts and lulls: each page `/n/0` leads to the six of the next burst, of which all but the
 * first answer at once and lead nowhere.
 */
export async function bursts(context: TestContext, count: number): Promise<string> {
  const timers = new Set<NodeJS.Timeout>();
  context.after(() => {
    for (const timer of timers) clearTimeout(timer);
  });
  const port = await listen(context, (req, res) => {
    const [burst, place] = (req.url ?? "").split("/").slice(1).map(Number);
    if (req.url === "/robots.txt") res.writeHead(404).end();
    else if (burst === undefined || place === undefined || place > 0) {
      timers.add(setTimeout(() => html(res, page()), 20));
    } else {
      const next = burst + 1 < count ? [0, 1, 2, 3, 4, 5].map((n) => `/${burst + 1}/${n}`) : [];
      timers.add(setTimeout(() => html(res, page(...next)), 250));
    }
  });
  return `http://127.0.0.1:${port}/0/0`;
}

/**
 * Three hosts: one that is asked at once again, one with a Crawl-delay, and one with the same that
 * closes a connection which was idle for `closesAfterMs`.
 */
export async function patientHosts(
  context: TestContext,
  of: { readonly pages: number; readonly crawlDelayMs: number; readonly closesAfterMs: number },
): Promise<string> {
  const links = Array.from({ length: of.pages }, (_, index) => `/${index}`);
  const closing = new Map<Socket, NodeJS.Timeout>();
  context.after(() => {
    for (const timer of closing.values()) clearTimeout(timer);
  });
  const port = await listen(context, (req, res) => {
    const { socket } = req;
    const host = socket.localAddress ?? "";
    clearTimeout(closing.get(socket));
    if (host === "127.0.4.3") {
      res.on("finish", () =>
        closing.set(
          socket,
          setTimeout(() => socket.destroy(), of.closesAfterMs),
        ),
      );
    }
    if (req.url === "/robots.txt") {
      const delay = host === "127.0.4.1" ? "" : `crawl-delay: ${of.crawlDelayMs / 1_000}\n`;
      res.end(`user-agent: *\n${delay}disallow:\n`);
    } else if (req.url === "/start") {
      html(res, page(...[1, 2, 3].map((n) => `http://127.0.4.${n}:${port}/`)));
    } else html(res, page(...links));
  });
  return `http://127.0.0.1:${port}/start`;
}
