/** Issues of duplicates, slow, large and thin pages. */
import { limit } from "./audit-limits.ts";
import { INDEXABLE_PAGE, issue, pageIssue, type Issue } from "./issue.ts";

/** Groups of pages that may all be indexed; those that name a canonical elsewhere, or noindex, are told apart. */
function duplicates(
  about: Pick<Issue, "id" | "severity" | "sentence">,
  view: string,
  group: string,
): Issue {
  return issue({
    ...about,
    group: "duplicates",
    key: ["d.url_id", "d.url"],
    columns: [
      ["first_url", "the page of the group that was known first", "d.first_url"],
      ["pages", "pages of the group that may be indexed", "d.pages"],
    ],
    from: `(SELECT a.url_id, a.url, count(*) OVER g AS pages,
    first_value(a.url) OVER (g ORDER BY a.url_id) AS first_url
  FROM ${view} v CROSS JOIN v_audit_page a ON a.url_id = v.url_id WHERE ${INDEXABLE_PAGE}
  WINDOW g AS (PARTITION BY v.${group})) d WHERE d.pages > 1`,
  });
}

export const CONTENT_ISSUES: readonly Issue[] = [
  duplicates(
    {
      id: "duplicate_exact",
      severity: "warning",
      sentence: "The page says exactly the same as another one, and neither says which is meant.",
    },
    "v_duplicate",
    "text_hash",
  ),
  duplicates(
    {
      id: "duplicate_near",
      severity: "notice",
      sentence: "The page says nearly the same as another one, and neither says which is meant.",
    },
    "v_near_duplicate",
    "group_id",
  ),
  pageIssue({
    id: "page_slow",
    group: "speed",
    severity: "warning",
    sentence: "The page took more than two seconds from the request to the end of its body.",
    columns: [
      ["answer_ms", "how long it took", "a.answer_ms"],
      ["limit_ms", "the most", limit("page_ms_max")],
    ],
    where: `a.status = 200 AND a.answer_ms > ${limit("page_ms_max")}`,
  }),
  pageIssue({
    id: "first_byte_slow",
    group: "speed",
    severity: "warning",
    sentence: "The server took more than 1.8 seconds before the page began to come.",
    columns: [
      ["first_byte_ms", "how long it took", "a.first_byte_ms"],
      ["limit_ms", "the most", limit("first_byte_ms_max")],
    ],
    where: `a.status = 200 AND a.first_byte_ms > ${limit("first_byte_ms_max")}`,
  }),
  pageIssue({
    id: "page_uncompressed",
    group: "speed",
    severity: "notice",
    sentence: "The page came uncompressed: gzip would make most pages a quarter of their size.",
    columns: [
      ["bytes", "size of its body", "a.bytes_body"],
      ["limit_bytes", "the most", limit("uncompressed_bytes_max")],
    ],
    where: `a.html = 1 AND a.bytes_body > ${limit("uncompressed_bytes_max")}
  AND coalesce(lower(trim(a.content_encoding)), 'identity') IN ('identity', '')`,
  }),
  pageIssue({
    id: "page_large",
    group: "size",
    severity: "warning",
    sentence: "The page's HTML alone has more than 2 MiB.",
    columns: [
      ["bytes", "size of its decoded body", "a.bytes_body"],
      ["limit_bytes", "the most", limit("page_bytes_max")],
    ],
    where: `a.html = 1 AND a.bytes_body > ${limit("page_bytes_max")}`,
  }),
  pageIssue({
    id: "page_thin",
    group: "size",
    severity: "notice",
    sentence: `The page has fewer than ${limit("words_min")} words.`,
    columns: [
      ["words", "words of readable text", "a.words"],
      ["limit_words", "the fewest", limit("words_min")],
    ],
    where: `${INDEXABLE_PAGE} AND a.words < ${limit("words_min")}`,
  }),
];
