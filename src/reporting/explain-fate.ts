/** What happened to a URL, as a sentence and a few rows that back it. */
import { RUN_REASONS } from "../events.ts";
import type { Explanation, KnownUrl, Prediction } from "../explain/index.ts";
import { formatDuration, formatSize } from "../setting-kinds.ts";
import { OPEN_REASONS, type StoredAttempt } from "../storage/index.ts";
import { formatAmount, formatTime } from "./format.ts";
import type { LabelledRow } from "./labelled-rows.ts";
import { STATUS_CODES } from "./status-codes.ts";

export interface ToldFate {
  readonly sentence: string;
  readonly rows: readonly LabelledRow[];
}

/** Further attempts on one URL say little; the last ones decide. */
const ATTEMPTS_TOLD = 5;

/** @param now to tell what is still to come */
export function toldFate(explanation: Explanation, now: number): ToldFate {
  const { known, prediction, lastRun } = explanation;
  if (known === null) {
    return {
      sentence: "Not known: no seed, page or sitemap that was read names it",
      rows: [
        ...(prediction === null ? [] : predictionRows(prediction, "if linked")),
        ...explanation.nearMisses.map((url, at): LabelledRow => [at === 0 ? "known is" : "", url]),
      ],
    };
  }
  const told = knownFate(known, now);
  if (prediction === null || known.run.id === lastRun.id) return told;
  const rows: LabelledRow[] = [
    ["since then", `not touched by run ${lastRun.id}, the last one`],
    ...predictionRows(prediction, "if it had"),
  ];
  return { ...told, rows: [...told.rows, ...rows] };
}

/** "200 OK", or the code of the error, or of the rule that kept it from being asked. */
export function outcomeText(of: {
  readonly status: number | null;
  readonly error: string | null;
  readonly excluded?: string | null;
}): string {
  if (of.error !== null) return of.error;
  if (of.status === null && of.excluded != null) return `not asked (${of.excluded})`;
  if (of.status === null) return "not asked";
  return `${of.status} ${STATUS_CODES[of.status] ?? ""}`.trimEnd();
}

function knownFate(known: KnownUrl, now: number): ToldFate {
  const { run, decision, meaning } = known;
  const inRun = `in run ${run.id}`;
  const attempts = known.attempts.filter(({ runId }) => runId === run.id);
  const earlier = known.attempts.length > attempts.length ? earlierRow(known) : [];
  switch (known.fate) {
    case "fetched":
      return {
        sentence: `${fetchedAs(known)} ${inRun}: ${fetchedText(known, attempts.at(-1))}`,
        rows: [...attemptRows(attempts), ...dueRow(decision?.dueAt ?? null, now), ...earlier],
      };
    case "failed":
      return {
        sentence: `Failed ${inRun} (${decision?.reason ?? "-"}): ${meaningText(meaning)}`,
        rows: [
          ...detailRow(decision?.detail ?? null),
          ...(attempts.length === 0
            ? [["not asked", "its host had failed before its turn came"] as const]
            : attemptRows(attempts)),
          ...dueRow(decision?.dueAt ?? null, now),
          ...earlier,
        ],
      };
    case "excluded":
      return {
        sentence: `Not asked for ${inRun} (${decision?.reason ?? "-"}): ${meaningText(meaning)}`,
        rows: [...ruleRows(known.excluded), ...attemptRows(attempts), ...earlier],
      };
    case "waiting":
      return {
        sentence: `Waits ${inRun}: ${waitingText(known)}`,
        rows: [...waitRows(known, attempts, now), ...attemptRows(attempts), ...earlier],
      };
    case "in_flight":
      return {
        sentence: run.isLive
          ? `In flight ${inRun}: it was handed to a thread, and no answer has been recorded yet`
          : `Was in flight ${inRun} when its process ended; the next crawl asks again`,
        rows: [...attemptRows(attempts), ...earlier],
      };
    case "undecided":
      return { sentence: `Known since run ${known.firstRunId}, but nothing was decided`, rows: [] };
  }
}

function fetchedAs({ decision }: KnownUrl): string {
  switch (decision?.kind) {
    case "asset":
      return "Checked once, not followed,";
    case "robots":
      return "Fetched as a robots.txt";
    case "sitemap":
      return "Fetched as a sitemap";
    default:
      return "Fetched";
  }
}

function fetchedText(known: KnownUrl, last: StoredAttempt | undefined): string {
  if (last === undefined) return "by an attempt that is not stored any more";
  const target = known.redirects[1];
  const leads = target === undefined ? "" : ", a redirect";
  const unchanged = last.notModified ? ": it is what it was" : "";
  return outcomeText(last) + leads + unchanged + (last.truncated ? ", cut off" : "");
}

function earlierRow({ askedIn, attempts }: KnownUrl): LabelledRow[] {
  const last = attempts.at(-1);
  if (askedIn === null || last === undefined) return [];
  const when = formatTime(last.startedAt);
  return [["before", `last asked in run ${askedIn.last}: ${outcomeText(last)}, ${when}`]];
}

function detailRow(detail: string | null): LabelledRow[] {
  return detail === null ? [] : [["detail", detail]];
}

function dueRow(dueAt: number | null, now: number): LabelledRow[] {
  return dueAt === null ? [] : [["due again", timeFrom(dueAt, now)]];
}

