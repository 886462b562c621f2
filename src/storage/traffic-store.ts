/** Rows of `session`, `connection` and `fetch`: which thread asked what, over which socket. */
import type { FetchAttempt, FetchKind, UnlinkedOutcome } from "../messages.ts";
import type { ConnectionReport, SessionReport } from "../thread-reports.ts";
import type { Sqlite, Statement } from "./connection.ts";
import { RecentMap } from "../recent-map.ts";
import { SessionEnds } from "./session-ends.ts";

/** Sockets whose rows are remembered, per generation; others are looked up. */
const SOCKETS_REMEMBERED = 10_000;

export interface RecordedAttempts {
  readonly runId: number;
  /** Null when the thread died. */
  readonly sessionId: number | null;
  readonly outcome: UnlinkedOutcome;
  /** Whether the last attempt settled the URL. */
  readonly settled: boolean;
  readonly redirectUrlId: number | null;
}

/** What tells an attempt on a URL from the others on it in the run. */
interface AttemptRow {
  readonly id: number;
  readonly attempt: number;
  readonly sessionId: number | null;
  readonly connectionId: number | null;
  readonly connectionSeq: number | null;
  readonly startedAt: number;
}

export class TrafficStore {
  readonly #session: Statement<Record<string, unknown>[], { id: number }>;
  readonly #updateSession: Statement<(number | null)[]>;
  readonly #connection: Statement<Record<string, unknown>[], { id: number }>;
  readonly #findConnection: Statement<[number, number], { id: number }>;
  readonly #useConnection: Statement<[number, number, number, number]>;
  readonly #attempts: Statement<[number, number, string], AttemptRow>;
  readonly #settleLast: Statement<[number, number, string]>;
  readonly #unsettle: Statement<[number, number, string]>;
  readonly #addFetch: Statement<(number | string | null)[]>;
  readonly #settleWaiting: Statement<[number, number], { kind: string }>;
  readonly #ends: SessionEnds;
  /** The rows of this process's sessions; each run has a few, and a thread has one at a time. */
  readonly #sessionIds = new Map<string, number>();
  /** Counted where rows of `fetch` are settled, so that a run's pages are what its rows say. */
  #settledPages = 0;
  /** The sockets' rows, by session and the socket's number in it. */
  readonly #connectionIds = new RecentMap<string, number>(SOCKETS_REMEMBERED);

