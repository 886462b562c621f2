/**
 * How far a run is, for `status` and the metrics file. Every question goes through an index that holds
 * only what it is about, or reads a bounded number of the newest rows: the answer takes as long for a
 * database of millions of rows as for a small one, but for what waits, which is counted in its index.
 */
import type { Sqlite } from "./connection.ts";

/** How many of the newest attempts tell the present rate and how fast hosts answer. */
const SAMPLE_ROWS = 10_000;

/** The newest URLs among which one is looked for that the run is going to ask, or has asked. */
const NEWEST_URLS = 200;

/** What the present rate is counted over, at most. */
const RECENT_MS = 60_000;

export interface RunStatus {
  /** URLs that wait, and those that were in flight when the run last wrote. */
  readonly pending: number;
  readonly fetching: number;
  /** Hosts with URLs that wait, most first, as many as were asked for; `hosts` counts them all. */
  readonly waitingHosts: readonly WaitingHost[];
  readonly hosts: number;
  /** What ended in the last minute; less where the newest attempts do not go back that far. */
  readonly recent: { readonly pages: number; readonly requests: number; readonly ms: number };
  readonly errorKinds: readonly ErrorKind[];
  /** When the page was fetched on which the newest URL that counts was found; null when it is unknown. */
  readonly lastFoundAt: number | null;
  /** When the run's last process took it up. */
  readonly processStartedAt: number;
}

export interface WaitingHost {
  readonly origin: string;
  readonly pending: number;
  /** Crawl-delay of its robots.txt. */
  readonly crawlDelayMs: number | null;
  /** The pause that answers 429 and 503 led to, and that of --delay auto, as they were last written. */
  readonly slowedDelayMs: number | null;
  readonly autoDelayMs: number | null;
  /** How long its attempts took on average; null when none is among the newest. */
  readonly latencyMs: number | null;
  /** Its attempts of the last minute, and when the first of them ended. */
  readonly recentRequests: number;
  readonly recentSince: number | null;
}

/** URLs settled without a response (`error` says why) or with a status of 400 or more. */
export interface ErrorKind {
  readonly error: string | null;
  readonly status: number | null;
  readonly count: number;
}

/** @param at the moment that is asked about: now, or when the run was last heard of */
export function runStatus(
  sqlite: Sqlite,
  runId: number,
  { at, mostHosts }: { readonly at: number; readonly mostHosts: number },
): RunStatus {
  const processStartedAt =
    sqlite
      .prepare<[number], number>("SELECT max(started_at) FROM run_process WHERE run_id = ?")
      .pluck()
      .get(runId) ?? at;
  const waiting = waitingHosts(sqlite, { runId, at, mostHosts });
  return {
    ...waiting,
    fetching:
      sqlite
        .prepare<[], number>(
          "SELECT count(*) FROM frontier INDEXED BY frontier_fetching WHERE state = 'fetching'",
        )
        .pluck()
        .get() ?? 0,
    recent: recentTotals(sqlite, { runId, at, since: Math.max(at - RECENT_MS, processStartedAt) }),
    errorKinds: errorKinds(sqlite, runId),
    lastFoundAt: lastFoundAt(sqlite, runId),
    processStartedAt,
  };
}

/** The run's errors by kind, most first; their sum is `run.errors`. */
export function errorKinds(sqlite: Sqlite, runId: number): ErrorKind[] {
  return sqlite
    .prepare<{ runId: number }[], ErrorKind>(
      `SELECT reason AS error, NULL AS status, count(*) AS count
      FROM frontier INDEXED BY frontier_failed
      WHERE run_id = @runId AND kind IN ('page', 'asset') AND state = 'failed' GROUP BY reason
    UNION ALL
      SELECT NULL, status, count(*) FROM fetch INDEXED BY fetch_broken
      WHERE run_id = @runId AND kind IN ('page', 'asset') AND settled = 1 AND status >= 400
      GROUP BY status
    ORDER BY count DESC, error, status`,
    )
    .all({ runId });
}

/** When a run of this database last finished with a seed that answered; null when none did. */
export function lastSuccessAt(sqlite: Sqlite): number | null {
  return (
    sqlite
      .prepare<[], number | null>(
        `SELECT max(finished_at) FROM run
        WHERE state = 'finished' AND reason IS NOT 'all_seeds_failed'`,
      )
      .pluck()
      .get() ?? null
  );
}

