/** The one typed event map of a crawl: the terminal, the log and the counters read nothing else. */
import type { FetchErrorCode } from "./errors.ts";
import type { FetchKind } from "./messages.ts";
import type { OpenReason } from "./thread-reports.ts";

/** Why a run ended or stopped: every value of `run.reason`, with its meaning. */
export const RUN_REASONS = {
  frontier_empty: "nothing was left to fetch",
  max_pages: "--max-pages was reached",
  max_duration: "--max-duration was reached",
  max_bytes: "--max-bytes was reached",
  all_seeds_failed: "every seed failed",
  signal: "SIGINT or SIGTERM; the next crawl continues",
  storage: "the database could not be written",
  internal: "a defect of webspool",
  fresh: "given up by --fresh",
  process_ended: "the process ended without a word (killed, or the machine stopped)",
} as const;

export type RunReason = keyof typeof RUN_REASONS;
export type RunState = "running" | "finished" | "interrupted" | "failed" | "abandoned";

/** The state that a run is in when it ended or stopped for a reason. */
export function runStateOf(reason: RunReason): RunState {
  if (reason === "signal") return "interrupted";
  if (reason === "storage" || reason === "internal") return "failed";
  return reason === "fresh" ? "abandoned" : "finished";
}

/** Totals of a run; all but `links` are columns of `run`. */
export interface RunCounters {
  /** URLs of kind page settled in this run, of any status, redirects included. */
  pages: number;
  /** Attempts that reached a socket. */
  requests: number;
  requestsReused: number;
  connectionsOpened: number;
  bytesWire: number;
  bytesBody: number;
  /** URLs settled without a response or with a status of 400 or more. */
  errors: number;
  /** Distinct links stored or confirmed. */
  links: number;
}

/** How a URL or an attempt on it ended, after it was committed. */
export interface OutcomeEvent {
  readonly url: string;
  readonly kind: FetchKind;
  readonly status: number | null;
  readonly error: FetchErrorCode | null;
  readonly detail: string | null;
  /** False when another attempt follows. */
  readonly settled: boolean;
  readonly totalMs: number;
  readonly bytesBody: number | null;
  readonly reused: boolean | null;
  readonly newConnectionReason: OpenReason | null;
  readonly links: number;
  /** The worker thread's number; null when the thread died. */
  readonly thread: number | null;
}

/** What a moment of the run looks like; read it when something is to be shown, not per event. */
export interface CrawlProgress {
  readonly counters: Readonly<RunCounters>;
  /** URLs waiting, in memory and on disk. */
  readonly pending: number;
  readonly inFlight: number;
  readonly activeHosts: number;
  readonly elapsedMs: number;
}

export interface RunResult {
  readonly runId: number;
  readonly state: RunState;
  readonly reason: RunReason;
  readonly detail: string | null;
  readonly counters: Readonly<RunCounters>;
  /** Time with a live process, over all processes of the run. */
  readonly activeMs: number;
}

export interface CrawlEvents {
  /** Another process holds the database; the crawl begins when that one ends (--if-running wait). */
  waiting: [];
  /** A worker thread has loaded its modules and takes requests; the first may have before `start`. */
  threadStarted: [];
  start: [{ readonly runId: number; readonly continued: boolean; readonly dbPath: string }];
  outcome: [OutcomeEvent];
  /** Something the user may want to act on; the run goes on. */
  warning: [{ readonly code: string; readonly message: string }];
  /** The run no longer hands out work and waits for what is in flight. */
  stopping: [{ readonly reason: RunReason; readonly inFlight: number }];
  end: [RunResult];
}
