/** Issues of what crawlers are told: meta robots, X-Robots-Tag, robots.txt, rel=nofollow. */
import { issue, linkIssue, pageIssue, TARGET, type Issue } from "./issue.ts";

const BLOCKED = `CROSS JOIN frontier w ON w.url_id = t.id AND w.state = 'excluded'
    AND w.reason IN ('robots', 'robots_unreachable')`;

export const DIRECTIVE_ISSUES: readonly Issue[] = [
  pageIssue({
    id: "noindex",
    group: "directives",
    severity: "warning",
    sentence: "The page asks to be left out of indexes: make sure that it is meant.",
    columns: [
      ["indexable_reason", "`noindex_meta` or `noindex_header`", "a.indexable_reason"],
      ["robots", "meta robots", "a.robots"],
      ["x_robots_tag", "X-Robots-Tag", "a.x_robots_tag"],
    ],
    where: "a.indexable_reason IN ('noindex_meta', 'noindex_header')",
  }),
  pageIssue({
    id: "nofollow_page",
    group: "directives",
    severity: "warning",
    sentence: "The page asks not to follow any of its links.",
    columns: [
      ["robots", "meta robots", "a.robots"],
      ["x_robots_tag", "X-Robots-Tag", "a.x_robots_tag"],
    ],
    where: "a.status = 200 AND a.nofollow = 1",
  }),
  pageIssue({
    id: "noindex_with_canonical",
    group: "directives",
    severity: "error",
    sentence:
      "The page asks to be left out of indexes and names another canonical: these contradict.",
    columns: [["canonical_url", "the URL it names", "a.canonical_url"]],
    where: `a.html = 1 AND a.indexable_reason IN ('noindex_meta', 'noindex_header')
  AND a.canonical_url <> a.url`,
  }),
  linkIssue({
    id: "nofollow_internal",
    group: "directives",
    severity: "notice",
    sentence: "The page asks not to follow a link to a page of its own site.",
    columns: [TARGET, ["rel", "the link's rel", "l.rel"], ["anchor", "its text", "l.anchor"]],
    where: `l.rel IS NOT NULL AND l.kind IN ('a', 'area')
  AND ' ' || l.rel || ' ' LIKE '% nofollow %' AND s.host_id = t.host_id`,
  }),
  issue({
    id: "blocked_page",
    group: "directives",
    severity: "warning",
    sentence: "Pages link to a URL that robots.txt forbids: its content cannot be found.",
    key: ["t.id", "t.url"],
    columns: [
      ["rule", "the line of robots.txt; NULL when it could not be read", "w.detail"],
      ["source", "a page that leads to it", "(SELECT s.url FROM url s WHERE s.id = w.via_url_id)"],
    ],
    from: `frontier w JOIN url t ON t.id = w.url_id
WHERE w.state = 'excluded' AND w.kind = 'page' AND w.reason IN ('robots', 'robots_unreachable')`,
  }),
  linkIssue({
    id: "blocked_resource",
    group: "directives",
    severity: "warning",
    sentence:
      "The page needs a file that robots.txt forbids, so that search engines see it otherwise (needs --check assets).",
    columns: [
      TARGET,
      ["kind", "how it stands in the page", "l.kind"],
      ["rule", "the line", "w.detail"],
    ],
    join: BLOCKED,
    where: "l.kind IN ('script', 'stylesheet', 'img')",
  }),
  issue({
    id: "robots_txt_broken",
    group: "directives",
    severity: "error",
    sentence:
      "The robots.txt cannot be read, so that crawlers must leave the whole host alone (RFC 9309).",
    key: ["u.id", "u.url"],
    columns: [
      ["status", "status of its last answer; NULL without a response", "f.status"],
      ["error", "why there was none; NULL with one", "f.error"],
    ],
    from: `frontier w JOIN url u ON u.id = w.url_id
  JOIN fetch f ON f.id = (SELECT x.id FROM fetch x WHERE x.url_id = w.url_id AND x.settled = 1
    AND x.kind = 'robots' ORDER BY x.run_id DESC, x.id DESC LIMIT 1)
WHERE w.kind = 'robots' AND (f.error IS NOT NULL OR f.status >= 500)
  AND w.host_id IN (SELECT v.host_id FROM frontier v
    WHERE v.state = 'excluded' AND v.reason = 'robots_unreachable')`,
  }),
];