function ruleRows(excluded: KnownUrl["excluded"]): LabelledRow[] {
  const rows: LabelledRow[] = [];
  if (excluded?.rule != null) rows.push(["rule", excluded.rule]);
  if (excluded?.advice != null) rows.push(["to change it", excluded.advice]);
  return rows;
}

function predictionRows(prediction: Prediction, when: string): LabelledRow[] {
  const { runId, kind, meaning, reason, robotsKnown } = prediction;
  const rules = `by the rules of run ${runId}`;
  if (kind === null) {
    const not = `not followed ${rules} (${reason ?? "-"}): ${meaningText(meaning)}`;
    return [[when, not], ...ruleRows(prediction.excluded)];
  }
  const robots = robotsKnown ? "" : "; the robots.txt of its host was not seen yet";
  const how = kind === "page" ? "followed" : "asked for once and not followed";
  return [[when, `${how} ${rules}${robots}`]];
}

/** Without the pointer to the detail, which stands below it. */
function meaningText(meaning: string | null): string {
  return meaning?.replace(/; the detail .*$/, "") ?? "a rule";
}

function attemptRows(attempts: readonly StoredAttempt[]): LabelledRow[] {
  const several = attempts.length > 1;
  return attempts.slice(-ATTEMPTS_TOLD).flatMap((attempt): LabelledRow[] => {
    const outcome = several ? `${outcomeText(attempt)}, ` : "";
    const took = `${formatTime(attempt.startedAt)}, took ${formatDuration(attempt.totalMs)}`;
    const size = attempt.bytesBody === null ? "" : `, ${formatSize(attempt.bytesBody)}`;
    return [
      [several ? `attempt ${attempt.attempt}` : "when", outcome + took + size],
      ["socket", socketText(attempt)],
    ];
  });
}

function socketText(attempt: StoredAttempt): string {
  const { connectionId, connectionSeq, thread, remoteIp, remotePort } = attempt;
  const reason = attempt.newConnectionReason;
  const why = reason === null ? "" : `: ${OPEN_REASONS[reason]} (${reason})`;
  // A prune removes the sockets of old runs, and leaves that there was one.
  if (connectionId === null && connectionSeq !== null)
    return "not known any more: its run was pruned";
  if (connectionId === null) return `none was reached${why}`;
  const where = remoteIp === null ? "" : ` to ${remoteIp}:${remotePort ?? ""}`;
  const whose = thread === null ? "" : ` of thread ${thread}`;
  const socket = `#${connectionId}${whose}${where}`;
  return attempt.reused === true
    ? `${socket}, reused: request ${connectionSeq ?? "?"} on it`
    : `${socket}, new${why}`;
}

function waitingText({ run }: KnownUrl): string {
  if (run.isLive) return "its turn has not come yet";
  const why = run.reason === null ? "" : ` (${RUN_REASONS[run.reason]})`;
  if (run.state === "finished") return `the run ended before its turn${why}`;
  if (run.state === "abandoned") return `the run was given up${why}`;
  return `the run did not end${why}`;
}

function waitRows(known: KnownUrl, attempts: readonly StoredAttempt[], now: number): LabelledRow[] {
  const { wait, decision, run } = known;
  if (wait === null || decision === null) return [];
  const rows: LabelledRow[] = [];
  const last = attempts.at(-1);
  const since = last === undefined ? decision.dueAt : last.startedAt + last.totalMs;
  if (since !== null) rows.push(["since", formatTime(since)]);
  if (last !== undefined) {
    rows.push(["so far", `${formatAmount(attempts.length, "attempt")}, ${outcomeText(last)}`]);
  }
  if (decision.dueAt !== null && decision.dueAt > now) {
    rows.push(["due", timeFrom(decision.dueAt, now)]);
  }
  const first = wait.before === 0 ? "nothing" : formatAmount(wait.before, "URL");
  rows.push(["before it", `${first} of its host`], ["its host", hostText(wait, now)]);
  if (!run.isLive) rows.push(["next", "the next crawl of this database asks for it"]);
  return rows;
}

function hostText(wait: NonNullable<KnownUrl["wait"]>, now: number): string {
  const { delayMs, autoDelay, perHost, crawlDelayMs, nextFetchAt, backoffUntil } = wait;
  const pause = autoDelay ? (wait.autoDelayMs ?? delayMs) : delayMs;
  const parts = [
    `${formatAmount(perHost, "request")} in flight`,
    pause === 0 ? "no delay" : `${formatDuration(pause)} between them`,
  ];
  if (autoDelay) parts.push("which follows its latency");
  if (crawlDelayMs !== null) parts.push(`Crawl-delay ${formatDuration(crawlDelayMs)}`);
  if (wait.slowedDelayMs !== null) {
    const answers = `${formatAmount(wait.throttled, "answer")} 429 or 503`;
    parts.push(`slowed to ${formatDuration(wait.slowedDelayMs)} by ${answers}`);
  }
  if (backoffUntil !== null && backoffUntil > now) {
    parts.push(`it asked for rest until ${timeFrom(backoffUntil, now)}`);
  } else if (nextFetchAt !== null && nextFetchAt > now) {
    parts.push(`not before ${timeFrom(nextFetchAt, now)}`);
  }
  if (wait.failures > 0)
    parts.push(`${formatAmount(wait.failures, "failure")} to connect in a row`);
  return parts.join(", ");
}

function timeFrom(at: number, now: number): string {
  const ahead = at - now;
  return ahead > 0 ? `${formatTime(at)}, in ${formatDuration(ahead)}` : formatTime(at);
}
