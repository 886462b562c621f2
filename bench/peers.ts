/**
 * One site, crawled in turn by ours and by other crawlers, those that are installed:
 *
 *   npm run build && node bench/peers.ts --root DIR [--peers DIR] [--rounds 3] [--slow-rounds 1]
 *     [--seconds 60] [--work DIR] [--only webspool,wget2]
 *
 * DIR is served by nginx, which counts connections and requests for all alike. In --peers lie the npm
 * packages (@crawlee/cheerio, simplecrawler, @spider-rs/spider-rs); scrapy and wget2 are looked for in
 * PATH. Crawlee, simplecrawler and Scrapy get --seconds from their start; the rest crawl to the end.
 * Files and databases go to --work, best in memory. Prints medians, and each ratio to ours.
 */
import { existsSync, globSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import Database from "better-sqlite3";
import { machineLine } from "./machine.ts";
import { cannotMeasure, measuredCommand } from "./measured-command.ts";
import { startNginx, type NginxSite } from "./nginx-site.ts";
import { median } from "./statistics.ts";

interface Found {
  readonly pages: number;
  /** Null where the crawler does not tell. */
  readonly links: number | null;
}

interface Peer {
  readonly name: string;
  /** Slow ones are ended after --seconds, and run --slow-rounds times. */
  readonly slow: boolean;
  readonly installed: boolean;
  command(url: string, directory: string): string[];
  found(stdout: string, directory: string): Found;
}

interface Round extends Found {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMb: number;
  readonly connections: number;
  readonly requests: number;
}

const { values } = parseArgs({
  options: {
    root: { type: "string" },
    peers: { type: "string", default: "." },
    rounds: { type: "string", default: "3" },
    "slow-rounds": { type: "string", default: "1" },
    seconds: { type: "string", default: "60" },
    work: { type: "string", default: join(tmpdir(), `webspool-peers-${process.pid}`) },
    only: { type: "string" },
  },
});
/** Longer than any that crawls to the end needs: a hang ends. */
const LIMIT_SECONDS = 900;
const BIN = resolve(import.meta.dirname, "../dist/src/cli/bin.js");
const SCRIPTS = join(import.meta.dirname, "peers");
const told = (stdout: string): Found => JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Found;
const hasPackage = (name: string) => existsSync(join(resolve(values.peers), "node_modules", name));
const inPath = (name: string) =>
  (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, name)));
/** The peers' packages are found from the folder they are installed in. */
const fromPeers = (script: string, ...rest: string[]) => [
  "env",
  "-C",
  resolve(values.peers),
  process.execPath,
  join(SCRIPTS, script),
  ...rest,
];

