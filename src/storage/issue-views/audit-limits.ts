/** Thresholds of the issues: each once, with where it comes from. */
import type { View } from "../view.ts";

interface AuditLimit {
  readonly value: number;
  readonly unit: string;
  readonly meaning: string;
  readonly source: string;
}

const SCREAMING_FROG = "default of Screaming Frog SEO Spider";

const AUDIT_LIMITS = {
  title_min: {
    value: 30,
    unit: "characters",
    meaning: "shorter titles are short",
    source: SCREAMING_FROG,
  },
  title_max: {
    value: 60,
    unit: "characters",
    meaning: "longer titles are cut off in results",
    source: SCREAMING_FROG,
  },
  description_min: {
    value: 70,
    unit: "characters",
    meaning: "shorter descriptions are short",
    source: SCREAMING_FROG,
  },
  description_max: {
    value: 155,
    unit: "characters",
    meaning: "longer descriptions are cut off in results",
    source: SCREAMING_FROG,
  },
  h1_max: {
    value: 70,
    unit: "characters",
    meaning: "longer headings are long",
    source: SCREAMING_FROG,
  },
  alt_max: {
    value: 100,
    unit: "characters",
    meaning: "longer alternative texts are long",
    source: SCREAMING_FROG,
  },
  url_max: {
    value: 115,
    unit: "characters",
    meaning: "longer URLs are long",
    source: SCREAMING_FROG,
  },
  depth_max: {
    value: 4,
    unit: "links",
    meaning: "pages farther from a seed are deep",
    source: SCREAMING_FROG,
  },
  image_max: {
    value: 102_400,
    unit: "bytes",
    meaning: "larger images are large",
    source: SCREAMING_FROG,
  },
  words_min: {
    value: 100,
    unit: "words",
    meaning: "pages with fewer are thin",
    source: "our choice: half of Screaming Frog's 200, as short pages need not be bad",
  },
  page_ms_max: {
    value: 2_000,
    unit: "milliseconds",
    meaning: "answers that take longer, from the request sent to the body's end, are slow",
    source: "our choice",
  },
  first_byte_ms_max: {
    value: 1_800,
    unit: "milliseconds",
    meaning: "a later first byte is slow",
    source: "web.dev, Time to First Byte: above 1.8 s is poor",
  },
  page_bytes_max: {
    value: 2_097_152,
    unit: "bytes",
    meaning: "larger decoded pages are large",
    source: "our choice",
  },
  uncompressed_bytes_max: {
    value: 1_400,
    unit: "bytes",
    meaning: "larger pages should be compressed",
    source: "Lighthouse, Enable text compression: less than 1.4 KiB is not worth it",
  },
  redirects_max: {
    value: 20,
    unit: "redirects",
    meaning: "browsers give up after as many",
    source: "WHATWG Fetch, HTTP-redirect fetch",
  },
} as const satisfies Readonly<Record<string, AuditLimit>>;

/** A threshold, as SQL. */
export function limit(name: keyof typeof AUDIT_LIMITS): string {
  return String(AUDIT_LIMITS[name].value);
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export const AUDIT_LIMIT_VIEW: View = {
  name: "v_audit_limit",
  meaning:
    "The thresholds that the v_issue views judge by. They are fixed; for others ask v_audit_page, which has the measured values.",
  columns: [
    ["name", "name of the threshold"],
    ["value", "its value"],
    ["unit", "what it counts"],
    ["meaning", "what is beyond it"],
    ["source", "where it comes from"],
  ],
  question: "From how many characters on is a title long?",
  example: "SELECT value FROM v_audit_limit WHERE name = 'title_max'",
  select: `VALUES ${Object.entries(AUDIT_LIMITS)
    .map(
      ([name, { value, unit, meaning, source }]) =>
        `(${quote(name)}, ${value}, ${quote(unit)}, ${quote(meaning)}, ${quote(source)})`,
    )
    .join(",\n  ")}`,
};
