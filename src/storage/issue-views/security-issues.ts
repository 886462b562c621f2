/** Issues of security: mixed content (W3C, Mixed Content) and headers (OWASP Secure Headers Project). */
import { htmlIssues, linkIssue, TARGET, type Issue } from "./issue.ts";

const KIND: Issue["columns"][number] = ["kind", "how it stands in the page", "l.kind"];
const DOWNGRADE = "s.url GLOB 'https://*' AND t.url GLOB 'http://*'";

const header = htmlIssues("security");

export const SECURITY_ISSUES: readonly Issue[] = [
  header(
    "page_http",
    "error",
    "The page is served over http: everybody on the way can read and change it.",
    "a.url GLOB 'http://*'",
  ),
  linkIssue({
    id: "mixed_active",
    group: "security",
    severity: "error",
    sentence:
      "A page of https loads a script, style sheet or frame over http, which browsers block.",
    columns: [TARGET, KIND],
    where: `l.kind IN ('script', 'stylesheet', 'iframe', 'frame') AND ${DOWNGRADE}`,
  }),
  linkIssue({
    id: "mixed_passive",
    group: "security",
    severity: "warning",
    sentence: "A page of https shows an image, sound or film over http.",
    columns: [TARGET, KIND],
    where: `(l.kind = 'img' OR (l.kind = 'other' AND l.rel IS NULL)) AND ${DOWNGRADE}`,
  }),
  linkIssue({
    id: "link_to_http",
    group: "security",
    severity: "notice",
    sentence: "A page of https links to a URL of http.",
    columns: [TARGET, ["anchor", "text of the link", "l.anchor"]],
    where: `l.kind IN ('a', 'area') AND ${DOWNGRADE}`,
  }),
  header(
    "hsts_missing",
    "warning",
    "The answer does not tell browsers to use https only (Strict-Transport-Security, RFC 6797).",
    "a.url GLOB 'https://*' AND a.strict_transport_security IS NULL",
  ),
  header(
    "csp_missing",
    "notice",
    "The answer does not tell browsers which scripts may run (Content-Security-Policy).",
    "a.content_security_policy IS NULL",
  ),
  header(
    "nosniff_missing",
    "notice",
    "The answer lets browsers guess its type (X-Content-Type-Options: nosniff is missing).",
    "coalesce(lower(trim(a.x_content_type_options)), '') <> 'nosniff'",
    [["x_content_type_options", "what it says instead", "a.x_content_type_options"]],
  ),
  header(
    "frame_options_missing",
    "notice",
    "The answer lets any site show the page in a frame (neither X-Frame-Options nor frame-ancestors).",
    `a.x_frame_options IS NULL
  AND coalesce(instr(lower(a.content_security_policy), 'frame-ancestors'), 0) = 0`,
  ),
  header(
    "referrer_policy_missing",
    "notice",
    "The answer does not say what other sites may learn of where visitors came from (Referrer-Policy).",
    "a.referrer_policy IS NULL",
  ),
];
