/**
 * What one coordinator can take: pages a second through Recorder, Frontier and CrawlDatabase, turn by turn
 * as in src/crawl.ts, without threads and without network. Messages are made by what the threads send
 * them with, cross a MessagePort, and are answered at once: each turn finds all that was in flight. CPU
 * time is told of both sides, that of reading what crossed with the coordinator's.
 *
 *   node bench/coordinator.ts [--pages 10000] [--links 63] [--hosts 1,50] [--threads 8]
 *     [--per-host 16] [--folder DIR]
 *   node --cpu-prof bench/coordinator.ts --hosts 1
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { resolveSettings } from "../src/crawl-settings.ts";
import { startRun } from "../src/crawl-start.ts";
import { Admission, Frontier, Revisits } from "../src/frontier/index.ts";
import { LinkPacker } from "../src/link-packer.ts";
import type { FetchBatch, FetchRequest, Outcome, WorkerMessage } from "../src/messages.ts";
import { Recorder } from "../src/record-outcome.ts";
import { RunTotals } from "../src/run-counters.ts";
import { CrawlDatabase } from "../src/storage/index.ts";
import { originOf } from "../src/url/index.ts";
import { workerConfig } from "../src/worker-config.ts";
import { NOW } from "./known-urls.ts";
import { connectionReport, sessionReport, SyntheticPages } from "./synthetic-pages.ts";

const { values } = parseArgs({
  options: {
    pages: { type: "string", default: "10000" },
    links: { type: "string", default: "63" },
    hosts: { type: "string", default: "1,50" },
    threads: { type: "string", default: "8" },
    "per-host": { type: "string", default: "16" },
    folder: { type: "string", default: tmpdir() },
  },
});

/** A thread's end of what crosses to the coordinator. */
class Sender {
  readonly #thread: number;
  readonly #site: SyntheticPages;
  readonly #packer: LinkPacker;
  readonly #channel = new MessageChannel();
  #answered = 0;

  constructor(thread: number, site: SyntheticPages, linkTexts: number) {
    this.#thread = thread;
    this.#site = site;
    this.#packer = new LinkPacker(linkTexts);
  }

  /** Makes the outcomes of some requests; the time for that is nobody's. */
  answer(requests: readonly FetchRequest[]): Outcome[] {
    return requests.map((request) => this.#site.answer(request, (this.#answered += 1)));
  }

  post(outcomes: readonly Outcome[], origin: string): void {
    const connections = this.#answered === outcomes.length ? [connectionReport(1, origin)] : [];
    const session = sessionReport(this.#thread, this.#answered);
    const packed = this.#packer.pack(outcomes);
    const message: WorkerMessage = {
      session,
      connections,
      ...packed,
      givenBack: [],
      archiveFailure: null,
    };
    this.#channel.port1.postMessage(message);
  }

  receive(): WorkerMessage | null {
    return (receiveMessageOnPort(this.#channel.port2)?.message ?? null) as WorkerMessage | null;
  }

  close(): void {
    this.#channel.port1.close();
  }
}

/** CPU time of the process, in milliseconds. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function measure(hosts: number): void {
  const folder = mkdtempSync(join(values.folder, "webspool-bench-"));
  const path = join(folder, "crawl.db");
  const site = new SyntheticPages(hosts, Number(values.links));
  const { seeds } = site;
  const threads = Number(values.threads);
  const perHost = Number(values["per-host"]);
  const settings = resolveSettings(
    { profile: "own", scope: "any", robots: false, sitemaps: false, threads, perHost },
    { seeds, headers: [], loopbackOnly: false, version: "bench" },
  );
  const db = CrawlDatabase.open(path);
  const started = db.transaction(() => {
    const input = { settingsRecord: {}, version: "bench", dbPath: path, now: NOW };
    return startRun(db, settings, seeds, input);
  });
  const { runId } = started;
  const frontier = new Frontier({
    store: db.frontier,
    settings,
    runId,
    admission: new Admission(settings, seeds),
    revisits: new Revisits({
      store: db.frontier,
      bounds: { firstMs: 1, minMs: 1, maxMs: 1 },
      newestKnownUrlId: 0,
      readOtherwiseRunId: runId,
    }),
    seedOrigins: new Set(seeds.map(originOf)),
  });
  const recorder = new Recorder(db, frontier, runId, settings);
  const totals = new RunTotals(undefined);
  const { linkTexts } = workerConfig(settings);
  const senders = Array.from({ length: threads }, (_, at) => new Sender(at + 1, site, linkTexts));
  db.transaction(() => {
    for (const seed of seeds) frontier.foundSeed(seed, NOW);
    frontier.load(NOW);
  });

  const most = Number(values.pages);
  const sum = { coordinator: 0, sending: 0, turns: 0, pages: 0, links: 0 };
  let warm = { ...sum };
  let now = NOW;
  let inbox: WorkerMessage[] = [];
  while (sum.pages < most) {
    const before = cpuMs();
    inbox = senders.flatMap((sender) => sender.receive() ?? []);
    let batches: FetchBatch[] = [];
    db.transaction(() => {
      for (const message of inbox) {
        const events = recorder.record(message, now);
        totals.add(message, events);
        for (const event of events) sum.links += event.links;
        sum.pages += events.length;
      }
      totals.addPages(db.takeSettledPages());
      const slots = settings.inFlight - frontier.inFlight;
      batches = frontier.handOut(now, { slots, pages: Infinity });
      db.saveRun(runId, { counters: totals.counters, activeMs: 0, now });
    });
    sum.coordinator += cpuMs() - before;
    sum.turns += 1;
    if (batches.length === 0) throw new Error(`nothing is left to ask after ${sum.pages} pages`);
    const requests = batches.flatMap((batch) => batch.requests);
    for (const [at, sender] of senders.entries()) {
      const own = requests.filter((_, index) => index % threads === at);
      if (own[0] === undefined) continue;
      const outcomes = sender.answer(own);
      const from = cpuMs();
      sender.post(outcomes, own[0].origin);
      sum.sending += cpuMs() - from;
    }
    now += 10;
    // Until here code was compiled and caches filled.
    if (warm.pages === 0 && sum.pages >= most / 5) warm = { ...sum };
  }
  for (const sender of senders) sender.close();
  const counted = sum.pages - warm.pages;
  const each = (sum.coordinator - warm.coordinator) / counted;
  const sent = (sum.sending - warm.sending) / counted;
  db.close();
  const bytes = statSync(path).size;
  rmSync(folder, { recursive: true, force: true });
  console.log(
    `${hosts} hosts, ${threads} threads, ${(sum.links / sum.pages).toFixed(0)} links a page, ${(sum.pages / sum.turns).toFixed(0)} pages a turn: ` +
      `${each.toFixed(3)} ms of CPU a page, so ${Math.round(1_000 / each).toLocaleString("en")} pages a second; ` +
      `a thread sends a page in ${sent.toFixed(3)} ms; ${Math.round(bytes / sum.links)} bytes of database a link`,
  );
}

const date = new Date().toISOString().slice(0, 10);
console.log(`${date}, ${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}`);
for (const hosts of values.hosts.split(",").map(Number)) measure(hosts);
