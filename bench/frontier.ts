/**
 * What it costs to check a link against the URLs that are known, and to keep their queue, in databases of
 * 10^4 to 10^7 known URLs, half of them waiting. Each database is measured in a process of its own, one
 * thread, through Frontier and CrawlDatabase:
 *
 * - links checked a second, 3 % of them new (rows of url and frontier, none of link), 330 links a
 *   transaction; CPU per link. *anywhere*: known URLs drawn evenly, the worst case. *crawl*: pages in the
 *   order of their numbers, so that hosts take turns; of a page's 33 links 22 are its host's navigation,
 *   5 its neighbours on the host, 5 anywhere, 1 new
 * - Frontier.load, and a turn of handOut and settle per page
 * - after that, in another process, how long a new run takes to put all of them into its queue
 * - peak memory of the process, bytes of the database per URL, the largest write-ahead log
 *
 *   node bench/frontier.ts [--sizes 10000,100000,1000000,10000000] [--hosts N] [--links 330000]
 *     [--rounds 5] [--pages 20000] [--db DIR] [--no-recrawl]
 *
 * Needs 300 bytes of disk per URL, as much again for the recrawl, and 3 minutes for 10^7 of them.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { resolveSettings } from "../src/crawl-settings.ts";
import { failedOutcome, unsentAttempt } from "../src/failed-outcome.ts";
import { Admission, Frontier, Revisits } from "../src/frontier/index.ts";
import type { FetchBatch, FetchRequest, Outcome } from "../src/messages.ts";
import { CrawlDatabase } from "../src/storage/index.ts";
import {
  begin,
  Draws,
  fill,
  median,
  timed,
  NAVIGATION,
  NOW,
  sizeOf,
  urlOf,
  usualHosts,
} from "./known-urls.ts";

const NEAR = 5;
const LINKS = 33;
const LINKS_PER_TRANSACTION = 330;

interface Task {
  readonly path: string;
  readonly known: number;
  readonly hosts: number;
  readonly links: number;
  readonly rounds: number;
  readonly pages: number;
}

const ROLES: Readonly<Record<string, (task: Task) => void>> = {
  fill: ({ path, known, hosts }) => {
    fill(path, known, hosts);
  },
  check: checkLinks,
  queue: turnQueue,
  recrawl,
};

const role = process.argv[2];
const task = process.argv[3];
if (role !== undefined && task !== undefined && role in ROLES)
  ROLES[role]?.(JSON.parse(task) as Task);
else await main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    allowNegative: true,
    options: {
      sizes: { type: "string", default: "10000,100000,1000000,10000000" },
      hosts: { type: "string" },
      links: { type: "string", default: "330000" },
      rounds: { type: "string", default: "5" },
      pages: { type: "string", default: "20000" },
      db: { type: "string", default: tmpdir() },
      recrawl: { type: "boolean", default: true },
    },
  });
  const date = new Date().toISOString().slice(0, 10);
  console.log(`${date}, ${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}`);
  for (const known of values.sizes.split(",").map(Number)) {
    const folder = mkdtempSync(join(values.db, "webspool-bench-"));
    const hosts = Number(values.hosts ?? usualHosts(known));
    const path = join(folder, "crawl.db");
    const given: Task = {
      path,
      known,
      hosts,
      links: Number(values.links),
      rounds: Number(values.rounds),
      pages: Number(values.pages),
    };
    try {
      await inProcess("fill", given);
      const bytes = Math.round(sizeOf(path) / known);
      console.log(`\n${known.toLocaleString("en")} URLs of ${hosts} hosts, ${bytes} bytes each`);
      await inProcess("check", given);
      await inProcess("queue", given);
      if (values.recrawl) await inProcess("recrawl", given);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** A process of its own, so that its peak of memory is that of this work. */
async function inProcess(name: string, given: Task): Promise<void> {
  const child = fork(import.meta.filename, [name, JSON.stringify(given)]);
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`the process for "${name}" ended with ${code}`);
}

function open({ path }: Task): { db: CrawlDatabase; frontier: Frontier } {
  const db = CrawlDatabase.open(path);
  const runId = db.unfinishedRun()?.id ?? db.transaction(() => begin(db));
  const settings = resolveSettings(
    { scope: "any", robots: false, sitemaps: false, profile: "own" },
    { seeds: [], headers: [], loopbackOnly: false, version: "bench" },
  );
  const revisits = new Revisits({
    store: db.frontier,
    bounds: { firstMs: 1, minMs: 1, maxMs: 1 },
    newestKnownUrlId: db.frontier.newestUrlId(),
    readOtherwiseRunId: runId,
  });
  const admission = new Admission(settings, []);
  const seedOrigins = new Set<string>();
  const frontier = new Frontier({
    store: db.frontier,
    settings,
    runId,
    admission,
    revisits,
    seedOrigins,
  });
  return { db, frontier };
}