const PEERS: readonly Peer[] = [
  {
    name: "webspool",
    slow: false,
    installed: existsSync(BIN),
    command: (url, directory) =>
      [process.execPath, BIN, "crawl", url, "--profile", "own", "--quiet"].concat(
        "--db",
        join(directory, "crawl.db"),
      ),
    found(_stdout, directory) {
      const db = new Database(join(directory, "crawl.db"), { readonly: true });
      const pages = db.prepare("SELECT count(*) FROM page").pluck().get() as number;
      const links = db.prepare("SELECT count(*) FROM link").pluck().get() as number;
      db.close();
      return { pages, links };
    },
  },
  {
    name: "wget2",
    slow: false,
    installed: inPath("wget2"),
    command: (url, directory) =>
      [
        "wget2",
        "-q",
        "-r",
        "--max-threads=16",
        "--no-robots",
        "-P",
        join(directory, "files"),
      ].concat(url),
    found: (_stdout, directory) => ({
      pages: globSync("**/*.html", { cwd: join(directory, "files") }).length,
      links: null,
    }),
  },
  {
    name: "spider-rs",
    slow: false,
    installed: hasPackage("@spider-rs/spider-rs"),
    command: (url) => fromPeers("spider-rs.mjs", url),
    found: told,
  },
  {
    name: "simplecrawler",
    slow: true,
    installed: hasPackage("simplecrawler"),
    command: (url) => fromPeers("simplecrawler.mjs", url, values.seconds),
    found: told,
  },
  {
    name: "Crawlee",
    slow: true,
    installed: hasPackage("@crawlee/cheerio"),
    command: (url, directory) =>
      fromPeers("crawlee.mjs", url, values.seconds, join(directory, "pages.jsonl")),
    found: told,
  },
  {
    name: "Scrapy",
    slow: true,
    installed: inPath("scrapy"),
    command: (url, directory) =>
      ["scrapy", "runspider", join(SCRIPTS, "scrapy_spider.py"), "-a", `url=${url}`]
        .concat("-a", `counts=${join(directory, "counts.json")}`)
        .concat("-O", join(directory, "pages.jl"), "-L", "ERROR")
        .concat("-s", "CONCURRENT_REQUESTS=64", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=64")
        .concat("-s", "ROBOTSTXT_OBEY=False", "-s", `CLOSESPIDER_TIMEOUT=${values.seconds}`),
    found: (_stdout, directory) =>
      JSON.parse(readFileSync(join(directory, "counts.json"), "utf8")) as Found,
  },
];

async function run(peer: Peer, site: NginxSite): Promise<Round> {
  const directory = join(values.work, "run");
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const before = await site.counts();
  const measured = await measuredCommand(peer.command(`${site.origin}/index.html`, directory), {
    limitSeconds: LIMIT_SECONDS,
    directory,
  });
  const after = await site.counts();
  const found = peer.found(measured.stdout, directory);
  rmSync(directory, { recursive: true, force: true });
  return {
    ...found,
    seconds: measured.seconds,
    cpuSeconds: measured.cpuSeconds,
    peakMb: measured.peakMb,
    connections: after.connections - before.connections,
    requests: after.requests - before.requests,
  };
}

function print(rounds: ReadonlyMap<string, Round[]>): void {
  const of = (name: string, figure: (round: Round) => number) =>
    median((rounds.get(name) ?? []).map(figure));
  const rate = (name: string) => of(name, ({ pages, seconds }) => pages / seconds);
  console.log(
    "| | rounds | pages | links | seconds | pages/s | CPU s | peak MB | connections | requests | pages/s of ours to it |",
  );
  console.log("|-|-|-|-|-|-|-|-|-|-|-|");
  for (const name of rounds.keys()) {
    const cells = [
      name,
      rounds.get(name)?.length,
      of(name, ({ pages }) => pages),
      rounds.get(name)?.[0]?.links === null ? "" : of(name, ({ links }) => links ?? 0),
      of(name, ({ seconds }) => seconds).toFixed(1),
      rate(name).toFixed(0),
      of(name, ({ cpuSeconds }) => cpuSeconds).toFixed(1),
      of(name, ({ peakMb }) => peakMb).toFixed(0),
      of(name, ({ connections }) => connections),
      of(name, ({ requests }) => requests),
      (rate("webspool") / rate(name)).toFixed(2),
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
}

async function main(root: string): Promise<void> {
  const only = values.only?.split(",");
  const peers = PEERS.filter(({ name }) => only === undefined || only.includes(name));
  for (const { name, installed } of peers) if (!installed) console.log(`${name} is not installed`);
  console.log(machineLine());
  const site = await startNginx(root, join(values.work, "nginx"));
  const rounds = new Map<string, Round[]>();
  try {
    const most = Math.max(Number(values.rounds), Number(values["slow-rounds"]));
    for (let round = 0; round < most; round += 1) {
      for (const peer of peers.filter(({ installed }) => installed)) {
        if (round >= Number(peer.slow ? values["slow-rounds"] : values.rounds)) continue;
        const result = await run(peer, site);
        console.log(`${round + 1} ${peer.name}: ${result.pages} pages, ${result.seconds} s`);
        rounds.set(peer.name, [...(rounds.get(peer.name) ?? []), result]);
      }
    }
  } finally {
    await site.close();
    rmSync(values.work, { recursive: true, force: true });
  }
  print(rounds);
}

const problem =
  values.root === undefined
    ? "usage: peers --root DIR [--peers DIR] [--rounds N] [--slow-rounds N] [--seconds N] [--work DIR]"
    : cannotMeasure();
if (values.root === undefined || problem !== null) {
  console.error(problem);
  process.exitCode = 2;
} else await main(values.root);
