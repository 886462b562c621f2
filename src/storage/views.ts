/** The views: the questions that every release answers under the same names and columns. */

export interface View {
  readonly name: string;
  readonly meaning: string;
  /** A question it answers, as SQL. */
  readonly example: string;
  readonly select: string;
}

/**
 * What reuse saved of a row's origin: each reused request is taken to have spared the mean handshake
 * (DNS, TCP and TLS) of the sockets that were opened to that origin in the run.
 */
const REUSE_COLUMNS = `count(*) AS requests,
  sum(f.reused) AS reused,
  round(1.0 * sum(f.reused) / count(*), 4) AS reuse_ratio,
  count(DISTINCT CASE WHEN f.connection_seq = 1 THEN f.connection_id END) AS connections_opened,
  round(sum(coalesce(f.dns_ms, 0) + coalesce(f.connect_ms, 0) + coalesce(f.tls_ms, 0)), 3) AS handshake_ms_spent,
  round(sum(CASE WHEN f.reused = 1 THEN o.mean_ms ELSE 0 END), 3) AS handshake_ms_saved`;

const REUSE_FROM = `fetch f
  JOIN connection c ON c.id = f.connection_id
  LEFT JOIN (SELECT run_id, origin,
      avg(coalesce(dns_ms, 0) + coalesce(connect_ms, 0) + coalesce(tls_ms, 0)) AS mean_ms
    FROM connection GROUP BY run_id, origin) o ON o.run_id = f.run_id AND o.origin = c.origin`;

const LATEST_PAGE = `page p WHERE p.first_run_id =
  (SELECT max(q.first_run_id) FROM page q WHERE q.url_id = p.url_id)`;

