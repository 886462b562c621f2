/** What `webspool status` knows, and its JSON: named as the columns of `run` where they say the same. */
import type { RunCounters, RunReason, RunState } from "../events.ts";
import { ratioOf } from "./run-report.ts";
import type { TimeLeft } from "./time-left.ts";

export interface StatusReport {
  readonly dbPath: string;
  /** When it was asked, epoch milliseconds. */
  readonly now: number;
  /** Newest first. */
  readonly runs: readonly StatusRun[];
  /** More about the newest; null before the first run. */
  readonly last: LastRun | null;
  /** What the user may want to act on. */
  readonly warnings: readonly StatusWarning[];
}

export interface StatusWarning {
  readonly code: string;
  readonly message: string;
}

export interface StatusRun {
  readonly id: number;
  readonly state: RunState;
  readonly reason: RunReason | null;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly heartbeatAt: number;
  readonly activeMs: number;
  readonly pid: number;
  readonly hostname: string;
  readonly version: string;
  readonly counters: Readonly<RunCounters>;
}

export interface LastRun {
  /** A process crawls: it holds the lock, and has written in the last half minute. */
  readonly isLive: boolean;
  readonly pending: number;
  /** In flight; of a run without a process, what it had in flight and will be asked again. */
  readonly fetching: number;
  /** Pages per second of the last minute; null without a process. */
  readonly pagesPerSecondNow: number | null;
  /** Hosts with URLs that wait, most first; `hosts` counts them all. */
  readonly waitingHosts: readonly {
    readonly origin: string;
    readonly pending: number;
    /** Time from one request to the next, estimated; null when nothing is known of it. */
    readonly intervalMs: number | null;
    readonly leftMs: number | null;
  }[];
  readonly hosts: number;
  readonly left: TimeLeft;
  /** When --max-duration ends the process, epoch milliseconds; null without. */
  readonly endsBy: number | null;
  readonly errorKinds: readonly {
    readonly error: string | null;
    readonly status: number | null;
    readonly count: number;
  }[];
}

/** Pages per second over all of a run's work; null before any. */
export function overallRate({ counters, activeMs }: StatusRun): number | null {
  return activeMs > 0 ? rounded((counters.pages * 1_000) / activeMs) : null;
}

/** The object of `--json`. Estimates are null where nothing is known of the pace. */
export function statusJson({ dbPath, now, runs, last, warnings }: StatusReport): unknown {
  const [newest] = runs;
  const counters = newest?.counters;
  return {
    database: dbPath,
    now,
    live: last?.isLive ?? false,
    pid: last?.isLive === true ? (newest?.pid ?? null) : null,
    pending: last?.pending ?? 0,
    in_flight: last?.fetching ?? 0,
    pages_per_second_now: nullable(last?.pagesPerSecondNow),
    pages_per_second: newest === undefined ? null : overallRate(newest),
    reuse_ratio: ratioOf(counters?.requestsReused ?? 0, counters?.requests ?? 0),
    left_ms: nullable(last?.left.ms),
    left_at_least: last?.left.atLeast ?? false,
    ends_by: last?.endsBy ?? null,
    error_kinds: last?.errorKinds ?? [],
    waiting_hosts: (last?.waitingHosts ?? []).map((host) => ({
      origin: host.origin,
      pending: host.pending,
      interval_ms: nullable(host.intervalMs),
      left_ms: nullable(host.leftMs),
    })),
    waiting_host_count: last?.hosts ?? 0,
    warnings,
    runs: runs.map((run) => ({
      run: run.id,
      state: run.state,
      reason: run.reason,
      started_at: run.startedAt,
      finished_at: run.finishedAt,
      heartbeat_at: run.heartbeatAt,
      active_ms: run.activeMs,
      pid: run.pid,
      hostname: run.hostname,
      version: run.version,
      pages: run.counters.pages,
      requests: run.counters.requests,
      requests_reused: run.counters.requestsReused,
      connections_opened: run.counters.connectionsOpened,
      bytes_wire: run.counters.bytesWire,
      bytes_body: run.counters.bytesBody,
      errors: run.counters.errors,
      links: run.counters.links,
    })),
  };
}

function nullable(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : rounded(value);
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
