/**
 * A crawl of a very large site, made from its URLs by a process of its own:
 *
 *   npm run build && node bench/scale.ts [--pages 1000000] [--hosts 1] [--every 10000] [--db FILE]
 *     [--threads 2] [--keep] [-- more options of `webspool crawl`]
 *
 * Prints pages a second, CPU and memory of the crawler for each --every pages (to FILE.csv too), then how
 * fast the last of them came against the second, the peak, how flat memory was after a tenth, and the
 * database's bytes per page and per link.
 */
import { fork, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import Database from "better-sqlite3";
import { cpuSecondsOf, machineLine, memoryOf } from "./machine.ts";
import { median } from "./statistics.ts";
import type { SiteProgress, SyntheticSite } from "./synthetic-site.ts";

interface Sample {
  readonly pages: number;
  readonly pagesPerSecond: number;
  readonly cpuMsPerPage: number;
  readonly memoryMb: number;
}

const BIN = resolve(import.meta.dirname, "../dist/src/cli/bin.js");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pages: { type: "string", default: "1000000" },
    hosts: { type: "string", default: "1" },
    every: { type: "string", default: "10000" },
    db: { type: "string", default: join(tmpdir(), `webspool-scale-${process.pid}.db`) },
    threads: { type: "string", default: "2" },
    keep: { type: "boolean", default: false },
  },
});
const site: SyntheticSite = {
  pages: Number(values.pages),
  hosts: Number(values.hosts),
  every: Number(values.every),
  linksAcross: Number(values.hosts) > 1,
};
/** A crawl that stands still ends the bench. */
const STALL_MS = 300_000;

function removeDatabase(): void {
  for (const suffix of ["", "-wal", "-shm", "-lock"]) rmSync(values.db + suffix, { force: true });
}

function startCrawl(origins: readonly string[]) {
  const options = ["--profile", "own", "--quiet", "--db", values.db, "--threads", values.threads];
  const seeds = origins.map((origin) => `${origin}/`);
  return spawn(process.execPath, [BIN, "crawl", ...seeds, ...options, ...positionals], {
    stdio: "inherit",
  });
}

async function main(): Promise<void> {
  removeDatabase();
  console.log(machineLine());
  const server = fork(join(import.meta.dirname, "synthetic-site.ts"), [JSON.stringify(site)]);
  try {
    const [{ origins }] = (await once(server, "message")) as [{ origins: string[] }];
    const startedAt = performance.now();
    const crawler = startCrawl(origins);
    const watched = watch(server, crawler);
    const [code] = (await once(crawler, "exit")) as [number | null];
    console.log(`exit ${code} after ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
    tell(watched());
  } finally {
    server.disconnect();
    if (!values.keep) removeDatabase();
  }
}

/** Takes a sample each time the server says so; returns what takes those that were taken. */
function watch(server: ChildProcess, crawler: ChildProcess) {
  const samples: Sample[] = [];
  const pid = crawler.pid as number;
  let peak = 0;
  let lastCpu = 0;
  let lastAt = performance.now();
  let lastServedAt: number | null = null;
  let stalled: NodeJS.Timeout | undefined;
  server.on("message", ({ at }: SiteProgress) => {
    clearTimeout(stalled);
    stalled = setTimeout(() => crawler.kill("SIGKILL"), STALL_MS).unref();
    const memory = memoryOf(pid);
    const cpu = cpuSecondsOf(pid);
    if (memory === null || cpu === null) return;
    peak = memory.peak;
    // The first one's time counts from here, as the two processes' clocks do not begin together.
    const seconds = (lastServedAt === null ? performance.now() - lastAt : at - lastServedAt) / 1000;
    const sample = {
      pages: site.every * (samples.length + 1),
      pagesPerSecond: site.every / seconds,
      cpuMsPerPage: ((cpu - lastCpu) * 1000) / site.every,
      memoryMb: memory.now,
    };
    [lastServedAt, lastAt, lastCpu] = [at, performance.now(), cpu];
    samples.push(sample);
    console.log(
      `${String(sample.pages).padStart(9)} pages  ${sample.pagesPerSecond.toFixed(0).padStart(6)} pages/s  ` +
        `${sample.cpuMsPerPage.toFixed(2)} ms CPU a page  ${memory.now.toFixed(0)} MB (peak ${peak.toFixed(0)})`,
    );
  });
  return () => ({ samples, peak });
}

function tell({ samples, peak }: { samples: readonly Sample[]; peak: number }): void {
  const csv = samples.map(({ pages, pagesPerSecond, cpuMsPerPage, memoryMb }) =>
    [pages, pagesPerSecond.toFixed(0), cpuMsPerPage.toFixed(3), memoryMb.toFixed(0)].join(","),
  );
  writeFileSync(
    `${values.db}.csv`,
    ["pages,pages_per_second,cpu_ms,memory_mb", ...csv, ""].join("\n"),
  );
  const [, second] = samples;
  const final = samples.at(-1);
  if (second !== undefined && final !== undefined) {
    console.log(
      `last ${site.every}: ${final.pagesPerSecond.toFixed(0)} pages/s, second: ${second.pagesPerSecond.toFixed(0)}, ` +
        `ratio ${(final.pagesPerSecond / second.pagesPerSecond).toFixed(2)}`,
    );
    const ends = (part: readonly Sample[]) =>
      median(part.map(({ pagesPerSecond }) => pagesPerSecond));
    console.log(
      `median of the last five: ${ends(samples.slice(-5)).toFixed(0)}, of the second to sixth: ${ends(samples.slice(1, 6)).toFixed(0)}`,
    );
  }
  const later = samples.slice(Math.ceil(samples.length / 10)).map(({ memoryMb }) => memoryMb);
  console.log(
    `peak ${peak.toFixed(0)} MB; after the first tenth between ${Math.min(...later).toFixed(0)} and ${Math.max(...later).toFixed(0)} MB`,
  );
  const db = new Database(values.db, { readonly: true });
  const count = (table: string) =>
    db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
  const bytesOf = (...names: string[]) =>
    db
      .prepare(
        `SELECT sum(pgsize) FROM dbstat WHERE aggregate = 1 AND name IN (${names.map(() => "?").join()})`,
      )
      .pluck()
      .get(...names) as number;
  const [pages, links, urls] = [count("page"), count("link"), count("url")];
  const bytes = statSync(values.db).size;
  const linkBytes = bytesOf("link", "link_to", "link_gone");
  console.log(
    `${pages} pages, ${links} links, ${urls} URLs; ${(bytes / 2 ** 20).toFixed(0)} MiB: ` +
      `${(linkBytes / links).toFixed(1)} bytes a link with its index, ` +
      `${((bytes - linkBytes) / pages).toFixed(0)} bytes a page without its links, ${(bytes / pages).toFixed(0)} with them`,
  );
  db.close();
}

await main();
