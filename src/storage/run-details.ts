/**
 * What a run's report draws and lists: its attempts one by one, its sockets by host and thread, broken
 * targets, what was left out. Every answer is bounded but `attempts`, which is read row by row.
 */
import type { FetchKind } from "../messages.ts";
import type { CloseReason } from "../thread-reports.ts";
import { guarded, storageError, type Sqlite } from "./connection.ts";
import { issueExamples, type IssueExamples } from "./issue-views/issue-examples.ts";

/** A row of `fetch` with what its URL is, as far as figures are made of it. Times in milliseconds. */
export interface AttemptRow {
  readonly urlId: number;
  readonly kind: FetchKind;
  readonly settled: 0 | 1;
  readonly status: number | null;
  readonly notModified: 0 | 1;
  readonly error: string | null;
  readonly startedAt: number;
  readonly queueMs: number | null;
  readonly dnsMs: number | null;
  readonly connectMs: number | null;
  readonly tlsMs: number | null;
  readonly ttfbMs: number | null;
  readonly bodyMs: number | null;
  readonly totalMs: number;
  readonly bytesBody: number | null;
  readonly contentType: string | null;
  /** Fewest followed links from a seed, as far as seen. */
  readonly depth: number | null;
}

/** A group of sockets: those to one origin, or of one thread's session. */
export interface ReuseRow {
  /** The origin, or null of a thread. */
  readonly origin: string | null;
  readonly thread: number | null;
  readonly pid: number | null;
  readonly requests: number;
  readonly reused: number;
  readonly opened: number;
  /** DNS, TCP and TLS of its sockets; null where none is known. */
  readonly spentMs: number | null;
  /** Reused requests times the mean handshake of their origin; null where none is known. */
  readonly savedMs: number | null;
}

/** A target of broken links that are present now. */
export interface BrokenTarget {
  readonly target: string;
  readonly status: number | null;
  readonly error: string | null;
  /** Distinct links that lead to it. */
  readonly links: number;
  /** One page that has such a link, and the text of the link there. */
  readonly source: string;
  readonly anchor: string | null;
}

/** One URL that was left out for a reason, with the detail of the decision. */
export interface ExcludedExample {
  readonly reason: string;
  readonly url: string;
  readonly detail: string | null;
}

/** So many rows of a list, and how many there are in all. */
export interface Counted<Row> {
  readonly rows: readonly Row[];
  readonly count: number;
}

const REUSE = `requests, reused, connections_opened AS opened, handshake_ms_spent AS spentMs,
  handshake_ms_saved AS savedMs`;

/** A settled attempt's number of another run, found in an index that holds little more. */
function neighbour(which: "max" | "min", runId: string, none: string): string {
  return `coalesce((SELECT ${which}(id) FROM fetch INDEXED BY fetch_settled
        WHERE settled = 1 AND run_id = ${runId}), ${none})`;
}

