/** What `webspool advise` tells: the advice, the run it is of, and its form as JSON. */
import type { Advice, Changes, Choice, Tally } from "../advise/index.ts";
import type { RunState } from "../events.ts";
import { ratioOf } from "./run-report.ts";

export interface AdviceReport extends Advice {
  readonly dbPath: string;
  readonly runId: number;
  readonly state: RunState;
  /** The command that crawls with a config file, without the file's name. */
  readonly crawlCommand: string;
}

/** Changes as they stand in a config file. */
export function configOf({ keepaliveTimeoutMs, ...changes }: Changes): Record<string, unknown> {
  return {
    ...changes,
    ...(keepaliveTimeoutMs === undefined
      ? {}
      : { keepaliveTimeout: durationText(keepaliveTimeoutMs) }),
  };
}

/** A duration as settings take it, in the largest unit that says it exactly. */
export function durationText(ms: number): string {
  if (ms % 60_000 === 0) return `${ms / 60_000}m`;
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
}

/** The object of `--json`. */
export function adviceJson(report: AdviceReport): Record<string, unknown> {
  const { recommendation, replayed, settings } = report;
  return {
    database: report.dbPath,
    run: report.runId,
    state: report.state,
    requests: report.requests,
    requests_left_out: report.leftOut,
    hosts: report.origins,
    hosts_without_known_limit: report.originsWithoutLimit,
    connections_opened: report.opened,
    handshake_ms: round(report.handshakeMs),
    settings,
    replayed: tallyJson(replayed),
    threads: report.sessions.map((use) => ({
      thread: use.thread,
      requests: use.requests,
      hosts: use.origins,
      pools_needed: use.poolsNeeded,
    })),
    miss_ratio: {
      with_affinity: curveJson(report.missesWithAffinity, report.poolConnections),
      without_affinity: curveJson(report.missesWithoutAffinity, report.poolConnections),
    },
    pool_connections: report.poolConnections.map((choice) => choiceJson(choice, choice.value)),
    pool_maxsize_blocking: report.poolMaxsizeBlocking.map((choice) =>
      choiceJson(choice, choice.value),
    ),
    pool_maxsize_overflowing: report.poolMaxsizeOverflowing.map((choice) =>
      choiceJson(choice, choice.value),
    ),
    keepalive_timeout: report.keepaliveTimeoutMs.map((choice) =>
      choiceJson(choice, durationText(choice.value)),
    ),
    recommendation:
      recommendation === null
        ? null
        : {
            config: configOf(recommendation.changes),
            ...tallyJson(recommendation.tally),
            connections_saved: replayed.opened - recommendation.tally.opened,
            handshake_ms_saved: round(replayed.handshakeMs - recommendation.tally.handshakeMs),
          },
  };
}

function curveJson(
  curve: Advice["missesWithAffinity"],
  choices: readonly Choice<number>[],
): Record<string, unknown> {
  return {
    pools_needed: curve.needed,
    first_uses: ratioOf(curve.cold, curve.uses),
    points: choices.map(({ value }) => ({
      pool_connections: value,
      misses: ratioOf(curve.misses(value), curve.uses),
    })),
  };
}

function choiceJson(choice: Choice<number>, value: number | string): Record<string, unknown> {
  return {
    value,
    now: choice.isNow,
    with_affinity: tallyJson(choice.withAffinity),
    without_affinity: tallyJson(choice.withoutAffinity),
  };
}

function tallyJson(tally: Tally): Record<string, unknown> {
  return {
    connections: tally.opened,
    handshake_ms: round(tally.handshakeMs),
    requests: tally.requests,
    reused: tally.reused,
    waits: tally.waits,
    wait_ms: round(tally.waitMs),
    pools_evicted: tally.evicted,
    connections_discarded: tally.discarded,
    most_open_per_pool: tally.mostOpen,
  };
}

function round(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
