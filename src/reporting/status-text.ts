/** `webspool status` for people. */
import { FETCH_ERRORS } from "../errors.ts";
import { RUN_REASONS } from "../events.ts";
import { formatDuration } from "../setting-kinds.ts";
import { formatAmount, formatCount, formatRate, formatShare, formatTime } from "./format.ts";
import { printable } from "./printable.ts";
import { overallRate, type LastRun, type StatusReport, type StatusRun } from "./run-status.ts";
import { STATUS_CODES } from "./status-codes.ts";
import { formatTable } from "./table.ts";
import { wrapText } from "./text-width.ts";

/** Rows shown of the hosts and of the errors; the rest is summed up in one line. */
const MOST_ROWS = 8;

/** Sets a text apart where there are colours. */
export interface StatusStyles {
  readonly heading: (text: string) => string;
  readonly warning: (text: string) => string;
}

/** The lines, without colours but for the styles'. Nothing in them can control a terminal. */
export function statusText(
  report: StatusReport,
  styles: StatusStyles,
  maxCells = Infinity,
): string[] {
  const { dbPath, runs, last, warnings, now } = report;
  const [newest] = runs;
  if (newest === undefined || last === null) return [`${printable(dbPath)} has no run yet`];
  return [
    styles.heading(`${printable(dbPath)}: ${sentenceOf(newest, last, now)}`),
    ...[totals(newest, last), rates(newest, last), left(last, now)]
      .filter((line) => line !== null)
      .flatMap((line) => indented(line, maxCells)),
    ...warnings.flatMap(({ message }) => {
      const [first = "", ...rest] = wrapText(`warning: ${printable(message)}`, maxCells);
      return [first.replace("warning:", styles.warning("warning:")), ...rest];
    }),
    ...waiting(last, maxCells),
    ...errors(last, maxCells),
    "",
    ...formatTable(
      ["run", "started", "state", "reason", "pages", "errors", "work"],
      runs.map((run) => [
        run.id,
        formatTime(run.startedAt),
        run.state === "running" && !(run === newest && last.isLive) ? "silent" : run.state,
        run.reason ?? "",
        run.counters.pages,
        run.counters.errors,
        formatDuration(run.activeMs),
      ]),
      maxCells,
    ),
  ];
}

function sentenceOf(run: StatusRun, { isLive }: LastRun, now: number): string {
  const process = `process ${run.pid} on ${printable(run.hostname)}`;
  if (run.state !== "running") {
    const why = run.reason === null ? "" : ` (${RUN_REASONS[run.reason]})`;
    return `run ${run.id} ${run.state === "finished" ? "finished" : `is ${run.state}`}${why}`;
  }
  const ago = formatDuration(Math.max(0, now - run.heartbeatAt));
  return isLive
    ? `run ${run.id} is running, ${process}`
    : `run ${run.id} was last heard of ${ago} ago (${process}); the next crawl continues it`;
}

function totals({ counters, activeMs }: StatusRun, { pending, fetching, isLive }: LastRun): string {
  const flight = fetching === 0 && !isLive ? [] : [`${formatCount(fetching)} in flight`];
  return [
    formatAmount(counters.pages, "page"),
    `${formatCount(pending)} pending`,
    ...flight,
    formatAmount(counters.errors, "error"),
    `${formatDuration(activeMs)} of work`,
  ].join(", ");
}

function rates(run: StatusRun, { pagesPerSecondNow }: LastRun): string {
  const { requests, requestsReused } = run.counters;
  const overall = formatRate(overallRate(run) ?? 0, 1_000);
  const pages =
    pagesPerSecondNow === null
      ? `${overall} pages per second`
      : `${formatRate(pagesPerSecondNow, 1_000)} pages per second now, ${overall} overall`;
  const reused = `${formatShare(requestsReused, requests)} of requests reused a connection`;
  return `${pages}, ${reused}`;
}

function left(
  { pending, fetching, left: time, endsBy, isLive }: LastRun,
  now: number,
): string | null {
  if (pending + fetching === 0 && !isLive) return null;
  const parts: string[] = [];
  if (pending > 0 && time.ms !== null) {
    const long = estimate(time.ms);
    parts.push(
      time.atLeast
        ? `left: at least ${long} (an estimate; links ${isLive ? "are" : "were"} still being found)`
        : `left: about ${long} (an estimate)`,
    );
  }
  if (endsBy !== null && isLive) {
    parts.push(`--max-duration ends it in ${formatDuration(Math.max(0, endsBy - now))}`);
  }
  return parts.length === 0 ? null : parts.join("; ");
}

function waiting({ waitingHosts, hosts, left: { atLeast } }: LastRun, maxCells: number): string[] {
  if (waitingHosts.length === 0) return [];
  const about = atLeast ? "at least" : "about";
  const shown = firstOf(waitingHosts);
  const rows = shown.map(({ origin, pending, intervalMs, leftMs }) => [
    origin,
    pending,
    intervalMs === null ? "" : paceOf(intervalMs),
    leftMs === null ? "" : `${about} ${estimate(leftMs)}`,
  ]);
  const more = hosts - shown.length;
  return [
    "",
    ...formatTable(["waiting host", "pending", "pace", "left"], rows, maxCells),
    ...(more > 0 ? [`and ${formatAmount(more, "more host", "more hosts")}`] : []),
  ];
}

function errors({ errorKinds }: LastRun, maxCells: number): string[] {
  if (errorKinds.length === 0) return [];
  const shown = firstOf(errorKinds);
  const rest = errorKinds.slice(shown.length).reduce((sum, { count }) => sum + count, 0);
  const rows = shown.map(({ error, status, count }) => [
    error ?? String(status),
    count,
    error === null ? (STATUS_CODES[status ?? 0] ?? "") : meaningOf(error),
  ]);
  return [
    "",
    ...formatTable(["error", "URLs", "meaning"], rows, maxCells),
    ...(rest > 0 ? [`and ${formatCount(rest)} of other kinds`] : []),
  ];
}

/** One row more than usual, rather than a line that says that there is one. */
function firstOf<Row>(rows: readonly Row[]): readonly Row[] {
  return rows.length > MOST_ROWS + 1 ? rows.slice(0, MOST_ROWS) : rows;
}

function meaningOf(code: string): string {
  const known: Readonly<Record<string, { readonly meaning: string }>> = FETCH_ERRORS;
  return Object.hasOwn(known, code) ? (known[code]?.meaning ?? "") : "";
}

function paceOf(intervalMs: number): string {
  return intervalMs < 1_000
    ? `${formatRate(1, intervalMs)} a second`
    : `one in ${formatDuration(intervalMs)}`;
}

/** To the second where it matters: nobody believes the milliseconds of an estimate. */
function estimate(ms: number): string {
  return formatDuration(Math.max(1_000, Math.round(ms / 1_000) * 1_000));
}

function indented(text: string, maxCells: number): string[] {
  return wrapText(text, maxCells - 2).map((line) => `  ${line}`);
}