/** One pass over the index of what waits, which holds nothing else. */
function waitingHosts(
  sqlite: Sqlite,
  of: { runId: number; at: number; mostHosts: number },
): Pick<RunStatus, "pending" | "hosts" | "waitingHosts"> {
  const rows = sqlite
    .prepare<Record<string, number>[], WaitingHost & { total: number; hosts: number }>(
      `WITH waiting AS MATERIALIZED (
        SELECT host_id, count(*) AS pending FROM frontier INDEXED BY frontier_pending
        WHERE run_id = @runId AND state = 'pending' GROUP BY host_id),
      most AS MATERIALIZED (SELECT * FROM waiting ORDER BY pending DESC, host_id LIMIT @mostHosts),
      newest AS (SELECT url_id, run_id, started_at + total_ms AS ended_at, total_ms
        FROM fetch ORDER BY id DESC LIMIT ${SAMPLE_ROWS}),
      asked AS MATERIALIZED (
        SELECT u.host_id, avg(n.total_ms) AS latency_ms, sum(n.ended_at > @since) AS requests,
          min(CASE WHEN n.ended_at > @since THEN n.ended_at END) AS since
        FROM newest n JOIN url u ON u.id = n.url_id
        WHERE n.run_id = @runId AND u.host_id IN (SELECT host_id FROM most) GROUP BY u.host_id)
      SELECT h.origin, m.pending, h.crawl_delay_ms AS crawlDelayMs,
        h.slowed_delay_ms AS slowedDelayMs, h.auto_delay_ms AS autoDelayMs, a.latency_ms AS latencyMs,
        coalesce(a.requests, 0) AS recentRequests, a.since AS recentSince,
        (SELECT sum(pending) FROM waiting) AS total, (SELECT count(*) FROM waiting) AS hosts
      FROM most m JOIN host h ON h.id = m.host_id LEFT JOIN asked a ON a.host_id = m.host_id
      ORDER BY m.pending DESC, h.origin`,
    )
    .all({ runId: of.runId, mostHosts: of.mostHosts, since: of.at - RECENT_MS });
  return {
    pending: rows[0]?.total ?? 0,
    hosts: rows[0]?.hosts ?? 0,
    waitingHosts: rows.map(({ total: _total, hosts: _hosts, ...host }) => host),
  };
}

function recentTotals(
  sqlite: Sqlite,
  of: { runId: number; at: number; since: number },
): RunStatus["recent"] {
  const totals = sqlite
    .prepare<
      Record<string, number>[],
      { pages: number | null; requests: number | null; sampled: number; oldest: number | null }
    >(
      `SELECT sum(ended_at > @since AND kind = 'page' AND settled = 1) AS pages,
        sum(ended_at > @since AND connection_id IS NOT NULL) AS requests,
        count(*) AS sampled, min(ended_at) AS oldest
      FROM (SELECT run_id, kind, settled, connection_id, started_at + total_ms AS ended_at
        FROM fetch ORDER BY id DESC LIMIT ${SAMPLE_ROWS}) WHERE run_id = @runId`,
    )
    .get({ runId: of.runId, since: of.since });
  const { pages = 0, requests = 0, sampled = 0, oldest = null } = totals ?? {};
  // At thousands of requests a second the newest rows are of the last seconds only.
  const since = sampled === SAMPLE_ROWS ? Math.max(of.since, oldest ?? 0) : of.since;
  return { pages: pages ?? 0, requests: requests ?? 0, ms: Math.max(0, of.at - since) };
}

/**
 * URLs carry no time; the attempt on the page where one was found does. Only what is or was asked counts:
 * a link that is left alone leaves nothing to do. CROSS JOIN keeps the order: the few URLs first.
 */
function lastFoundAt(sqlite: Sqlite, runId: number): number | null {
  return (
    sqlite
      .prepare<{ runId: number }[], number | null>(
        `SELECT max(f.started_at + f.total_ms) FROM
        (SELECT via_url_id FROM frontier
          WHERE url_id > (SELECT max(id) FROM url) - ${NEWEST_URLS} AND run_id = @runId
            AND state <> 'excluded' AND via_url_id IS NOT NULL) w
        CROSS JOIN fetch f ON f.url_id = w.via_url_id AND f.run_id = @runId AND f.settled = 1`,
      )
      .pluck()
      .get({ runId }) ?? null
  );
}
