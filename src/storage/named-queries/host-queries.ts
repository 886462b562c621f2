/** Named queries about hosts: how they answer, what waits for them, what their connections cost. */
import { limit, moment, RUN, RUN_ID, type NamedQuery } from "./named-query.ts";

const HANDSHAKE = "coalesce(c.dns_ms, 0) + coalesce(c.connect_ms, 0) + coalesce(c.tls_ms, 0)";

export const HOST_QUERIES: readonly NamedQuery[] = [
  {
    name: "host-errors",
    group: "Hosts and connections",
    question: "Which hosts failed in a run, how, and how often?",
    parameters: [RUN],
    sql: `SELECT h.origin AS host, w.error, w.status, count(*) AS urls, min(w.url) AS one_of_them
FROM (SELECT u.host_id, u.url, w.reason AS error, NULL AS status FROM frontier w JOIN url u ON u.id = w.url_id
    WHERE w.run_id = ${RUN_ID} AND w.state = 'failed' AND w.kind IN ('page', 'asset')
  UNION ALL
  SELECT u.host_id, u.url, NULL, f.status FROM fetch f JOIN url u ON u.id = f.url_id
    WHERE f.run_id = ${RUN_ID} AND f.settled = 1 AND f.status >= 400 AND f.kind IN ('page', 'asset')) w
  JOIN host h ON h.id = w.host_id
GROUP BY h.id, w.error, w.status
ORDER BY urls DESC, host, w.error, w.status`,
  },
  {
    name: "host-speed",
    group: "Hosts and connections",
    question: "How fast does each host answer?",
    parameters: [RUN, limit(50)],
    sql: `SELECT h.origin AS host, count(*) AS requests, round(avg(f.ttfb_ms), 1) AS mean_first_byte_ms,
  round(max(f.ttfb_ms), 1) AS longest_first_byte_ms, round(avg(f.total_ms), 1) AS mean_total_ms, sum(f.bytes_body) AS bytes
FROM fetch f JOIN url u ON u.id = f.url_id JOIN host h ON h.id = u.host_id
WHERE f.run_id = ${RUN_ID} AND f.status IS NOT NULL
GROUP BY h.id
ORDER BY mean_first_byte_ms DESC, host
LIMIT :limit`,
  },
  {
    name: "waiting",
    group: "Hosts and connections",
    question: "What still waits, host by host, and what holds it up?",
    parameters: [limit(50)],
    sql: `SELECT h.origin AS host, w.pending, w.fetching, h.crawl_delay_ms, h.slowed_delay_ms, h.auto_delay_ms,
  ${moment("max(h.next_fetch_at, coalesce(h.backoff_until, 0))")} AS not_before_utc, h.given_up
FROM (SELECT host_id, sum(state = 'pending') AS pending, sum(state = 'fetching') AS fetching
    FROM frontier WHERE state IN ('pending', 'fetching') GROUP BY host_id) w
  JOIN host h ON h.id = w.host_id
ORDER BY w.pending DESC, host
LIMIT :limit`,
  },
  {
    name: "waited-for-a-socket",
    group: "Hosts and connections",
    question: "On which hosts did requests wait for a place in the pool, and how long?",
    parameters: [RUN, limit(50)],
    sql: `SELECT h.origin AS host, count(*) AS requests, sum(f.queue_ms >= 1) AS waited, round(sum(f.queue_ms)) AS waited_ms,
  round(max(f.queue_ms), 1) AS longest_ms
FROM fetch f JOIN url u ON u.id = f.url_id JOIN host h ON h.id = u.host_id
WHERE f.run_id = ${RUN_ID} AND f.queue_ms IS NOT NULL
GROUP BY h.id
ORDER BY waited_ms DESC, host
LIMIT :limit`,
  },
  {
    name: "new-connections",
    group: "Hosts and connections",
    question: "Why were connections opened, and what did the handshakes cost?",
    parameters: [RUN],
    sql: `SELECT c.open_reason AS reason, count(*) AS connections, sum(c.requests) AS requests_carried,
  round(sum(${HANDSHAKE}), 1) AS handshake_ms
FROM connection c
WHERE c.run_id = ${RUN_ID}
GROUP BY c.open_reason
ORDER BY connections DESC, reason`,
  },
  {
    name: "closed-connections",
    group: "Hosts and connections",
    question: "Who closed connections, and after how many requests?",
    parameters: [RUN],
    sql: `SELECT coalesce(c.close_reason, 'still open') AS reason, count(*) AS connections,
  round(avg(c.requests), 1) AS mean_requests, min(c.origin) AS one_of_them
FROM connection c
WHERE c.run_id = ${RUN_ID}
GROUP BY 1
ORDER BY connections DESC, reason`,
  },
  {
    name: "reuse-by-host",
    group: "Hosts and connections",
    question: "How well were connections reused, host by host?",
    parameters: [RUN, limit(50)],
    sql: `SELECT origin AS host, requests, round(100 * reuse_ratio, 1) AS reused_percent, connections_opened,
  round(handshake_ms_spent, 1) AS handshake_ms_spent, round(handshake_ms_saved, 1) AS handshake_ms_saved, by_reason
FROM v_reuse_origin
WHERE run_id = ${RUN_ID}
ORDER BY connections_opened DESC, host
LIMIT :limit`,
  },
  {
    name: "reuse-by-thread",
    group: "Hosts and connections",
    question: "How well were connections reused, thread by thread?",
    parameters: [RUN],
    sql: `SELECT thread, requests, round(100 * reuse_ratio, 1) AS reused_percent, connections_opened,
  round(handshake_ms_spent, 1) AS handshake_ms_spent, by_reason
FROM v_reuse_thread
WHERE run_id = ${RUN_ID}
ORDER BY thread, session_id`,
  },
  {
    name: "handshakes",
    group: "Hosts and connections",
    question: "How long do DNS, TCP and TLS take, host by host?",
    parameters: [RUN, limit(50)],
    sql: `SELECT c.origin AS host, count(*) AS connections, round(avg(c.dns_ms), 1) AS mean_dns_ms,
  round(avg(c.connect_ms), 1) AS mean_tcp_ms, round(avg(c.tls_ms), 1) AS mean_tls_ms, sum(c.tls_resumed) AS tls_resumed,
  round(sum(${HANDSHAKE}), 1) AS all_ms
FROM connection c
WHERE c.run_id = ${RUN_ID}
GROUP BY c.origin
ORDER BY all_ms DESC, host
LIMIT :limit`,
  },
];
