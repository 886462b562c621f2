/** What must hold of URLs, their places in the frontier, and what pages said. */
import { FRONTIER_REASONS } from "./codes.ts";
import type { Invariant } from "./invariants.ts";

const REASONS = Object.keys(FRONTIER_REASONS)
  .map((code) => `'${code}'`)
  .join(", ");

/** An attempt `f` is one on the frontier row `w`, in the run that last touched it. */
const OF_ROW = "f.run_id = w.run_id AND f.url_id = w.url_id AND f.kind = w.kind";

const DONE_UNSETTLED = `w.state = 'done'
  AND NOT EXISTS (SELECT 1 FROM fetch f WHERE ${OF_ROW} AND f.settled = 1)`;

const FAILED_UNSEEN = `w.state = 'failed'
  AND NOT EXISTS (SELECT 1 FROM fetch f WHERE ${OF_ROW} AND f.settled = 1)
  AND (w.run_id, w.host_id, w.reason) NOT IN (SELECT f.run_id, u.host_id, f.error
    FROM fetch f JOIN url u ON u.id = f.url_id WHERE f.error IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM run r WHERE r.id = w.run_id AND r.pruned_at IS NOT NULL)`;

/** Robots and sitemaps may be asked for again within a run, when they have expired. */
const WAITS_SETTLED = `w.state IN ('pending', 'fetching') AND w.kind IN ('page', 'asset')
  AND EXISTS (SELECT 1 FROM fetch f WHERE ${OF_ROW} AND f.settled = 1)`;

const WAITS_AGAIN = `state = 'pending', reason = NULL, detail = NULL, settled_at = NULL,
  due_at = coalesce(due_at, @now)`;

export const FRONTIER_INVARIANTS: readonly Invariant[] = [
  {
    name: "urls_once",
    meaning: "no URL is stored twice",
    count: "SELECT count(*) FROM (SELECT 1 FROM url GROUP BY url HAVING count(*) > 1)",
  },
  {
    name: "urls_known",
    meaning: "every URL has its place in the frontier, at its own host",
    count: `SELECT count(*) FROM url u LEFT JOIN frontier w ON w.url_id = u.id
      WHERE w.url_id IS NULL OR w.host_id <> u.host_id`,
    repair: [
      `UPDATE frontier SET host_id = (SELECT host_id FROM url u WHERE u.id = url_id)
        WHERE host_id <> (SELECT host_id FROM url u WHERE u.id = url_id)`,
    ],
  },
  {
    name: "done_settled",
    meaning: "what is done has an attempt that settled it in its run",
    count: `SELECT count(*) FROM frontier w WHERE ${DONE_UNSETTLED}`,
    repair: [
      `UPDATE fetch SET settled = 1 WHERE id IN (SELECT (SELECT f.id FROM fetch f WHERE ${OF_ROW}
        ORDER BY f.attempt DESC LIMIT 1) FROM frontier w WHERE ${DONE_UNSETTLED})`,
      `UPDATE frontier AS w SET ${WAITS_AGAIN} WHERE ${DONE_UNSETTLED}`,
    ],
  },
  {
    name: "failures_seen",
    meaning:
      "what failed has an attempt that settled it, or is of a host that was given up for one",
    count: `SELECT count(*) FROM frontier w WHERE ${FAILED_UNSEEN}`,
    repair: [`UPDATE frontier AS w SET ${WAITS_AGAIN} WHERE ${FAILED_UNSEEN}`],
  },
  {
    name: "waiting_unsettled",
    meaning: "no page or asset that waits was settled in the same run",
    count: `SELECT count(*) FROM frontier w WHERE ${WAITS_SETTLED}`,
    repair: [
      `UPDATE frontier AS w SET settled_at = @now, reason = f.error, detail = f.detail,
        state = iif(f.error IS NULL, 'done', 'failed')
        FROM fetch f WHERE ${OF_ROW} AND f.settled = 1
          AND w.state IN ('pending', 'fetching') AND w.kind IN ('page', 'asset')`,
    ],
  },
  {
    name: "settled_when",
    meaning: "what is settled says when, what waits does not, and says when it is due",
    count: `SELECT count(*) FROM frontier
      WHERE (settled_at IS NULL) <> (state IN ('pending', 'fetching'))
        OR (state = 'pending' AND due_at IS NULL)`,
    repair: [
      `UPDATE frontier SET settled_at = iif(state IN ('pending', 'fetching'), NULL,
          coalesce(settled_at, (SELECT heartbeat_at FROM run r WHERE r.id = run_id))),
        due_at = iif(state = 'pending', coalesce(due_at, @now), due_at)
      WHERE (settled_at IS NULL) <> (state IN ('pending', 'fetching'))
        OR (state = 'pending' AND due_at IS NULL)`,
    ],
  },
  {
    name: "nothing_in_flight",
    meaning: "nothing is being fetched in a run that is over",
    count: `SELECT count(*) FROM frontier w JOIN run r ON r.id = w.run_id
      WHERE w.state = 'fetching' AND r.state <> 'running'`,
    repair: [
      `UPDATE frontier SET ${WAITS_AGAIN} WHERE state = 'fetching'
        AND run_id IN (SELECT id FROM run WHERE state <> 'running')`,
    ],
  },
  {
    name: "reasons_given",
    meaning: "what was excluded or failed says why, with a code of the list; nothing else does",
    count: `SELECT count(*) FROM frontier
      WHERE iif(state IN ('excluded', 'failed'), coalesce(reason, '') NOT IN (${REASONS}),
        reason IS NOT NULL)`,
  },
  {
    name: "versions_follow",
    meaning:
      "versions of a page follow each other, and each was brought by an attempt on that page",
    count: `SELECT count(*) FROM page p JOIN fetch f ON f.id = p.fetch_id
      WHERE p.last_run_id < p.first_run_id OR f.url_id <> p.url_id
        OR EXISTS (SELECT 1 FROM page next WHERE next.url_id = p.url_id
          AND next.first_run_id > p.first_run_id AND next.first_run_id < p.last_run_id)`,
  },
  {
    name: "links_last",
    meaning:
      "a link was seen last in the run that saw it first or later, and found gone after that",
    count: `SELECT count(*) FROM link
      WHERE last_run_id < first_run_id OR gone_run_id < last_run_id`,
  },
];