export const VIEWS: readonly View[] = [
  {
    name: "v_link",
    meaning: "Links that are present now, as URLs.",
    example: "SELECT source, anchor FROM v_link WHERE target = 'https://example.com/about'",
    select: `SELECT s.url AS source, t.url AS target, l.kind, l.rel, l.anchor, l.hreflang, l.count,
  l.first_run_id, l.last_run_id, l.from_url_id, l.to_url_id
FROM link l JOIN url s ON s.id = l.from_url_id JOIN url t ON t.id = l.to_url_id
WHERE l.gone_run_id IS NULL`,
  },
  {
    name: "v_page",
    meaning:
      "Every URL that was asked for as a page: its newest version, with the status or error of the attempt that settled it last. Redirects, errors and other types have no title and no words.",
    example: "SELECT url, title FROM v_page WHERE status = 200 AND words < 50",
    select: `SELECT u.id AS url_id, u.url, f.status, f.error, f.content_type, u.depth,
  p.title, p.description, p.h1, p.canonical_url, p.lang, p.robots, p.charset, p.words, p.text_hash,
  p.first_run_id, p.last_run_id, f.run_id, f.id AS fetch_id, f.total_ms, f.bytes_body
FROM url u
  JOIN fetch f ON f.id = (SELECT x.id FROM fetch x WHERE x.url_id = u.id AND x.kind = 'page' AND x.settled = 1
    ORDER BY x.run_id DESC LIMIT 1)
  LEFT JOIN (SELECT * FROM ${LATEST_PAGE}) p ON p.url_id = u.id`,
  },
  {
    name: "v_broken_link",
    meaning: "Links that are present now and lead to an error: status 400 or more, or no response.",
    example: "SELECT source, target, anchor, status, error FROM v_broken_link",
    select: `SELECT s.url AS source, t.url AS target, l.kind, l.anchor, f.status,
  CASE WHEN f.status >= 400 AND f.error IS NULL THEN NULL ELSE coalesce(f.error, w.reason) END AS error, l.first_run_id
FROM frontier w
  LEFT JOIN fetch f ON f.id = (SELECT x.id FROM fetch x WHERE x.url_id = w.url_id AND x.settled = 1
    ORDER BY x.run_id DESC LIMIT 1)
  JOIN link l ON l.to_url_id = w.url_id AND l.gone_run_id IS NULL AND l.kind <> 'redirect'
  JOIN url s ON s.id = l.from_url_id JOIN url t ON t.id = l.to_url_id
WHERE w.state IN ('done', 'failed') AND (w.state = 'failed' OR f.status >= 400)`,
  },
  {
    name: "v_redirect",
    meaning: "Redirects as they were seen last: from where, to where, with which status.",
    example: "SELECT source, target FROM v_redirect WHERE status = 302",
    select: `SELECT s.url AS source, t.url AS target, f.status, f.run_id
FROM fetch f JOIN url s ON s.id = f.url_id JOIN url t ON t.id = f.redirect_url_id
WHERE f.settled = 1 AND f.run_id = (SELECT max(x.run_id) FROM fetch x WHERE x.url_id = f.url_id AND x.settled = 1)`,
  },
  {
    name: "v_reuse_run",
    meaning:
      "Connection reuse per run. `handshake_ms_saved`: each reused request counts the mean handshake of the sockets opened to its origin in the run.",
    example: "SELECT run_id, reuse_ratio, handshake_ms_saved FROM v_reuse_run",
    select: `SELECT f.run_id, ${REUSE_COLUMNS} FROM ${REUSE_FROM} GROUP BY f.run_id`,
  },
  {
    name: "v_reuse_thread",
    meaning: "Connection reuse per worker thread's session.",
    example: "SELECT thread, requests, connections_opened FROM v_reuse_thread WHERE run_id = 1",
    select: `SELECT f.run_id, f.session_id, s.thread, ${REUSE_COLUMNS} FROM ${REUSE_FROM}
JOIN session s ON s.id = f.session_id GROUP BY f.run_id, f.session_id`,
  },
  {
    name: "v_reuse_origin",
    meaning: "Connection reuse per origin.",
    example:
      "SELECT origin, reuse_ratio FROM v_reuse_origin ORDER BY handshake_ms_spent DESC LIMIT 10",
    select: `SELECT f.run_id, c.origin, ${REUSE_COLUMNS} FROM ${REUSE_FROM} GROUP BY f.run_id, c.origin`,
  },
  {
    name: "v_new_connection",
    meaning: "Why each socket was opened, and what the one it replaced was closed for.",
    example: "SELECT reason, count(*) FROM v_new_connection GROUP BY reason",
    select: `SELECT c.run_id, c.origin, c.id AS connection_id, s.thread, c.open_reason AS reason,
  c.previous_id, p.close_reason AS previous_close_reason, c.opened_at, c.dns_ms, c.connect_ms, c.tls_ms,
  c.tls_resumed, c.requests, c.close_reason
FROM connection c JOIN session s ON s.id = c.session_id LEFT JOIN connection p ON p.id = c.previous_id`,
  },
  {
    name: "v_run_diff",
    meaning:
      "What differs between a run and the one before it, per URL asked in the run: `added`, `gone` (now 404 or 410), `status_changed`, `changed` (another version of the page), `unchanged`. A URL that was not asked has no row, so it counts as unchanged; one that nothing links to any more is `gone` too.",
    example: "SELECT change, count(*) FROM v_run_diff WHERE run_id = 2 GROUP BY change",
    select: `SELECT f.run_id, u.id AS url_id, u.url,
  CASE
    WHEN b.id IS NULL THEN 'added'
    WHEN f.status IN (404, 410) AND coalesce(b.status, 0) NOT IN (404, 410) THEN 'gone'
    WHEN f.status IS NOT b.status OR f.error IS NOT b.error THEN 'status_changed'
    WHEN EXISTS (SELECT 1 FROM page p WHERE p.url_id = u.id AND p.first_run_id = f.run_id) THEN 'changed'
    WHEN u.depth > 0 AND NOT EXISTS (SELECT 1 FROM link l WHERE l.to_url_id = u.id AND l.gone_run_id IS NULL)
      AND EXISTS (SELECT 1 FROM link l WHERE l.to_url_id = u.id AND l.gone_run_id = f.run_id) THEN 'gone'
    ELSE 'unchanged'
  END AS change,
  b.status AS status_before, f.status, b.run_id AS run_id_before
FROM fetch f
  JOIN url u ON u.id = f.url_id
  LEFT JOIN fetch b ON b.id = (SELECT x.id FROM fetch x
    WHERE x.url_id = f.url_id AND x.kind = 'page' AND x.settled = 1 AND x.run_id < f.run_id
    ORDER BY x.run_id DESC LIMIT 1)
WHERE f.kind = 'page' AND f.settled = 1
  AND EXISTS (SELECT 1 FROM run r WHERE r.id < f.run_id)`,
  },
];

export function createViews(): string[] {
  return VIEWS.map(({ name, select }) => `CREATE VIEW ${name} AS ${select}`);
}
