/** Issues of sitemaps: what they list, and what they do not, against what the crawl found. */
import { statusOf } from "../view.ts";
import {
  INDEXABLE_PAGE,
  issue,
  linkIssue,
  pageIssue,
  TARGET_FETCH,
  targetPage,
  type Issue,
} from "./issue.ts";

const TARGET_PAGE = targetPage("m.kind = 'sitemap'");

/** A link from a sitemap `s` to `t`; rows are about the URL that is listed. */
function listed(
  about: Pick<Issue, "id" | "severity" | "sentence" | "columns"> & {
    readonly join: string;
    readonly where: string;
  },
): Issue {
  return {
    ...linkIssue({
      ...about,
      group: "sitemaps",
      columns: [["sitemap", "the sitemap that lists it", "s.url"], ...about.columns],
      where: `l.kind = 'sitemap' AND ${about.where}`,
    }),
    key: ["t.id", "t.url"],
  };
}

const NOT_A_SITEMAP =
  "NOT EXISTS (SELECT 1 FROM frontier v WHERE v.url_id = t.id AND v.kind = 'sitemap')";

const LISTED = "link m WHERE m.kind = 'sitemap' AND m.gone_run_id IS NULL";

export const SITEMAP_ISSUES: readonly Issue[] = [
  listed({
    id: "sitemap_error",
    severity: "error",
    sentence: "A sitemap lists a URL that answers with an error, or not at all.",
    columns: [
      ["status", "its status; NULL without a response", statusOf("f")],
      ["error", "why there was no response; NULL with one", "f.error"],
    ],
    join: TARGET_FETCH,
    where: `(f.error IS NOT NULL OR f.status >= 400) AND ${NOT_A_SITEMAP}`,
  }),
  listed({
    id: "sitemap_redirect",
    severity: "warning",
    sentence: "A sitemap lists a URL that redirects: list where it leads.",
    columns: [
      ["status", "its status", "f.status"],
      ["target", "where it leads", "(SELECT e.url FROM url e WHERE e.id = f.redirect_url_id)"],
    ],
    join: TARGET_FETCH,
    where: `f.redirect_url_id IS NOT NULL AND ${NOT_A_SITEMAP}`,
  }),
  listed({
    id: "sitemap_not_indexable",
    severity: "warning",
    sentence:
      "A sitemap lists a page that asks to be left out of indexes, or names another canonical.",
    columns: [["indexable_reason", "why it may not be indexed", "a.indexable_reason"]],
    join: TARGET_PAGE,
    where: "a.indexable_reason IN ('noindex_meta', 'noindex_header', 'canonicalised')",
  }),
  listed({
    id: "sitemap_blocked",
    severity: "warning",
    sentence: "A sitemap lists a URL that robots.txt forbids.",
    columns: [["rule", "the line of robots.txt; NULL when it could not be read", "w.detail"]],
    join: "CROSS JOIN frontier w ON w.url_id = t.id",
    where: "w.state = 'excluded' AND w.reason IN ('robots', 'robots_unreachable')",
  }),
  pageIssue({
    id: "sitemap_missing_page",
    group: "sitemaps",
    severity: "notice",
    sentence: "The page may be indexed, and no sitemap of its host lists it.",
    columns: [],
    where: `${INDEXABLE_PAGE} AND a.url_id NOT IN (SELECT m.to_url_id FROM ${LISTED})
  AND (SELECT u.host_id FROM url u WHERE u.id = a.url_id)
    IN (SELECT u.host_id FROM url u WHERE u.id IN (SELECT m.to_url_id FROM ${LISTED}))`,
  }),
  issue({
    id: "sitemap_broken",
    group: "sitemaps",
    severity: "error",
    sentence: "A sitemap that robots.txt or another sitemap names cannot be read.",
    key: ["u.id", "u.url"],
    columns: [
      ["status", "its status; NULL without a response", statusOf("f")],
      ["error", "why it could not be read; NULL with an error's status", "f.error"],
    ],
    // Without a name in robots.txt, /sitemap.xml is only tried: that there is none is no issue.
    from: `frontier w JOIN url u ON u.id = w.url_id
  JOIN fetch f ON f.id = (SELECT x.id FROM fetch x WHERE x.url_id = w.url_id AND x.settled = 1
    AND x.kind = 'sitemap' ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
WHERE w.kind = 'sitemap' AND (f.error IS NOT NULL OR f.status >= 400)
  AND NOT (f.status IN (404, 410) AND u.url GLOB 'http*://*/sitemap.xml'
    AND NOT EXISTS (SELECT 1 FROM link l WHERE l.to_url_id = u.id AND l.kind = 'sitemap')
    AND NOT EXISTS (SELECT 1 FROM host h JOIN robots r ON r.id = h.robots_id
      WHERE h.id = w.host_id AND instr(lower(CAST(r.body AS TEXT)), 'sitemap:') > 0))`,
  }),
];
