/** The view of what was taken from pages, as it is now. */
import type { View } from "./view.ts";

export const EXTRACT_VIEW: View = {
  name: "v_extract",
  meaning:
    "What was taken from pages, as of the last run that read each page or was told that it is unchanged. Older runs' values are in `extract`.",
  columns: [
    ["url", "URL of the page"],
    ["name", "name of the rule, or of what was taken"],
    ["idx", "0 for its first value"],
    ["value", "the value as text"],
    ["type", "what it is, or should be"],
    ["number", "its number, where it has one"],
    ["error", "why it is not of its type; NULL when it is"],
    ["run_id", "the run"],
    ["url_id", "number of the URL"],
  ],
  question: "What do the products cost, and which prices could not be read?",
  example: "SELECT url, value, number, error FROM v_extract WHERE name = 'price'",
  select: `SELECT u.url, e.name, e.idx, e.value, e.type, e.number, e.error, e.run_id, e.url_id
FROM extract e JOIN url u ON u.id = e.url_id
WHERE e.run_id = (SELECT x.run_id FROM fetch x WHERE x.url_id = e.url_id AND x.kind = 'page'
    AND x.settled = 1 AND x.error IS NULL AND (x.status < 300 OR x.not_modified = 1)
  ORDER BY x.run_id DESC LIMIT 1)`,
};
