/**
 * A database that knows many URLs, as a crawl of many hosts in turn would have left it: the first half of
 * them done, the rest waiting. Rows go in one by one, so that pages are as full as a crawl leaves them;
 * but all in one transaction, and nothing is synced.
 */
import { statSync } from "node:fs";
import Database from "better-sqlite3";
import { CrawlDatabase } from "../src/storage/index.ts";

/** URLs of a host that each of its pages links to. */
export const NAVIGATION = 22;

const WORDS =
  "garden review winter market travel guide kitchen history modern classic mobile summer repair design energy people".split(
    " ",
  );

/** When all of it happens. */
export const NOW = 1_800_000_000_000;

/** One host for each 1,000 URLs, 10 to 10,000. */
export function usualHosts(known: number): number {
  return Math.max(10, Math.min(10_000, Math.floor(known / 1_000)));
}

/** Host `number % hosts`, about 80 characters; neighbours in number are no neighbours in the alphabet. */
export function urlOf(number: number, hosts: number): string {
  const a = mixed(number, 7);
  const b = mixed(number, 99);
  const folder = `${word(a)}/${word(a >>> 4)}-${(a >>> 8) % 50}`;
  const page = `${word(b)}-${word(b >>> 4)}-${word(b >>> 8)}-${number.toString(36)}`;
  return `https://www.site-${(number % hosts).toString(36)}.example/${folder}/${page}.html`;
}

function word(bits: number): string {
  return WORDS[bits & 15] ?? "";
}

/** MurmurHash3's finalizer: any bits from a number, the same each time. */
function mixed(number: number, seed: number): number {
  let bits = number ^ Math.imul(seed, 0x9e3779b1);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** Lehmer's generator: the same order each time. */
export class Draws {
  #state = 1;

  /** 0 to `below` - 1, for a `below` up to 2^31. */
  next(below: number): number {
    this.#state = (this.#state * 48_271) % 2_147_483_647;
    return this.#state % below;
  }
}

/** Makes the database with URLs 0 to `known` - 1; returns the number of its unfinished run. */
export function fill(path: string, known: number, hosts: number): number {
  const db = CrawlDatabase.open(path);
  const runId = db.transaction(() => begin(db));
  db.close();
  const sqlite = new Database(path);
  sqlite.pragma("journal_mode = DELETE");
  sqlite.pragma("synchronous = OFF");
  sqlite.pragma("cache_size = -4000000");
  const triggers = sqlite
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'url'",
    )
    .all();
  for (const { name } of triggers) sqlite.exec(`DROP TRIGGER ${name}`);
  const host = sqlite.prepare("INSERT INTO host (id, origin) VALUES (?, ?)");
  const url = sqlite.prepare(
    "INSERT INTO url (id, url, host_id, first_run_id, depth) VALUES (?, ?, ?, ?, 3)",
  );
  const row = sqlite.prepare(`INSERT INTO frontier (url_id, host_id, run_id, state, kind, priority,
    depth, via_url_id, due_at, settled_at) VALUES (?, ?, ?, ?, 'page', 0.5, 3, ?, ?, ?)`);
  sqlite.transaction(() => {
    for (let number = 0; number < hosts; number += 1) {
      host.run(number + 1, `https://www.site-${number.toString(36)}.example`);
    }
    for (let number = 0; number < known; number += 1) {
      const id = number + 1;
      const hostId = (number % hosts) + 1;
      const done = number < known / 2;
      url.run(id, urlOf(number, hosts), hostId, runId);
      row.run(
        id,
        hostId,
        runId,
        done ? "done" : "pending",
        1,
        done ? null : NOW,
        done ? NOW : null,
      );
    }
  })();
  for (const { sql } of triggers) sqlite.exec(sql);
  sqlite.close();
  return runId;
}

/** Begins a run; within a transaction. */
export function begin(db: CrawlDatabase): number {
  return db.beginRun({
    seeds: [urlOf(0, 10)],
    settings: {},
    settingsHash: "",
    version: "bench",
    pid: process.pid,
    hostname: "bench",
    now: NOW,
  });
}

/** Bytes of a file; 0 where there is none. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** How long something took, in milliseconds, and the CPU time of the whole process meanwhile. */
export function timed(work: () => void): { ms: number; cpuMs: number } {
  const before = process.cpuUsage();
  const start = performance.now();
  work();
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return { ms, cpuMs: (user + system) / 1_000 };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
