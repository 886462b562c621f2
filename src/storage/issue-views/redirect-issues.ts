/** Issues of redirects: where they end, how many there are in a row, who links to them. */
import { lastFetch, statusOf } from "../view.ts";
import { limit } from "./audit-limits.ts";
import { issue, linkIssue, TARGET, type Issue } from "./issue.ts";

const HOPS = `redirect_hop AS MATERIALIZED (
    SELECT f.url_id AS from_id, f.redirect_url_id AS to_id, f.status FROM fetch f
    WHERE f.redirect_url_id IS NOT NULL AND f.id = ${lastFetch("f.url_id")})`;

/** Each redirect walked to its end, or one step beyond what browsers follow. */
const WALK = `(WITH RECURSIVE ${HOPS}, walk(start_id, at_id, hops) AS (
    SELECT from_id, to_id, 1 FROM redirect_hop
    UNION ALL SELECT w.start_id, h.to_id, w.hops + 1 FROM walk w JOIN redirect_hop h ON h.from_id = w.at_id
      WHERE w.hops <= ${limit("redirects_max")} AND w.at_id <> w.start_id)
  SELECT start_id, at_id, max(hops) AS hops FROM walk GROUP BY start_id)`;

const END: Issue["columns"] = [
  ["hops", "redirects in a row from here", "w.hops"],
  ["target", "where they end", "t.url"],
];

function walked(about: Pick<Issue, "id" | "severity" | "sentence">, where: string): Issue {
  return issue({
    ...about,
    group: "redirects",
    key: ["s.id", "s.url"],
    columns: END,
    from: `${WALK} w JOIN url s ON s.id = w.start_id JOIN url t ON t.id = w.at_id WHERE ${where}`,
  });
}

const BEYOND = `(w.at_id = w.start_id OR w.hops > ${limit("redirects_max")})`;

/** `f` redirects now, from `s` to `t`. */
const REDIRECTS = `fetch f JOIN url s ON s.id = f.url_id JOIN url t ON t.id = f.redirect_url_id
WHERE f.redirect_url_id IS NOT NULL AND f.id = ${lastFetch("f.url_id")}`;

export const REDIRECT_ISSUES: readonly Issue[] = [
  issue({
    id: "redirect_broken",
    group: "redirects",
    severity: "error",
    sentence: "The redirect leads to an error, or to a host that does not answer.",
    key: ["s.id", "s.url"],
    columns: [
      TARGET,
      ["status", "status of the target; NULL without a response", statusOf("g")],
      ["error", "why there was no response; NULL with one", "g.error"],
    ],
    from: `fetch f JOIN url s ON s.id = f.url_id JOIN url t ON t.id = f.redirect_url_id
  JOIN fetch g ON g.id = ${lastFetch("f.redirect_url_id")}
WHERE f.redirect_url_id IS NOT NULL AND f.id = ${lastFetch("f.url_id")}
  AND (g.error IS NOT NULL OR g.status >= 400)`,
  }),
  walked(
    {
      id: "redirect_loop",
      severity: "error",
      sentence: "The redirect leads in a circle, or through more redirects than browsers follow.",
    },
    BEYOND,
  ),
  walked(
    {
      id: "redirect_chain",
      severity: "warning",
      sentence: "The redirect leads to another redirect: each costs visitors a round trip.",
    },
    `w.hops > 1 AND NOT ${BEYOND}`,
  ),
  issue({
    id: "redirect_temporary",
    group: "redirects",
    severity: "notice",
    sentence:
      "The redirect says that it is temporary, so that search engines may keep the old URL.",
    key: ["s.id", "s.url"],
    columns: [TARGET, ["status", "302, 303 or 307", "f.status"]],
    from: `${REDIRECTS} AND f.status IN (302, 303, 307)`,
  }),
  issue({
    id: "redirect_downgrade",
    group: "redirects",
    severity: "error",
    sentence: "The redirect leads from https to http, where everybody on the way can read along.",
    key: ["s.id", "s.url"],
    columns: [TARGET, ["status", "its status", "f.status"]],
    from: `${REDIRECTS} AND s.url GLOB 'https://*' AND t.url GLOB 'http://*'`,
  }),
  issue({
    id: "link_to_redirect",
    group: "redirects",
    severity: "notice",
    sentence: "The page links to a URL that redirects: link to where it leads.",
    key: ["s.id", "s.url"],
    columns: [
      ["target", "URL it links to", "t.url"],
      ["redirects_to", "where that redirects", "e.url"],
      ["anchor", "text of the link", "l.anchor"],
    ],
    from: `(WITH ${HOPS} SELECT from_id, to_id FROM redirect_hop) h
  CROSS JOIN link l ON l.to_url_id = h.from_id AND l.gone_run_id IS NULL AND l.kind IN ('a', 'area')
  CROSS JOIN url s ON s.id = l.from_url_id CROSS JOIN url t ON t.id = h.from_id
  CROSS JOIN url e ON e.id = h.to_id`,
  }),
  linkIssue({
    id: "meta_refresh",
    group: "redirects",
    severity: "warning",
    sentence:
      "The page sends visitors elsewhere by meta refresh: a redirect is faster and clearer.",
    columns: [TARGET],
    where: "l.kind = 'other' AND l.rel = 'refresh' AND l.to_url_id <> l.from_url_id",
  }),
];
