/** What a finished (or running) run comes to: for people as text, for programs as one JSON object. */
import type { RunReason, RunState } from "../events.ts";
import type { OpenReason } from "../thread-reports.ts";

/** Counted from the tables. Ratios are derived from it, never stored. */
export interface RunReport {
  readonly dbPath: string;
  readonly runId: number;
  readonly state: RunState;
  /** Null while it is running. */
  readonly reason: RunReason | null;
  readonly detail: string | null;
  readonly seeds: readonly string[];
  readonly version: string;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  /** When rows of it were removed to save space: the lists below are then of what is left. */
  readonly prunedAt: number | null;
  readonly activeMs: number;
  readonly pages: number;
  readonly links: number;
  readonly errors: number;
  readonly requests: number;
  readonly requestsReused: number;
  readonly connectionsOpened: number;
  readonly bytesWire: number;
  readonly bytesBody: number;
  /** Settled pages by status, most first; a null status had no response. */
  readonly statuses: readonly { readonly status: number | null; readonly count: number }[];
  /** Settled pages without a response by their code, most first. */
  readonly errorCodes: readonly { readonly error: string; readonly count: number }[];
  /** Why connections were opened, most first. */
  readonly openReasons: readonly {
    readonly reason: OpenReason;
    readonly count: number;
    /** The reason in words. */
    readonly meaning: string;
  }[];
  /** URLs that were not asked for, by why, most first. */
  readonly excluded: readonly {
    readonly reason: string;
    readonly count: number;
    readonly meaning: string;
  }[];
  /** URLs that still wait. */
  readonly pending: number;
  /** Hosts with waiting URLs, most first; not all of them where they are many. */
  readonly waitingHosts: readonly { readonly origin: string; readonly pending: number }[];
  /** One per session, which is one per thread and process. */
  readonly threads: readonly ThreadReport[];
}

export interface ThreadReport {
  readonly thread: number;
  readonly requests: number;
  readonly requestsReused: number;
  readonly connectionsOpened: number;
  /** How often a request waited for a connection, and for how long in all. */
  readonly waits: number;
  readonly waitMs: number;
}

/** Part of a whole, to four decimals; null of nothing. */
export function ratioOf(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;
}

/** The object of `--json`: named as the columns of `run`, which say the same. */
export function reportJson(report: RunReport): Record<string, unknown> {
  return {
    database: report.dbPath,
    run: report.runId,
    state: report.state,
    reason: report.reason,
    detail: report.detail,
    seeds: report.seeds,
    version: report.version,
    started_at: report.startedAt,
    finished_at: report.finishedAt,
    pruned_at: report.prunedAt,
    active_ms: report.activeMs,
    pages: report.pages,
    links: report.links,
    errors: report.errors,
    requests: report.requests,
    requests_reused: report.requestsReused,
    reuse_ratio: ratioOf(report.requestsReused, report.requests),
    connections_opened: report.connectionsOpened,
    bytes_wire: report.bytesWire,
    bytes_body: report.bytesBody,
    statuses: report.statuses,
    error_codes: report.errorCodes,
    open_reasons: report.openReasons.map(({ reason, count }) => ({ reason, count })),
    excluded: report.excluded.map(({ reason, count }) => ({ reason, count })),
    pending: report.pending,
    waiting_hosts: report.waitingHosts,
    threads: report.threads.map((thread) => ({
      thread: thread.thread,
      requests: thread.requests,
      requests_reused: thread.requestsReused,
      reuse_ratio: ratioOf(thread.requestsReused, thread.requests),
      connections_opened: thread.connectionsOpened,
      waits: thread.waits,
      wait_ms: thread.waitMs,
    })),
  };
}
