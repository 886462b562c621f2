/** Named queries about runs: how they went, and what changed between them. */
import { lastFetch } from "../view.ts";
import { limit, moment, RUN, RUN_ID, type NamedQuery } from "./named-query.ts";

export const RUN_QUERIES: readonly NamedQuery[] = [
  {
    name: "runs",
    group: "Runs",
    question: "How did the runs go, the newest first?",
    parameters: [limit(20)],
    sql: `SELECT id AS run, state, reason, ${moment("started_at")} AS started_utc,
  round(active_ms / 1000.0, 1) AS seconds, pages, errors, links, requests,
  round(100.0 * requests_reused / nullif(requests, 0), 1) AS reused_percent, bytes_body
FROM run
ORDER BY id DESC
LIMIT :limit`,
  },
  {
    name: "changes",
    group: "Runs",
    question: "What did a run find changed?",
    parameters: [RUN, limit(100)],
    sql: `SELECT change, url, status_before, status, title_before, title
FROM v_run_diff
WHERE run_id = ${RUN_ID} AND change <> 'unchanged'
ORDER BY change, url
LIMIT :limit`,
  },
  {
    name: "unseen-pages",
    group: "Runs",
    question: "Which pages did the last runs not ask for any more?",
    parameters: [
      { name: "runs", kind: "number", default: 1, meaning: "not asked in so many last runs" },
      limit(100),
    ],
    sql: `SELECT u.url, f.run_id AS last_asked_in_run, ${moment("f.started_at")} AS last_asked_utc, f.status, f.error
FROM url u JOIN fetch f ON f.id = ${lastFetch("u.id", " AND x.kind = 'page'")}
WHERE (SELECT count(*) FROM run r WHERE r.id > f.run_id) >= :runs
ORDER BY f.run_id, u.url
LIMIT :limit`,
  },
  {
    name: "new-pages",
    group: "Runs",
    question: "Which pages were asked for the first time, and where was the link to them?",
    parameters: [RUN, limit(100)],
    sql: `SELECT u.url, f.status, f.error, (SELECT url FROM url WHERE id = w.via_url_id) AS found_on
FROM fetch f JOIN url u ON u.id = f.url_id LEFT JOIN frontier w ON w.url_id = u.id
WHERE f.run_id = ${RUN_ID} AND f.kind = 'page' AND f.settled = 1
  AND NOT EXISTS (SELECT 1 FROM fetch b
    WHERE b.url_id = f.url_id AND b.run_id < f.run_id AND b.kind = 'page' AND b.settled = 1)
ORDER BY f.id
LIMIT :limit`,
  },
];
