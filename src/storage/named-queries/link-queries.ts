/** Named queries about links: those that break, redirect, or lead to or away from a page. */
import { lastFetch, statusOf } from "../view.ts";
import { isUnder, limit, moment, UNDER, type NamedQuery } from "./named-query.ts";

const PAGE_URL = {
  name: "url",
  kind: "url",
  meaning: "the URL, as a browser shows it",
} as const;

/** Beyond so many redirects browsers give up (Fetch standard, "HTTP-redirect fetch"). */
const MOST_HOPS = 20;

/** A settled redirect of the URL `id`, as it was seen last. */
const redirectOf = (fetch: string, id: string): string =>
  `${fetch}.redirect_url_id IS NOT NULL AND ${fetch}.id = ${lastFetch(id)}`;

/**
 * Links `l` to URLs `u` on hosts `h` that no page was asked of: they leave the crawled site. In this order
 * also while a crawl runs, when SQLite has no statistics yet: all URLs once, and the few links to those.
 */
const FOREIGN_LINKS = `url u
  CROSS JOIN host h ON h.id = u.host_id AND h.id NOT IN (SELECT w.host_id FROM frontier w
    WHERE w.kind = 'page' AND w.state IN ('done', 'failed', 'pending', 'fetching'))
  CROSS JOIN link l ON l.to_url_id = u.id AND l.gone_run_id IS NULL AND l.kind IN ('a', 'area')`;

const urlOf = (id: string): string => `(SELECT url FROM url WHERE id = ${id})`;

