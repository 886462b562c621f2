/** The views: the questions that every release answers under the same names and columns. */
import { BROKEN_LINK_VIEWS } from "./broken-link-views.ts";
import { DUPLICATE_VIEWS } from "./duplicate-views.ts";
import { EXTRACT_VIEW } from "./extract-view.ts";
import { ISSUE_VIEWS } from "./issue-views/index.ts";
import { REUSE_VIEWS } from "./reuse-views.ts";
import { RUN_DIFF_VIEW } from "./run-diff-view.ts";
import { TEXT_VIEW } from "./text-view.ts";
import { lastFetch, statusOf, type View } from "./view.ts";

const LATEST_PAGE = `page p WHERE p.first_run_id =
  (SELECT max(q.first_run_id) FROM page q WHERE q.url_id = p.url_id)`;

export const VIEWS: readonly View[] = [
  {
    name: "v_link",
    meaning: "Links that are present now, as URLs.",
    columns: [
      ["source", "URL of the page"],
      ["target", "URL it leads to"],
      ["kind", "how it stands in the page"],
      ["rel", "its rel attribute"],
      ["anchor", "its text; of an img its alt: NULL when missing, '' when empty"],
      ["hreflang", "its hreflang attribute"],
      ["count", "how often it stands in the page"],
      ["first_run_id", "the run that saw it first"],
      ["last_run_id", "the run that saw it last"],
      ["from_url_id", "the page's number"],
      ["to_url_id", "the target's number"],
    ],
    question: "Who links to a page, and with which words?",
    example: "SELECT source, anchor FROM v_link WHERE target = 'https://example.com/about'",
    select: `SELECT s.url, t.url, l.kind, l.rel, l.anchor, l.hreflang, l.count, l.first_run_id,
  l.last_run_id, l.from_url_id, l.to_url_id
FROM link l JOIN url s ON s.id = l.from_url_id JOIN url t ON t.id = l.to_url_id
WHERE l.gone_run_id IS NULL`,
  },
  {
    name: "v_page",
    meaning:
      "Every URL that was asked for as a page: its newest version, with the status or error of the attempt that settled it last. Redirects, errors and other types have no title and no words.",
    columns: [
      ["url_id", "number of the URL"],
      ["url", "the URL"],
      ["status", "status of the last settled attempt, 200 for a 304; NULL without a response"],
      ["error", "why that attempt failed; NULL when it did not"],
      ["content_type", "its Content-Type; of a 304 that of the answer it confirms"],
      ["depth", "fewest followed links from a seed, as far as seen"],
      ["title", "text of the title element"],
      ["description", "meta description"],
      ["h1", "text of the first h1"],
      ["canonical_url", "target of rel=canonical"],
      ["lang", "lang of the html element"],
      ["robots", "meta robots"],
      ["charset", "encoding it was decoded with"],
      ["words", "words of readable text"],
      ["text_hash", "hash of that text, but for what changes by itself: see page"],
      ["first_run_id", "the run that saw this version first"],
      ["last_run_id", "the run that saw this version last"],
      ["run_id", "the run of the last settled attempt"],
      ["fetch_id", "that attempt"],
      ["total_ms", "how long it took"],
      ["bytes_body", "bytes of its decoded body; of a 304 those of the answer it confirms"],
    ],
    question: "Which pages say next to nothing?",
    example: "SELECT url, title FROM v_page WHERE status = 200 AND words < 50",
    // The condition always holds. It keeps a pass over all URLs in the order of their numbers, in which
    // the other tables are; by `url_key` alone it would go through those in the alphabet's.
    select: `SELECT u.id, u.url, ${statusOf("f")}, f.error,
  iif(f.not_modified, g.content_type, f.content_type), u.depth, p.title, p.description, p.h1,
  p.canonical_url, p.lang, p.robots, p.charset, p.words, p.text_hash, p.first_run_id, p.last_run_id,
  f.run_id, f.id, f.total_ms, iif(f.not_modified, g.bytes_body, f.bytes_body)
FROM url u JOIN fetch f ON f.id = ${lastFetch("u.id", " AND x.kind = 'page'")}
  LEFT JOIN (SELECT * FROM ${LATEST_PAGE}) p ON p.url_id = u.id
  LEFT JOIN fetch g ON f.not_modified = 1
    AND g.id = ${lastFetch("u.id", " AND x.kind = 'page' AND x.not_modified = 0 AND x.status < 300")}
WHERE u.first_run_id > 0`,
  },
  TEXT_VIEW,
  ...BROKEN_LINK_VIEWS,
  {
    name: "v_redirect",
    meaning: "Redirects as they were seen last: from where, to where, with which status.",
    columns: [
      ["source", "URL that redirects"],
      ["target", "URL it redirects to"],
      ["status", "301, 302, 303, 307 or 308"],
      ["target_status", "status of the target; NULL when it has none or was not asked"],
      ["run_id", "the run that saw it last"],
    ],
    question: "Which redirects lead to an error?",
    example: "SELECT source, target, target_status FROM v_redirect WHERE target_status >= 400",
    select: `SELECT s.url, t.url, f.status, ${statusOf("g")}, f.run_id
FROM fetch f JOIN url s ON s.id = f.url_id JOIN url t ON t.id = f.redirect_url_id
  LEFT JOIN fetch g ON g.id = ${lastFetch("f.redirect_url_id")}
WHERE f.redirect_url_id IS NOT NULL AND f.id = ${lastFetch("f.url_id")}`,
  },
  ...REUSE_VIEWS,
  RUN_DIFF_VIEW,
  EXTRACT_VIEW,
  ...DUPLICATE_VIEWS,
  ...ISSUE_VIEWS,
];

export function createViews(): string[] {
  return VIEWS.map(
    ({ name, columns, select }) =>
      `CREATE VIEW ${name} (${columns.map(([column]) => column).join(", ")}) AS ${select}`,
  );
}
