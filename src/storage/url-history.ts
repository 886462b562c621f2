/** What is stored of one URL: the decision on it, its attempts, its page. Read by `webspool explain`. */
import type { FetchKind } from "../messages.ts";
import type { OpenReason } from "../thread-reports.ts";
import { guarded, type Sqlite } from "./connection.ts";
import { UrlNeighbours } from "./url-neighbours.ts";

export interface StoredUrl {
  readonly urlId: number;
  readonly url: string;
  readonly hostId: number;
  readonly origin: string;
  readonly firstRunId: number;
  /** Fewest followed links from a seed, as far as seen. */
  readonly depth: number | null;
  readonly decision: StoredDecision | null;
}

/** The URL's row of `frontier`. */
export interface StoredDecision {
  readonly runId: number;
  readonly state: "pending" | "fetching" | "done" | "failed" | "excluded";
  readonly reason: string | null;
  readonly detail: string | null;
  readonly kind: FetchKind;
  readonly priority: number;
  readonly depth: number | null;
  readonly viaUrlId: number | null;
  readonly dueAt: number | null;
  readonly tries: number;
  readonly isSeed: boolean;
  readonly settledAt: number | null;
}

/** A row of `fetch` with the socket that carried it. */
export interface StoredAttempt {
  readonly runId: number;
  readonly kind: FetchKind;
  readonly attempt: number;
  readonly settled: boolean;
  readonly status: number | null;
  readonly error: string | null;
  readonly detail: string | null;
  readonly startedAt: number;
  readonly totalMs: number;
  readonly bytesBody: number | null;
  readonly contentType: string | null;
  readonly notModified: boolean;
  readonly truncated: boolean;
  /** Null when none was reached. */
  readonly connectionId: number | null;
  /** 1 for the first request on that socket. */
  readonly connectionSeq: number | null;
  readonly reused: boolean | null;
  readonly newConnectionReason: OpenReason | null;
  readonly thread: number | null;
  readonly remoteIp: string | null;
  readonly remotePort: number | null;
}

/** The newest version of a page. */
export interface StoredPage {
  readonly title: string | null;
  readonly canonicalUrl: string | null;
  readonly robots: string | null;
  readonly words: number;
  readonly textHash: string;
  /** Its group of near-duplicates; null where it has too little text. */
  readonly similarGroupId: number | null;
  readonly versions: number;
  readonly firstRunId: number;
  readonly lastRunId: number;
}

/** What waits before a URL on its host, and what holds the host back. */
export interface StoredWait {
  readonly before: number;
  readonly crawlDelayMs: number | null;
  readonly nextFetchAt: number | null;
  readonly backoffUntil: number | null;
  /** Failures to connect in a row. */
  readonly failures: number;
  /** Answers 429 or 503 since the last good one. */
  readonly throttled: number;
  /** The pause after those; null when it is not slowed down. */
  readonly slowedDelayMs: number | null;
  /** The pause that --delay auto had come to. */
  readonly autoDelayMs: number | null;
}

/** More attempts on one URL in one run are cut off. */
const MOST_ATTEMPTS = 50;

type Raw = Record<string, unknown>;

export class UrlHistory {
  readonly #sqlite: Sqlite;
  readonly neighbours: UrlNeighbours;

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite;
    this.neighbours = new UrlNeighbours((sql, parameters) => this.#rows(sql, parameters));
  }

