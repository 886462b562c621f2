/**
 * How issues are declared: once, for their view `v_issue_<id>`, for `v_issues` and for docs/schema.md.
 *
 * An issue is about the state that is there now, as `v_page` and `v_link` show it.
 */
import { lastFetch, statusOf } from "../view.ts";

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
  readonly from: string;
  /** SQL of `url_id` and `url`. */
  readonly key: readonly [urlId: string, url: string];
  /** Set for an issue that is a condition on `v_audit_page a` alone: all of these are counted in one pass. */
  readonly condition: string | null;
  /** Set where only links of {@link RARE_KINDS} are looked at: `v_issues` then reads the others once for all. */
  readonly rare?: true;
}

type About = Pick<Issue, "id" | "group" | "severity" | "sentence" | "columns">;

/** Of which kind the links have to be that a condition on `l` lets through. */
const KINDS = /^l\.kind (?:= ('\w+')|IN \(([^)]*)\))/;

/** Whether a condition begins with kinds that are all rare. */
function isRare(where: string): boolean {
  const [, one, list = one] = KINDS.exec(where) ?? [];
  return list !== undefined && list.split(", ").every((kind) => RARE_KINDS.includes(kind));
}

/** A page of HTML that answered 200 and may be in a search engine's index: only there its texts matter. */
export const INDEXABLE_PAGE = "a.html = 1 AND a.indexable = 1";

/** All kinds but `a`, `area`, `img` and `redirect`: nine of ten links are of those. */
export const RARE_KINDS =
  "'iframe', 'frame', 'script', 'stylesheet', 'canonical', 'alternate', 'next', 'prev', 'sitemap', 'other'";

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
 * pass over the links, in which `where` on `l` leaves out nearly all of them.
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
    ...(isRare(where) ? { rare: true } : {}),
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
 * Joins `a`, the target `t` as a page. Only what links `k` of that condition lead to is looked at, each
 * page once, however many links there are.
 */
export function targetPage(condition: string): string {
  return `CROSS JOIN (SELECT url_id, html, canonical_url, indexable_reason FROM v_audit_page
    WHERE url_id IN (SELECT k.to_url_id FROM link k WHERE k.gone_run_id IS NULL AND ${condition})) a
    ON a.url_id = t.id`;
}
