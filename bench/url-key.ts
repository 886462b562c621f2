/**
 * Which key finds a known URL fastest: four small tables with the same URLs, looked up evenly (the worst
 * case for any cache), 330 links a transaction, 3 % of them new, in turn; links a second and microseconds
 * of CPU per link, the median of the rounds. The caches of UrlStore are left out, and so is the frontier.
 *
 * - text: UNIQUE on the URL, then the row for its host and depth
 * - hash: an index of 32-bit HalfSipHash-1-3 with a key of its own, each hit compared with the row's text,
 *   so that URLs of one hash stay two; nothing finds a URL by its text then but a scan, which is timed
 * - both: hash to look up, UNIQUE on the URL for people
 * - url_key: an index of (url, host_id, depth), which is what the product has; the trigger is there too
 *
 *   node bench/url-key.ts [--sizes 10000,100000,1000000,10000000] [--keys text,hash,both,url_key]
 *     [--lookups 330000] [--rounds 3] [--db DIR]
 *
 * Needs 300 bytes of disk per URL and key, and 2 minutes for each key with 10^7 URLs.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Database from "better-sqlite3";
import { halfSipHash13 } from "./half-sip-hash.ts";
import { Draws, median, sizeOf, timed, urlOf, usualHosts } from "./known-urls.ts";

const LOOKUPS_PER_TRANSACTION = 330;

/** What makes a key of the table `url (id, url, hash, host_id, depth)`. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  text: ["CREATE UNIQUE INDEX url_text ON url(url)"],
  hash: ["CREATE INDEX url_hash ON url(hash)"],
  both: ["CREATE INDEX url_hash ON url(hash)", "CREATE UNIQUE INDEX url_text ON url(url)"],
  url_key: [
    "CREATE INDEX url_key ON url(url, host_id, depth)",
    "CREATE TRIGGER url_once BEFORE INSERT ON url WHEN EXISTS (SELECT 1 FROM url WHERE url = new.url) BEGIN SELECT RAISE(ABORT, 'the URL is stored already'); END",
  ],
};

interface Task {
  readonly path: string;
  readonly key: string;
  readonly known: number;
  readonly lookups: number;
}

interface Figures {
  readonly rate: number;
  readonly cpu: number;
  readonly scanMs: number;
}

if (process.argv[2] === "fill") fill(JSON.parse(process.argv[3] ?? "") as Task);
else if (process.argv[2] === "measure")
  process.send?.(measure(JSON.parse(process.argv[3] ?? "") as Task));
else await main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      sizes: { type: "string", default: "10000,100000,1000000,10000000" },
      keys: { type: "string", default: Object.keys(KEYS).join(",") },
      lookups: { type: "string", default: "330000" },
      rounds: { type: "string", default: "3" },
      db: { type: "string", default: tmpdir() },
    },
  });
  const date = new Date().toISOString().slice(0, 10);
  console.log(`${date}, ${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}`);
  for (const known of values.sizes.split(",").map(Number)) {
    const folder = mkdtempSync(join(values.db, "webspool-bench-"));
    try {
      const tasks = values.keys.split(",").map((key) => {
        return { path: join(folder, `${key}.db`), key, known, lookups: Number(values.lookups) };
      });
      for (const task of tasks) await inProcess("fill", task);
      const sizes = tasks.map(({ path }) => Math.round(sizeOf(path) / known));
      const rounds: Figures[][] = [];
      for (let round = 0; round < Number(values.rounds); round += 1) {
        const figures: Figures[] = [];
        for (const task of tasks) figures.push((await inProcess("measure", task)) as Figures);
        rounds.push(figures);
      }
      for (const [index, { key }] of tasks.entries()) {
        const of = (name: keyof Figures): number =>
          median(rounds.map((figures) => figures[index]?.[name] ?? Number.NaN));
        const rate = Math.round(of("rate")).toLocaleString("en").padStart(9);
        console.log(
          `${known.toLocaleString("en").padStart(10)} ${key.padEnd(8)}${rate} links/s, ${of("cpu").toFixed(2)} us of CPU, ` +
            `${sizes[index]} bytes a URL; WHERE url = ... ${of("scanMs").toFixed(1)} ms`,
        );
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** A process of its own, so that no cache is left from the one before. */
async function inProcess(role: string, task: Task): Promise<unknown> {
  const child = fork(import.meta.filename, [role, JSON.stringify(task)]);
  let answer: unknown;
  child.once("message", (message) => (answer = message));
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`${role} of ${task.key} ended with ${code}`);
  return answer;
}