  find(url: string): StoredUrl | null {
    const [row] = this.#rows<Raw>(
      `SELECT u.id AS urlId, u.url, u.host_id AS hostId, h.origin, u.first_run_id AS firstRunId,
        coalesce(u.depth, w.depth) AS depth, w.run_id AS runId, w.state, w.reason, w.detail, w.kind,
        w.priority, w.depth AS takenAt, w.via_url_id AS viaUrlId, w.due_at AS dueAt, w.tries,
        w.is_seed AS isSeed, w.settled_at AS settledAt
      FROM url u JOIN host h ON h.id = u.host_id LEFT JOIN frontier w ON w.url_id = u.id
      WHERE u.url = @url`,
      { url },
    );
    if (row === undefined) return null;
    const { urlId, url: stored, hostId, origin, firstRunId, depth, takenAt, ...decision } = row;
    return {
      ...({ urlId, url: stored, hostId, origin, firstRunId, depth } as Omit<StoredUrl, "decision">),
      decision:
        decision["state"] === null
          ? null
          : ({ ...decision, depth: takenAt, isSeed: decision["isSeed"] === 1 } as StoredDecision),
    };
  }

  /** The number of an origin's host; null when no URL of it is known. */
  hostId(origin: string): number | null {
    const [host] = this.#rows<{ id: number }>("SELECT id FROM host WHERE origin = @origin", {
      origin,
    });
    return host?.id ?? null;
  }

  /** Runs that asked for a URL: the first and the last of them, and how many. Null when none did. */
  askedIn(urlId: number): { first: number; last: number; runs: number } | null {
    const [row] = this.#rows<{ first: number | null; last: number; runs: number }>(
      `SELECT min(run_id) AS first, max(run_id) AS last, count(DISTINCT run_id) AS runs
      FROM fetch WHERE url_id = @urlId`,
      { urlId },
    );
    return row === undefined || row.first === null ? null : { ...row, first: row.first };
  }

  /** The attempts on a URL in one run, in order. */
  attempts(urlId: number, runId: number): StoredAttempt[] {
    return this.#rows<Raw>(
      `SELECT f.run_id AS runId, f.kind, f.attempt, f.settled, f.status, f.error, f.detail,
        f.started_at AS startedAt, f.total_ms AS totalMs, f.bytes_body AS bytesBody,
        f.content_type AS contentType, f.not_modified AS notModified, f.truncated,
        f.connection_id AS connectionId, f.connection_seq AS connectionSeq, f.reused,
        f.new_connection_reason AS newConnectionReason, s.thread, c.remote_ip AS remoteIp,
        c.remote_port AS remotePort
      FROM fetch f LEFT JOIN connection c ON c.id = f.connection_id
        LEFT JOIN session s ON s.id = f.session_id
      WHERE f.url_id = @urlId AND f.run_id = @runId ORDER BY f.id LIMIT ${MOST_ATTEMPTS}`,
      { urlId, runId },
    ).map((row) => ({
      ...(row as unknown as StoredAttempt),
      settled: row["settled"] === 1,
      notModified: row["notModified"] === 1,
      truncated: row["truncated"] === 1,
      reused: row["reused"] === null ? null : row["reused"] === 1,
    }));
  }

  page(urlId: number): StoredPage | null {
    const [row] = this.#rows<StoredPage>(
      `SELECT title, canonical_url AS canonicalUrl, robots, words, text_hash AS textHash,
        similar_group_id AS similarGroupId, first_run_id AS firstRunId,
        last_run_id AS lastRunId, count(*) OVER () AS versions
      FROM page WHERE url_id = @urlId ORDER BY first_run_id DESC LIMIT 1`,
      { urlId },
    );
    return row ?? null;
  }

  /** The order is that of handing out: see the index `frontier_pending`. */
  wait(url: StoredUrl, decision: StoredDecision): StoredWait {
    const { urlId, hostId } = url;
    const { runId, priority, depth } = decision;
    const [row] = this.#rows<StoredWait>(
      `SELECT (SELECT count(*) FROM frontier w WHERE w.run_id = @runId AND w.host_id = @hostId
          AND w.state = 'pending' AND (w.priority > @priority OR (w.priority = @priority
          AND (coalesce(w.depth, -1), w.url_id) < (coalesce(@depth, -1), @urlId)))) AS before,
        crawl_delay_ms AS crawlDelayMs, next_fetch_at AS nextFetchAt,
        backoff_until AS backoffUntil, failures, throttled, slowed_delay_ms AS slowedDelayMs,
        auto_delay_ms AS autoDelayMs
      FROM host WHERE id = @hostId`,
      { urlId, hostId, runId, priority, depth },
    );
    if (row === undefined) throw new Error(`url ${urlId} has no host`);
    return row;
  }

  /** The last run that named the URL as a seed; null when none did. */
  seedOf(url: string): number | null {
    const [row] = this.#rows<{ id: number }>(
      `SELECT r.id FROM run r JOIN json_each(r.seeds) s WHERE s.value = @url
      ORDER BY r.id DESC LIMIT 1`,
      { url },
    );
    return row?.id ?? null;
  }

  #rows<Row>(sql: string, parameters: object): Row[] {
    return guarded(this.#sqlite.name, () =>
      this.#sqlite.prepare<[object], Row>(sql).all(parameters),
    );
  }
}
