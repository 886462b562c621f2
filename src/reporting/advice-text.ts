/** The advice on a run's settings as text for a terminal. */
import type { Advice, Choice } from "../advise/index.ts";
import { formatDuration } from "../setting-kinds.ts";
import { configOf, durationText, type AdviceReport } from "./advice-report.ts";
import { formatAmount, formatCount, formatShare } from "./format.ts";
import { printable } from "./printable.ts";
import { sparkline } from "./sparkline.ts";
import { padText, textWidth, wrapText } from "./text-width.ts";

export type AdviceStyle = (of: "heading" | "warning" | "now", text: string) => string;

/** Threads shown; the rest is summed up in a line. */
const MOST_THREADS = 8;
const CURVE_CELLS = 32;
const INDENT = "  ";
/** Paragraphs wrapped into more are hard to read. */
const MOST_CELLS = 80;
/** A replay that is further from what happened is no basis for anything, but for a socket or two. */
const CLOSE_ENOUGH = 0.05;
const FEW = 2;

type Paragraph = (text: string) => string[];

/** The lines, wrapped into `maxCells` where that is less than 80; nothing in them can control a terminal. */
export function adviceText(report: AdviceReport, style: AdviceStyle, maxCells: number): string[] {
  const { settings, opened, handshakeMs } = report;
  const cells = Math.min(MOST_CELLS, maxCells) - INDENT.length;
  const paragraph: Paragraph = (text) => wrapText(text, cells).map((line) => INDENT + line);
  return [
    ...wrapText(
      `Run ${report.runId} of ${printable(report.dbPath)}: ${formatAmount(report.requests, "request")} to ${formatAmount(report.origins, "host")}, ${formatAmount(opened, "connection")} opened, ${formatDuration(handshakeMs)} of handshakes.`,
      cells,
    ).map((line) => style("heading", line)),
    ...paragraph(trust(report)),
    ...warnings(report).flatMap((text) => paragraph(text).map((line) => style("warning", line))),
    "",
    ...threads(report, style),
    "",
    style("heading", "poolConnections: host pools that a thread keeps"),
    ...missLines(report),
    ...choiceTable(report.poolConnections, formatCount, report, style),
    "",
    style("heading", "poolMaxsize: connections that a pool keeps idle"),
    `  --pool-block${settings.poolBlock ? " (now)" : ""}: no more are in use either, further requests wait`,
    ...choiceTable(report.poolMaxsizeBlocking, sizeText, report, style),
    `  --no-pool-block${settings.poolBlock ? "" : " (now)"}: more are opened, and closed when they come back`,
    ...choiceTable(report.poolMaxsizeOverflowing, sizeText, report, style),
    ...waitNote(report, paragraph),
    "",
    style("heading", "keepaliveTimeout: how long a connection may be idle"),
    ...choiceTable(report.keepaliveTimeoutMs, durationText, report, style),
    "",
    ...conclusion(report, style, paragraph),
  ];
}

function trust({ replayed, opened }: AdviceReport): string {
  const exact = replayed.opened === opened ? "as it did" : `for ${formatCount(opened)} in earnest`;
  return `Replayed with its own settings it opens ${formatCount(replayed.opened)}, ${exact}. What follows is what it would have opened with others.`;
}

function warnings(report: AdviceReport): string[] {
  const { state, leftOut, replayed, opened, requests } = report;
  const off = Math.abs(replayed.opened - opened);
  return [
    ...(state === "finished"
      ? []
      : [
          `The run is ${state}: what follows is of its ${formatAmount(requests, "request")} so far.`,
        ]),
    ...(leftOut === 0
      ? []
      : [`It has ${formatCount(leftOut)} requests more: what follows is of the first.`]),
    ...(off <= Math.max(FEW, opened * CLOSE_ENOUGH)
      ? []
      : [
          `That is ${formatShare(off, opened)} off: requests came so close that their order is not certain. Take the figures as rough.`,
        ]),
  ];
}

function threads({ sessions }: AdviceReport, style: AdviceStyle): string[] {
  const shown = sessions.length > MOST_THREADS + 1 ? sessions.slice(0, MOST_THREADS) : sessions;
  const more = sessions.length - shown.length;
  return [
    style("heading", "Threads"),
    ...table(
      ["thread", "requests", "hosts", "pools needed"],
      shown.map((use) => [
        String(use.thread),
        formatCount(use.requests),
        formatCount(use.origins),
        formatCount(use.poolsNeeded),
      ]),
    ),
    ...(more > 0 ? [`  and ${formatCount(more)} more`] : []),
  ];
}

