/** Reads how far a database's last run is, while it is being crawled too. */
import { pauseOf } from "../host-pause.ts";
import type { StatusReport, StatusRun, StatusWarning } from "../reporting/run-status.ts";
import { intervalOf, timeLeft } from "../reporting/time-left.ts";
import { isLive } from "../run-liveness.ts";
import { formatDuration } from "../setting-kinds.ts";
import { RunLock, WAL_LIMITS, walBytes, type RunRow, type RunStatus } from "../storage/index.ts";
import { readDatabase } from "./read-database.ts";

const RECENT_RUNS = 10;
const MOST_HOSTS = 20;

/** @throws UsageError when there is no such database */
export function readStatus(dbPath: string, now: number): StatusReport {
  return readDatabase(dbPath, (db) => {
    const runs = db.reports.recentRuns(RECENT_RUNS);
    const [newest] = runs;
    if (newest === undefined) return { dbPath, now, runs, last: null, warnings: [] };
    const isHeld = RunLock.isHeld(dbPath);
    // Where locks cannot be asked, what the process has written is all there is to go by.
    const live = isHeld !== false && isLive(newest, now);
    const at = live ? now : newest.heartbeatAt;
    const status = db.reports.runStatus(newest.id, { at, mostHosts: MOST_HOSTS });
    return {
      dbPath,
      now,
      runs,
      last: { ...lastOf(newest, status, at, live), isLive: live },
      warnings: [
        ...warningsOf(newest, { isStuck: isHeld === true && !live, now }),
        ...walWarnings(walBytes(dbPath)),
      ],
    };
  });
}

function lastOf(
  run: RunRow,
  status: RunStatus,
  at: number,
  live: boolean,
): Omit<NonNullable<StatusReport["last"]>, "isLive"> {
  const { pending, fetching, hosts, errorKinds, recent, lastFoundAt, processStartedAt } = status;
  const { counters, activeMs, settings } = run;
  const perHost = numberOf(settings["perHost"]) ?? 1;
  const waitingHosts = status.waitingHosts.map((host) => {
    const intervalMs = intervalOf({ ...host, perHost, delayMs: pauseOf(host, settings) }, at);
    const leftMs = intervalMs === null ? null : intervalMs * host.pending;
    return { origin: host.origin, pending: host.pending, intervalMs, leftMs };
  });
  const maxPages = numberOf(settings["maxPages"]);
  const maxDurationMs = numberOf(settings["maxDurationMs"]);
  const isRecent = live && recent.ms > 0;
  return {
    pending,
    fetching,
    hosts,
    errorKinds,
    waitingHosts,
    pagesPerSecondNow: isRecent ? (recent.pages * 1_000) / recent.ms : null,
    left: timeLeft({
      at,
      pending,
      hostsLeftMs: waitingHosts.map(({ leftMs }) => leftMs),
      requestsPerMs: isRecent
        ? recent.requests / recent.ms
        : counters.requests / Math.max(1, activeMs),
      // A run that has ended left these for the next, which has a limit of its own.
      pagesToLimit:
        maxPages === null || run.state === "finished" ? null : maxPages - counters.pages,
      lastFoundAt,
    }),
    endsBy: live && maxDurationMs !== null ? processStartedAt + maxDurationMs : null,
  };
}

/** What stands in the way of a run, or will. */
function warningsOf(
  run: StatusRun,
  { isStuck, now }: { readonly isStuck: boolean; readonly now: number },
): StatusWarning[] {
  const warnings: StatusWarning[] = [];
  if (isStuck && run.state === "running") {
    const silent = formatDuration(Math.max(0, now - run.heartbeatAt));
    warnings.push({
      code: "silent",
      message: `Process ${run.pid} holds the database but has written nothing for ${silent}: look at its disk and its memory.`,
    });
  }
  return warnings;
}

function walWarnings(bytes: number): StatusWarning[] {
  if (bytes <= WAL_LIMITS.shrinkBytes) return [];
  const [size, full] = [bytes, WAL_LIMITS.fullBytes].map((of) => Math.round(of / 2 ** 20));
  const message = `The write-ahead log has ${size} MiB, because another process has been reading the database for long: it shrinks when that ends, and at ${full} MiB a crawl waits for it.`;
  return [{ code: "wal_large", message }];
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
