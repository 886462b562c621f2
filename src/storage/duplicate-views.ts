/** The views of pages that say the same, or nearly the same, under several URLs. */
import { lastFetch, statusOf, type View } from "./view.ts";

/** The page `p` of URL `u`, as it is now: its newest version, and its last answer was 200. */
const PRESENT = `p.first_run_id = (SELECT max(q.first_run_id) FROM page q WHERE q.url_id = p.url_id)
    AND (SELECT ${statusOf("f")} FROM fetch f
      WHERE f.id = ${lastFetch("p.url_id", " AND x.kind = 'page'")}) = 200`;

/** Whether it says itself that it is a copy. */
const DECLARED = "iif(p.canonical_url <> u.url, 1, 0)";

const COLUMNS: View["columns"] = [
  ["first_url", "the URL of the group that was known first"],
  ["url", "a URL of the group"],
  ["pages", "how many rows the group has"],
  ["canonical_url", "target of its rel=canonical; NULL without one"],
  [
    "declared",
    "1 when its rel=canonical names another URL, so that it says itself that it is a copy",
  ],
  ["undeclared", "how many of the group do not; more than 1 when nothing says which is meant"],
  ["url_id", "number of the URL"],
];

export const DUPLICATE_VIEWS: readonly View[] = [
  {
    name: "v_duplicate",
    meaning:
      "Pages that say exactly the same under several URLs: the newest versions of those that answered 200 last, with the same `text_hash`. Pages without any text are in no group; a redirect is no page.",
    columns: [["text_hash", "the group: hash of the text that its pages share"], ...COLUMNS],
    question: "Which pages say the same, without a rel=canonical that says which of them is meant?",
    example:
      "SELECT first_url, url FROM v_duplicate WHERE undeclared > 1 AND declared = 0 AND url <> first_url",
    select: `SELECT text_hash, first_url, url, pages, canonical_url, declared, undeclared, url_id
FROM (SELECT p.text_hash, first_value(u.url) OVER (g ORDER BY u.id) AS first_url, u.url,
    count(*) OVER g AS pages, p.canonical_url, ${DECLARED} AS declared,
    count(*) OVER g - sum(${DECLARED}) OVER g AS undeclared, u.id AS url_id
  FROM (SELECT text_hash FROM page GROUP BY text_hash HAVING min(url_id) < max(url_id)) t
    CROSS JOIN page p ON p.text_hash = t.text_hash JOIN url u ON u.id = p.url_id
  WHERE p.words > 0 AND ${PRESENT}
  WINDOW g AS (PARTITION BY p.text_hash))
WHERE pages > 1`,
  },
  {
    name: "v_near_duplicate",
    meaning:
      "Pages that say nearly the same: the newest versions of those that answered 200 last, of the same `similar_group_id`, with different texts. Of pages with exactly the same text (see v_duplicate) the one that was known first stands for all.",
    columns: [
      ["group_id", "the group: see similar_group"],
      ...COLUMNS,
      ["distance", "in how many of 64 bits its simhash differs from the group's, 0 to 3"],
      ["text_hash", "hash of its text"],
    ],
    question: "Which pages differ in little more than a sentence?",
    example: "SELECT first_url, url, distance FROM v_near_duplicate WHERE url <> first_url",
    select: `SELECT similar_group_id, first_value(url) OVER (g ORDER BY url_id), url, pages, canonical_url, declared,
  undeclared, url_id, distance, text_hash
FROM (SELECT *, count(*) OVER g AS pages, count(*) OVER g - sum(declared) OVER g AS undeclared
  FROM (SELECT p.similar_group_id, p.similar_distance AS distance, p.text_hash, u.id AS url_id, u.url,
      p.canonical_url, ${DECLARED} AS declared,
      row_number() OVER (PARTITION BY p.similar_group_id, p.text_hash ORDER BY u.id) AS place
    FROM (SELECT similar_group_id FROM page WHERE similar_group_id IS NOT NULL
        GROUP BY similar_group_id HAVING min(url_id) < max(url_id)) t
      CROSS JOIN page p ON p.similar_group_id = t.similar_group_id JOIN url u ON u.id = p.url_id
    WHERE ${PRESENT})
  WHERE place = 1
  WINDOW g AS (PARTITION BY similar_group_id))
WHERE pages > 1
WINDOW g AS (PARTITION BY similar_group_id)`,
  },
];