/** The miss-ratio curves, over capacities on a logarithmic scale. */
function missLines(report: AdviceReport): string[] {
  const { missesWithAffinity, missesWithoutAffinity } = report;
  const most = Math.max(missesWithAffinity.needed, missesWithoutAffinity.needed);
  if (most === 1) return ["  No thread asked a second host in between: one pool is enough."];
  const cells = Math.min(CURVE_CELLS, most);
  const capacities = Array.from({ length: cells }, (_, at) =>
    Math.round(most ** (at / (cells - 1))),
  );
  const line = (label: string, curve: Advice["missesWithAffinity"]): string => {
    const misses = (capacity: number): string => formatShare(curve.misses(capacity), curve.uses);
    const bars = sparkline(
      capacities.map((capacity) => curve.misses(capacity)),
      curve.uses,
    );
    return `  ${padText(label, 16)}  ${padText(misses(1), 5, "right")} ${bars} ${misses(most)}`;
  };
  return [
    `  Requests that find no pool of their host, of 1 to ${formatCount(most)} kept:`,
    line("with affinity", missesWithAffinity),
    line("without", missesWithoutAffinity),
  ];
}

/** 0 bounds nothing. */
function sizeText(value: number): string {
  return value === 0 ? "any" : formatCount(value);
}

/** That requests waited is told, and not weighed against connections: both are a cost. */
function waitNote(report: AdviceReport, paragraph: Paragraph): string[] {
  const { replayed, poolMaxsizeBlocking, settings } = report;
  if (!settings.poolBlock || replayed.waits === 0) return [];
  const enough = poolMaxsizeBlocking.find(({ value, withAffinity, withoutAffinity }) => {
    const tally = settings.affinity ? withAffinity : withoutAffinity;
    return value > settings.poolMaxsize && tally.waits === 0;
  });
  const waited = `${formatAmount(replayed.waits, "request")} waited ${formatDuration(replayed.waitMs)} for a connection`;
  return paragraph(
    enough === undefined
      ? `${waited}.`
      : `${waited}: with poolMaxsize ${enough.value} none would have.`,
  );
}

/** What each value would have cost with the run's own affinity, and with the other. */
function choiceTable(
  choices: readonly Choice<number>[],
  write: (value: number) => string,
  { settings }: AdviceReport,
  style: AdviceStyle,
): string[] {
  const other = settings.affinity ? "no affinity" : "affinity";
  const lines = table(
    ["", "connections", "handshakes", "waited", "most open", other, "handshakes", ""],
    choices.map(({ value, isNow, withAffinity, withoutAffinity }) => {
      const [own, without] = settings.affinity
        ? [withAffinity, withoutAffinity]
        : [withoutAffinity, withAffinity];
      return [
        write(value),
        formatCount(own.opened),
        formatDuration(own.handshakeMs),
        own.waits === 0 ? "-" : formatDuration(own.waitMs),
        formatCount(own.mostOpen),
        formatCount(without.opened),
        formatDuration(without.handshakeMs),
        isNow ? "now" : "",
      ];
    }),
  );
  return lines.map((line, at) => (choices[at - 1]?.isNow === true ? style("now", line) : line));
}

function conclusion(report: AdviceReport, style: AdviceStyle, paragraph: Paragraph): string[] {
  const { recommendation, replayed } = report;
  if (recommendation === null) {
    return [
      style("heading", "Nothing to gain"),
      ...paragraph("No other values of these settings would have saved 1% of the connections."),
    ];
  }
  const { changes, tally } = recommendation;
  const config = JSON.stringify(configOf(changes), null, 2);
  const saved = replayed.opened - tally.opened;
  const savedMs = replayed.handshakeMs - tally.handshakeMs;
  return [
    style("heading", "Recommended"),
    ...config.split("\n").map((line) => `  ${line}`),
    ...paragraph(
      `This saves ${formatCount(saved)} of ${formatAmount(replayed.opened, "connection")} (${formatShare(saved, replayed.opened)}) and ${formatDuration(savedMs)} of ${formatDuration(replayed.handshakeMs)} of handshakes. Save it as tuned.json, then:`,
    ),
    `  ${report.crawlCommand} --config tuned.json`,
    ...(changes.keepaliveTimeoutMs === undefined ? [] : paragraph(limitNote(report))),
  ];
}

function limitNote({ originsWithoutLimit, origins }: AdviceReport): string {
  return originsWithoutLimit === 0
    ? "Every host showed how long it keeps an idle connection; that is counted in."
    : `${formatCount(originsWithoutLimit)} of ${formatAmount(origins, "host")} did not show how long they keep an idle connection: where that is less, less is saved.`;
}

/** Columns to the right, under their names. */
function table(names: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = names.map((name, at) =>
    rows.reduce((most, row) => Math.max(most, textWidth(row[at] ?? "")), textWidth(name)),
  );
  const lineOf = (cells: readonly string[]): string =>
    `  ${cells.map((cell, at) => padText(cell, widths[at] ?? 0, "right")).join("  ")}`.trimEnd();
  return [lineOf(names), ...rows.map(lineOf)];
}
