/** What a rule says, and by how many pages, for `frontier.detail`. */
import type { TrapRule } from "../../frontier-store.ts";

/** The reasons of rules that look at what leads to a URL, or at its twins. */
export const LEARNED_REASONS = [
  "trap_session_id",
  "trap_parameter",
  "trap_mirror",
  "trap_calendar",
  "trap_facets",
  "trap_same_text",
  "trap_endless",
] as const;

export const SESSION_ID_DETAIL = "a session id by its name";

export function ruleDetail(rule: TrapRule): string {
  const { kind, pattern, pagesFor, pagesAgainst } = rule;
  const pairs = `${pagesFor} pairs of pages said the same, ${pagesAgainst} did not`;
  switch (kind) {
    case "parameter": {
      const question = pattern.indexOf("?");
      const path = pattern.slice(0, question);
      const where = path === "*" ? "" : ` of ${path}`;
      return `the parameter ${pattern.slice(question + 1)}${where} does not change the page: ${pairs}`;
    }
    case "segment":
      return `the random word in ${pattern} does not change the page: ${pairs}`;
    case "mirror":
      return `below ${pattern}/ stands what stands without it: ${pairs}`;
    case "folder":
      return `below ${pattern} stands the same text at each URL: ${pagesFor} pages in a row, and nothing else leads here`;
    case "facets":
      return `combinations of the parameters of ${pattern.slice(0, -2)}: ${pagesFor} in a row brought no new word and no new URL, and nothing else leads here`;
    case "calendar":
      return `the calendar of ${pattern}: ${pagesFor} pages in a row brought no new word and no new URL, and nothing else leads here`;
    case "walk":
      return `${pattern} leads to more of itself: ${pagesFor} pages in a row brought nothing new, and nothing else leads here`;
  }
}
