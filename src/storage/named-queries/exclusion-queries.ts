/** Named queries about what was not asked for, and which rule said so. */
import { limit, moment, type NamedQuery } from "./named-query.ts";

export const EXCLUSION_QUERIES: readonly NamedQuery[] = [
  {
    name: "excluded",
    group: "What was left out",
    question: "How many URLs were not asked for, and why?",
    parameters: [],
    sql: `SELECT w.reason, w.urls, u.url AS one_of_them
FROM (SELECT reason, count(*) AS urls, min(url_id) AS url_id FROM frontier
    WHERE state = 'excluded' GROUP BY reason) w
  JOIN url u ON u.id = w.url_id
ORDER BY w.urls DESC, w.reason`,
  },
  {
    name: "excluded-by-robots",
    group: "What was left out",
    question: "Which URLs does robots.txt forbid, and by which line?",
    parameters: [limit(100)],
    sql: `SELECT u.url, w.detail AS line, (SELECT url FROM url WHERE id = w.via_url_id) AS found_on
FROM frontier w JOIN url u ON u.id = w.url_id
WHERE w.state = 'excluded' AND w.reason IN ('robots', 'robots_unreachable')
ORDER BY u.url
LIMIT :limit`,
  },
  {
    name: "excluded-by-traps",
    group: "What was left out",
    question:
      "Which URLs look like a crawler trap, by which rule, and on which page were they found?",
    parameters: [
      {
        name: "reason",
        kind: "text",
        default: "trap_",
        meaning: "how the reason begins, such as trap_calendar",
      },
      limit(100),
    ],
    sql: `SELECT w.reason, u.url, w.detail, (SELECT url FROM url WHERE id = w.via_url_id) AS found_on
FROM frontier w JOIN url u ON u.id = w.url_id
WHERE w.state = 'excluded' AND substr(w.reason, 1, length(:reason)) = :reason AND w.reason GLOB 'trap_*'
ORDER BY w.reason, u.url
LIMIT :limit`,
  },
  {
    name: "trap-rules",
    group: "What was left out",
    question: "Which rules about endless parts of a site were learned, and on what evidence?",
    parameters: [],
    sql: `SELECT h.origin AS host, r.kind, r.pattern, r.reason, r.pages_for, r.pages_against,
  ${moment("r.learned_at")} AS learned_utc
FROM trap_rule r JOIN host h ON h.id = r.host_id
ORDER BY host, r.kind, r.pattern`,
  },
  {
    name: "robots-versions",
    group: "What was left out",
    question: "Which versions of each robots.txt were seen, and which one is in force?",
    parameters: [],
    sql: `SELECT h.origin AS host, r.id AS robots_id, ${moment("r.fetched_at")} AS first_seen_utc,
  ${moment("r.checked_at")} AS last_seen_utc, r.status, length(r.body) AS bytes, h.robots_id = r.id AS in_force
FROM robots r JOIN host h ON h.id = r.host_id
ORDER BY host, r.id`,
  },
];
