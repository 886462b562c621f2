/** What could be wrong in a database that a crawl has left, each as the SQL that makes it so. */

export interface Breakage {
  readonly invariant: string;
  readonly what: string;
  /** Statements that break it. */
  readonly sql: readonly string[];
  /** False where the other rows do not tell what was there; true by default. */
  readonly isMended?: boolean;
}

export const AN_EXCLUDED = "url_id = (SELECT min(url_id) FROM frontier WHERE state = 'excluded')";
const A_PAGE = "url_id = (SELECT min(url_id) FROM frontier WHERE state = 'done' AND kind = 'page')";
/** The first attempt on robots.txt: nothing is counted of it but its socket. */
const ROBOTS = "id = (SELECT min(id) FROM fetch WHERE kind = 'robots')";

/** A copy of that attempt that reached no socket. */
const copyOfRobots = (attempt: string, settled: number): string => `INSERT INTO fetch
  (run_id, url_id, kind, attempt, settled, started_at, total_ms, not_modified, truncated)
  SELECT run_id, url_id, kind, ${attempt}, ${settled}, started_at, total_ms, 0, 0
  FROM fetch WHERE ${ROBOTS}`;

export const BREAKAGES: readonly Breakage[] = [
  {
    invariant: "urls_once",
    what: "a URL that was stored twice",
    sql: [
      "DROP TRIGGER url_once",
      `INSERT INTO url (url, host_id, first_run_id, depth) SELECT u.url, u.host_id, u.first_run_id, u.depth
        FROM frontier JOIN url u ON u.id = url_id WHERE ${AN_EXCLUDED}`,
      `INSERT INTO frontier (url_id, host_id, run_id, state, reason, kind, priority, settled_at)
        SELECT (SELECT max(id) FROM url), host_id, run_id, state, reason, kind, priority, settled_at
        FROM frontier WHERE ${AN_EXCLUDED}`,
    ],
    isMended: false,
  },
  {
    invariant: "references_hold",
    what: "a link that leads nowhere",
    sql: ["UPDATE link SET to_url_id = 999999 WHERE to_url_id = (SELECT max(to_url_id) FROM link)"],
    isMended: false,
  },
  {
    invariant: "settled_once",
    what: "a URL that was settled twice",
    sql: ["DROP INDEX fetch_settled", copyOfRobots("attempt", 1)],
  },
  {
    invariant: "settled_is_last",
    what: "an attempt after the one that settled",
    sql: [copyOfRobots("attempt + 1", 0)],
  },
  {
    invariant: "requests_add_up",
    what: "a request that no attempt made",
    sql: ["UPDATE connection SET requests = requests + 1 WHERE id = 1"],
  },
  {
    invariant: "connections_end",
    what: "a socket that never ended",
    sql: ["UPDATE connection SET closed_at = NULL, close_reason = NULL WHERE id = 1"],
  },
  {
    invariant: "connections_end",
    what: "a socket that ended for no known reason",
    sql: ["UPDATE connection SET close_reason = 'tired' WHERE id = 1"],
  },
  {
    invariant: "sessions_end",
    what: "a session that never ended",
    sql: ["UPDATE session SET closed_at = NULL WHERE id = 1"],
  },
  {
    invariant: "runs_end",
    what: "a run that ended at no time",
    sql: ["UPDATE run SET finished_at = NULL WHERE id = 1"],
  },
  {
    invariant: "runs_end",
    what: "a run that was left before another",
    sql: ["UPDATE run SET state = 'interrupted', reason = 'signal' WHERE id = 1"],
  },
  {
    invariant: "counters_agree",
    what: "a page too many",
    sql: ["UPDATE run SET pages = pages + 1 WHERE id = 1"],
  },
  {
    invariant: "urls_known",
    what: "a URL at another's host",
    sql: [
      `UPDATE frontier SET host_id = (SELECT max(id) FROM host) WHERE ${A_PAGE}
        AND host_id <> (SELECT max(id) FROM host)`,
    ],
  },
  {
    invariant: "urls_known",
    what: "a URL without a place in the frontier",
    sql: [`DELETE FROM frontier WHERE ${AN_EXCLUDED}`],
    isMended: false,
  },
  {
    invariant: "done_settled",
    what: "a URL that is done and was settled by no attempt",
    sql: [`UPDATE fetch SET settled = 0 WHERE ${ROBOTS}`],
  },
  {
    invariant: "done_settled",
    what: "a URL that is done and was never asked",
    sql: [`UPDATE frontier SET state = 'done', reason = NULL WHERE ${AN_EXCLUDED}`],
  },
  {
    invariant: "failures_seen",
    what: "a URL that failed and was never asked",
    sql: [`UPDATE frontier SET state = 'failed', reason = 'read_timeout' WHERE ${AN_EXCLUDED}`],
  },
  {
    invariant: "waiting_unsettled",
    what: "a settled page that waits",
    sql: [`UPDATE frontier SET state = 'pending', settled_at = NULL, due_at = 1 WHERE ${A_PAGE}`],
  },
  {
    invariant: "settled_when",
    what: "a page that was settled at no time",
    sql: [`UPDATE frontier SET settled_at = NULL WHERE ${A_PAGE}`],
  },
  {
    invariant: "settled_when",
    what: "a URL that waits for no time",
    sql: [
      `UPDATE frontier SET state = 'pending', reason = NULL, settled_at = NULL, due_at = NULL
        WHERE ${AN_EXCLUDED}`,
    ],
  },
  {
    invariant: "nothing_in_flight",
    what: "a URL that is being fetched by nobody",
    sql: [
      `UPDATE frontier SET state = 'fetching', reason = NULL, settled_at = NULL WHERE ${AN_EXCLUDED}`,
    ],
  },
  {
    invariant: "reasons_given",
    what: "a URL that was excluded for nothing",
    sql: [`UPDATE frontier SET reason = NULL WHERE ${AN_EXCLUDED}`],
    isMended: false,
  },
  {
    invariant: "reasons_given",
    what: "a reason that no list has",
    sql: [`UPDATE frontier SET reason = 'whim' WHERE ${AN_EXCLUDED}`],
    isMended: false,
  },
  {
    invariant: "versions_follow",
    what: "a page that was brought by another's attempt",
    sql: [`UPDATE page SET fetch_id = (SELECT min(id) FROM fetch) WHERE ${A_PAGE}`],
    isMended: false,
  },
  {
    invariant: "text_indexed",
    what: "a text that nobody can find",
    sql: [
      `INSERT INTO page_text (url_id, first_run_id, text, truncated)
        SELECT url_id, first_run_id, 'lost', 0 FROM page WHERE ${A_PAGE}`,
    ],
  },
  {
    invariant: "text_indexed",
    what: "an entry of the index that no page has",
    sql: ["INSERT INTO page_search (rowid, text) VALUES (1, 'ghost')"],
  },
  {
    invariant: "body_of_answer",
    what: "a body of a robots.txt",
    sql: [
      "INSERT INTO meta (key, value) VALUES ('bodies', 'left out')",
      "INSERT INTO fetch_body SELECT min(id), '00', 0 FROM fetch WHERE kind = 'robots'",
    ],
  },
  {
    invariant: "links_last",
    what: "a link that was seen last before it was seen first",
    sql: [
      `UPDATE link SET first_run_id = 2, last_run_id = 1
        WHERE from_url_id = (SELECT min(from_url_id) FROM link)
          AND ordinal = (SELECT min(ordinal) FROM link)`,
    ],
    isMended: false,
  },
];
