/** Issues of rel=canonical: what it names has to be a page that may be indexed. */
import {
  INDEXABLE_PAGE,
  linkIssue,
  pageIssue,
  TARGET,
  TARGET_BROKEN,
  TARGET_FETCH,
  TARGET_STATUS,
  targetPage,
  type Issue,
} from "./issue.ts";

const TARGET_PAGE = targetPage("m.kind = 'canonical' AND m.to_url_id <> m.from_url_id");

const CANONICAL = "l.kind = 'canonical'";

export const CANONICAL_ISSUES: readonly Issue[] = [
  pageIssue({
    id: "canonical_missing",
    group: "canonicals",
    severity: "notice",
    sentence: "The page does not say under which URL it is to be known (rel=canonical).",
    columns: [],
    where: `${INDEXABLE_PAGE} AND a.canonical_url IS NULL`,
  }),
  pageIssue({
    id: "canonical_elsewhere",
    group: "canonicals",
    severity: "notice",
    sentence: "The page names another URL as its canonical, so that it is left out of indexes.",
    columns: [["canonical_url", "the URL it names", "a.canonical_url"]],
    where: "a.indexable_reason = 'canonicalised'",
  }),
  linkIssue({
    id: "canonical_conflict",
    group: "canonicals",
    severity: "error",
    sentence: "The page names several URLs as its canonical, so that search engines believe none.",
    columns: [["target", "one of them", "t.url"]],
    where: `${CANONICAL} AND EXISTS (SELECT 1 FROM link k WHERE k.from_url_id = l.from_url_id
    AND k.kind = 'canonical' AND k.to_url_id <> l.to_url_id AND k.gone_run_id IS NULL)`,
    counted: `(SELECT coalesce(sum(links), 0) AS count FROM (SELECT count(*) AS links FROM link m
    WHERE m.kind = 'canonical' AND m.gone_run_id IS NULL GROUP BY m.from_url_id
    HAVING min(m.to_url_id) < max(m.to_url_id)))`,
  }),
  linkIssue({
    id: "canonical_broken",
    group: "canonicals",
    severity: "error",
    sentence: "The page names a canonical that answers with an error, or not at all.",
    columns: TARGET_STATUS,
    join: TARGET_FETCH,
    where: `${CANONICAL} AND ${TARGET_BROKEN}`,
  }),
  linkIssue({
    id: "canonical_to_redirect",
    group: "canonicals",
    severity: "error",
    sentence: "The page names a canonical that redirects: name where it leads.",
    columns: TARGET_STATUS,
    join: TARGET_FETCH,
    where: `${CANONICAL} AND f.redirect_url_id IS NOT NULL`,
  }),
  linkIssue({
    id: "canonical_to_noindex",
    group: "canonicals",
    severity: "error",
    sentence: "The page names a canonical that may not be indexed, so that neither is found.",
    columns: [TARGET, ["indexable_reason", "why the target may not", "a.indexable_reason"]],
    join: TARGET_PAGE,
    where: `${CANONICAL} AND l.to_url_id <> l.from_url_id
  AND a.indexable_reason IN ('noindex_meta', 'noindex_header', 'robots_txt')`,
  }),
  linkIssue({
    id: "canonical_chain",
    group: "canonicals",
    severity: "warning",
    sentence: "The page names a canonical that itself names another one.",
    columns: [TARGET, ["canonical_url", "the canonical of the target", "a.canonical_url"]],
    join: TARGET_PAGE,
    where: `${CANONICAL} AND l.to_url_id <> l.from_url_id AND a.indexable_reason = 'canonicalised'`,
  }),
  linkIssue({
    id: "canonical_downgrade",
    group: "canonicals",
    severity: "warning",
    sentence: "The page is served over https and names a canonical with http.",
    columns: [TARGET],
    where: `${CANONICAL} AND s.url GLOB 'https://*' AND t.url GLOB 'http://*'`,
  }),
];