  constructor(sqlite: Sqlite) {
    this.#session =
      sqlite.prepare(`INSERT INTO session (run_id, pid, thread, opened_at, closed_at, requests,
        requests_reused, connections_opened, connections_discarded, pools_evicted, waits, wait_ms)
      VALUES (@runId, @pid, @thread, @openedAt, @closedAt, @requests, @requestsReused,
        @connectionsOpened, @connectionsDiscarded, @poolsEvicted, @waits, @waitMs)
      ON CONFLICT (run_id, pid, thread, opened_at) DO UPDATE SET closed_at = excluded.closed_at,
        requests = excluded.requests, requests_reused = excluded.requests_reused,
        connections_opened = excluded.connections_opened,
        connections_discarded = excluded.connections_discarded,
        pools_evicted = excluded.pools_evicted, waits = excluded.waits, wait_ms = excluded.wait_ms
      RETURNING id`);
    this.#updateSession = sqlite.prepare(`UPDATE session SET closed_at = ?, requests = ?,
      requests_reused = ?, connections_opened = ?, connections_discarded = ?, pools_evicted = ?,
      waits = ?, wait_ms = ? WHERE id = ?`);
    // A socket may be reported again, by a process that no longer remembers it: the number within its
    // session says which it is. What a closed socket has read is known then; before, it is summed up.
    this.#connection =
      sqlite.prepare(`INSERT INTO connection (run_id, session_id, number, origin, mount,
        remote_ip, remote_port, local_port, alpn, tls_version, tls_resumed, opened_at, dns_ms, connect_ms,
        tls_ms, keep_alive_hint_ms, closed_at, previous_id, open_reason, close_reason, bytes_read)
      VALUES (@runId, @sessionId, @id, @origin, @mount, @remoteIp, @remotePort, @localPort, @alpn,
        @tlsVersion, @tlsResumed, @openedAt, @dnsMs, @connectMs, @tlsMs, @keepAliveHintMs, @closedAt,
        @previousId, @openReason, @closeReason, iif(@closedAt IS NULL, 0, @bytesRead))
      ON CONFLICT (session_id, number) DO UPDATE SET remote_ip = excluded.remote_ip,
        remote_port = excluded.remote_port, local_port = excluded.local_port, alpn = excluded.alpn,
        tls_version = excluded.tls_version, tls_resumed = excluded.tls_resumed,
        dns_ms = excluded.dns_ms, connect_ms = excluded.connect_ms, tls_ms = excluded.tls_ms,
        keep_alive_hint_ms = excluded.keep_alive_hint_ms,
        closed_at = coalesce(excluded.closed_at, closed_at),
        close_reason = coalesce(excluded.close_reason, close_reason),
        bytes_read = max(bytes_read, excluded.bytes_read)
      RETURNING id`);
    this.#findConnection = sqlite.prepare(
      "SELECT id FROM connection WHERE session_id = ? AND number = ?",
    );
    this.#useConnection = sqlite.prepare(`UPDATE connection SET requests = requests + 1,
      requests_reused = requests_reused + ?,
      bytes_read = bytes_read + iif(closed_at IS NULL, ?, 0),
      last_used_at = max(coalesce(last_used_at, 0), ?) WHERE id = ?`);
    // Without ORDER BY: with it SQLite plans the statement anew for each URL, which costs more than the
    // few rows there are.
    this.#attempts = sqlite.prepare(`SELECT id, attempt, session_id AS sessionId,
      connection_id AS connectionId, connection_seq AS connectionSeq, started_at AS startedAt
      FROM fetch WHERE url_id = ? AND run_id = ? AND kind = ?`);
    this.#settleLast = sqlite.prepare(`UPDATE fetch SET settled = 1 WHERE id = (SELECT max(id)
      FROM fetch WHERE url_id = ? AND run_id = ? AND kind = ? HAVING sum(settled) = 0)`);
    this.#unsettle = sqlite.prepare(
      "UPDATE fetch SET settled = 0 WHERE run_id = ? AND url_id = ? AND kind = ? AND settled = 1",
    );
    this.#addFetch =
      sqlite.prepare(`INSERT INTO fetch (run_id, session_id, url_id, kind, attempt, settled,
        status, error, detail, connection_id, connection_seq, reused, new_connection_reason, started_at,
        queue_ms, dns_ms, connect_ms, tls_ms, ttfb_ms, body_ms, total_ms, bytes_wire, bytes_body,
        content_type, headers, redirect_url_id, etag, last_modified, not_modified, truncated)
      VALUES (${Array.from({ length: 30 }, () => "?").join(", ")})`);
    this.#settleWaiting = sqlite.prepare(`UPDATE fetch SET settled = 1 WHERE id IN (
      SELECT max(f.id) FROM frontier w JOIN fetch f
        ON f.url_id = w.url_id AND f.run_id = w.run_id AND f.kind = w.kind
      WHERE w.run_id = ? AND w.host_id = ? AND w.state = 'pending'
      GROUP BY w.url_id HAVING sum(f.settled) = 0) RETURNING kind`);
    this.#ends = new SessionEnds(sqlite);
  }

  /** The row of a thread's session, brought up to date. */
  recordSession(runId: number, report: SessionReport, pid: number): number {
    const key = `${runId}:${pid}:${report.thread}:${report.openedAt}`;
    const known = this.#sessionIds.get(key);
    if (known !== undefined) {
      this.#updateSession.run(
        report.closedAt,
        report.requests,
        report.requestsReused,
        report.connectionsOpened,
        report.connectionsDiscarded,
        report.poolsEvicted,
        report.waits,
        report.waitMs,
        known,
      );
      return known;
    }
    const row = this.#session.get({ ...report, runId, pid });
    if (row === undefined) throw new Error("an upsert of a session returned no row");
    this.#sessionIds.set(key, row.id);
    return row.id;
  }

  /** Sockets that were opened or closed; each is stored once and closed once. */
  recordConnections(sessionId: number, runId: number, reports: readonly ConnectionReport[]): void {
    // In the order of their numbers, so that a socket comes after the one it replaced.
    for (const report of reports.toSorted((one, other) => one.id - other.id)) {
      const row = this.#connection.get({
        ...report,
        runId,
        sessionId,
        tlsResumed: bit(report.tlsResumed),
        previousId: this.#connectionId(sessionId, report.previousId),
      });
      if (row === undefined) throw new Error("an upsert of a connection returned no row");
      this.#connectionIds.set(connectionKey(sessionId, report.id), row.id);
    }
  }

  /** The last attempt so far at a URL settled it: it is not asked again. */
  settleAttempts(runId: number, urlId: number, kind: FetchKind): void {
    const { changes } = this.#settleLast.run(urlId, runId, kind);
    if (kind === "page") this.#settledPages += changes;
  }

  /**
   * Rows of `fetch`, one per attempt; returns the number of the last. What was recorded before, as its
   * socket and its start tell, is not recorded again.
   */
  recordAttempts(input: RecordedAttempts): number {
    const { runId, sessionId, outcome, settled, redirectUrlId } = input;
    const { urlId, kind, attempts } = outcome;
    const before = this.#attempts.all(urlId, runId, kind);
    const last = attempts.at(-1);
    let number = 0;
    for (const row of before) {
      if (last !== undefined && this.#isSame(row, last, sessionId)) return row.id;
      number = Math.max(number, row.attempt);
    }
    const unsettled = settled && number > 0 ? this.#unsettle.run(runId, urlId, kind).changes : 0;
    if (settled && kind === "page") this.#settledPages += 1 - unsettled;
    let fetchId = 0;
    for (const attempt of attempts) {
      number += 1;
      const isLast = attempt === last;
      const connectionId = this.#connectionId(sessionId, attempt.connection);
      const { lastInsertRowid } = this.#addFetch.run(
        runId,
        sessionId,
        urlId,
        kind,
        number,
        settled && isLast ? 1 : 0,
        attempt.status,
        attempt.error,
        attempt.detail,
        connectionId,
        attempt.connectionSeq,
        bit(attempt.reused),
        attempt.newConnectionReason,
        attempt.startedAt,
        attempt.queueMs,
        attempt.dnsMs,
        attempt.connectMs,
        attempt.tlsMs,
        attempt.ttfbMs,
        attempt.bodyMs,
        attempt.totalMs,
        attempt.bytesWire,
        attempt.bytesBody,
        attempt.contentType,
        attempt.headers,
        isLast ? redirectUrlId : null,
        attempt.etag,
        attempt.lastModified,
        bit(attempt.notModified),
        bit(attempt.truncated),
      );
      fetchId = Number(lastInsertRowid);
      if (connectionId !== null) this.#use(connectionId, attempt);
    }
    return fetchId;
  }

  /** What waits at a host is not asked again: of each URL the last attempt so far settled it. */
  settleWaiting(runId: number, hostId: number): void {
    for (const { kind } of this.#settleWaiting.all(runId, hostId)) {
      if (kind === "page") this.#settledPages += 1;
    }
  }

  /** URLs of kind page that were settled since this was last called. */
  takeSettledPages(): number {
    const pages = this.#settledPages;
    this.#settledPages = 0;
    return pages;
  }

  /** What a thread left open ends with it. */
  endThread(runId: number, of: { pid: number; thread: number; now: number }): void {
    this.#ends.endThread(runId, of);
  }

  /** What a run, or a process of it that died, left open ends with it. */
  closeOpen(runId: number, now: number): void {
    this.#ends.endRun(runId, now);
    this.#connectionIds.clear();
  }

  /** What a transaction stored and then undid must not be remembered. */
  forget(): void {
    this.#connectionIds.clear();
    this.#sessionIds.clear();
    this.#settledPages = 0;
  }

  #isSame(row: AttemptRow, attempt: FetchAttempt, sessionId: number | null): boolean {
    return (
      row.startedAt === attempt.startedAt &&
      row.sessionId === sessionId &&
      row.connectionSeq === attempt.connectionSeq &&
      row.connectionId === this.#connectionId(sessionId, attempt.connection)
    );
  }

  #use(connectionId: number, attempt: FetchAttempt): void {
    const endedAt = Math.round(attempt.startedAt + attempt.totalMs);
    const reused = attempt.reused === true ? 1 : 0;
    this.#useConnection.run(reused, attempt.bytesWire ?? 0, endedAt, connectionId);
  }

  #connectionId(sessionId: number | null, number: number | null): number | null {
    if (sessionId === null || number === null) return null;
    const key = connectionKey(sessionId, number);
    const known = this.#connectionIds.get(key) ?? this.#findConnection.get(sessionId, number)?.id;
    if (known !== undefined) this.#connectionIds.set(key, known);
    return known ?? null;
  }
}

function connectionKey(sessionId: number, number: number): string {
  return `${sessionId}:${number}`;
}

function bit(value: boolean | null): 0 | 1 | null {
  return value === null ? null : value ? 1 : 0;
}
