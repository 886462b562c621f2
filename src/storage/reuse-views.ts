/**
 * The views that say how far sockets were reused, and where time went. Those of reuse read `connection`
 * and never `fetch`, so they answer at once in a large database too: the counters of a socket rise with
 * its fetch rows.
 */
import { TIME_LEDGER_VIEW } from "./time-ledger-view.ts";
import type { View } from "./view.ts";

const HANDSHAKE = `CASE WHEN coalesce(c.dns_ms, c.connect_ms, c.tls_ms) IS NOT NULL
      THEN coalesce(c.dns_ms, 0) + coalesce(c.connect_ms, 0) + coalesce(c.tls_ms, 0) END`;

const COLUMNS = [
  ["requests", "attempts that reached a socket"],
  ["reused", "of these, on a socket that had served a request before"],
  ["reuse_ratio", "reused / requests; NULL without requests"],
  ["connections_opened", "sockets opened"],
  ["handshake_ms_spent", "DNS, TCP and TLS of these sockets; NULL where none is known"],
  [
    "handshake_ms_saved",
    "per origin: reused requests x the mean handshake of the sockets opened to it in the run; NULL where none is known",
  ],
  ["by_reason", "JSON object: why how many of these sockets were opened"],
] as const;

/** One row per group of sockets; `of` names the columns that make the group, apart from the run. */
function reuseSelect(of: readonly string[], from: string): string {
  const keys = ["run_id", ...of];
  const same = (left: string, right: string): string =>
    keys.map((key) => `${left}.${key} = ${right}.${key}`).join(" AND ");
  const named = (alias: string): string => keys.map((key) => `${alias}.${key}`).join(", ");
  return `WITH socket AS (
    SELECT c.run_id, c.session_id, c.origin, c.requests, c.requests_reused, c.open_reason,
      ${HANDSHAKE} AS handshake_ms
    FROM connection c),
  mean AS (SELECT run_id, origin, avg(handshake_ms) AS ms FROM socket GROUP BY run_id, origin),
  total AS (
    SELECT ${named("s")}, sum(s.requests) AS requests, sum(s.requests_reused) AS reused,
      count(*) AS opened, sum(s.handshake_ms) AS spent, sum(s.requests_reused * m.ms) AS saved
    FROM socket s JOIN mean m ON m.run_id = s.run_id AND m.origin = s.origin
    GROUP BY ${named("s")}),
  reason AS (
    SELECT ${keys.join(", ")}, json_group_object(open_reason, opened) AS by_reason
    FROM (SELECT ${keys.join(", ")}, open_reason, count(*) AS opened FROM socket
      GROUP BY ${keys.join(", ")}, open_reason ORDER BY opened DESC)
    GROUP BY ${keys.join(", ")})
${from.replace("@VALUES", VALUES).replace("@REASON", `LEFT JOIN reason r ON ${same("r", "t")}`)}`;
}

const VALUES = `coalesce(t.requests, 0), coalesce(t.reused, 0),
  CASE WHEN t.requests > 0 THEN round(1.0 * t.reused / t.requests, 4) END, coalesce(t.opened, 0),
  round(t.spent, 3), round(t.saved, 3), coalesce(r.by_reason, '{}')`;

const RUN = ["run_id", "the run"] as const;

export const REUSE_VIEWS: readonly View[] = [
  {
    name: "v_reuse_run",
    meaning: "Connection reuse per run, runs without a request included.",
    columns: [RUN, ...COLUMNS],
    question: "Does reuse get better or worse from run to run?",
    example: "SELECT run_id, reuse_ratio, handshake_ms_saved FROM v_reuse_run",
    select: reuseSelect(
      [],
      `SELECT run.id, @VALUES FROM run LEFT JOIN total t ON t.run_id = run.id @REASON`,
    ),
  },
  {
    name: "v_reuse_thread",
    meaning: "Connection reuse per worker thread's session, sessions without a request included.",
    columns: [
      RUN,
      ["session_id", "the session"],
      ["pid", "process of the thread"],
      ["thread", "number of the thread in that process"],
      ...COLUMNS,
    ],
    question: "Do all threads keep their sockets?",
    example:
      "SELECT thread, requests, connections_opened, by_reason FROM v_reuse_thread WHERE run_id = 1",
    select: reuseSelect(
      ["session_id"],
      `SELECT n.run_id, n.id, n.pid, n.thread, @VALUES FROM session n
  LEFT JOIN total t ON t.run_id = n.run_id AND t.session_id = n.id @REASON`,
    ),
  },
  {
    name: "v_reuse_origin",
    meaning: "Connection reuse per origin that a socket was opened to.",
    columns: [RUN, ["origin", "scheme, host name and port"], ...COLUMNS],
    question: "Which servers cost the most handshakes?",
    example:
      "SELECT origin, reuse_ratio, by_reason FROM v_reuse_origin ORDER BY handshake_ms_spent DESC LIMIT 10",
    select: reuseSelect(["origin"], `SELECT t.run_id, t.origin, @VALUES FROM total t @REASON`),
  },
  {
    name: "v_new_connection",
    meaning: "Why each socket was opened, and what became of the one it replaced.",
    columns: [
      RUN,
      ["connection_id", "the socket"],
      ["origin", "where it leads"],
      ["thread", "the thread whose session opened it"],
      ["opened_at", "when, epoch milliseconds"],
      ["reason", "why: a code of `connection.open_reason`"],
      ["previous_id", "the socket it replaced; NULL when it replaced none"],
      ["previous_close_reason", "why that one was closed"],
      ["previous_requests", "requests that one had carried"],
      ["previous_idle_ms", "from the end of its last request to the opening of this one"],
      ["dns_ms", "name look-up of this one"],
      ["connect_ms", "its TCP handshake"],
      ["tls_ms", "its TLS handshake"],
      ["tls_resumed", "1 when that resumed an earlier TLS session"],
      ["requests", "requests it carried"],
      ["close_reason", "why it was closed; NULL while it is open"],
    ],
    question: "Why does a crawl open more sockets than it needs?",
    example: "SELECT reason, count(*) FROM v_new_connection WHERE run_id = 1 GROUP BY reason",
    select: `SELECT c.run_id, c.id, c.origin, s.thread, c.opened_at, c.open_reason, c.previous_id,
  p.close_reason, p.requests, c.opened_at - p.last_used_at, c.dns_ms, c.connect_ms, c.tls_ms,
  c.tls_resumed, c.requests, c.close_reason
FROM connection c JOIN session s ON s.id = c.session_id
  LEFT JOIN connection p ON p.id = c.previous_id`,
  },
  TIME_LEDGER_VIEW,
];
