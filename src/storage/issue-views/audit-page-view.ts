/** What auditors ask of every page: whether it may be indexed and why not, and its security headers. */
import { lastFetch, type View } from "../view.ts";

/**
 * A response header of the answer `b`, several joined; NULL without it. Parsed only where its name occurs;
 * `j.value` is JSON as SQLite writes it, without spaces, so that its beginning tells the name in any case.
 */
function header(name: string): string {
  return `CASE WHEN b.headers LIKE '%"${name}"%' THEN
    (SELECT group_concat(j.value ->> 1, ', ') FROM json_each(b.headers) j
      WHERE j.value LIKE '["${name}",%') END`;
}

/** The directives of one X-Robots-Tag value as rows; a comma inside JSON text is always the value's own. */
const PIECES = `json_each('[' || replace(json_quote(json_extract(j.value, '$[1]')), ',', '","') || ']')`;

/** Whether a piece begins with a crawler's name, from where on the value speaks to that one only. */
const NAMES_A_CRAWLER = `e.value LIKE '%_:%' AND trim(e.value) NOT LIKE '*:%'
        AND trim(e.value) NOT LIKE 'unavailable_after:%' AND trim(e.value) NOT LIKE 'max-%:%'`;

/** X-Robots-Tag directives that speak to every crawler, joined by commas. */
const X_ROBOTS = `CASE WHEN b.headers LIKE '%"x-robots-tag"%' THEN
    (SELECT group_concat(CASE WHEN trim(d.value) LIKE '*:%' THEN trim(substr(trim(d.value), 3))
        ELSE trim(d.value) END, ',')
      FROM json_each(b.headers) j, ${PIECES} d
      WHERE j.value LIKE '["x-robots-tag",%'
        AND NOT EXISTS (SELECT 1 FROM ${PIECES} e WHERE e.key <= d.key AND ${NAMES_A_CRAWLER})) END`;

/** Whether a comma-separated list of directives has one of these. */
function hasDirective(list: string, ...names: readonly string[]): string {
  const folded = `(',' || replace(replace(replace(lower(${list}), ' ', ''), char(9), ''), char(10), '') || ',')`;
  const found = names.map((name) => `instr(${folded}, ',${name},') > 0`).join(" OR ");
  return `coalesce(${found}, 0)`;
}

const REASON = `CASE WHEN blocked THEN 'robots_txt'
    WHEN status IS NULL OR error IS NOT NULL THEN 'no_response'
    WHEN status BETWEEN 300 AND 399 THEN 'redirect'
    WHEN status BETWEEN 400 AND 499 THEN 'client_error'
    WHEN status >= 500 THEN 'server_error'
    WHEN status <> 200 THEN 'other_status'
    WHEN ${hasDirective("x_robots_tag", "noindex", "none")} THEN 'noindex_header'
    WHEN html AND ${hasDirective("robots", "noindex", "none")} THEN 'noindex_meta'
    WHEN html AND canonical_url <> url THEN 'canonicalised' END`;

const NOFOLLOW = `${hasDirective("x_robots_tag", "nofollow", "none")}
    OR (html AND ${hasDirective("robots", "nofollow", "none")})`;

const PASSED_ON = [
  ["url_id", "number of the URL"],
  ["url", "the URL"],
  ["status", "status of the last settled attempt, 200 for a 304; NULL without a response"],
  ["error", "why that attempt failed; NULL when it did not"],
  ["depth", "fewest followed links from a seed, as far as seen"],
  ["html", "1 when its last whole answer was a page of HTML with status 200"],
  ["title", "text of the title element"],
  ["description", "meta description"],
  ["h1", "text of the first h1"],
  ["canonical_url", "target of rel=canonical"],
  ["lang", "lang of the html element"],
  ["robots", "meta robots"],
  ["words", "words of readable text"],
  ["text_hash", "hash of that text"],
  ["bytes_body", "bytes of the decoded body of its last whole answer"],
  ["first_byte_ms", "from the request sent to the first byte of that answer"],
  ["answer_ms", "from the request sent to the end of the body of that answer"],
  ["truncated", "1 when the body or its links were cut off"],
  ["content_encoding", "Content-Encoding of that answer; NULL without one"],
  ["x_robots_tag", "directives of its X-Robots-Tag that speak to every crawler"],
  ["strict_transport_security", "its Strict-Transport-Security; NULL without one"],
  ["content_security_policy", "its Content-Security-Policy; NULL without one"],
  ["x_content_type_options", "its X-Content-Type-Options; NULL without one"],
  ["x_frame_options", "its X-Frame-Options; NULL without one"],
  ["referrer_policy", "its Referrer-Policy; NULL without one"],
] as const;

export const AUDIT_PAGE_VIEW: View = {
  name: "v_audit_page",
  meaning:
    "Every URL that was asked for as a page, as it is now, with what auditors ask of it. Headers are those of its last whole answer: a 304 confirms that one. `indexable` says whether nothing that a crawler is told keeps it out of an index.",
  columns: [
    ...PASSED_ON,
    ["nofollow", "1 when it asks not to follow its links"],
    ["indexable", "1 when it may be indexed, 0 when not"],
    [
      "indexable_reason",
      "why not, the first that holds: `robots_txt`, `no_response`, `redirect`, `client_error`, `server_error`, `other_status`, `noindex_header`, `noindex_meta`, `canonicalised` (its rel=canonical names another URL); NULL when it may",
    ],
  ],
  question: "Which pages may no search engine index, and why?",
  example: "SELECT url, indexable_reason FROM v_audit_page WHERE indexable = 0",
  // A page's version is what the last whole answer said when that answer brought it: otherwise the URL
  // has become something else since, such as a PDF.
  select: `SELECT ${PASSED_ON.map(([name]) => name).join(", ")}, (${NOFOLLOW}), (${REASON}) IS NULL, ${REASON}
FROM (SELECT p.url_id, p.url, p.status, p.error, p.depth, q.fetch_id IS NOT NULL AND p.status = 200 AS html,
    p.title, p.description, p.h1, p.canonical_url, p.lang, p.robots, p.words, p.text_hash, p.bytes_body,
    b.ttfb_ms AS first_byte_ms, b.ttfb_ms + coalesce(b.body_ms, 0) AS answer_ms, b.truncated,
    ${header("content-encoding")} AS content_encoding, ${X_ROBOTS} AS x_robots_tag,
    ${header("strict-transport-security")} AS strict_transport_security,
    ${header("content-security-policy")} AS content_security_policy,
    ${header("x-content-type-options")} AS x_content_type_options,
    ${header("x-frame-options")} AS x_frame_options, ${header("referrer-policy")} AS referrer_policy,
    coalesce(w.state = 'excluded' AND w.reason IN ('robots', 'robots_unreachable'), 0) AS blocked
  FROM v_page p LEFT JOIN frontier w ON w.url_id = p.url_id
    LEFT JOIN fetch b ON b.id = ${lastFetch("p.url_id", " AND x.kind = 'page' AND x.not_modified = 0")}
    LEFT JOIN page q ON q.url_id = p.url_id AND q.first_run_id = p.first_run_id AND q.fetch_id = b.id)`,
};
