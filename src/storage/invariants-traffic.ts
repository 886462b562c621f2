/** What must hold of attempts, sockets, sessions, and the runs' counters. */
import { RUN_REASONS } from "../events.ts";
import { CLOSE_REASONS } from "./codes.ts";
import type { Invariant } from "./invariants.ts";

const list = (codes: object): string =>
  Object.keys(codes)
    .map((code) => `'${code}'`)
    .join(", ");

/** A run's counters as its rows have them; of a run that was pruned the rows are gone. */
const COUNTED = `SELECT r.id AS run_id, coalesce(f.pages, 0) AS pages, coalesce(f.requests, 0) AS requests,
    coalesce(f.reused, 0) AS reused, coalesce(c.opened, 0) AS opened, coalesce(f.wire, 0) AS wire,
    coalesce(f.body, 0) AS body
  FROM run r
  LEFT JOIN (SELECT run_id, sum(kind = 'page' AND settled = 1) AS pages,
      count(connection_id) AS requests, sum(reused) FILTER (WHERE connection_id IS NOT NULL) AS reused,
      sum(bytes_wire) FILTER (WHERE connection_id IS NOT NULL) AS wire,
      sum(bytes_body) FILTER (WHERE connection_id IS NOT NULL) AS body
    FROM fetch GROUP BY run_id) f ON f.run_id = r.id
  LEFT JOIN (SELECT run_id, count(*) AS opened FROM connection GROUP BY run_id) c ON c.run_id = r.id
  WHERE r.pruned_at IS NULL`;

const ADD_UP = `SELECT coalesce(c.id, f.connection_id) AS id, coalesce(f.requests, 0) AS requests,
    coalesce(f.reused, 0) AS reused
  FROM connection c
  FULL JOIN (SELECT connection_id, count(*) AS requests, coalesce(sum(reused), 0) AS reused
    FROM fetch WHERE connection_id IS NOT NULL GROUP BY connection_id) f ON f.connection_id = c.id
  WHERE coalesce(c.requests, 0) <> coalesce(f.requests, 0)
    OR coalesce(c.requests_reused, 0) <> coalesce(f.reused, 0)`;

const LATER = `SELECT 1 FROM fetch later WHERE later.run_id = f.run_id AND later.url_id = f.url_id
  AND later.kind = f.kind AND later.attempt > f.attempt`;

const NEWEST = "(SELECT max(id) FROM run)";

export const TRAFFIC_INVARIANTS: readonly Invariant[] = [
  {
    name: "settled_once",
    meaning: "of the attempts on a URL in a run, at most one of each kind settled it",
    count: `SELECT count(*) FROM (SELECT 1 FROM fetch WHERE settled = 1
      GROUP BY run_id, url_id, kind HAVING count(*) > 1)`,
    repair: [
      `UPDATE fetch AS f SET settled = 0 WHERE settled = 1 AND EXISTS (SELECT 1 FROM fetch later
        WHERE later.run_id = f.run_id AND later.url_id = f.url_id AND later.kind = f.kind
          AND later.settled = 1 AND later.id > f.id)`,
    ],
  },
  {
    name: "settled_is_last",
    meaning: "the attempt that settled a URL is the last one on it",
    count: `SELECT count(*) FROM fetch f WHERE f.settled = 1 AND EXISTS (${LATER})`,
    repair: [
      `CREATE TEMP TABLE unsettled AS SELECT run_id, url_id, kind FROM fetch f
        WHERE settled = 1 AND EXISTS (${LATER})`,
      `UPDATE fetch AS f SET settled = 0 WHERE settled = 1 AND EXISTS (${LATER})`,
      `UPDATE fetch AS f SET settled = 1 WHERE NOT EXISTS (${LATER})
        AND (run_id, url_id, kind) IN (SELECT run_id, url_id, kind FROM temp.unsettled)`,
      "DROP TABLE temp.unsettled",
    ],
  },
  {
    name: "requests_add_up",
    meaning: "the requests of a connection are the attempts that it carried",
    count: `SELECT count(*) FROM (${ADD_UP})`,
    repair: [
      `UPDATE connection SET requests = a.requests, requests_reused = a.reused
        FROM (${ADD_UP}) a WHERE a.id = connection.id`,
    ],
  },
  {
    name: "connections_end",
    meaning: "every connection of a run that is over has an end and a reason for it from the list",
    count: `SELECT count(*) FROM connection c JOIN run r ON r.id = c.run_id
      WHERE (r.state <> 'running' AND c.closed_at IS NULL)
        OR (c.closed_at IS NULL) <> (coalesce(c.close_reason, '') NOT IN (${list(CLOSE_REASONS)}))`,
    repair: [
      `UPDATE connection AS c SET close_reason = 'session_closed',
          closed_at = max(c.opened_at, coalesce(c.last_used_at, 0), coalesce(r.finished_at, 0))
        FROM run r WHERE r.id = c.run_id AND r.state <> 'running' AND c.closed_at IS NULL`,
      "UPDATE connection SET close_reason = NULL WHERE closed_at IS NULL",
      `UPDATE connection SET close_reason = 'session_closed' WHERE closed_at IS NOT NULL
        AND coalesce(close_reason, '') NOT IN (${list(CLOSE_REASONS)})`,
    ],
  },
  {
    name: "sessions_end",
    meaning: "every session of a run that is over has an end",
    count: `SELECT count(*) FROM session s JOIN run r ON r.id = s.run_id
      WHERE r.state <> 'running' AND s.closed_at IS NULL`,
    repair: [
      `UPDATE session AS s SET closed_at = max(s.opened_at, coalesce(r.finished_at, 0))
        FROM run r WHERE r.id = s.run_id AND r.state <> 'running' AND s.closed_at IS NULL`,
    ],
  },
  {
    name: "runs_end",
    meaning: "only the newest run may still go on; one that is over says when and why it ended",
    count: `SELECT count(*) FROM run
      WHERE (id < ${NEWEST} AND state NOT IN ('finished', 'abandoned'))
        OR (state = 'running') <> (finished_at IS NULL)
        OR iif(state = 'running', reason IS NOT NULL,
          coalesce(reason, '') NOT IN (${list(RUN_REASONS)}))`,
    repair: [
      `UPDATE run SET state = 'abandoned', reason = 'process_ended',
          finished_at = coalesce(finished_at, heartbeat_at)
        WHERE id < ${NEWEST} AND state NOT IN ('finished', 'abandoned')`,
      "UPDATE run SET finished_at = NULL, reason = NULL WHERE state = 'running'",
      "UPDATE run SET finished_at = heartbeat_at WHERE state <> 'running' AND finished_at IS NULL",
      `UPDATE run SET reason = 'process_ended' WHERE state <> 'running'
        AND coalesce(reason, '') NOT IN (${list(RUN_REASONS)})`,
    ],
  },
  {
    name: "counters_agree",
    meaning: "a run's pages, requests, connections and bytes are those of its rows, unless pruned",
    count: `SELECT count(*) FROM (${COUNTED}) n JOIN run r ON r.id = n.run_id
      WHERE (r.pages, r.requests, r.requests_reused, r.connections_opened, r.bytes_wire, r.bytes_body)
        <> (n.pages, n.requests, n.reused, n.opened, n.wire, n.body)`,
    repair: [
      `UPDATE run SET pages = n.pages, requests = n.requests, requests_reused = n.reused,
          connections_opened = n.opened, bytes_wire = n.wire, bytes_body = n.body
        FROM (${COUNTED}) n WHERE n.run_id = run.id`,
    ],
  },
];
