/** Issues of titles, meta descriptions and first headings: missing, too short, too long, twice. */
import { limit } from "./audit-limits.ts";
import { INDEXABLE_PAGE, issue, pageIssue, type Issue, type IssueGroup } from "./issue.ts";

interface Text {
  readonly column: "title" | "description" | "h1";
  readonly group: IssueGroup;
  /** As a sentence begins with it. */
  readonly called: string;
}

const TITLE: Text = { column: "title", group: "titles", called: "title" };
const DESCRIPTION: Text = {
  column: "description",
  group: "descriptions",
  called: "meta description",
};
const H1: Text = { column: "h1", group: "headings", called: "first h1" };

function missing({ column, group, called }: Text, severity: Issue["severity"]): Issue {
  return pageIssue({
    id: `${column}_missing`,
    group,
    severity,
    sentence: `The page has no ${called}, or an empty one.`,
    columns: [],
    where: `${INDEXABLE_PAGE} AND coalesce(trim(a.${column}), '') = ''`,
  });
}

function tooShort({ column, group, called }: Text, least: "title_min" | "description_min"): Issue {
  return pageIssue({
    id: `${column}_short`,
    group,
    severity: "notice",
    sentence: `The ${called} has fewer than ${limit(least)} characters: there is room to say more.`,
    columns: [
      [column, `the ${called}`, `a.${column}`],
      ["characters", "its length", `length(a.${column})`],
      ["limit_characters", "the fewest", limit(least)],
    ],
    where: `${INDEXABLE_PAGE} AND trim(a.${column}) <> '' AND length(a.${column}) < ${limit(least)}`,
  });
}

function tooLong(
  { column, group, called }: Text,
  most: "title_max" | "description_max" | "h1_max",
): Issue {
  return pageIssue({
    id: `${column}_long`,
    group,
    severity: "notice",
    sentence: `The ${called} has more than ${limit(most)} characters: results cut it off.`,
    columns: [
      [column, `the ${called}`, `a.${column}`],
      ["characters", "its length", `length(a.${column})`],
      ["limit_characters", "the most", limit(most)],
    ],
    where: `${INDEXABLE_PAGE} AND length(a.${column}) > ${limit(most)}`,
  });
}

function duplicate({ column, group, called }: Text, severity: Issue["severity"]): Issue {
  return issue({
    id: `${column}_duplicate`,
    group,
    severity,
    sentence: `Several pages have the same ${called}, so that nobody can tell them apart.`,
    key: ["d.url_id", "d.url"],
    columns: [
      [column, `the ${called}`, `d.${column}`],
      ["pages", "how many pages have it", "d.pages"],
      ["first_url", "the one of them that was known first", "d.first_url"],
    ],
    from: `(SELECT a.url_id, a.url, a.${column}, count(*) OVER g AS pages,
    first_value(a.url) OVER (g ORDER BY a.url_id) AS first_url
  FROM v_audit_page a WHERE ${INDEXABLE_PAGE} AND trim(a.${column}) <> ''
  WINDOW g AS (PARTITION BY a.${column})) d WHERE d.pages > 1`,
    counted: `(SELECT coalesce(sum(pages), 0) AS count FROM (SELECT count(*) AS pages FROM v_audit_page a
    WHERE ${INDEXABLE_PAGE} AND trim(a.${column}) <> '' GROUP BY a.${column}) WHERE pages > 1)`,
  });
}

export const TEXT_ISSUES: readonly Issue[] = [
  missing(TITLE, "error"),
  tooShort(TITLE, "title_min"),
  tooLong(TITLE, "title_max"),
  duplicate(TITLE, "warning"),
  pageIssue({
    id: "title_same_as_h1",
    group: "titles",
    severity: "notice",
    sentence: "The title says the same as the first h1: it could say where the page belongs.",
    columns: [["title", "both", "a.title"]],
    where: `${INDEXABLE_PAGE} AND trim(a.title) <> '' AND a.title = a.h1`,
  }),
  missing(DESCRIPTION, "warning"),
  tooShort(DESCRIPTION, "description_min"),
  tooLong(DESCRIPTION, "description_max"),
  duplicate(DESCRIPTION, "warning"),
  missing(H1, "warning"),
  tooLong(H1, "h1_max"),
  duplicate(H1, "notice"),
];
