/** Issues of how pages hang together: too far from a seed, linked by nobody, leading nowhere. */
import { limit } from "./audit-limits.ts";
import { INDEXABLE_PAGE, pageIssue, type Issue } from "./issue.ts";

export const DEPTH_ISSUES: readonly Issue[] = [
  pageIssue({
    id: "page_deep",
    group: "depth",
    severity: "notice",
    sentence: `The page is more than ${limit("depth_max")} links away from the seeds: few visitors come so far.`,
    columns: [
      ["depth", "fewest followed links from a seed", "a.depth"],
      ["limit_depth", "the most", limit("depth_max")],
    ],
    where: `${INDEXABLE_PAGE} AND a.depth > ${limit("depth_max")}`,
  }),
  pageIssue({
    id: "page_orphan",
    group: "depth",
    severity: "warning",
    sentence: "No page links to the page: only a sitemap, or another page's head, names it.",
    columns: [
      [
        "source",
        "what names it: a sitemap, or a page by its canonical, alternate, next or prev",
        `(SELECT s.url FROM url s WHERE s.id = (SELECT min(l.from_url_id) FROM link l
    WHERE l.to_url_id = a.url_id AND l.from_url_id <> a.url_id AND l.gone_run_id IS NULL))`,
      ],
    ],
    // One expression, or links are looked up of every URL before it is known to be such a page.
    where: `CASE WHEN ${INDEXABLE_PAGE} THEN NOT EXISTS (
    SELECT 1 FROM frontier w WHERE w.url_id = a.url_id AND w.is_seed = 1)
  AND NOT EXISTS (SELECT 1 FROM link l WHERE l.to_url_id = a.url_id AND l.from_url_id <> a.url_id
    AND l.kind IN ('a', 'area', 'iframe', 'frame', 'redirect') AND l.gone_run_id IS NULL) END`,
  }),
  pageIssue({
    id: "page_dead_end",
    group: "depth",
    severity: "notice",
    sentence: "The page links to no other page: visitors can only go back.",
    columns: [],
    where: `CASE WHEN ${INDEXABLE_PAGE} THEN NOT EXISTS (SELECT 1 FROM link l
    WHERE l.from_url_id = a.url_id AND l.to_url_id <> a.url_id AND l.kind IN ('a', 'area')
    AND l.gone_run_id IS NULL) END`,
  }),
];
