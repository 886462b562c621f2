/** A run's attempts and sockets in the order in which they came, for what is computed from that order. */
import type { FetchKind } from "../messages.ts";
import type { CloseReason } from "../thread-reports.ts";
import type { Sqlite } from "./connection.ts";

/** An attempt that a session got; times are epoch milliseconds, durations milliseconds. */
export interface RecordedAttempt {
  readonly sessionId: number;
  readonly pid: number;
  readonly thread: number;
  /** Whether any request of its session had to wait for a place in a pool. */
  readonly sessionWaited: 0 | 1;
  readonly urlId: number;
  readonly kind: FetchKind;
  /** The page on which its URL was found first. */
  readonly viaUrlId: number | null;
  /** The host of its URL. */
  readonly hostId: number;
  readonly crawlDelayMs: number | null;
  /** Its URL, where it reached no socket. */
  readonly url: string | null;
  /** Where it went: the origin of its socket, else of its URL. */
  readonly origin: string;
  readonly mount: string | null;
  readonly startedAt: number;
  readonly totalMs: number;
  readonly queueMs: number | null;
  /** DNS, TCP and TLS; 0 on a socket that was open. */
  readonly handshakeMs: number;
  readonly failed: 0 | 1;
  readonly connectionId: number | null;
  readonly connectionSeq: number | null;
}

export interface RecordedSocket {
  readonly id: number;
  readonly origin: string;
  /** DNS, TCP and TLS; null where none is known. */
  readonly handshakeMs: number | null;
  readonly requests: number;
  readonly keepAliveHintMs: number | null;
  readonly closeReason: CloseReason | null;
  /** From the end of its last attempt to its close; null while it is open, or had none. */
  readonly idleMs: number | null;
}

export interface RecordedTraffic {
  /** In the order in which they ended. */
  readonly attempts: readonly RecordedAttempt[];
  readonly sockets: readonly RecordedSocket[];
  /** Attempts of the run beyond those. */
  readonly leftOut: number;
}

/** @param most attempts that are read; of a longer run the first */
export function recordedTraffic(sqlite: Sqlite, runId: number, most: number): RecordedTraffic {
  const attempts = sqlite
    .prepare<{ runId: number; most: number }[], RecordedAttempt>(
      `SELECT f.session_id AS sessionId, s.pid, s.thread, s.waits > 0 AS sessionWaited, u.id AS urlId, f.kind,
        h.crawl_delay_ms AS crawlDelayMs,
        w.via_url_id AS viaUrlId, u.host_id AS hostId,
        iif(c.id IS NULL, u.url, NULL) AS url, coalesce(c.origin, h.origin) AS origin, c.mount,
        f.started_at AS startedAt, f.total_ms AS totalMs, f.queue_ms AS queueMs,
        coalesce(f.dns_ms, 0) + coalesce(f.connect_ms, 0) + coalesce(f.tls_ms, 0) AS handshakeMs,
        f.error IS NOT NULL AS failed, c.id AS connectionId, f.connection_seq AS connectionSeq
      FROM fetch f JOIN session s ON s.id = f.session_id JOIN url u ON u.id = f.url_id
        JOIN host h ON h.id = u.host_id LEFT JOIN connection c ON c.id = f.connection_id
        LEFT JOIN frontier w ON w.url_id = u.id
      WHERE f.run_id = @runId ORDER BY f.id LIMIT @most`,
    )
    .all({ runId, most });
  const all = sqlite
    .prepare<[number], number>(
      "SELECT count(*) FROM fetch WHERE run_id = ? AND session_id IS NOT NULL",
    )
    .pluck();
  const sockets = sqlite
    .prepare<[number], RecordedSocket>(
      `SELECT id, origin, requests, keep_alive_hint_ms AS keepAliveHintMs, close_reason AS closeReason,
        CASE WHEN coalesce(dns_ms, connect_ms, tls_ms) IS NOT NULL
          THEN coalesce(dns_ms, 0) + coalesce(connect_ms, 0) + coalesce(tls_ms, 0) END AS handshakeMs,
        closed_at - last_used_at AS idleMs
      FROM connection WHERE run_id = ? ORDER BY id`,
    )
    .all(runId);
  const leftOut = attempts.length < most ? 0 : Math.max(0, (all.get(runId) ?? 0) - most);
  return { attempts, sockets, leftOut };
}