function checkLinks(given: Task): void {
  const { path, known, hosts, links, rounds } = given;
  const { db, frontier } = open(given);
  const draws = new Draws();
  let newest = known;
  let page = Math.floor(known / 2);
  const patterns: Record<string, (index: number) => number> = {
    anywhere: () => draws.next(known),
    crawl: (index) => {
      const place = index % LINKS;
      if (place === 0) page = (page + 1) % known;
      if (place <= NAVIGATION) return (((place - 1) * hosts) % known) + (page % hosts);
      if (place <= NAVIGATION + NEAR) return (page + hosts * (place - NAVIGATION)) % known;
      return draws.next(known);
    },
  };
  let largestLog = 0;
  const check = (pattern: (index: number) => number, count: number): void => {
    for (let done = 0; done < count; done += LINKS_PER_TRANSACTION) {
      db.transaction(() => {
        for (let index = 0; index < LINKS_PER_TRANSACTION; index += 1) {
          let number = pattern(index);
          if (index % LINKS === 0) number = newest++;
          const url = urlOf(number, hosts);
          const link = { url, link: "a", depth: 4, viaUrlId: 1, isSeed: false } as const;
          frontier.found({ ...link, priority: null, nofollow: false }, NOW);
        }
      });
      largestLog = Math.max(largestLog, sizeOf(`${path}-wal`));
    }
  };
  for (const [name, pattern] of Object.entries(patterns)) {
    check(pattern, links);
    const times = Array.from({ length: rounds }, () => timed(() => check(pattern, links)));
    const rates = times.map(({ ms }) => (links / ms) * 1_000);
    const cpu = times.map(({ cpuMs }) => (cpuMs / links) * 1_000);
    const rate = Math.round(median(rates)).toLocaleString("en");
    const lowest = Math.round(Math.min(...rates)).toLocaleString("en");
    console.log(
      `  links ${name.padEnd(8)} ${rate.padStart(9)} /s (lowest ${lowest}), ${median(cpu).toFixed(2)} us of CPU each`,
    );
  }
  const stored = Number(db.query("SELECT max(id) FROM url").rows[0]?.[0]);
  if (stored !== newest) throw new Error(`${newest} URLs are known, ${stored} are stored`);
  console.log(`  ${memory()}, log at most ${megabytes(largestLog)} MB`);
  db.close();
}

function turnQueue(given: Task): void {
  const { db, frontier } = open(given);
  const load = timed(() => db.transaction(() => frontier.load(NOW)));
  const { pending } = frontier;
  let batches: FetchBatch[] = [];
  let settled = 0;
  let now = NOW;
  const turn = (): void => {
    now += 10;
    for (const { requests } of batches) {
      for (const request of requests) frontier.settle(answered(request, now), now);
      settled += requests.length;
    }
    batches = frontier.handOut(now, { slots: 128, pages: Infinity });
  };
  const turns = timed(() => {
    do db.transaction(turn);
    while (settled < given.pages && batches.length > 0);
  });
  console.log(
    `  load of ${pending.toLocaleString("en")} waiting ${load.ms.toFixed(0)} ms (${load.cpuMs.toFixed(0)} of CPU); handOut and ` +
      `settle ${((turns.cpuMs / settled) * 1_000).toFixed(1)} us of CPU a page; ${memory()}`,
  );
  db.transaction(() => frontier.release());
  endRun(db);
  db.close();
}

function recrawl(given: Task): void {
  const { db, frontier } = open(given);
  const requeue = timed(() => db.transaction(() => frontier.requeueKnown(NOW)));
  db.transaction(() => frontier.load(NOW));
  console.log(
    `  requeue of ${frontier.pending.toLocaleString("en")} ${(requeue.ms / 1_000).toFixed(1)} s ` +
      `(${(requeue.cpuMs / 1_000).toFixed(1)} of CPU); ${memory()}, log ${megabytes(sizeOf(`${given.path}-wal`))} MB`,
  );
  db.close();
}

function endRun(db: CrawlDatabase): void {
  const runId = db.unfinishedRun()?.id ?? 0;
  const end = { state: "abandoned", reason: "fresh", detail: null, now: NOW, activeMs: 0 } as const;
  db.transaction(() => db.endRun(runId, end));
}

function memory(): string {
  return `peak of memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`;
}

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

function answered(request: FetchRequest, now: number): Outcome {
  const attempt = { ...unsentAttempt(now, 1, "total_timeout", ""), status: 200, error: null };
  return { ...failedOutcome(request, [attempt], "total_timeout"), retryable: false };
}