export class RunDetails {
  readonly #sqlite: Sqlite;

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite;
  }

  /** Every attempt of a run in the order of recording; one pass, and no more than a row in memory. */
  *attempts(runId: number): Generator<AttemptRow> {
    // Runs follow each other, so that the rows of one lie between those of its neighbours.
    const statement = this.#sqlite.prepare<{ runId: number }, AttemptRow>(
      `SELECT f.url_id AS urlId, f.kind, f.settled, f.status, f.not_modified AS notModified, f.error,
        f.started_at AS startedAt, f.queue_ms AS queueMs, f.dns_ms AS dnsMs,
        f.connect_ms AS connectMs, f.tls_ms AS tlsMs, f.ttfb_ms AS ttfbMs, f.body_ms AS bodyMs,
        f.total_ms AS totalMs, f.bytes_body AS bytesBody, f.content_type AS contentType, u.depth
      FROM fetch f NOT INDEXED CROSS JOIN url u ON u.id = f.url_id
      WHERE f.run_id = @runId AND f.id > ${neighbour("max", "@runId - 1", "0")}
        AND f.id < ${neighbour("min", "@runId + 1", "9223372036854775807")}`,
    );
    try {
      yield* statement.iterate({ runId });
    } catch (error) {
      throw storageError(error, this.#sqlite.name);
    }
  }

  /** The URLs of these numbers. */
  urls(ids: readonly number[]): Map<number, string> {
    const rows = this.#rows<{ id: number; url: string }>(
      "SELECT id, url FROM url WHERE id IN (SELECT value FROM json_each(@ids))",
      { ids: JSON.stringify(ids) },
    );
    return new Map(rows.map(({ id, url }) => [id, url]));
  }

  /** Reuse by origin, those with the most requests first. */
  reuseByOrigin(runId: number, most: number): Counted<ReuseRow> {
    return counted(
      this.#rows<ReuseRow & { total: number }>(
        `SELECT origin, NULL AS thread, NULL AS pid, ${REUSE}, count(*) OVER () AS total
        FROM v_reuse_origin WHERE run_id = @runId
        ORDER BY requests DESC, origin LIMIT @most`,
        { runId, most },
      ),
    );
  }

  /** Reuse by thread and process, in the order of threads. */
  reuseByThread(runId: number, most: number): Counted<ReuseRow> {
    return counted(
      this.#rows<ReuseRow & { total: number }>(
        `SELECT NULL AS origin, thread, pid, ${REUSE}, count(*) OVER () AS total
        FROM v_reuse_thread WHERE run_id = @runId ORDER BY thread, session_id LIMIT @most`,
        { runId, most },
      ),
    );
  }

  /** The run's sockets together; null before the first. */
  reuseOfRun(runId: number): ReuseRow | null {
    const [row] = this.#rows<ReuseRow>(
      `SELECT NULL AS origin, NULL AS thread, NULL AS pid, ${REUSE} FROM v_reuse_run
      WHERE run_id = @runId AND connections_opened > 0`,
      { runId },
    );
    return row ?? null;
  }

  /** Why how many sockets were closed, most first; null: they are open. */
  closeReasons(runId: number): { readonly reason: CloseReason | null; readonly count: number }[] {
    return this.#rows(
      `SELECT close_reason AS reason, count(*) AS count FROM connection WHERE run_id = @runId
      GROUP BY close_reason ORDER BY count DESC, close_reason`,
      { runId },
    );
  }

  /** What broken links lead to, the most linked first: of the state that the newest run left. */
  brokenTargets(most: number): Counted<BrokenTarget> {
    return counted(
      this.#rows<BrokenTarget & { total: number }>(
        `SELECT target, status, error, count(*) AS links, min(source) AS source, anchor,
          count(*) OVER () AS total
        FROM v_broken_link GROUP BY target ORDER BY links DESC, target LIMIT @most`,
        { most },
      ),
    );
  }

  /** For each reason the URL that was left out first. */
  excludedExamples(runId: number): ExcludedExample[] {
    return this.#rows(
      `SELECT w.reason, u.url, w.detail FROM (SELECT reason, min(url_id) AS url_id, detail
        FROM frontier WHERE run_id = @runId AND state = 'excluded' GROUP BY reason) w
      JOIN url u ON u.id = w.url_id ORDER BY w.reason`,
      { runId },
    );
  }

  /** The first rows of issues' views, at most `most` of each. */
  issueExamples(ids: readonly string[], most: number): Map<string, IssueExamples> {
    return guarded(this.#sqlite.name, () => issueExamples(this.#sqlite, ids, most));
  }

  #rows<Row>(sql: string, parameters: object): Row[] {
    return guarded(this.#sqlite.name, () =>
      this.#sqlite.prepare<[object], Row>(sql).all(parameters),
    );
  }
}

/** Rows that each say how many there are, as the rows and that number. */
function counted<Row extends object>(
  rows: readonly (Row & { readonly total: number })[],
): Counted<Omit<Row & { readonly total: number }, "total">> {
  return { rows: rows.map(({ total: _total, ...row }) => row), count: rows[0]?.total ?? 0 };
}
