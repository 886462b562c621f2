/** The views of links that lead to an error: which they are, and since when. */
import { isBroken, lastFetch, type View } from "./view.ts";

// A URL can fail without an attempt of its own, when its host was given up: then the frontier says why.
const STATUS = "CASE WHEN w.state = 'done' OR f.run_id = w.run_id THEN f.status END";
const ERROR = "CASE WHEN w.state = 'failed' THEN coalesce(w.reason, f.error) END";

const BROKEN_LINKS = `FROM link l JOIN frontier w ON w.url_id = l.to_url_id
  LEFT JOIN fetch f ON f.id = ${lastFetch("l.to_url_id")}
  JOIN url s ON s.id = l.from_url_id JOIN url t ON t.id = l.to_url_id
WHERE l.to_url_id IN (SELECT url_id FROM fetch WHERE settled = 1 AND status >= 400
    UNION ALL SELECT url_id FROM frontier WHERE state = 'failed')
  AND (w.state = 'failed' OR (w.state = 'done' AND f.status >= 400))
  AND l.gone_run_id IS NULL AND l.kind <> 'redirect'`;

/** The last attempt that found the target in order. */
const LAST_OK = lastFetch("l.to_url_id", ` AND NOT ${isBroken("x")}`);

/** The run whose attempt was that one; 0 when none was. */
const OK_RUN = `coalesce((SELECT o.run_id FROM fetch o WHERE o.id = ${LAST_OK}), 0)`;

/** Since which run each attempt on the target, or giving its host up, found it broken. */
const TARGET_BROKEN = `(SELECT min(at) FROM (
    SELECT min(x.run_id) AS at FROM fetch x
      WHERE x.url_id = l.to_url_id AND x.settled = 1 AND x.run_id > ${OK_RUN}
    UNION ALL SELECT w.given_up_run_id WHERE w.given_up_run_id > ${OK_RUN}))`;

/**
 * Since which run the source has led to the target without a break: rows follow each other when a link's
 * text or attributes change.
 */
const LINKED = `(SELECT max(a.first_run_id) FROM link a
    WHERE a.to_url_id = l.to_url_id AND a.from_url_id = l.from_url_id AND NOT EXISTS (
      SELECT 1 FROM link b WHERE b.to_url_id = a.to_url_id AND b.from_url_id = a.from_url_id
        AND b.first_run_id < a.first_run_id
        AND (b.gone_run_id IS NULL OR b.gone_run_id >= a.first_run_id)))`;

const WHAT_IS_BROKEN: View["columns"] = [
  ["source", "URL of the page"],
  ["target", "URL it leads to"],
  ["kind", "how it stands in the page"],
  ["anchor", "its text"],
  ["status", "status of the target; NULL without a response"],
  ["error", "why there was no response; NULL with one"],
];

export const BROKEN_LINK_VIEWS: readonly View[] = [
  {
    name: "v_broken_link",
    meaning:
      "Links that are present now and lead to an error: status 400 or more, or no response. Targets that were not asked are not judged (see --check).",
    columns: [...WHAT_IS_BROKEN, ["first_run_id", "the run that saw the link first"]],
    question: "Which links are to be mended, page by page?",
    example: "SELECT source, target, anchor, status, error FROM v_broken_link ORDER BY source",
    select: `SELECT s.url, t.url, l.kind, l.anchor, ${STATUS}, ${ERROR}, l.first_run_id
${BROKEN_LINKS}`,
  },
  {
    name: "v_broken_link_history",
    meaning:
      "The links of `v_broken_link` with since when they are broken: since the source leads to the target without a break and every attempt on the target has failed.",
    columns: [
      ...WHAT_IS_BROKEN,
      ["linked_run_id", "since which run the source leads to the target, whatever the words"],
      ["broken_run_id", "the first run in which the link was broken"],
      [
        "broken_since",
        "when: the target's first failure, or the start of that run when the link is younger or the target's host was given up",
      ],
      ["ok_run_id", "the last run that found the target in order; NULL when none did"],
      ["ok_at", "when that was; NULL when it never was"],
    ],
    question: "Since when is this link broken?",
    example:
      "SELECT source, target, datetime(broken_since / 1000, 'unixepoch') FROM v_broken_link_history ORDER BY broken_since",
    select: `SELECT h.source, h.target, h.kind, h.anchor, h.status, h.error, h.linked_run_id,
  max(h.linked_run_id, h.target_run_id),
  coalesce(iif(h.target_run_id >= h.linked_run_id, (SELECT x.started_at FROM fetch x
      WHERE x.url_id = h.to_url_id AND x.run_id = h.target_run_id AND x.settled = 1 LIMIT 1), NULL),
    (SELECT r.started_at FROM run r WHERE r.id = max(h.linked_run_id, h.target_run_id))),
  o.run_id, o.started_at
FROM (SELECT s.url AS source, t.url AS target, l.kind, l.anchor, ${STATUS} AS status,
    ${ERROR} AS error, l.to_url_id, ${LINKED} AS linked_run_id, ${TARGET_BROKEN} AS target_run_id,
    ${LAST_OK} AS ok_id
  ${BROKEN_LINKS}) h
  LEFT JOIN fetch o ON o.id = h.ok_id`,
  },
];
