/** All hostile hosts, one crawl of them by the real command line, and what its database says. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Ended } from "../helpers/cli-process.ts";
import { questions } from "../helpers/crawl-run.ts";
import { HostileServer, okPage, type Behaviour, type Peer } from "../helpers/hostile-server.ts";
import { TIMEOUT_MS, type Expected, type HostileCase } from "./case.ts";
import { bodyCases } from "./cases/bodies.ts";
import { framingCases } from "./cases/framing.ts";
import { headCases } from "./cases/heads.ts";
import { htmlCases } from "./cases/html.ts";
import { otherHostCases, tlsCases } from "./cases/tls.ts";
import { chain, linkCases, redirectCases } from "./cases/urls.ts";
import { wireCases } from "./cases/wire.ts";
import { crawlByCommand, type CommandCrawl } from "./command-crawl.ts";

/** Each group is a host. */
export const groups: Readonly<Record<string, readonly HostileCase[]>> = {
  wire: wireCases,
  framing: framingCases,
  heads: headCases,
  bodies: bodyCases,
  html: htmlCases,
  urls: redirectCases,
};
export const hosts = [...tlsCases, ...otherHostCases];

/** A host that is asked for these only when what has to be timed is over. */
const HEAVY: ReadonlySet<string> = new Set(["bodies", "html"]);
const HOLD_BACK_PAGES = TIMEOUT_MS / 1_000 + 1;
/** Each of these pages is far from its read timeout, as a busy machine may add seconds. */
const HOLD_BACK_MS = 1_000;
/** Large pages come one after another, as they are taken. */
const LARGE_EVERY_MS = 100;
const LARGE_AT_MOST_MS = 1_000;
/** Says that a page is still to come, so that no read timeout ends what leads to the pages behind it. */
const STILL_THERE = "HTTP/1.1 103 Early Hints\r\n\r\n";
const SETTINGS =
  `--timeout ${TIMEOUT_MS / 1_000}s --read-timeout 5s --connect-timeout 2s --retries 0 --threads 1 --no-robots --no-sitemaps --check assets --max-depth 100`.split(
    " ",
  );

export class HostileCrawl {
  readonly ended: Ended;
  readonly elapsedMs: number;
  readonly peakBytes: number;
  /** In the order of the database. */
  readonly honestUrls: readonly string[];
  readonly rows: (sql: string) => Record<string, unknown>[];
  readonly #servers: ReadonlyMap<string, HostileServer>;
  readonly #folder: string;

  private constructor(
    servers: ReadonlyMap<string, HostileServer>,
    folder: string,
    run: CommandCrawl,
  ) {
    this.#servers = servers;
    this.#folder = folder;
    this.ended = run.ended;
    this.elapsedMs = run.elapsedMs;
    this.peakBytes = run.peakBytes;
    this.rows = questions(join(folder, "crawl.db")).rows;
    this.honestUrls = Object.keys(groups)
      .flatMap((group) => honestPaths(group).map((path) => this.originOf(group) + path))
      .toSorted();
  }

  /** Starts the servers and crawls them to the end. */
  static async run(): Promise<HostileCrawl> {
    const servers = new Map<string, HostileServer>();
    const folder = mkdtempSync(join(tmpdir(), "webspool-hostile-"));
    for (const [group, cases] of Object.entries(groups)) {
      servers.set(group, await HostileServer.start({ routes: routesOf(group, cases) }));
    }
    for (const { name, server } of hosts) servers.set(name, await HostileServer.start(server));
    const seeds = [...servers].map(([name, { origin }]) => seedOf(name, origin));
    try {
      const run = await crawlByCommand(folder, [...seeds, ...SETTINGS]);
      return new HostileCrawl(servers, folder, run);
    } catch (error) {
      // Servers that go on listening would keep the tests from ending.
      await closeAll(servers, folder);
      throw error;
    }
  }

  originOf(name: string): string {
    const server = this.#servers.get(name);
    assert.ok(server !== undefined, name);
    const scheme = hosts.find((host) => host.name === name)?.scheme;
    return scheme === undefined ? server.origin : server.origin.replace(/^https?/, scheme);
  }

