/** How a crawl begins: as a new run, or as the unfinished one of the same database. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { hostname } from "node:os";
import type { CrawlInput, CrawlParts, StartedRun } from "./crawl-parts.ts";
import type { CrawlSettings } from "./crawl-settings.ts";
import { UsageError } from "./errors.ts";
import { Admission, Frontier, Revisits } from "./frontier/index.ts";
import { Recorder } from "./record-outcome.ts";
import { RunTotals } from "./run-counters.ts";
import { lateModule } from "./late-module.ts";
import { optionOf } from "./settings.ts";
import { CrawlDatabase } from "./storage/database.ts";
import type { RunRow } from "./storage/index.ts";
import { createCanonicalizer, originOf } from "./url/index.ts";
import type * as Warc from "./warc/index.ts";
import type { WorkerPool } from "./worker-pool.ts";

const loadWarc = lateModule("src/warc/index") as () => typeof Warc;

/** The settings that make a run what it is: it can only be continued with the same. */
function identityOf(settings: CrawlSettings, seeds: readonly string[]): Record<string, unknown> {
  return {
    seeds: seeds.toSorted(),
    scope: settings.scope,
    include: settings.include.map((pattern) => pattern.source),
    exclude: settings.exclude.map((pattern) => pattern.source),
    robots: settings.robots,
  };
}

/** The seeds of a database's last run; null when it has none or there is no such database. */
export function previousSeeds(dbPath: string): readonly string[] | null {
  if (!existsSync(dbPath)) return null;
  const db = CrawlDatabase.openReadOnly(dbPath);
  try {
    return db.lastRun()?.seeds ?? null;
  } finally {
    db.close();
  }
}

/**
 * Continues the unfinished run, or begins a new one.
 * @param seeds canonical, so without credentials
 * @throws UsageError (`run_differs`) when the unfinished run has other seeds, scope, include, exclude
 * or robots.
 */
export function startRun(
  db: CrawlDatabase,
  settings: CrawlSettings,
  seeds: readonly string[],
  input: { settingsRecord: Record<string, unknown>; version: string; dbPath: string; now: number },
): StartedRun {
  const { now, version, dbPath } = input;
  const identity = identityOf(settings, seeds);
  const process_ = { version, pid: process.pid, hostname: hostname(), now };
  const record = {
    settings: { ...input.settingsRecord, ...identity },
    settingsHash: createHash("sha256").update(JSON.stringify(identity)).digest("hex"),
  };
  const unfinished = db.unfinishedRun();
  if (unfinished !== null && !settings.fresh) {
    if (unfinished.settingsHash !== record.settingsHash) {
      throw differs(unfinished, identity, dbPath);
    }
    db.transaction(() => {
      db.continueRun(unfinished.id, { ...record, ...process_ });
    });
    return { runId: unfinished.id, continued: true, activeMsBefore: unfinished.activeMs };
  }
  return db.transaction(() => {
    if (unfinished !== null) {
      const { id, activeMs } = unfinished;
      db.endRun(id, { state: "abandoned", reason: "fresh", detail: null, now, activeMs });
    }
    const runId = db.beginRun({ seeds, ...record, ...process_ });
    return { runId, continued: false, activeMsBefore: 0 };
  });
}

function differs(run: RunRow, identity: Record<string, unknown>, dbPath: string): UsageError {
  const before: Record<string, unknown> = run.settings;
  const differing = (name: string): boolean =>
    JSON.stringify(before[name]) !== JSON.stringify(identity[name]);
  const name = Object.keys(identity).find(differing) ?? "seeds";
  const label = name === "seeds" ? "seeds" : optionOf(name);
  return new UsageError(
    "run_differs",
    `Run ${run.id} in ${dbPath} is unfinished and has other ${label} (${JSON.stringify(before[name])}, ` +
      `now ${JSON.stringify(identity[name])}): give the same to continue it, --fresh to give it up, ` +
      `or another --db.`,
  );
}

/**
 * Begins or continues a run, and puts its seeds into the frontier.
 * @param poolOf the threads, which are told of the archive that they write
 */
export function startParts(
  db: CrawlDatabase,
  input: CrawlInput,
  poolOf: (warc: Warc.WarcSettings | null) => WorkerPool,
): CrawlParts {
  const { settings } = input;
  const now = Date.now();
  const canonicalize = createCanonicalizer(settings);
  const seeds = settings.seeds.flatMap((seed) => canonicalize(seed) ?? []);
  if (settings.warc !== null) loadWarc().prepareArchive(settings.warc, now);
  db.kept.begin({ text: settings.text, bodies: settings.storeBodies });
  // One transaction: a new run of which only the row were there would be continued without what
  // earlier runs knew.
  const { started, frontier } = db.transaction(() => {
    const started = startRun(db, settings, seeds, { ...input, now });
    const { runId } = started;
    const admission = new Admission(settings, seeds);
    for (const url of db.frontier.seedUrls(runId)) admission.addRedirectedSeed(url);
    const seedOrigins = new Set(seeds.map(originOf));
    const revisits = new Revisits({
      store: db.frontier,
      bounds: {
        firstMs: settings.revisitFirstMs,
        minMs: settings.revisitMinMs,
        maxMs: settings.revisitMaxMs,
      },
      newestKnownUrlId: db.frontier.newestUrlId(),
      readOtherwiseRunId: db.frontier.lastReadOtherwise(input.settingsRecord, input.version),
    });
    const frontier = new Frontier({
      store: db.frontier,
      settings,
      runId,
      admission,
      revisits,
      seedOrigins,
      // Without affinity no thread has a share of a host, by which it could keep a line.
      hasLines: settings.affinity,
    });
    for (const url of seeds) frontier.foundSeed(url, now);
    if (!started.continued) frontier.requeueKnown(now);
    frontier.load(now);
    return { started, frontier };
  });
  const warc =
    settings.warc === null
      ? null
      : loadWarc().warcSettings(settings.warc, {
          runId: started.runId,
          version: input.version,
          userAgent: settings.userAgent,
          robots: settings.robots,
          now,
        });
  return {
    db,
    frontier,
    pool: poolOf(warc),
    started,
    startedAt: now,
    recorder: new Recorder(db, frontier, started.runId, settings),
    totals: new RunTotals(db.run(started.runId)?.counters),
  };
}
