/** What a run comes to, counted from the tables: what reports show. */
import type { OpenReason } from "../thread-reports.ts";
import type { Sqlite } from "./connection.ts";
import type { RunRow } from "./run-store.ts";

export interface RunSummary {
  readonly run: RunRow;
  /** Settled pages by status, most first; a null status had no response. */
  readonly statuses: readonly { readonly status: number | null; readonly count: number }[];
  /** Settled pages without a usable response by their code, most first. */
  readonly errorCodes: readonly { readonly error: string; readonly count: number }[];
  /** URLs that were excluded, by reason, most first. */
  readonly excluded: readonly { readonly reason: string; readonly count: number }[];
  readonly openReasons: readonly { readonly reason: OpenReason; readonly count: number }[];
  readonly sessions: readonly {
    readonly thread: number;
    readonly requests: number;
    readonly requestsReused: number;
    readonly connectionsOpened: number;
    readonly waits: number;
    readonly waitMs: number;
  }[];
  /** Hosts with URLs that still wait, most first, at most 20. */
  readonly waitingHosts: readonly { readonly origin: string; readonly pending: number }[];
}

export function runSummary(sqlite: Sqlite, run: RunRow): RunSummary {
  const rows = <Row>(sql: string): Row[] => sqlite.prepare<[number], Row>(sql).all(run.id);
  return {
    run,
    statuses: rows(`SELECT status, count(*) AS count FROM fetch
      WHERE run_id = ? AND kind = 'page' AND settled = 1 GROUP BY status ORDER BY count DESC, status`),
    errorCodes: rows(`SELECT reason AS error, count(*) AS count FROM frontier
      WHERE run_id = ? AND kind IN ('page', 'asset') AND state = 'failed'
      GROUP BY reason ORDER BY count DESC, reason`),
    excluded: rows(`SELECT reason, count(*) AS count FROM frontier
      WHERE run_id = ? AND state = 'excluded' GROUP BY reason ORDER BY count DESC, reason`),
    openReasons: rows(`SELECT open_reason AS reason, count(*) AS count FROM connection
      WHERE run_id = ? GROUP BY open_reason ORDER BY count DESC, open_reason`),
    sessions: rows(`SELECT thread, requests, requests_reused AS requestsReused,
      connections_opened AS connectionsOpened, waits, wait_ms AS waitMs
      FROM session WHERE run_id = ? ORDER BY id`),
    waitingHosts:
      rows(`SELECT h.origin, count(*) AS pending FROM frontier w JOIN host h ON h.id = w.host_id
      WHERE w.run_id = ? AND w.state = 'pending' GROUP BY h.id ORDER BY pending DESC, h.origin LIMIT 20`),
  };
}
