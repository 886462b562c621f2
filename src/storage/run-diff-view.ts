/** The view that compares a run with what was known before it. */
import { statusOf, type View } from "./view.ts";

/**
 * Asked URLs are compared with the last earlier run that asked them: a URL that a run did not ask counts
 * as unchanged by it, so this is its state in the run before. Which links a page had is kept for now
 * only, so "no longer linked" is exact for the newest run.
 */
export const RUN_DIFF_VIEW: View = {
  name: "v_run_diff",
  meaning:
    "What differs between a run and the one before it, one row per page asked in the run: `added` (never asked before), `gone` (now 404 or 410, or nothing links to it any more), `status_changed` (another status, or another error), `changed` (another version of the page), `unchanged`. The first that fits counts. A URL that was not asked has no row and counts as unchanged; the first run of a database has none.",
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
  ],
  question: "What did the last run find changed?",
  example:
    "SELECT change, url FROM v_run_diff WHERE run_id = (SELECT max(id) FROM run) AND change <> 'unchanged'",
  select: `SELECT f.run_id, u.id, u.url,
  CASE
    WHEN b.id IS NULL THEN 'added'
    WHEN f.status IN (404, 410) AND b.status IS NOT 404 AND b.status IS NOT 410 THEN 'gone'
    WHEN EXISTS (SELECT 1 FROM link l WHERE l.gone_run_id = f.run_id AND l.to_url_id = u.id)
      AND NOT EXISTS (SELECT 1 FROM link l
        WHERE l.to_url_id = u.id AND l.gone_run_id IS NULL AND l.from_url_id <> u.id)
      AND NOT EXISTS (SELECT 1 FROM frontier w WHERE w.url_id = u.id AND w.run_id = f.run_id AND w.is_seed = 1)
      THEN 'gone'
    WHEN ${statusOf("f")} IS NOT ${statusOf("b")} OR f.error IS NOT b.error THEN 'status_changed'
    WHEN EXISTS (SELECT 1 FROM page p WHERE p.url_id = u.id AND p.first_run_id = f.run_id) THEN 'changed'
    ELSE 'unchanged'
  END, ${statusOf("b")}, ${statusOf("f")}, b.error, f.error, b.run_id
FROM fetch f JOIN url u ON u.id = f.url_id
  LEFT JOIN fetch b ON b.id = (SELECT x.id FROM fetch x
    WHERE x.url_id = f.url_id AND x.kind = 'page' AND x.settled = 1 AND x.run_id < f.run_id
    ORDER BY x.run_id DESC LIMIT 1)
WHERE f.kind = 'page' AND f.settled = 1 AND EXISTS (SELECT 1 FROM run r WHERE r.id < f.run_id)`,
};