  assertRow(url: string, expected: Expected): void {
    const rows = this.rows(`SELECT fetch.id, status, error, detail, truncated, total_ms, bytes_body,
        title, charset, target.url AS redirectUrl,
        (SELECT count(*) FROM link WHERE from_url_id = url.id AND kind <> 'redirect') AS links
      FROM url JOIN fetch ON fetch.url_id = url.id AND settled = 1
        LEFT JOIN page ON page.url_id = url.id LEFT JOIN url target ON target.id = redirect_url_id
      WHERE url.url = '${url}'`);
    assert.equal(rows.length, 1, `${rows.length} settled rows`);
    const row = rows[0] ?? {};
    const told = JSON.stringify(row);
    const { status, error, atMostMs = Infinity, detail = /(?:)/ } = expected;
    assert.deepEqual([row["status"], row["error"]], [status, error], told);
    assert.ok(Number(row["total_ms"]) <= atMostMs, told);
    assert.match(String(row["detail"]), detail);
    const { truncated, title, charset, links, bytes, redirectsTo } = expected;
    const origin = new URL(url).origin;
    const target = redirectsTo?.startsWith("/") === true ? origin + redirectsTo : redirectsTo;
    for (const [column, value] of [
      ["truncated", truncated === undefined ? undefined : Number(truncated)],
      ["title", title],
      ["charset", charset],
      ["links", links],
      ["bytes_body", bytes],
      ["redirectUrl", target],
    ] as const) {
      if (value !== undefined) assert.equal(row[column], value, `${column} of ${told}`);
    }
  }

  async close(): Promise<void> {
    await closeAll(this.#servers, this.#folder);
  }
}

async function closeAll(
  servers: ReadonlyMap<string, HostileServer>,
  folder: string,
): Promise<void> {
  await Promise.all([...servers.values()].map((server) => server.close()));
  rmSync(folder, { recursive: true, force: true });
}

function seedOf(name: string, origin: string): string {
  const scheme = hosts.find((host) => host.name === name)?.scheme;
  return `${scheme === undefined ? origin : origin.replace(/^https?/, scheme)}/`;
}

/** An honest page beside each case. */
function honestPaths(group: string): string[] {
  const names = (groups[group] ?? []).map(({ name }) => name);
  if (group === "urls") names.push(...linkCases.map(({ name }) => name));
  return names.map((name) => `/honest/of-${name}`);
}

function routesOf(group: string, cases: readonly HostileCase[]): ReadonlyMap<string, Behaviour> {
  const routes = new Map<string, Behaviour>(group === "urls" ? chain : []);
  for (const { name, serve } of cases) routes.set(`/${name}`, serve);
  const index: Behaviour = (peer) => {
    const origin = `http://127.0.0.1:${peer.socket.localPort}`;
    peer.say(okPage(Buffer.from(indexPage(group, cases, origin))));
  };
  if (!HEAVY.has(group)) return routes.set("/", index);
  for (let n = 0; n < HOLD_BACK_PAGES; n += 1) {
    const next = n + 1 < HOLD_BACK_PAGES ? `/later-${n + 1}` : "/index";
    routes.set(n === 0 ? "/" : `/later-${n}`, later(HOLD_BACK_MS, next));
  }
  routes.set("/index", index);
  const large = cases.filter(({ isLarge }) => isLarge === true);
  const sockets = new Set<Socket>();
  large.forEach(({ name, serve }, n) => {
    const page = okPage(`<a href=/${name}>large</a><a href=/large-${n + 1}>next</a>`);
    routes.set(`/large-${n}`, (peer) => whenSent(peer, sockets, LARGE_AT_MOST_MS, page));
    routes.set(`/${name}`, (peer) => {
      sockets.add(peer.socket);
      serve(peer);
    });
  });
  return routes;
}

/** Answers when all that was written to the sockets was taken, in so much time at most. */
function whenSent(peer: Peer, sockets: Set<Socket>, leftMs: number, page: Buffer): void {
  setTimeout(() => {
    for (const socket of sockets) {
      if (socket.destroyed || socket.writableLength === 0) sockets.delete(socket);
    }
    if (sockets.size === 0 || leftMs <= 0) peer.say(page);
    else whenSent(peer.say(STILL_THERE), sockets, leftMs - LARGE_EVERY_MS, page);
  }, LARGE_EVERY_MS);
}

/** A page that takes its time and has this link. */
function later(delayMs: number, path: string): Behaviour {
  const page = okPage(`<a href=${path}>later</a>`);
  return (peer) => void setTimeout(() => peer.say(page), delayMs);
}

function indexPage(group: string, cases: readonly HostileCase[], origin: string): string {
  const links = cases
    .filter(({ isLarge }) => isLarge !== true)
    .map(({ name, asImage }) => (asImage ? `<img src="/${name}">` : `<a href="/${name}">x</a>`));
  if (links.length < cases.length) links.push("<a href=/large-0>x</a>");
  if (group === "urls") {
    links.push(...linkCases.map(({ href }) => `<a href="${href(origin)}">x</a>`));
  }
  links.push(...honestPaths(group).map((path) => `<a href="${path}">x</a>`));
  return `<meta charset=utf-8>${links.join("\n")}`;
}
