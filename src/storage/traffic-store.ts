/** Rows of `session`, `connection` and `fetch`: which thread asked what, over which socket. */
import type { ConnectionReport, FetchAttempt, Outcome, SessionReport } from "../messages.ts";
import type { Sqlite, Statement } from "./connection.ts";
import { RecentMap } from "./recent-map.ts";

/** Sockets whose rows are remembered, per generation; others are looked up. */
const SOCKETS_REMEMBERED = 10_000;

export interface RecordedAttempts {
  readonly runId: number;
  /** Null when the thread died. */
  readonly sessionId: number | null;
  readonly outcome: Outcome;
  /** Whether the last attempt settled the URL. */
  readonly settled: boolean;
  readonly redirectUrlId: number | null;
}

export class TrafficStore {
  readonly #session: Statement<Record<string, unknown>[], { id: number }>;
  readonly #connection: Statement<Record<string, unknown>[], { id: number }>;
  readonly #findConnection: Statement<[number, number], { id: number }>;
  readonly #useConnection: Statement<[number, number, number, number]>;
  readonly #lastAttempt: Statement<[number, number, string], { attempt: number; settled: number }>;
  readonly #unsettle: Statement<[number, number, string]>;
  readonly #addFetch: Statement;
  readonly #closeConnections: Statement<[number, number]>;
  readonly #closeSessions: Statement<[number, number]>;
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
    this.#lastAttempt = sqlite.prepare(`SELECT attempt, settled FROM fetch
      WHERE url_id = ? AND run_id = ? AND kind = ? ORDER BY attempt DESC LIMIT 1`);
    this.#unsettle = sqlite.prepare(
      "UPDATE fetch SET settled = 0 WHERE run_id = ? AND url_id = ? AND kind = ? AND settled = 1",
    );
    this.#addFetch =
      sqlite.prepare(`INSERT INTO fetch (run_id, session_id, url_id, kind, attempt, settled,
        status, error, detail, connection_id, connection_seq, reused, new_connection_reason, started_at,
        queue_ms, dns_ms, connect_ms, tls_ms, ttfb_ms, body_ms, total_ms, bytes_wire, bytes_body,
        content_type, headers, redirect_url_id, etag, last_modified, not_modified, truncated)
      VALUES (@runId, @sessionId, @urlId, @kind, @number, @settled, @status, @error, @detail,
        @connectionId, @connectionSeq, @reused, @newConnectionReason, @startedAt, @queueMs, @dnsMs,
        @connectMs, @tlsMs, @ttfbMs, @bodyMs, @totalMs, @bytesWire, @bytesBody, @contentType, @headers,
        @redirectUrlId, @etag, @lastModified, @notModified, @truncated)`);
    this.#closeConnections = sqlite.prepare(`UPDATE connection SET
      closed_at = max(opened_at, coalesce(last_used_at, 0), ?), close_reason = 'session_closed'
      WHERE run_id = ? AND closed_at IS NULL`);
    this.#closeSessions = sqlite.prepare(
      "UPDATE session SET closed_at = max(opened_at, ?) WHERE run_id = ? AND closed_at IS NULL",
    );
  }

  /** The row of a thread's session, brought up to date. */
  recordSession(runId: number, report: SessionReport, pid: number): number {
    const row = this.#session.get({ ...report, runId, pid });
    if (row === undefined) throw new Error("an upsert of a session returned no row");
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

  /** Rows of `fetch`, one per attempt; returns the number of the last. */
  recordAttempts(input: RecordedAttempts): number {
    const { runId, sessionId, outcome, settled } = input;
    const { urlId, kind, attempts } = outcome;
    const before = this.#lastAttempt.get(urlId, runId, kind);
    if (settled && before !== undefined) this.#unsettle.run(runId, urlId, kind);
    let number = before?.attempt ?? 0;
    let fetchId = 0;
    for (const attempt of attempts) {
      number += 1;
      const isLast = attempt === attempts.at(-1);
      const connectionId =
        sessionId === null ? null : this.#connectionId(sessionId, attempt.connection);
      const { lastInsertRowid } = this.#addFetch.run({
        ...attempt,
        runId,
        sessionId,
        urlId,
        kind,
        number,
        settled: settled && isLast ? 1 : 0,
        connectionId,
        reused: bit(attempt.reused),
        notModified: bit(attempt.notModified),
        truncated: bit(attempt.truncated),
        redirectUrlId: isLast ? input.redirectUrlId : null,
      });
      fetchId = Number(lastInsertRowid);
      if (connectionId !== null) this.#use(connectionId, attempt);
    }
    return fetchId;
  }

  /** What a run, or a process of it that died, left open ends with it. */
  closeOpen(runId: number, now: number): void {
    this.#closeConnections.run(now, runId);
    this.#closeSessions.run(now, runId);
    this.#connectionIds.clear();
  }

  /** What a transaction stored and then undid must not be remembered. */
  forget(): void {
    this.#connectionIds.clear();
  }

  #use(connectionId: number, attempt: FetchAttempt): void {
    const endedAt = attempt.startedAt + Math.round(attempt.totalMs);
    const reused = attempt.reused === true ? 1 : 0;
    this.#useConnection.run(reused, attempt.bytesWire ?? 0, endedAt, connectionId);
  }

  #connectionId(sessionId: number, number: number | null): number | null {
    if (number === null) return null;
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
