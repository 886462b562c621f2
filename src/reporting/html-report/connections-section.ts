/** How far connections were reused, by host and by thread, and what that saved. */
import { formatAmount, formatCount, formatShare } from "../format.ts";
import type { Counted, ReuseRow } from "../../storage/index.ts";
import type { ThreadReport } from "../run-report.ts";
import { dataTable, meter, numberCell, type TableCell } from "./data-table.ts";
import { foreign, html, type Html } from "./html.ts";
import { formatMs } from "./moments.ts";
import type { ReportData } from "./report-data.ts";
import { nothing, type Section } from "./section.ts";
import { andMore } from "./statuses-section.ts";
import type { Tone } from "./tone.ts";

export function connectionsSection(data: ReportData): Section {
  const about = { id: "connections", title: "Connections" };
  const { run, origins, threads } = data.sockets;
  if (run === null) return { ...about, body: nothing("No connection was opened.") };
  return {
    ...about,
    note: html`A connection that is kept spares the next request its handshake: looking up the name,
    TCP and TLS. What was saved is the number of requests on kept connections times the mean
    handshake to the same host.`,
    body: html`<div class="columns">
        <div class="card">
          <h3>Handshake time</h3>
          ${handshakes(run)}
        </div>
        <div class="card">
          <h3>Requests</h3>
          ${requests(run)}
        </div>
      </div>
      <div class="card">
        <h3>By host</h3>
        ${reuseTable("Reuse by host", origins, "Host", ({ origin }) => foreign(origin))}
      </div>
      <div class="card">
        <h3>By thread</h3>
        ${reuseTable("Reuse by thread", threads, "Thread", threadName(threads.rows))}
        ${waits(data.report.threads)}
      </div>
      <div class="columns">
        <div class="card">
          <h3>Why they were opened</h3>
          ${reasons("Why connections were opened", data.report.openReasons)}
        </div>
        <div class="card">
          <h3>Why they were closed</h3>
          ${reasons("Why connections were closed", data.sockets.closeReasons)}
        </div>
      </div>`,
  };
}

interface Bar {
  readonly name: string;
  readonly value: number;
  readonly text: string;
  readonly tone: Tone;
}

/** Bars that lie on top of each other, as long as their values: the longest is the whole width. */
function compared(name: string, bars: readonly Bar[]): Html {
  const most = Math.max(...bars.map(({ value }) => value), 1e-9);
  return html`<table class="compared">
    <caption class="hidden">
      ${name}
    </caption>
    <tbody>
      ${bars.map(
        (bar) =>
          html`<tr>
            <th scope="row">${bar.name}</th>
            <td>${bar.text}</td>
            <td class="bar wide">${meter(bar.value / most, bar.tone)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function handshakes({ spentMs, savedMs, opened, reused }: ReuseRow): Html {
  if (spentMs === null) return nothing("No handshake was measured.");
  const saved = savedMs ?? 0;
  const share = formatShare(saved, spentMs + saved);
  return html`${compared("Handshake time spent and saved", [
      { name: "spent", value: spentMs, text: formatMs(spentMs), tone: "warn" },
      { name: "saved", value: saved, text: formatMs(saved), tone: "good" },
    ])}
    <p>
      ${formatAmount(opened, "handshake")} took ${formatMs(spentMs)},
      ${formatMs(spentMs / Math.max(1, opened))} each.
      ${reused === 0 ? "No request found a kept connection." : html`${formatAmount(reused, "request")} needed none: ${share} of the handshake time was saved.`}
    </p>`;
}

function requests({ requests: all, reused, opened }: ReuseRow): Html {
  return html`${compared("Requests on new and on kept connections", [
      { name: "on a new one", value: all - reused, text: formatCount(all - reused), tone: "warn" },
      { name: "on a kept one", value: reused, text: formatCount(reused), tone: "good" },
    ])}
    <p>
      ${formatAmount(all, "request")} on ${formatAmount(opened, "connection")},
      ${formatCount(all / Math.max(1, opened))} on each on average.
    </p>`;
}

function reuseTable(
  name: string,
  { rows, count }: Counted<ReuseRow>,
  head: string,
  nameOf: (row: ReuseRow) => TableCell | Html | string,
): Html {
  return html`${dataTable(
    name,
    [
      { name: head },
      { name: "Requests", numeric: true },
      { name: "On a kept one", numeric: true },
      { name: "", bar: true, wide: true },
      { name: "Opened", numeric: true, hint: "connections" },
      { name: "Spent", numeric: true, hint: "on handshakes: DNS, TCP and TLS" },
      { name: "Saved", numeric: true, hint: "of handshakes, by keeping connections" },
    ],
    rows.map((row) => [
      nameOf(row),
      numberCell(row.requests, formatCount),
      {
        shown: formatShare(row.reused, row.requests),
        order: row.reused / Math.max(1, row.requests),
      },
      meter(row.reused / Math.max(1, row.requests), "good"),
      numberCell(row.opened, formatCount),
      numberCell(row.spentMs, formatMs),
      numberCell(row.savedMs, formatMs),
    ]),
  )}${andMore(count - rows.length)}`;
}

/** The thread's number; with its process where there were several. */
function threadName(rows: readonly ReuseRow[]): (row: ReuseRow) => TableCell {
  const several = new Set(rows.map(({ pid }) => pid)).size > 1;
  return ({ thread, pid }) => ({
    shown: several ? `${thread ?? "?"} of process ${pid ?? "?"}` : String(thread ?? "?"),
    order: thread ?? 0,
  });
}

function waits(threads: readonly ThreadReport[]): Html {
  const count = threads.reduce((sum, thread) => sum + thread.waits, 0);
  const ms = threads.reduce((sum, thread) => sum + thread.waitMs, 0);
  return html`<p>
    ${count === 0 ? "No request waited for a connection." : html`${formatAmount(count, "request")} waited for a connection, ${formatMs(ms)} in all.`}
  </p>`;
}

function reasons(
  name: string,
  rows: readonly {
    readonly reason: string | null;
    readonly count: number;
    readonly meaning: string;
  }[],
): Html {
  if (rows.length === 0) return nothing("None.");
  const most = Math.max(...rows.map(({ count }) => count));
  return dataTable(
    name,
    [
      { name: "Reason", wide: true },
      { name: "Connections", numeric: true },
      { name: "", bar: true },
    ],
    rows.map(({ reason, count, meaning }) => [
      html`${reason === null ? html`<i>open</i>` : html`<code>${foreign(reason)}</code>`}<br /><span
          class="muted"
          >${meaning}</span
        >`,
      numberCell(count, formatCount),
      meter(count / most),
    ]),
  );
}
