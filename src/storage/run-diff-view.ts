/** What differs between two runs, as SQL: the view that compares a run with what was known before it. */
import { statusOf, type View } from "./view.ts";

/**
 * A URL's state after a run is what the last attempt on it up to that run said: a URL that a run did not
 * ask counts as unchanged by it. Links count as they stood at the end of the run that asked the URL.
 * So the states of any two runs can be compared, and what differs between the first and the last of
 * several runs is what their differences come to.
 */
const GONE = (fetch: string): string => `${fetch}.status IN (404, 410)`;

/** Whether another URL led to `u` when a run ended: by a link of any kind, a redirect or a sitemap. */
const linkedIn = (runId: string): string => `EXISTS (SELECT 1 FROM link l
      WHERE l.to_url_id = u.id AND l.from_url_id <> u.id AND l.first_run_id <= ${runId}
        AND (l.gone_run_id IS NULL OR l.gone_run_id > ${runId}))`;

/** Nobody has to link to a seed. */
const IS_SEED = "u.url IN (SELECT s.value FROM run r, json_each(r.seeds) s)";

/** The last settled attempt on the page `u` under a condition on `x`. */
export const lastPage = (urlId: string, condition: string): string =>
  `(SELECT x.id FROM fetch x WHERE x.url_id = ${urlId} AND x.kind = 'page' AND x.settled = 1
    AND ${condition} ORDER BY x.run_id DESC LIMIT 1)`;

/** The version of the page `u` that an attempt brought or confirmed. */
export const versionOf = (page: string, fetch: string): string => `${page}.url_id = u.id
    AND ${statusOf(fetch)} BETWEEN 200 AND 299 AND ${page}.first_run_id =
      (SELECT max(v.first_run_id) FROM page v
        WHERE v.url_id = u.id AND v.first_run_id <= ${fetch}.run_id)`;

/**
 * The change of the page `u` from the attempt `b`, which brought the version `q`, to the attempt `f`, which
 * brought `p`. Each but `f` may be missing.
 */
export const CHANGE = `CASE
    WHEN b.id IS NULL THEN 'added'
    WHEN ${GONE("f")} AND (${GONE("b")}) IS NOT TRUE THEN 'gone'
    WHEN (${GONE("b")}) IS NOT TRUE AND NOT ${linkedIn("f.run_id")} AND ${linkedIn("b.run_id")}
      AND NOT ${IS_SEED} THEN 'gone'
    WHEN ${statusOf("f")} IS NOT ${statusOf("b")} OR f.error IS NOT b.error THEN 'status_changed'
    WHEN (${GONE("f")}) IS NOT TRUE AND NOT ${linkedIn("b.run_id")} AND ${linkedIn("f.run_id")}
      AND NOT ${IS_SEED} THEN 'added'
    WHEN f.redirect_url_id IS NOT b.redirect_url_id OR (p.first_run_id IS NOT q.first_run_id
      AND (p.text_hash, p.title, p.description, p.h1, p.canonical_url, p.lang, p.robots, p.charset)
        IS NOT (q.text_hash, q.title, q.description, q.h1, q.canonical_url, q.lang, q.robots,
          q.charset)) THEN 'changed'
    ELSE 'unchanged'
  END`;

export const RUN_DIFF_VIEW: View = {
  name: "v_run_diff",
  meaning:
    "What differs between a run and the one before it, one row per page asked in the run: `added` (never asked before, or linked again after it was gone), `gone` (now 404 or 410, or nothing links to it any more), `status_changed` (another status, or another error), `changed` (another version of the page, or a redirect to elsewhere), `unchanged`. The first that fits counts. A URL that was not asked has no row and counts as unchanged, and its state is that of the last run that asked it; links count as they stood when each of the two runs ended, seeds need none. The first run of a database has no rows, nor has a run before which everything was pruned. For any two runs: `webspool diff`.",
  columns: [
    ["run_id", "the run"],
    ["url_id", "number of the URL"],
    ["url", "the URL"],
    ["change", "added, gone, status_changed, changed or unchanged"],
    ["status_before", "status when it was asked before; NULL without a response"],
    ["status", "status now, 200 for a 304; NULL without a response"],
    ["error_before", "why it failed before; NULL when it did not"],
    ["error", "why it failed now; NULL when it did not"],
    ["run_id_before", "the run that asked it before; NULL when none did"],
    ["title_before", "its title then; NULL when it was no page"],
    ["title", "its title now; NULL when it is no page"],
    ["content_changed", "1 when its text differs; NULL when it was or is no page"],
  ],
  question: "What did the last run find changed?",
  example:
    "SELECT change, url FROM v_run_diff WHERE run_id = (SELECT max(id) FROM run) AND change <> 'unchanged'",
  select: `SELECT f.run_id, u.id, u.url, ${CHANGE},
  ${statusOf("b")}, ${statusOf("f")}, b.error, f.error, b.run_id, q.title, p.title,
  p.text_hash <> q.text_hash
FROM fetch f JOIN url u ON u.id = f.url_id
  LEFT JOIN fetch b ON b.id = ${lastPage("f.url_id", "x.run_id < f.run_id")}
  LEFT JOIN page p ON ${versionOf("p", "f")}
  LEFT JOIN page q ON ${versionOf("q", "b")}
WHERE f.kind = 'page' AND f.settled = 1
  AND (SELECT r.pruned_at IS NULL FROM run r WHERE r.id < f.run_id ORDER BY r.id DESC LIMIT 1)`,
};
