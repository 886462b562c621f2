/** Issues of series of pages that name each other by rel=next and rel=prev. */
import {
  linkIssue,
  TARGET,
  TARGET_BROKEN,
  TARGET_FETCH,
  TARGET_STATUS,
  targetPage,
  type Issue,
} from "./issue.ts";

const TARGET_PAGE = targetPage("m.kind IN ('next', 'prev')");

const PAGED = "l.kind IN ('next', 'prev')";
const KIND: Issue["columns"][number] = ["kind", "`next` or `prev`", "l.kind"];

export const PAGINATION_ISSUES: readonly Issue[] = [
  linkIssue({
    id: "pagination_broken",
    group: "pagination",
    severity: "error",
    sentence: "The next or previous page of the series is an error, or does not answer.",
    columns: [...TARGET_STATUS, KIND],
    join: TARGET_FETCH,
    where: `${PAGED} AND ${TARGET_BROKEN}`,
  }),
  linkIssue({
    id: "pagination_not_indexable",
    group: "pagination",
    severity: "warning",
    sentence:
      "The next or previous page of the series redirects or may not be indexed, so that what it lists is not found.",
    columns: [TARGET, KIND, ["indexable_reason", "why it may not", "a.indexable_reason"]],
    join: TARGET_PAGE,
    where: `${PAGED} AND a.indexable_reason NOT IN ('client_error', 'server_error', 'no_response')`,
  }),
  linkIssue({
    id: "pagination_missing_return",
    group: "pagination",
    severity: "warning",
    sentence: "The page names a next or previous page that does not name it back.",
    columns: [TARGET, KIND],
    join: TARGET_PAGE,
    where: `${PAGED} AND a.html = 1
  AND NOT EXISTS (SELECT 1 FROM link r WHERE r.to_url_id = l.from_url_id AND r.from_url_id = l.to_url_id
    AND r.gone_run_id IS NULL AND r.kind = iif(l.kind = 'next', 'prev', 'next'))`,
  }),
  linkIssue({
    id: "pagination_conflict",
    group: "pagination",
    severity: "warning",
    sentence: "The page names several next, or several previous pages.",
    columns: [TARGET, KIND],
    where: `${PAGED} AND EXISTS (SELECT 1 FROM link k WHERE k.from_url_id = l.from_url_id
    AND k.kind = l.kind AND k.to_url_id <> l.to_url_id AND k.gone_run_id IS NULL)`,
  }),
  linkIssue({
    id: "pagination_unlinked",
    group: "pagination",
    severity: "warning",
    sentence:
      "The page names a next or previous page and has no link to it that visitors could follow.",
    columns: [TARGET, KIND],
    where: `${PAGED} AND NOT EXISTS (SELECT 1 FROM link k WHERE k.to_url_id = l.to_url_id
    AND k.from_url_id = l.from_url_id AND k.kind IN ('a', 'area') AND k.gone_run_id IS NULL)`,
  }),
];
