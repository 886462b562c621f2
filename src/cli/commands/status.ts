import { RUN_REASONS, type RunState } from "../../events.ts";
import { formatCount, formatTime } from "../../reporting/format.ts";
import { printable, printableJson } from "../../reporting/printable.ts";
import { formatTable } from "../../reporting/table.ts";
import { isLive } from "../../run-liveness.ts";
import { formatDuration } from "../../setting-kinds.ts";
import { defineCommand, EXIT } from "../command.ts";
import { DB_OPTION, formOption } from "../read-options.ts";
import type { Terminal } from "../terminal.ts";

const RECENT_RUNS = 10;

export const status = defineCommand({
  name: "status",
  summary: "Show whether a crawl runs, how far it is, and the runs before it",
  usage: "[options]",
  examples: [
    { text: "while a crawl runs elsewhere", command: "webspool status --db site.db" },
    { text: "for a monitor", command: "webspool status --json" },
  ],
  operands: { min: 0, max: 0, called: "arguments" },
  options: { db: DB_OPTION, json: formOption("One JSON object.") },
  async run({ terminal, values }) {
    const [{ CrawlDatabase }, { defaultDb }] = await Promise.all([
      import("../../storage/index.ts"),
      import("../default-db.ts"),
    ]);
    const dbPath = values.db ?? defaultDb();
    const db = CrawlDatabase.openReadOnly(dbPath);
    try {
      const runs = db.recentRuns(RECENT_RUNS);
      const [last] = runs;
      const found: Status = {
        dbPath,
        runs,
        pending: last === undefined ? 0 : db.pendingCount(last.id),
        waitingHosts: last === undefined ? [] : (db.runSummary(last.id)?.waitingHosts ?? []),
        now: Date.now(),
      };
      if (values.json === true) terminal.stdout.line(printableJson(statusJson(found)));
      else printStatus(found, terminal);
    } finally {
      db.close();
    }
    return EXIT.ok;
  },
});

interface Status {
  readonly dbPath: string;
  /** Newest first. */
  readonly runs: readonly Run[];
  /** URLs of the newest run that wait. */
  readonly pending: number;
  readonly waitingHosts: readonly { readonly origin: string; readonly pending: number }[];
  readonly now: number;
}

interface Run {
  readonly id: number;
  readonly state: RunState;
  readonly reason: keyof typeof RUN_REASONS | null;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly heartbeatAt: number;
  readonly activeMs: number;
  readonly pid: number;
  readonly hostname: string;
  readonly counters: { readonly pages: number; readonly errors: number; readonly requests: number };
}

function statusJson({ dbPath, runs, pending, waitingHosts, now }: Status): unknown {
  return {
    database: dbPath,
    live: runs[0] !== undefined && isLive(runs[0], now),
    pending,
    waiting_hosts: waitingHosts,
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
      pages: run.counters.pages,
      requests: run.counters.requests,
      errors: run.counters.errors,
    })),
  };
}

function printStatus(found: Status, { stdout }: Terminal): void {
  const { dbPath, runs, pending, waitingHosts, now } = found;
  const [last] = runs;
  if (last === undefined) {
    stdout.line(`${printable(dbPath)} has no run yet`);
    return;
  }
  stdout.line(stdout.style("bold", `${printable(dbPath)}: ${sentenceOf(last, now)}`));
  stdout.line(
    `  ${formatCount(last.counters.pages)} pages, ${formatCount(pending)} pending, ${formatCount(last.counters.errors)} errors, ${formatDuration(last.activeMs)} of work`,
  );
  const columns = stdout.columns;
  if (waitingHosts.length > 0) {
    stdout.line();
    const rows = waitingHosts.map(({ origin, pending: waiting }) => [origin, waiting] as const);
    for (const line of formatTable(["waiting host", "pending"], rows, columns)) stdout.line(line);
  }
  stdout.line();
  const rows = runs.map((run) => [
    run.id,
    formatTime(run.startedAt),
    run.state === "running" && !isLive(run, now) ? "silent" : run.state,
    run.reason ?? "",
    run.counters.pages,
    run.counters.errors,
    formatDuration(run.activeMs),
  ]);
  const names = ["run", "started", "state", "reason", "pages", "errors", "work"];
  for (const line of formatTable(names, rows, columns)) stdout.line(line);
}

function sentenceOf(run: Run, now: number): string {
  const ago = formatDuration(Math.max(0, now - run.heartbeatAt));
  const process = `process ${run.pid} on ${printable(run.hostname)}`;
  if (run.state !== "running") {
    const why = run.reason === null ? "" : ` (${RUN_REASONS[run.reason]})`;
    return `run ${run.id} ${run.state === "finished" ? "finished" : `is ${run.state}`}${why}`;
  }
  return isLive(run, now)
    ? `run ${run.id} is running, ${process}`
    : `run ${run.id} was last heard of ${ago} ago (${process}); the next crawl continues it`;
}