export const LINK_QUERIES: readonly NamedQuery[] = [
  {
    name: "broken-links",
    group: "Links",
    question: "Which links lead to an error, and on which pages do they stand?",
    parameters: [UNDER, limit(100)],
    sql: `SELECT source, target, kind, anchor, status, error
FROM v_broken_link
WHERE ${isUnder("source")}
ORDER BY source, target
LIMIT :limit`,
  },
  {
    name: "broken-targets",
    group: "Links",
    question: "Which broken URLs are linked most, so that mending one mends many pages?",
    parameters: [limit(50)],
    sql: `SELECT target, status, error, count(DISTINCT source) AS pages, min(source) AS one_of_them
FROM v_broken_link
GROUP BY target, status, error
ORDER BY pages DESC, target
LIMIT :limit`,
  },
  {
    name: "broken-since",
    group: "Links",
    question: "Since when are links broken, the newest first?",
    parameters: [limit(50)],
    sql: `SELECT ${moment("broken_since")} AS since_utc, broken_run_id, source, target, status, error
FROM v_broken_link_history
ORDER BY broken_since DESC, source, target
LIMIT :limit`,
  },
  {
    name: "redirect-chains",
    group: "Links",
    question: "Which URLs that are linked need several redirects to arrive, or never do?",
    parameters: [
      { name: "hops", kind: "number", default: 2, meaning: "at least so many redirects" },
      limit(100),
    ],
    sql: `WITH RECURSIVE chain (start_id, at_id, hops, path) AS (
  SELECT f.url_id, f.redirect_url_id, 1, ${urlOf("f.url_id")} || ' -> ' || ${urlOf("f.redirect_url_id")}
  FROM fetch f
  WHERE ${redirectOf("f", "f.url_id")}
    AND EXISTS (SELECT 1 FROM frontier w WHERE w.url_id = f.url_id AND (w.via_url_id IS NULL
      OR EXISTS (SELECT 1 FROM link l
        WHERE l.to_url_id = f.url_id AND l.kind <> 'redirect' AND l.gone_run_id IS NULL)))
  UNION ALL
  SELECT c.start_id, f.redirect_url_id, c.hops + 1, c.path || ' -> ' || ${urlOf("f.redirect_url_id")}
  FROM chain c CROSS JOIN fetch f ON f.url_id = c.at_id AND ${redirectOf("f", "c.at_id")}
  WHERE c.hops < ${MOST_HOPS} AND c.at_id <> c.start_id
)
SELECT ${urlOf("c.start_id")} AS start, max(c.hops) AS hops, ${urlOf("c.at_id")} AS arrives_at, ${statusOf("e")} AS status,
  e.error, c.path
FROM chain c LEFT JOIN fetch e ON e.id = ${lastFetch("c.at_id")}
GROUP BY c.start_id
HAVING max(c.hops) >= :hops
ORDER BY hops DESC, start
LIMIT :limit`,
  },
  {
    name: "redirected-links",
    group: "Links",
    question: "Which links lead to a redirect, so that they could name its target at once?",
    parameters: [UNDER, limit(100)],
    sql: `SELECT s.url AS source, t.url AS target, l.anchor, f.status, ${urlOf("f.redirect_url_id")} AS redirects_to
FROM fetch f
  CROSS JOIN link l ON l.to_url_id = f.url_id AND l.gone_run_id IS NULL AND l.kind IN ('a', 'area')
  JOIN url s ON s.id = l.from_url_id JOIN url t ON t.id = l.to_url_id
WHERE ${redirectOf("f", "f.url_id")}
  AND ${isUnder("s.url")}
ORDER BY t.url, s.url
LIMIT :limit`,
  },
  {
    name: "links-to",
    group: "Links",
    question: "Which pages link to this URL, and with which words?",
    parameters: [PAGE_URL, limit(100)],
    sql: `SELECT source, kind, anchor, rel, count
FROM v_link
WHERE target = :url AND source <> :url
ORDER BY source
LIMIT :limit`,
  },
  {
    name: "links-from",
    group: "Links",
    question: "What does this page link to, and how does that answer?",
    parameters: [PAGE_URL, limit(1_000)],
    sql: `SELECT l.target, l.kind, l.anchor, ${statusOf("f")} AS status, coalesce(f.error, w.reason) AS why_not
FROM v_link l LEFT JOIN fetch f ON f.id = ${lastFetch("l.to_url_id")}
  LEFT JOIN frontier w ON w.url_id = l.to_url_id
WHERE l.source = :url
ORDER BY l.target
LIMIT :limit`,
  },
  {
    name: "path-to",
    group: "Links",
    question: "By which way from a seed was this URL found?",
    parameters: [PAGE_URL],
    sql: `WITH RECURSIVE way (url_id, next_id, back) AS (
  SELECT id, NULL, 0 FROM url WHERE url = :url
  UNION ALL
  SELECT w.via_url_id, way.url_id, way.back + 1
  FROM way JOIN frontier w ON w.url_id = way.url_id
  WHERE w.via_url_id IS NOT NULL AND way.back < 1000
)
SELECT max(way.back) OVER () - way.back AS step, ${urlOf("way.url_id")} AS url,
  (SELECT l.kind FROM link l WHERE l.to_url_id = way.next_id AND l.from_url_id = way.url_id
    ORDER BY l.gone_run_id IS NOT NULL, l.ordinal LIMIT 1) AS leads_on_by,
  (SELECT l.anchor FROM link l WHERE l.to_url_id = way.next_id AND l.from_url_id = way.url_id
    ORDER BY l.gone_run_id IS NOT NULL, l.ordinal LIMIT 1) AS anchor
FROM way
ORDER BY step`,
  },
  {
    name: "external-hosts",
    group: "Links",
    question: "To which hosts outside of the crawl do pages link, and how often?",
    parameters: [limit(100)],
    sql: `SELECT h.origin AS host, count(*) AS links, count(DISTINCT l.from_url_id) AS pages, count(DISTINCT u.id) AS urls
FROM ${FOREIGN_LINKS}
GROUP BY h.id
ORDER BY links DESC, host
LIMIT :limit`,
  },
  {
    name: "external-links",
    group: "Links",
    question: "Which links lead to hosts that begin so, and on which pages do they stand?",
    parameters: [
      {
        name: "host",
        kind: "text",
        default: "",
        defaultText: "any",
        meaning: "the beginning of an origin, such as https://www.example.org",
      },
      limit(100),
    ],
    sql: `SELECT ${urlOf("l.from_url_id")} AS source, u.url AS target, l.anchor, l.rel
FROM ${FOREIGN_LINKS}
WHERE substr(h.origin, 1, length(:host)) = :host
ORDER BY target, source
LIMIT :limit`,
  },
];