function fill({ path, key, known }: Task): void {
  const sqlite = new Database(path);
  sqlite.pragma("synchronous = OFF");
  sqlite.pragma("cache_size = -4000000");
  sqlite.exec(`CREATE TABLE url (id INTEGER PRIMARY KEY, url TEXT NOT NULL,
    ${byHash(key) ? "hash INTEGER NOT NULL," : ""} host_id INTEGER NOT NULL, depth INTEGER) STRICT`);
  for (const sql of KEYS[key] ?? []) sqlite.exec(sql);
  const store = storing(sqlite, key);
  const hosts = usualHosts(known);
  sqlite.transaction(() => {
    for (let number = 0; number < known; number += 1) store(urlOf(number, hosts), number % hosts);
  })();
  sqlite.close();
}

function measure({ path, key, known, lookups }: Task): Figures {
  const sqlite = new Database(path);
  // As src/storage/connection.ts has it.
  sqlite.pragma("journal_mode = WAL");
  sqlite.pragma("synchronous = NORMAL");
  sqlite.pragma("wal_autocheckpoint = 8000");
  sqlite.pragma("cache_size = -65536");
  const columns = "SELECT id, host_id, depth FROM url WHERE";
  const find = sqlite.prepare<(string | number)[]>(
    byHash(key) ? `${columns} hash = ? AND url = ?` : `${columns} url = ?`,
  );
  const store = storing(sqlite, key);
  const hosts = usualHosts(known);
  const draws = new Draws();
  let newest = Number(sqlite.prepare("SELECT max(id) FROM url").pluck().get());
  const look = (count: number): void => {
    for (let done = 0; done < count; done += LOOKUPS_PER_TRANSACTION) {
      sqlite
        .transaction(() => {
          for (let index = 0; index < LOOKUPS_PER_TRANSACTION; index += 1) {
            const isNew = index % 33 === 0;
            const number = isNew ? newest++ : draws.next(known);
            const url = urlOf(number, hosts);
            const row = byHash(key) ? find.get(hashOf(url), url) : find.get(url);
            if ((row === undefined) !== isNew) throw new Error(`${url} was not found as it should`);
            if (isNew) store(url, number % hosts);
          }
        })
        .immediate();
    }
  };
  look(lookups / 5);
  const { ms, cpuMs } = timed(() => look(lookups));
  const scan = timed(() =>
    sqlite.prepare("SELECT id FROM url WHERE url = ?").get(urlOf(known - 1, hosts)),
  );
  sqlite.close();
  return { rate: (lookups / ms) * 1_000, cpu: (cpuMs / lookups) * 1_000, scanMs: scan.ms };
}

function storing(sqlite: Database.Database, key: string): (url: string, hostId: number) => void {
  if (!byHash(key)) {
    const insert = sqlite.prepare("INSERT INTO url (url, host_id, depth) VALUES (?, ?, 3)");
    return (url, hostId) => insert.run(url, hostId);
  }
  const insert = sqlite.prepare("INSERT INTO url (hash, url, host_id, depth) VALUES (?, ?, ?, 3)");
  return (url, hostId) => insert.run(hashOf(url), url, hostId);
}

function byHash(key: string): boolean {
  return key === "hash" || key === "both";
}

function hashOf(url: string): number {
  return halfSipHash13(url, 0x3c6ef372, 0x5be0cd19);
}
