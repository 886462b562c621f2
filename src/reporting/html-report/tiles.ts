/** The key figures, each with what it is to be compared with. */
import { formatSize } from "../../setting-kinds.ts";
import { formatAmount, formatCount, formatRate, formatShare } from "../format.ts";
import { html, type Html } from "./html.ts";
import { formatMs } from "./moments.ts";
import type { ReportData } from "./report-data.ts";
import type { Tone } from "./tone.ts";

interface Tile {
  readonly name: string;
  readonly figure: string;
  readonly note: string;
  readonly tone?: Tone;
  /** The section that says more. */
  readonly to: string;
}

export function tiles(data: ReportData): Html {
  return html`<section class="tiles" aria-label="Key figures">
    ${tilesOf(data).map(
      ({ name, figure, note, tone = "grey", to }) =>
        html`<a class="tile edge-${tone}" href="#${to}"
          ><span class="name">${name}</span><span class="figure">${figure}</span
          ><span class="note">${note}</span></a
        >`,
    )}
  </section>`;
}

function tilesOf({ report, attempts, sockets, state }: ReportData): Tile[] {
  const { pages, errors, requests, requestsReused, connectionsOpened, activeMs } = report;
  const median = attempts.ttfb.percentile(0.5);
  const p90 = attempts.ttfb.percentile(0.9);
  const excluded = report.excluded.reduce((sum, { count }) => sum + count, 0);
  return [
    {
      name: "Pages",
      figure: formatCount(pages),
      note: `${formatRate(pages, activeMs)} per second`,
      to: "statuses",
    },
    {
      name: "Errors",
      figure: formatCount(errors),
      note: errors === 0 ? "every URL answered in order" : "no response, or status 400 or more",
      tone: errors === 0 ? "good" : "bad",
      to: "statuses",
    },
    issuesTile(state),
    {
      name: "First byte, median",
      figure: median === null ? "–" : formatMs(median),
      note: p90 === null ? "no page answered" : `9 of 10 within ${formatMs(p90)}`,
      to: "times",
    },
    {
      name: "Requests on a kept connection",
      figure: requests === 0 ? "–" : formatShare(requestsReused, requests),
      note: `${formatAmount(requests, "request")}, ${formatAmount(connectionsOpened, "connection")}`,
      tone: "info",
      to: "connections",
    },
    {
      name: "Handshake time saved",
      figure: sockets.run?.savedMs == null ? "–" : formatMs(sockets.run.savedMs),
      note:
        sockets.run?.spentMs == null
          ? "no handshake seen"
          : `${formatMs(sockets.run.spentMs)} spent`,
      tone: "info",
      to: "connections",
    },
    {
      name: "Received",
      figure: formatSize(report.bytesWire),
      note: `${formatSize(report.bytesBody)} decoded`,
      to: "content",
    },
    {
      name: report.pending > 0 ? "Still waiting" : "Links",
      figure: formatCount(report.pending > 0 ? report.pending : report.links),
      note: `${formatAmount(excluded, "URL")} left out`,
      ...(report.pending > 0 ? { tone: "warn" as const } : {}),
      to: "left-out",
    },
  ];
}

function issuesTile(state: ReportData["state"]): Tile {
  const tile = { name: "Kinds of issues", to: "issues" };
  const issues = state === "earlier_run" ? state : state.issues;
  if (typeof issues === "string") return { ...tile, figure: "–", note: "not counted, see below" };
  const of = (severity: string): number =>
    issues.filter((issue) => issue.severity === severity).length;
  const tone = of("error") > 0 ? "bad" : of("warning") > 0 ? "warn" : "good";
  const note = `${formatAmount(of("error"), "error")}, ${formatAmount(of("warning"), "warning")}, ${formatAmount(of("notice"), "notice")}`;
  return { ...tile, figure: formatCount(issues.length), note, tone };
}
