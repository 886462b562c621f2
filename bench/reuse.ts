/**
 * What reusing connections is worth: one crawl of many hosts, over plain HTTP and over TLS, from servers
 * that are 0, 20 and 100 ms away, with the session's pools, without them, and without affinity of hosts to
 * threads:
 *
 *   npm run build && node bench/reuse.ts [--hosts 40] [--pages 30] [--rounds 3] [--latency 0,20,100]
 *
 * All run in turn; medians are printed. Then a polite crawl, 1 s between requests of a host, of --polite
 * 200 hosts whose servers close what was idle for 5 s: the share of requests after each host's first that
 * came on an open socket (--polite 0 leaves it out). The servers count the sockets.
 */
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import Database from "better-sqlite3";
import { testCertificate, testCertificateKey } from "../test/helpers/test-certificate.ts";
import { startDelayedProxy, type DelayedProxy } from "./delayed-proxy.ts";
import { machineLine } from "./machine.ts";
import { median } from "./statistics.ts";

interface Servers {
  readonly tls: boolean;
  readonly hosts: number;
  readonly pages: number;
  readonly roundTripMs: number;
  readonly idleTimeoutMs: number;
}

interface Crawled {
  readonly seconds: number;
  readonly sockets: number;
  readonly requests: number;
  readonly handshakeMs: number;
  /** Of the requests after each host's first, those on a socket that was open. */
  readonly reusedLater: number;
}

const BIN = resolve(import.meta.dirname, "../dist/src/cli/bin.js");
const MODES: Readonly<Record<string, readonly string[]>> = {
  "the session's pools": [],
  "affinity off": ["--no-affinity"],
  "force close": ["--force-close"],
};
const PAGE_BYTES = 8_000;

/** In a process of its own: one server, and for each host a proxy at its distance. */
async function serve({ tls, hosts, pages, roundTripMs, idleTimeoutMs }: Servers): Promise<void> {
  const filler = `<p>${"one connection serves many requests ".repeat(PAGE_BYTES / 36)}</p>`;
  const listener: Parameters<typeof createServer>[1] = (request, response) => {
    const page = /^\/(\d*)$/.exec(request.url ?? "")?.[1];
    if (page === undefined) {
      response.writeHead(404).end();
      return;
    }
    const links = Array.from(
      { length: pages },
      (_, n) => `<a href="/${n === 0 ? "" : n}">${n}</a>`,
    );
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(`<title>${page}</title>${links.join(" ")}${filler}`);
  };
  const options = { keepAliveTimeout: idleTimeoutMs };
  const server = tls
    ? createTlsServer({ ...options, cert: testCertificate, key: testCertificateKey }, listener)
    : createServer(options, listener);
  // Node adds a second to what it announces.
  server.keepAliveTimeoutBuffer = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const proxies: { address: string; proxy: DelayedProxy }[] = [];
  for (let host = 1; host <= hosts; host += 1) {
    const address = `127.0.${host >> 8}.${host & 255}`;
    proxies.push({ address, proxy: await startDelayedProxy(address, port, roundTripMs) });
  }
  process.on("message", () => {
    process.send?.(proxies.reduce((sum, { proxy }) => sum + proxy.connections(), 0));
  });
  process.once("disconnect", () => process.exit(0));
  process.send?.(
    proxies.map(({ address, proxy }) => `${tls ? "https" : "http"}://${address}:${proxy.port}/`),
  );
}

async function crawl(servers: Servers, options: readonly string[]): Promise<Crawled> {
  const directory = mkdtempSync(join(tmpdir(), "webspool-reuse-"));
  const db = join(directory, "crawl.db");
  const child = fork(import.meta.filename, [JSON.stringify(servers)]);
  try {
    const [seeds] = (await once(child, "message")) as [string[]];
    const args = ["crawl", ...seeds, "--db", db, "--quiet", "--insecure", "--no-sitemaps"];
    const startedAt = performance.now();
    const crawler = spawn(process.execPath, [BIN, ...args, ...options], {
      stdio: ["ignore", "ignore", "inherit"],
      timeout: 600_000,
    });
    const [code] = (await once(crawler, "exit")) as [number | null];
    if (code !== 0) throw new Error(`the crawl ended with ${code}: ${options.join(" ")}`);
    const seconds = (performance.now() - startedAt) / 1000;
    child.send("count");
    const [sockets] = (await once(child, "message")) as [number];
    return { seconds, sockets, ...counted(db) };
  } finally {
    child.disconnect();
    rmSync(directory, { recursive: true, force: true });
  }
}

