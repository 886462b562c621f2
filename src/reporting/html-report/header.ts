/** The head of the page: what was crawled, how it ended, and with which settings. */
import { RUN_REASONS } from "../../events.ts";
import { formatDuration, formatSize } from "../../setting-kinds.ts";
import { formatAmount, formatCount } from "../format.ts";
import type { RunReport } from "../run-report.ts";
import { cut, foreign, html, link, type Html, type HtmlValue } from "./html.ts";
import { moment } from "./moments.ts";
import type { ReportData } from "./report-data.ts";

const MOST_SEEDS = 10;
const MOST_LISTED = 10;

const STATE_TONES: Readonly<Record<RunReport["state"], string>> = {
  finished: "good",
  running: "info",
  interrupted: "warn",
  abandoned: "dark",
  failed: "bad",
};

/** `example.com`, and how many other hosts the seeds name. */
export function siteName({ seeds }: Pick<RunReport, "seeds">): string {
  const hosts = [...new Set(seeds.map((seed) => (URL.canParse(seed) ? new URL(seed).host : seed)))];
  const [first = "a site", ...others] = hosts;
  return (
    cut(first, 80) + (others.length === 0 ? "" : ` and ${formatAmount(others.length, "other")}`)
  );
}

export function pageHeader({ report, settings }: ReportData): Html {
  const { state, reason, detail, seeds, startedAt, finishedAt, activeMs, prunedAt } = report;
  const shownSeeds = seeds.slice(0, MOST_SEEDS);
  const more = seeds.length - shownSeeds.length;
  return html`<header class="top">
    <p class="brand">webspool report</p>
    <h1><bdi>${siteName(report)}</bdi></h1>
    <p class="verdict">
      <span class="badge badge-${reason === "all_seeds_failed" ? "bad" : STATE_TONES[state]}"
        >${state}</span
      >
      ${reason === null ? "still under way" : RUN_REASONS[reason]}${detail === null ? null : html`: ${foreign(detail)}`}
    </p>
    ${prunedAt === null ? null : html`<p class="notice">Rows of this run were removed to save space (${moment(prunedAt)}): its totals are whole, the charts and lists are of what is left.</p>`}
    ${state === "running" ? html`<p class="notice">The run had not ended when this page was made: the figures are those of that moment.</p>` : null}
    <dl class="facts">
      ${fact("Began", moment(startedAt))}
      ${fact(state === "finished" ? "Ended" : "Stopped", finishedAt === null ? "not yet" : moment(finishedAt))}
      ${fact("Took", formatDuration(activeMs))} ${fact("Run", String(report.runId))}
      ${fact("Made with", `webspool ${report.version}`)}
    </dl>
    <dl class="facts lines">
      ${fact("Database", html`<bdi>${cut(report.dbPath, 200)}</bdi>`)}
      ${fact(
        seeds.length === 1 ? "Seed" : "Seeds",
        html`<ul class="plain">
          ${shownSeeds.map((seed) => html`<li>${link(seed)}</li>`)}${more > 0 ? html`<li>and ${formatCount(more)} more</li>` : null}
        </ul>`,
      )}
      ${fact(
        "Settings",
        html`<ul class="chips">
          ${chosenSettings(settings).map((text) => html`<li>${text}</li>`)}
        </ul>`,
      )}
    </dl>
  </header>`;
}

function fact(name: string, value: HtmlValue): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

/** What decides what was found and how fast it came; a setting that an older run lacks is passed over. */
function chosenSettings(settings: Readonly<Record<string, unknown>>): string[] {
  const number = (name: string): number | null => {
    const value = settings[name];
    return typeof value === "number" ? value : null;
  };
  const when = (name: string, format: (value: number) => string): string[] => {
    const value = number(name);
    return value === null ? [] : [format(value)];
  };
  const word = (name: string): string[] =>
    typeof settings[name] === "string" ? [`${name} ${cut(settings[name], 120)}`] : [];
  const whether = (name: string, is: boolean, text: string): string[] =>
    settings[name] === is ? [text] : [];
  const list = (name: string): string[] => {
    const values: readonly unknown[] = Array.isArray(settings[name]) ? settings[name] : [];
    const texts = values.slice(0, MOST_LISTED).map((value) => `${name} ${cut(String(value), 120)}`);
    const more = values.length - texts.length;
    return more > 0 ? [...texts, `${name}: ${formatCount(more)} more`] : texts;
  };
  return [
    ...word("scope"),
    ...list("include"),
    ...list("exclude"),
    ...when("maxPages", (most) => `at most ${formatAmount(most, "page")}`),
    ...when("maxPagesPerHost", (most) => `at most ${formatAmount(most, "page")} per host`),
    ...when("maxPagesPerFolder", (most) => `at most ${formatAmount(most, "page")} per folder`),
    ...when("maxDepth", (most) => `depth up to ${formatCount(most)}`),
    ...when("maxDurationMs", (most) => `at most ${formatDuration(most)}`),
    ...when("maxBytes", (most) => `at most ${formatSize(most)}`),
    ...word("check"),
    ...word("profile"),
    ...when("perHost", (most) => `${formatCount(most)} in flight per host`),
    settings["autoDelay"] === true
      ? "delay auto"
      : `delay ${formatDuration(number("delayMs") ?? 0)}`,
    ...when("threads", (most) => formatAmount(most, "thread")),
    ...when("inFlight", (most) => `${formatCount(most)} in flight`),
    ...when("timeoutMs", (most) => `timeout ${formatDuration(most)}`),
    ...when("retries", (most) => (most === 1 ? "1 retry" : `${formatCount(most)} retries`)),
    ...when("poolMaxsize", (most) => `pool of ${formatAmount(most, "socket")} per host and thread`),
    ...when("keepaliveTimeoutMs", (most) => `idle sockets kept ${formatDuration(most)}`),
    ...whether("forceClose", true, "force close"),
    ...whether("robots", false, "robots.txt ignored"),
    ...whether("sitemaps", false, "no sitemaps"),
    ...whether("traps", false, "no trap rules"),
    ...whether("insecure", true, "certificates not verified"),
    ...whether("allowPrivate", true, "private addresses allowed"),
    ...word("userAgent").map((text) => text.replace(/^userAgent/, "as")),
  ];
}
