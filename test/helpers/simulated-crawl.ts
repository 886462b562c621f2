/**
 * A crawl without threads and without waiting: the real frontier and recorder over a real database, a
 * clock that jumps from one event to the next, and hosts that answer as a test says.
 */
import { resolveSettings, type CrawlSettings } from "../../src/crawl-settings.ts";
import { startRun } from "../../src/crawl-start.ts";
import type { FetchErrorCode } from "../../src/errors.ts";
import { failedOutcome, unsentAttempt } from "../../src/failed-outcome.ts";
import type { HostLimits } from "../../src/frontier/host-table.ts";
import { Admission, Frontier, Revisits } from "../../src/frontier/index.ts";
import type { FetchRequest, Outcome } from "../../src/messages.ts";
import type { SessionReport } from "../../src/thread-reports.ts";
import { LinkPacker } from "../../src/link-packer.ts";
import { Recorder } from "../../src/record-outcome.ts";
import { CrawlDatabase } from "../../src/storage/index.ts";
import { originOf } from "../../src/url/index.ts";

/** When simulated time begins. */
export const START = Date.UTC(2026, 0, 15);

export interface Answer {
  /** From hand-out to outcome, and to the first byte. */
  readonly latencyMs: number;
  /** 200 by default. */
  readonly status?: number;
  /** No response, but this. */
  readonly error?: FetchErrorCode;
  readonly retryAfterMs?: number;
  /** The body of a robots.txt. */
  readonly robots?: string;
  /** Canonical URLs the page links to. */
  readonly links?: readonly string[];
}

export interface SimulatedRequest {
  readonly url: string;
  readonly origin: string;
  readonly kind: FetchRequest["kind"];
  /** Milliseconds since the start. */
  readonly at: number;
  readonly endedAt: number;
}

export interface SimulatedOptions {
  readonly dbPath: string;
  readonly seeds: readonly string[];
  readonly settings?: Partial<CrawlSettings>;
  readonly hostLimits?: Partial<HostLimits>;
  /** Milliseconds since the start at which this process begins; 0 by default. */
  readonly from?: number;
  readonly answer: (request: FetchRequest, at: number) => Answer;
}

interface Flight {
  readonly endsAt: number;
  readonly request: FetchRequest;
  readonly answer: Answer;
  readonly startedAt: number;
}

const MOST_STEPS = 1_000_000;
/** Few, so that texts are forgotten and told again. */
const MOST_TEXTS = 50;
const SESSION: SessionReport = {
  thread: 1,
  openedAt: START,
  closedAt: null,
  requests: 0,
  requestsReused: 0,
  connectionsOpened: 0,
  connectionsDiscarded: 0,
  poolsEvicted: 0,
  waits: 0,
  waitMs: 0,
};

export class SimulatedCrawl {
  readonly db: CrawlDatabase;
  readonly frontier: Frontier;
  readonly runId: number;
  /** In the order of their starts. */
  readonly requests: SimulatedRequest[] = [];
  /** The most requests that were in flight at once, of all hosts together. */
  mostInFlight = 0;
  readonly #settings: CrawlSettings;
  readonly #answer: SimulatedOptions["answer"];
  readonly #recorder: Recorder;
  readonly #packer = new LinkPacker(MOST_TEXTS);
  #flights: Flight[] = [];
  #now: number;