function counted(path: string): Pick<Crawled, "requests" | "handshakeMs" | "reusedLater"> {
  const db = new Database(path, { readonly: true });
  const one = (sql: string) => db.prepare(sql).pluck().get() as number;
  const later = `FROM (SELECT reused, row_number() OVER (PARTITION BY u.host_id ORDER BY f.started_at, f.id) AS nth
    FROM fetch f JOIN url u ON u.id = f.url_id WHERE f.connection_id IS NOT NULL) WHERE nth > 1`;
  const result = {
    requests: one("SELECT count(*) FROM fetch WHERE connection_id IS NOT NULL"),
    handshakeMs: one(
      "SELECT sum(coalesce(dns_ms, 0) + coalesce(connect_ms, 0) + coalesce(tls_ms, 0)) FROM connection",
    ),
    reusedLater: one(`SELECT avg(reused) ${later}`),
  };
  db.close();
  return result;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      hosts: { type: "string", default: "40" },
      pages: { type: "string", default: "30" },
      rounds: { type: "string", default: "3" },
      latency: { type: "string", default: "0,20,100" },
      polite: { type: "string", default: "200" },
    },
  });
  const [hosts, pages] = [Number(values.hosts), Number(values.pages)];
  console.log(machineLine());
  console.log(`${hosts} hosts, ${pages} pages each, 4 in flight a host, 2 threads`);
  console.log("| | ms away | mode | seconds | sockets | requests | a socket | handshake ms |");
  console.log("|-|-|-|-|-|-|-|-|");
  for (const tls of [false, true]) {
    for (const roundTripMs of values.latency.split(",").map(Number)) {
      const servers = { tls, hosts, pages, roundTripMs, idleTimeoutMs: 60_000 };
      const rounds = new Map<string, Crawled[]>(Object.keys(MODES).map((mode) => [mode, []]));
      for (let round = 0; round < Number(values.rounds); round += 1) {
        for (const [mode, options] of Object.entries(MODES)) {
          const own = ["--profile", "own", "--per-host", "4", "--threads", "2", ...options];
          rounds.get(mode)?.push(await crawl(servers, own));
        }
      }
      for (const [mode, crawls] of rounds) {
        const of = (figure: (crawled: Crawled) => number) => median(crawls.map(figure));
        const cells = [
          tls ? "TLS" : "plain",
          roundTripMs,
          mode,
          of(({ seconds }) => seconds).toFixed(2),
          of(({ sockets }) => sockets),
          of(({ requests }) => requests),
          of(({ requests, sockets }) => requests / sockets).toFixed(1),
          of(({ handshakeMs }) => handshakeMs).toFixed(0),
        ];
        console.log(`| ${cells.join(" | ")} |`);
      }
    }
  }
  if (Number(values.polite) > 0) await politeCrawl(Number(values.polite));
}

async function politeCrawl(hosts: number): Promise<void> {
  const servers = { tls: false, hosts, pages: 12, roundTripMs: 20, idleTimeoutMs: 5_000 };
  const { requests, sockets, reusedLater, seconds } = await crawl(servers, ["--profile", "polite"]);
  console.log(
    `polite, 1 s between requests, ${hosts} hosts that close idle sockets after 5 s: ${requests} requests, ` +
      `${sockets} sockets, ${(100 * reusedLater).toFixed(2)} % of those after a host's first on an open one, ` +
      `${seconds.toFixed(0)} s`,
  );
}

const [, , argument] = process.argv;
if (process.send !== undefined && argument !== undefined)
  await serve(JSON.parse(argument) as Servers);
else await main();
