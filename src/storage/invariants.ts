/** What must hold in every database between transactions; each query counts the rows that break it. */

export interface Invariant {
  readonly name: string;
  readonly meaning: string;
  /** Returns one number: 0 when it holds. */
  readonly count: string;
}

export const INVARIANTS: readonly Invariant[] = [
  {
    name: "requests_add_up",
    meaning: "the requests of a connection are the attempts that it carried",
    count: `SELECT count(*) FROM connection c
      FULL JOIN (SELECT connection_id, count(*) AS requests, coalesce(sum(reused), 0) AS reused
        FROM fetch WHERE connection_id IS NOT NULL GROUP BY connection_id) f ON f.connection_id = c.id
      WHERE coalesce(c.requests, 0) <> coalesce(f.requests, 0)
        OR coalesce(c.requests_reused, 0) <> coalesce(f.reused, 0)`,
  },
  {
    name: "connections_end",
    meaning: "every connection of a run that is over has an end and a reason for it",
    count: `SELECT count(*) FROM connection c JOIN run r ON r.id = c.run_id
      WHERE r.state <> 'running' AND (c.closed_at IS NULL OR c.close_reason IS NULL)`,
  },
  {
    name: "settled_once",
    meaning: "what is done has one attempt of its kind that settled it in its run",
    count: `SELECT count(*) FROM frontier w WHERE w.state = 'done' AND
      (SELECT count(*) FROM fetch f WHERE f.run_id = w.run_id AND f.url_id = w.url_id
        AND f.kind = w.kind AND f.settled = 1) <> 1`,
  },
  {
    name: "failures_seen",
    meaning: "what failed has an attempt that failed, or is of a host that was given up for one",
    count: `SELECT count(*) FROM frontier w WHERE w.state = 'failed'
      AND NOT EXISTS (SELECT 1 FROM fetch f WHERE f.run_id = w.run_id AND f.url_id = w.url_id
        AND f.kind = w.kind AND f.settled = 1)
      AND (w.run_id, w.host_id, w.reason) NOT IN (SELECT f.run_id, u.host_id, f.error
        FROM fetch f JOIN url u ON u.id = f.url_id WHERE f.error IS NOT NULL)`,
  },
  {
    name: "settled_is_last",
    meaning: "the attempt that settled a URL is the last one on it",
    count: `SELECT count(*) FROM fetch f WHERE f.settled = 1 AND EXISTS (SELECT 1 FROM fetch x
      WHERE x.run_id = f.run_id AND x.url_id = f.url_id AND x.kind = f.kind AND x.attempt > f.attempt)`,
  },
  {
    name: "nothing_in_flight",
    meaning: "nothing is being fetched in a run that is over",
    count: `SELECT count(*) FROM frontier w JOIN run r ON r.id = w.run_id
      WHERE w.state = 'fetching' AND r.state <> 'running'`,
  },
  {
    name: "reasons_given",
    meaning: "what was excluded or failed says why",
    count: `SELECT count(*) FROM frontier WHERE state IN ('excluded', 'failed') AND reason IS NULL`,
  },
  {
    name: "urls_known",
    meaning: "every URL that is known has its place in the frontier, and every link its two ends",
    count: `SELECT (SELECT count(*) FROM url u WHERE NOT EXISTS (SELECT 1 FROM frontier w WHERE w.url_id = u.id))
      + (SELECT count(*) FROM link l WHERE NOT EXISTS (SELECT 1 FROM url u WHERE u.id = l.to_url_id)
        OR NOT EXISTS (SELECT 1 FROM url u WHERE u.id = l.from_url_id))`,
  },
];