  constructor(options: SimulatedOptions) {
    const { seeds } = options;
    this.#answer = options.answer;
    this.#now = START + (options.from ?? 0);
    this.#settings = {
      ...resolveSettings({}, { seeds, headers: [], loopbackOnly: false, version: "0" }),
      robots: false,
      sitemaps: false,
      traps: false,
      scope: "any",
      ...options.settings,
    };
    const settings = this.#settings;
    this.db = CrawlDatabase.open(options.dbPath);
    const { db } = this;
    const now = this.#now;
    const started = db.transaction(() => {
      const input = { settingsRecord: {}, version: "0", dbPath: options.dbPath, now };
      const run = startRun(db, settings, seeds, input);
      const revisits = new Revisits({
        store: db.frontier,
        bounds: { firstMs: 1, minMs: 1, maxMs: 1 },
        newestKnownUrlId: db.frontier.newestUrlId(),
        readOtherwiseRunId: run.runId,
      });
      const frontier = new Frontier({
        store: db.frontier,
        settings,
        runId: run.runId,
        admission: new Admission(settings, seeds, now),
        revisits,
        seedOrigins: new Set(seeds.map(originOf)),
        random: () => 0.5,
        hostLimits: options.hostLimits ?? {},
      });
      for (const url of seeds) frontier.foundSeed(url, now);
      if (!run.continued) frontier.requeueKnown(now);
      frontier.load(now);
      return { frontier, runId: run.runId };
    });
    this.frontier = started.frontier;
    this.runId = started.runId;
    this.#recorder = new Recorder(db, this.frontier, this.runId, settings);
  }

  /** Milliseconds since the start. */
  get now(): number {
    return this.#now - START;
  }

  /** Hosts that have more in flight, and how many each. */
  inFlight(): Map<string, number> {
    const hosts = new Map<string, number>();
    for (const { request } of this.#flights) {
      hosts.set(request.origin, (hosts.get(request.origin) ?? 0) + 1);
    }
    return hosts;
  }

  /** Runs until nothing is left to do, or nothing more happens before this time. */
  run(until = Infinity): void {
    for (let step = 0; step < MOST_STEPS; step += 1) {
      const next = this.#turn();
      if (next === null || next - START > until) return;
      this.#now = next;
    }
    throw new Error(`the simulated crawl did not end in ${MOST_STEPS} steps`);
  }

  /** Ends the run as a crawl does that came to its end. */
  end(): void {
    const { db, runId } = this;
    const [now, activeMs] = [this.#now, 0];
    db.transaction(() => {
      this.frontier.release();
      db.endRun(runId, {
        state: "finished",
        reason: "frontier_empty",
        detail: null,
        now,
        activeMs,
      });
    });
    db.close();
  }

  /** What a kill leaves behind: nothing is given back. */
  kill(): void {
    this.db.close();
  }

  /** Records what has come, hands out what may start, and tells when something happens next. */
  #turn(): number | null {
    const now = this.#now;
    const ended = this.#flights.filter(({ endsAt }) => endsAt <= now);
    this.#flights = this.#flights.filter(({ endsAt }) => endsAt > now);
    this.db.transaction(() => {
      const packed = this.#packer.pack(ended.map(outcomeOf));
      this.#recorder.record(
        { session: SESSION, connections: [], givenBack: [], archiveFailure: null, ...packed },
        now,
      );
      const slots = this.#settings.inFlight - this.frontier.inFlight;
      for (const batch of this.frontier.handOut(now, { slots, pages: Infinity })) {
        for (const request of batch.requests) this.#start(request);
      }
    });
    this.mostInFlight = Math.max(this.mostInFlight, this.#flights.length);
    const full = this.frontier.inFlight >= this.#settings.inFlight;
    const ready = full ? null : this.frontier.nextReadyAt(now);
    const times = this.#flights.map(({ endsAt }) => endsAt);
    if (ready !== null) times.push(ready);
    return times.length === 0
      ? null
      : Math.max(
          now,
          times.reduce((a, b) => Math.min(a, b)),
        );
  }

  #start(request: FetchRequest): void {
    const answer = this.#answer(request, this.now);
    const startedAt = this.#now;
    const endsAt = startedAt + answer.latencyMs;
    this.#flights.push({ endsAt, request, answer, startedAt });
    const { url, origin, kind } = request;
    this.requests.push({ url, origin, kind, at: this.now, endedAt: endsAt - START });
  }
}

function outcomeOf({ request, answer, startedAt }: Flight): Outcome {
  const { latencyMs, error = null, retryAfterMs = null, links = [] } = answer;
  const code = error ?? "total_timeout";
  const status = error === null ? (answer.status ?? 200) : null;
  const ttfbMs = error === null ? latencyMs : null;
  const attempt = { ...unsentAttempt(startedAt, latencyMs, code, ""), error, status, ttfbMs };
  return {
    ...failedOutcome(request, [attempt], code),
    retryable: error !== null,
    retryAfterMs,
    robotsBody: answer.robots === undefined ? null : Buffer.from(answer.robots),
    links: links.map((url) => ({
      url,
      kind: "a",
      rel: null,
      anchor: null,
      hreflang: null,
      count: 1,
    })),
  };
}
