/** Issues of languages: hreflang (Google, "Localized versions of your pages") and lang. */
import {
  INDEXABLE_PAGE,
  issue,
  linkIssue,
  pageIssue,
  TARGET,
  TARGET_BROKEN,
  TARGET_FETCH,
  TARGET_STATUS,
  targetPage,
  type Issue,
} from "./issue.ts";

/** That a row of `link` names a version in another language. */
function namesLanguage(link: string): string {
  return `${link}.kind = 'alternate' AND ${link}.hreflang IS NOT NULL`;
}

const TARGET_PAGE = targetPage(namesLanguage("m"));

const HREFLANG = namesLanguage("l");
const LANGUAGE: Issue["columns"][number] = ["hreflang", "the language it names", "l.hreflang"];

/** BCP 47 as hreflang takes it: a language, perhaps a script, perhaps a region. */
const WELL_FORMED = ["[a-z][a-z]", "[a-z][a-z][a-z]"]
  .flatMap((language) => [language, `${language}-[a-z][a-z][a-z][a-z]`])
  .flatMap((start) => [start, `${start}-[a-z][a-z]`, `${start}-[0-9][0-9][0-9]`])
  .map((pattern) => `lower(l.hreflang) GLOB '${pattern}'`)
  .join("\n    OR ");

/** Pages that have hreflang at all, once each: one pass over the links. */
const PAGES = `(SELECT DISTINCT m.from_url_id AS url_id FROM link m
    WHERE m.gone_run_id IS NULL AND ${namesLanguage("m")}) h JOIN url s ON s.id = h.url_id`;

const OF_PAGE = `link l WHERE l.from_url_id = h.url_id AND l.gone_run_id IS NULL AND ${HREFLANG}`;

export const HREFLANG_ISSUES: readonly Issue[] = [
  linkIssue({
    id: "hreflang_missing_return",
    group: "hreflang",
    severity: "error",
    sentence:
      "The page names a version in another language that does not name it back, so that neither counts.",
    columns: [TARGET, LANGUAGE],
    join: TARGET_PAGE,
    where: `${HREFLANG} AND l.to_url_id <> l.from_url_id AND a.html = 1
  AND NOT EXISTS (SELECT 1 FROM link r WHERE r.to_url_id = l.from_url_id AND r.from_url_id = l.to_url_id
    AND r.gone_run_id IS NULL AND ${namesLanguage("r")})`,
  }),
  linkIssue({
    id: "hreflang_broken",
    group: "hreflang",
    severity: "error",
    sentence: "The page names a version in another language that is an error, or does not answer.",
    columns: [...TARGET_STATUS, LANGUAGE],
    join: TARGET_FETCH,
    where: `${HREFLANG} AND ${TARGET_BROKEN}`,
  }),
  linkIssue({
    id: "hreflang_not_indexable",
    group: "hreflang",
    severity: "error",
    sentence: "The page names a version in another language that redirects or may not be indexed.",
    columns: [TARGET, LANGUAGE, ["indexable_reason", "why it may not", "a.indexable_reason"]],
    join: TARGET_PAGE,
    where: `${HREFLANG} AND a.indexable_reason NOT IN ('client_error', 'server_error', 'no_response')`,
  }),
  linkIssue({
    id: "hreflang_invalid",
    group: "hreflang",
    severity: "error",
    sentence:
      "The page names a version with a code that is no language, or one with a wrong region.",
    columns: [TARGET, LANGUAGE],
    where: `${HREFLANG} AND lower(l.hreflang) <> 'x-default'
  AND (NOT (${WELL_FORMED}) OR lower(l.hreflang) GLOB '*-uk' OR lower(l.hreflang) GLOB '*-eu')`,
  }),
  linkIssue({
    id: "hreflang_conflict",
    group: "hreflang",
    severity: "error",
    sentence: "The page names several URLs for one language.",
    columns: [TARGET, LANGUAGE],
    where: `${HREFLANG} AND EXISTS (SELECT 1 FROM link k WHERE k.from_url_id = l.from_url_id
    AND k.kind = 'alternate' AND lower(k.hreflang) = lower(l.hreflang) AND k.to_url_id <> l.to_url_id
    AND k.gone_run_id IS NULL)`,
  }),
  issue({
    id: "hreflang_no_self",
    group: "hreflang",
    severity: "warning",
    sentence: "The page names its versions in other languages, and not itself among them.",
    key: ["s.id", "s.url"],
    columns: [],
    from: `${PAGES} WHERE NOT EXISTS (SELECT 1 FROM ${OF_PAGE} AND l.to_url_id = l.from_url_id)`,
  }),
  issue({
    id: "hreflang_no_x_default",
    group: "hreflang",
    severity: "notice",
    sentence: "The page names no version for readers of other languages (x-default).",
    key: ["s.id", "s.url"],
    columns: [],
    from: `${PAGES} WHERE NOT EXISTS (SELECT 1 FROM ${OF_PAGE} AND lower(l.hreflang) = 'x-default')`,
  }),
  pageIssue({
    id: "lang_missing",
    group: "hreflang",
    severity: "notice",
    sentence: "The page does not say its language, which screen readers need (html lang).",
    columns: [],
    where: `${INDEXABLE_PAGE} AND coalesce(trim(a.lang), '') = ''`,
  }),
];
