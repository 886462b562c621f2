/** Issues of statuses: pages that fail, and the links that lead to them. */
import { issue, pageIssue, type Issue } from "./issue.ts";

/** Links to the page `a` that are present now. */
const LINKS_TO = "link l WHERE l.to_url_id = a.url_id AND l.gone_run_id IS NULL";

const SOURCES: Issue["columns"] = [
  ["links", "distinct links that lead to it", `(SELECT count(*) FROM ${LINKS_TO})`],
  [
    "source",
    "one page that does; NULL when none does",
    `(SELECT s.url FROM url s WHERE s.id = (SELECT min(l.from_url_id) FROM ${LINKS_TO}))`,
  ],
];

/** Its kind in the frontier says whether a target was asked as a page of the crawl or only checked. */
function brokenLink(
  about: Pick<Issue, "id" | "severity" | "sentence">,
  kinds: string,
  targets = "",
): Issue {
  return issue({
    ...about,
    group: "status",
    key: ["s.id", "s.url"],
    columns: [
      ["target", "URL it leads to", "b.target"],
      ["anchor", "text of the link; of an img its alt", "b.anchor"],
      ["status", "status of the target; NULL without a response", "b.status"],
      ["error", "why there was no response; NULL with one", "b.error"],
    ],
    from: `v_broken_link b JOIN url s ON s.url = b.source JOIN url t ON t.url = b.target
  JOIN frontier w ON w.url_id = t.id
WHERE b.kind IN (${kinds})${targets}`,
  });
}

export const STATUS_ISSUES: readonly Issue[] = [
  pageIssue({
    id: "client_error",
    group: "status",
    severity: "error",
    sentence: "The page answers with a status of 400 to 499: it is gone, or may not be read.",
    columns: [["status", "its status", "a.status"], ...SOURCES],
    where: "a.status BETWEEN 400 AND 499",
  }),
  pageIssue({
    id: "server_error",
    group: "status",
    severity: "error",
    sentence: "The page answers with a status of 500 or more: the server failed.",
    columns: [["status", "its status", "a.status"], ...SOURCES],
    where: "a.status >= 500",
  }),
  pageIssue({
    id: "no_response",
    group: "status",
    severity: "error",
    sentence: "The page could not be read: there was no usable response.",
    columns: [["error", "why: a code of fetch.error", "a.error"], ...SOURCES],
    where: "a.error IS NOT NULL",
  }),
  brokenLink(
    {
      id: "broken_link_internal",
      severity: "error",
      sentence: "The page links to a page of the site that answers with an error, or not at all.",
    },
    "'a', 'area', 'iframe', 'frame'",
    " AND w.kind = 'page'",
  ),
  brokenLink(
    {
      id: "broken_link_external",
      severity: "warning",
      sentence:
        "The page links to another site's page that answers with an error, or not at all (needs --check external).",
    },
    "'a', 'area', 'iframe', 'frame'",
    " AND w.kind <> 'page'",
  ),
  brokenLink(
    {
      id: "broken_image",
      severity: "error",
      sentence: "The page shows an image that cannot be loaded (needs --check assets).",
    },
    "'img'",
  ),
  brokenLink(
    {
      id: "broken_resource",
      severity: "error",
      sentence:
        "The page needs a script, style sheet, icon or other file that cannot be loaded (needs --check assets).",
    },
    "'script', 'stylesheet', 'other'",
  ),
];
