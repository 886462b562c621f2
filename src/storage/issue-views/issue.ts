/**
 * How issues are declared: once, for their view `v_issue_<id>`, for `v_issues` and for docs/schema.md.
 *
 * An issue is about the state that is there now, as `v_page` and `v_link` show it.
 */
import { lastFetch, statusOf } from "../view.ts";
import { limit } from "./audit-limits.ts";

export const ISSUE_GROUPS = {
  status: "Statuses and broken links",
  redirects: "Redirects and their chains",
  canonicals: "Canonicals",
  titles: "Titles",
  descriptions: "Meta descriptions",
  headings: "Headings",
  directives: "Meta robots, X-Robots-Tag and robots.txt",
  hreflang: "Languages",
  pagination: "Pagination",
  images: "Images",
  security: "Mixed content and security headers",
  urls: "URL hygiene",
  depth: "Depth and orphans",
  sitemaps: "Sitemaps against the crawl",
  duplicates: "Duplicates, exact and near",
  speed: "Slow pages",
  size: "Large and thin pages",
} as const;

export type IssueGroup = keyof typeof ISSUE_GROUPS;

/** `error`: visitors or search engines meet a failure; `warning`: likely harm; `notice`: look at it. */
export type Severity = "error" | "warning" | "notice";

/** A column after `url_id` and `url`, which every issue begins with: name, meaning, SQL. */
type IssueColumn = readonly [name: string, meaning: string, sql: string];

export interface Issue {
  /** The view is `v_issue_<id>`; both are a promise to whoever scripts against them. */
  readonly id: string;
  readonly group: IssueGroup;
  readonly severity: Severity;
  /** What is wrong and why it matters, in one sentence for people. */
  readonly sentence: string;
  readonly columns: readonly IssueColumn[];
  /**
   * `v_issues` reads {@link NOTED_LINKS} in the place of a `link l` that this begins with and of each `link m`, so
   * that it goes through all links once, not once for each issue; and its pages in that of `v_audit_page`.
   */
  readonly from: string;
  /** SQL of `url_id` and `url`. */
  readonly key: readonly [urlId: string, url: string];
  /** Set for an issue that is a condition on `v_audit_page a` alone: all of these are counted in one pass. */
  readonly condition: string | null;
  /** Set where the rows of `from` are counted faster than made: what has one row with their number, `count`. */
  readonly counted?: string;
}

type About = Pick<Issue, "id" | "group" | "severity" | "sentence" | "columns" | "counted">;

/** A page of HTML that answered 200 and may be in a search engine's index: only there its texts matter. */
export const INDEXABLE_PAGE = "a.html = 1 AND a.indexable = 1";

/**
 * Links that are there now and may be an issue by themselves or by what they lead to: few of all, and no
 * condition of a {@link linkIssue} holds for another. Few subqueries, as each use of it counts them anew: one
 * statement may have 1,000. On a site of https few URLs are of http, so the target's scheme is asked first.
 */
export const NOTED_LINKS = `SELECT from_url_id, to_url_id, kind, rel, anchor, hreflang, gone_run_id FROM link l
  WHERE gone_run_id IS NULL AND (CASE l.kind
      WHEN 'a' THEN l.rel LIKE '%nofollow%'
      WHEN 'redirect' THEN 0
      WHEN 'other' THEN l.rel = 'refresh'
      WHEN 'img' THEN l.anchor IS NULL OR length(l.anchor) > ${limit("alt_max")}
      WHEN 'script' THEN 0
      WHEN 'stylesheet' THEN 0
      WHEN 'alternate' THEN l.hreflang IS NOT NULL
      WHEN 'area' THEN l.rel LIKE '%nofollow%'
      WHEN 'iframe' THEN 0
      WHEN 'frame' THEN 0
      ELSE 1 END
    OR (l.to_url_id IN (SELECT id FROM url WHERE url GLOB 'http://*')
      AND l.from_url_id IN (SELECT id FROM url WHERE url GLOB 'https://*'))
    OR (l.kind IN ('img', 'script', 'stylesheet') AND (l.to_url_id IN (SELECT url_id FROM frontier
        WHERE state = 'excluded' AND reason IN ('robots', 'robots_unreachable'))
      OR (l.kind = 'img' AND EXISTS (
        SELECT 1 FROM fetch x WHERE x.url_id = l.to_url_id AND x.settled = 1 AND x.status = 200)))))`;

/** An issue that a row of `v_audit_page a` tells by itself. */
export function pageIssue({ where, ...about }: About & { readonly where: string }): Issue {
  return {
    ...about,
    key: ["a.url_id", "a.url"],
    from: `v_audit_page a WHERE ${where}`,
    condition: where,
  };
}

/** How the issues of a group are declared that a page of HTML tells by itself. */
export function htmlIssues(group: IssueGroup) {
  return (
    id: string,
    severity: Severity,
    sentence: string,
    where: string,
    columns: Issue["columns"] = [],
  ): Issue =>
    pageIssue({ id, group, severity, sentence, columns, where: `a.html = 1 AND ${where}` });
}

/**
 * An issue of links that are present now: `l` leads from the page `s` to `t`. The order is fixed: one
 * pass over the links, in which `where` on `l` leaves out nearly all of them. What it lets through has to
 * be in {@link NOTED_LINKS}.
 */
export function linkIssue({
  where,
  join = "",
  ...about
}: About & { readonly where: string; readonly join?: string }): Issue {
  return {
    ...about,
    key: ["s.id", "s.url"],
    from: `link l CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = l.to_url_id
  ${join}
WHERE l.gone_run_id IS NULL AND ${where}`,
    condition: null,
  };
}

/** Any other question; `key` is where the URL to act on comes from. */
export function issue(about: Omit<Issue, "condition">): Issue {
  return { ...about, condition: null };
}

/** The target of a link issue. */
export const TARGET: IssueColumn = ["target", "URL it leads to", "t.url"];

/** Joins `f`, the last settled attempt on `t`: only what was asked is judged. */
export const TARGET_FETCH = `CROSS JOIN fetch f ON f.id = ${lastFetch("t.id")}`;

/** What a link issue says of a target that was asked. */
export const TARGET_STATUS: Issue["columns"] = [
  TARGET,
  ["status", "status of the target; NULL without a response", statusOf("f")],
  ["error", "why there was no response; NULL with one", "f.error"],
];

/** Whether that target answered with an error, or not at all. */
export const TARGET_BROKEN = "(f.error IS NOT NULL OR f.status >= 400)";

/**
 * Joins `a`, the target `t` as a page. Only what links `m` of that condition lead to is looked at, each
 * page once, however many links there are.
 */
export function targetPage(condition: string): string {
  return `CROSS JOIN (SELECT url_id, html, canonical_url, indexable_reason FROM v_audit_page
    WHERE url_id IN (SELECT m.to_url_id FROM link m WHERE m.gone_run_id IS NULL AND ${condition})) a
    ON a.url_id = t.id`;
}
