/** A run's report as text for a terminal or a mail. */
import { FETCH_ERRORS } from "../errors.ts";
import { RUN_REASONS } from "../events.ts";
import { formatDuration, formatSize } from "../setting-kinds.ts";
import { formatAmount, formatCount, formatRate, formatShare } from "./format.ts";
import { printable } from "./printable.ts";
import type { RunReport, ThreadReport } from "./run-report.ts";
import { STATUS_CODES } from "./status-codes.ts";
import { padText, textWidth, wrapText } from "./text-width.ts";

/** Rows shown of a list; the rest is summed up in one line. */
const MOST_ROWS = 8;

const PRUNED = "  It was pruned: the lists count what is left of it.";

/** Notes wrapped into less would be columns of single words. */
const LEAST_NOTE_CELLS = 20;

/** Sets a heading apart, as bold where there are colours. */
export type Heading = (text: string) => string;

/**
 * The report's lines, without colours but for `heading`; notes are wrapped into `maxCells`, where they
 * fit at all. Nothing in the lines can control a terminal.
 */
export function reportText(report: RunReport, heading: Heading, maxCells = Infinity): string[] {
  const list: List = (name, rows) => listOf(heading(name), rows, maxCells);
  return [
    heading(headline(report)),
    ...(report.detail === null ? [] : [`  ${printable(firstLine(report.detail))}`]),
    ...(report.prunedAt === null ? [] : [PRUNED]),
    "",
    ...totals(report, maxCells),
    ...list(
      "Statuses",
      report.statuses.map(({ status, count }) => [
        status === null ? "none" : String(status),
        formatCount(count),
        status === null ? "no response" : (STATUS_CODES[status] ?? ""),
      ]),
    ),
    ...list(
      "Failed without a response",
      report.errorCodes.map(({ error, count }) => [
        printable(error),
        formatCount(count),
        meaningOf(FETCH_ERRORS, error),
      ]),
    ),
    ...list(
      "Why connections were opened",
      report.openReasons.map(({ reason, count, meaning }) => [reason, formatCount(count), meaning]),
    ),
    ...list(
      "Not asked for",
      report.excluded.map(({ reason, count, meaning }) => [reason, formatCount(count), meaning]),
    ),
    ...list(
      "Still waiting",
      report.waitingHosts.map(({ origin, pending }) => [
        printable(origin),
        formatCount(pending),
        "",
      ]),
    ),
    ...threadTable(heading("Threads"), report.threads),
  ];
}

function headline(report: RunReport): string {
  const { runId, state, reason, activeMs } = report;
  const time = formatDuration(activeMs);
  if (state === "running") return `Run ${runId} is running, for ${time} so far`;
  const why = reason === null ? "" : `: ${RUN_REASONS[reason]}`;
  const ended = state === "finished" ? "finished" : state === "failed" ? "failed" : `was ${state}`;
  return `Run ${runId} ${ended} after ${time}${why}`;
}

function totals(report: RunReport, maxCells: number): string[] {
  const { pages, links, errors, requests, requestsReused, connectionsOpened } = report;
  return columns(
    [
      ["Pages", formatCount(pages), `${formatRate(pages, report.activeMs)} per second`],
      ["Errors", formatCount(errors), "no response, or a status of 400 or more"],
      ["Links", formatCount(links), "distinct per page"],
      ["Requests", formatCount(requests), "robots.txt and sitemaps included"],
      [
        "Connections",
        formatCount(connectionsOpened),
        `${formatCount(requestsReused)} of ${formatAmount(requests, "request")} reused one (${formatShare(requestsReused, requests)})`,
      ],
      ["Received", formatSize(report.bytesWire), `${formatSize(report.bytesBody)} decoded`],
    ],
    maxCells,
  );
}

type Row = readonly [label: string, number: string, note: string];
type List = (name: string, rows: readonly Row[]) => string[];

function listOf(heading: string, rows: readonly Row[], maxCells: number): string[] {
  if (rows.length === 0) return [];
  const shown = rows.length > MOST_ROWS + 1 ? rows.slice(0, MOST_ROWS) : rows;
  const more = rows.length - shown.length;
  return ["", heading, ...columns(shown, maxCells), ...(more > 0 ? [`  and ${more} more`] : [])];
}

function threadTable(heading: string, threads: readonly ThreadReport[]): string[] {
  if (threads.length === 0) return [];
  const names = ["thread", "requests", "reused", "opened", "waits", "waited"];
  const rows = threads.map((thread) => [
    String(thread.thread),
    formatCount(thread.requests),
    formatShare(thread.requestsReused, thread.requests),
    formatCount(thread.connectionsOpened),
    formatCount(thread.waits),
    formatDuration(thread.waitMs),
  ]);
  const widths = names.map((_, at) =>
    Math.max(...[names, ...rows].map((row) => row[at]?.length ?? 0)),
  );
  const lineOf = (cells: readonly string[]): string =>
    `  ${cells.map((cell, at) => padText(cell, widths[at] ?? 0, "right")).join("  ")}`;
  return ["", heading, lineOf(names), ...rows.map(lineOf)];
}

/** A label, a number to the right, a note. */
function columns(rows: readonly Row[], maxCells: number): string[] {
  const labels = Math.max(11, ...rows.map(([label]) => textWidth(label)));
  const numbers = Math.max(9, ...rows.map(([, number]) => textWidth(number)));
  const indent = 2 + labels + 2 + numbers + 2;
  return rows.flatMap(([label, number, note]) => {
    const [first = "", ...rest] = wrapText(note, Math.max(LEAST_NOTE_CELLS, maxCells - indent));
    const line = `  ${padText(label, labels)}  ${padText(number, numbers, "right")}  ${first}`;
    return [line.trimEnd(), ...rest.map((text) => " ".repeat(indent) + text)];
  });
}

function meaningOf(
  table: Readonly<Record<string, { readonly meaning: string }>>,
  code: string,
): string {
  return Object.hasOwn(table, code) ? (table[code]?.meaning ?? "") : "";
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
