/** Issues of the URLs themselves: what makes them hard to read, to type, or one page several. */
import { limit } from "./audit-limits.ts";
import { htmlIssues, issue, type Issue } from "./issue.ts";

/** From the slash that begins the path. */
const PATH_AND_QUERY = "substr(a.url, 9 + instr(substr(a.url, 9), '/') - 1)";
const PATH = `substr(${PATH_AND_QUERY}, 1, iif(instr(${PATH_AND_QUERY}, '?') = 0, 8192, instr(${PATH_AND_QUERY}, '?') - 1))`;

/** Escapes are written in upper case, so those of digits and letters are taken out first. */
const ESCAPE = "%[0-9A-F][0-9A-F]";

const ofUrl = htmlIssues("urls");

export const URL_ISSUES: readonly Issue[] = [
  ofUrl(
    "url_long",
    "notice",
    `The URL has more than ${limit("url_max")} characters.`,
    `length(a.url) > ${limit("url_max")}`,
    [
      ["characters", "its length", "length(a.url)"],
      ["limit_characters", "the most", limit("url_max")],
    ],
  ),
  ofUrl(
    "url_uppercase",
    "notice",
    "The URL's path has capital letters: most servers tell them apart, and people do not.",
    // Escapes have capitals too: a path that has any is judged by what stands outside of them.
    `${PATH} GLOB '*[A-Z]*' AND (${PATH} NOT GLOB '*${ESCAPE}*' OR (
    SELECT max(substr(p.value, 3) GLOB '*[A-Z]*') FROM json_each('["..' || replace(
      replace(replace(${PATH}, '\\', ''), '"', ''), '%', '","') || '"]') p) = 1)`,
  ),
  ofUrl(
    "url_underscore",
    "notice",
    "The URL's path has underscores: search engines take hyphens for the space between words.",
    `instr(${PATH}, '_') > 0`,
  ),
  ofUrl(
    "url_space",
    "warning",
    "The URL has a space, which breaks where it is pasted into texts.",
    "instr(a.url, '%20') > 0",
  ),
  ofUrl(
    "url_non_ascii",
    "notice",
    "The URL has letters beyond ASCII, which look like %C3%A9 in many places.",
    "a.url GLOB '*%[89A-F][0-9A-F]*'",
  ),
  ofUrl(
    "url_double_slash",
    "warning",
    "The URL's path has two slashes in a row: a link was put together wrongly.",
    `instr(${PATH}, '//') > 0`,
  ),
  ofUrl(
    "url_parameters",
    "notice",
    "The URL has parameters: make sure that each set of them is a page of its own.",
    "instr(a.url, '?') > 0",
  ),
  issue({
    id: "url_trap",
    group: "urls",
    severity: "warning",
    sentence:
      "Pages lead to a URL of a space without end, such as session ids, calendars and facets: crawlers lose their time there.",
    key: ["u.id", "u.url"],
    columns: [
      ["reason", "which: a code of frontier.reason", "w.reason"],
      ["source", "a page that leads to it", "(SELECT s.url FROM url s WHERE s.id = w.via_url_id)"],
    ],
    from: `frontier w JOIN url u ON u.id = w.url_id
WHERE w.state = 'excluded' AND w.reason GLOB 'trap_*'`,
  }),
];
