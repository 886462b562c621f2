/** Named queries about what pages are and say. */
import { lastFetch, statusOf } from "../view.ts";
import { isUnder, limit, UNDER, type NamedQuery } from "./named-query.ts";

/** Where the path of a URL begins, from 1: behind the origin. */
const PATH = "substr(p.url, length(h.origin) + 1)";

/** `/docs/` of `/docs/a/b`, and `/` of `/index.html`. */
const TOP_FOLDER = `CASE instr(substr(${PATH}, 2), '/')
    WHEN 0 THEN '/' ELSE substr(${PATH}, 1, instr(substr(${PATH}, 2), '/') + 1) END`;

/** A Content-Type without its parameters. */
const MEDIA_TYPE = "lower(trim(substr(content_type, 1, instr(content_type || ';', ';') - 1)))";

export const PAGE_QUERIES: readonly NamedQuery[] = [
  {
    name: "statuses",
    group: "Pages",
    question: "How many pages answered with which status, or why not at all?",
    parameters: [UNDER],
    sql: `SELECT status, error, count(*) AS pages, min(url) AS one_of_them
FROM v_page
WHERE ${isUnder("url")}
GROUP BY status, error
ORDER BY pages DESC`,
  },
  {
    name: "errors",
    group: "Pages",
    question: "Which URLs failed or answered with an error, and what exactly was said?",
    parameters: [UNDER, limit(100)],
    sql: `SELECT u.url, ${statusOf("f")} AS status, iif(w.state = 'failed', w.reason, f.error) AS error,
  coalesce(f.detail, w.detail) AS detail
FROM frontier w JOIN url u ON u.id = w.url_id LEFT JOIN fetch f ON f.id = ${lastFetch("w.url_id")}
WHERE w.url_id IN (SELECT url_id FROM fetch WHERE settled = 1 AND status >= 400
    UNION ALL SELECT url_id FROM frontier WHERE state = 'failed')
  AND w.kind IN ('page', 'asset') AND (w.state = 'failed' OR (w.state = 'done' AND f.status >= 400))
  AND ${isUnder("u.url")}
ORDER BY u.url
LIMIT :limit`,
  },
  {
    name: "folders",
    group: "Pages",
    question: "How do the pages of each top folder answer?",
    parameters: [limit(100)],
    sql: `SELECT h.origin AS host, ${TOP_FOLDER} AS folder, count(*) AS pages,
  sum(p.status BETWEEN 200 AND 299) AS good, sum(p.status BETWEEN 300 AND 399) AS redirects,
  sum(p.status BETWEEN 400 AND 499) AS missing, sum(p.status >= 500) AS server_errors,
  sum(p.status IS NULL) AS no_response, round(avg(p.total_ms)) AS mean_ms
FROM v_page p JOIN url u ON u.id = p.url_id JOIN host h ON h.id = u.host_id
GROUP BY host, folder
ORDER BY pages DESC, host, folder
LIMIT :limit`,
  },
  {
    name: "depths",
    group: "Pages",
    question: "How many links away from a seed do pages lie?",
    parameters: [],
    sql: `SELECT depth, count(*) AS pages, sum(status = 200) AS ok, sum(status >= 400 OR error IS NOT NULL) AS broken,
  round(avg(words)) AS mean_words
FROM v_page
GROUP BY depth
ORDER BY depth IS NULL, depth`,
  },
  {
    name: "content-types",
    group: "Pages",
    question: "Which types of content were there, and how large are they?",
    parameters: [],
    sql: `SELECT ${MEDIA_TYPE} AS type, count(*) AS urls,
  sum(bytes_body) AS bytes, round(avg(bytes_body)) AS mean_bytes, max(bytes_body) AS largest
FROM v_page
WHERE status = 200
GROUP BY type
ORDER BY urls DESC, type`,
  },
  {
    name: "slowest-pages",
    group: "Pages",
    question: "Which pages took longest to come?",
    parameters: [UNDER, limit(20)],
    sql: `SELECT p.url, round(p.total_ms) AS total_ms, round(f.ttfb_ms) AS first_byte_ms, round(f.body_ms) AS body_ms,
  p.bytes_body, p.status
FROM v_page p JOIN fetch f ON f.id = p.fetch_id
WHERE p.status IS NOT NULL AND ${isUnder("p.url")}
ORDER BY p.total_ms DESC
LIMIT :limit`,
  },
  {
    name: "largest-pages",
    group: "Pages",
    question: "Which pages are the largest?",
    parameters: [UNDER, limit(20)],
    sql: `SELECT url, bytes_body, words, content_type
FROM v_page
WHERE bytes_body IS NOT NULL AND ${isUnder("url")}
ORDER BY bytes_body DESC, url
LIMIT :limit`,
  },
  {
    name: "thin-pages",
    group: "Pages",
    question: "Which pages say next to nothing?",
    parameters: [
      { name: "words", kind: "number", default: 100, meaning: "fewer words than these" },
      limit(100),
    ],
    sql: `SELECT url, words, title
FROM v_page
WHERE status = 200 AND words < :words
ORDER BY words, url
LIMIT :limit`,
  },
  {
    name: "orphan-pages",
    group: "Pages",
    question: "Which pages does no other page link to, though a sitemap or a seed names them?",
    parameters: [limit(100)],
    sql: `SELECT p.url, p.title, CASE
    WHEN (SELECT is_seed FROM frontier WHERE url_id = p.url_id) = 1 THEN 'seed'
    WHEN EXISTS (SELECT 1 FROM link l WHERE l.to_url_id = p.url_id AND l.kind = 'sitemap'
      AND l.gone_run_id IS NULL) THEN 'sitemap'
    ELSE 'earlier links' END AS known_from
FROM v_page p
WHERE p.status = 200 AND p.words IS NOT NULL AND NOT EXISTS (SELECT 1 FROM link l
  WHERE l.to_url_id = p.url_id AND l.from_url_id <> p.url_id AND l.gone_run_id IS NULL
    AND l.kind NOT IN ('sitemap', 'canonical', 'alternate'))
ORDER BY p.url
LIMIT :limit`,
  },
  {
    name: "duplicate-titles",
    group: "Pages",
    question: "Which titles do several pages have?",
    parameters: [limit(100)],
    sql: `SELECT title, count(*) AS pages, min(url) AS one_of_them, max(url) AS another
FROM v_page
WHERE status = 200 AND title <> ''
GROUP BY title
HAVING count(*) > 1
ORDER BY pages DESC, title
LIMIT :limit`,
  },
  {
    name: "missing-titles",
    group: "Pages",
    question: "Which pages have no title, or an empty one?",
    parameters: [limit(100)],
    sql: `SELECT url, h1, words
FROM v_page
WHERE status = 200 AND words IS NOT NULL AND coalesce(title, '') = ''
ORDER BY url
LIMIT :limit`,
  },
  {
    name: "missing-descriptions",
    group: "Pages",
    question: "Which pages have no meta description, or an empty one?",
    parameters: [limit(100)],
    sql: `SELECT url, title
FROM v_page
WHERE status = 200 AND words IS NOT NULL AND coalesce(description, '') = ''
ORDER BY url
LIMIT :limit`,
  },
  {
    name: "duplicate-pages",
    group: "Pages",
    question: "Which pages say exactly the same, without naming one of them as canonical?",
    parameters: [limit(100)],
    sql: `SELECT first_url, url, pages, canonical_url
FROM v_duplicate
WHERE undeclared > 1 AND declared = 0 AND url <> first_url
ORDER BY first_url, url
LIMIT :limit`,
  },
  {
    name: "near-duplicates",
    group: "Pages",
    question: "Which pages differ in little more than a sentence?",
    parameters: [limit(100)],
    sql: `SELECT first_url, url, distance, pages, canonical_url
FROM v_near_duplicate
WHERE url <> first_url
ORDER BY first_url, url
LIMIT :limit`,
  },
];
