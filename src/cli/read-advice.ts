/** Replays a run with other settings, from what the database holds of it. */
import {
  adviseOn,
  buildTrace,
  type Trace,
  type TracedMount,
  type TrafficSettings,
} from "../advise/index.ts";
import type { AdviceReport } from "../reporting/advice-report.ts";
import { quoted } from "../reporting/printable.ts";
import { UsageError } from "../errors.ts";
import type { CrawlDatabase, RunRow } from "../storage/index.ts";
import { programName, shellWord } from "./next-commands.ts";
import { readDatabase } from "./read-database.ts";
import type { PoolSettings } from "../thread-config.ts";

/** Attempts that are replayed, some fifty times; of a longer run the first. */
const MOST_REQUESTS = 50_000;

/**
 * @param runId the last run's by default
 * @throws UsageError when there is no such database or run, or nothing in it to replay
 */
export function readAdvice(dbPath: string, runId: number | undefined): AdviceReport {
  const { run, trace } = readDatabase(dbPath, (db) => traceOf(db, dbPath, runId));
  const program = programName(process.env);
  return {
    ...adviseOn(trace),
    dbPath,
    runId: run.id,
    state: run.state,
    crawlCommand: `${program} crawl --db ${shellWord(dbPath)}`,
  };
}

/** The run as it is replayed. */
export function traceOf(
  db: CrawlDatabase,
  dbPath: string,
  runId: number | undefined,
): { run: RunRow; trace: Trace } {
  const shown = quoted(dbPath).slice(1, -1);
  const run = runId === undefined ? db.lastRun() : db.run(runId);
  if (run === null) {
    throw new UsageError(
      "no_run",
      runId === undefined
        ? `${shown} has no run yet: start one with webspool crawl.`
        : `--run got ${runId}, but ${shown} has no such run; its last is ${db.lastRun()?.id ?? "none"}.`,
    );
  }
  if (run.prunedAt !== null) {
    throw new UsageError(
      "run_pruned",
      `Run ${run.id} of ${shown} was pruned, so it is not known any more who asked what: name a later run with --run.`,
    );
  }
  const traffic = db.reports.recordedTraffic(run.id, MOST_REQUESTS);
  if (!traffic.attempts.some(({ connectionId }) => connectionId !== null)) {
    throw new UsageError(
      "no_requests",
      `Run ${run.id} of ${shown} has no request that reached a server, so there is nothing to advise on: crawl first, or name another run with --run.`,
    );
  }
  const { settings, mounts } = recordedPools(run, traffic.attempts.length);
  return { run, trace: buildTrace(traffic, settings, mounts) };
}

/** The run's settings as its last process had them. */
function recordedPools(
  { settings: of }: RunRow,
  requests: number,
): { settings: TrafficSettings; mounts: TracedMount[] } {
  const number = (key: string, otherwise: number): number => {
    const value = of[key];
    return typeof value === "number" ? value : otherwise;
  };
  const mounts = Array.isArray(of["mounts"]) ? (of["mounts"] as RecordedMount[]) : [];
  return {
    settings: {
      poolConnections: number("poolConnections", requests),
      poolMaxsize: number("poolMaxsize", 0),
      poolBlock: of["poolBlock"] === true,
      limit: number("limit", 0),
      limitPerHost: number("limitPerHost", 0),
      keepaliveTimeoutMs: number("keepaliveTimeoutMs", Infinity),
      forceClose: of["forceClose"] === true,
      threads: number("threads", 1),
      perHost: number("perHost", 1),
      inFlight: number("inFlight", requests),
      delayMs: number("delayMs", 0),
      affinity: of["affinity"] !== false,
    },
    mounts: mounts.map(({ prefix, ...overrides }) => ({ prefix, overrides })),
  };
}

type RecordedMount = { readonly prefix: string } & Partial<PoolSettings>;
