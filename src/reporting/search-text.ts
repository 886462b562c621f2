/** What a search found: as text for people, and as rows. */
import type { SearchAnswer, SearchHit } from "../storage/index.ts";
import { formatAmount, formatCount } from "./format.ts";
import { printable } from "./printable.ts";
import { wrapText } from "./text-width.ts";

export interface SearchStyle {
  readonly title: (text: string) => string;
  /** A word that was found. */
  readonly found: (text: string) => string;
  readonly columns: number;
}

/** Lines wider than this are hard to read. */
const MOST_COLUMNS = 100;
const INDENT = "   ";

/** Nothing in the lines can control a terminal but what `style` adds. */
export function searchText({ hits }: SearchAnswer, style: SearchStyle): string[] {
  const columns = Math.min(style.columns, MOST_COLUMNS) - INDENT.length;
  return hits.flatMap((hit, index) => [
    ...(index === 0 ? [] : [""]),
    `${String(index + 1).padStart(2)} ${style.title(printable(hit.title ?? "(no title)"))}`,
    `${INDENT}${printable(hit.url)}`,
    ...snippetLines(hit, columns, style.found).map((line) => `${INDENT}${line}`),
  ]);
}

/** Wrapped before it is styled: what styles add has no width. */
function snippetLines(
  { snippet }: SearchHit,
  columns: number,
  found: (text: string) => string,
): string[] {
  // Control characters are escaped by now, so that these two stand for nothing else.
  const [open, close] = ["\u0001", "\u0002"];
  const marked = snippet.map(({ text, isFound }) =>
    isFound ? printable(text).replaceAll(/\S+/g, `${open}$&${close}`) : printable(text),
  );
  const lines = wrapText(marked.join(""), Number.isFinite(columns) ? columns : MOST_COLUMNS);
  return lines.map((line) =>
    line.replaceAll(new RegExp(`${open}([^${close}]*)${close}`, "g"), (_, word: string) =>
      found(word),
    ),
  );
}

/** How many pages were found, and what is not shown of them. */
export function searchSummary({ hits, total, pages }: SearchAnswer): string {
  if (total === 0) return `no page of ${formatCount(pages)} says that`;
  const found = `${formatAmount(total, "page")} of ${formatCount(pages)}`;
  return hits.length < total
    ? `${found}; these are the best ${formatCount(hits.length)} (--limit)`
    : found;
}

export const SEARCH_COLUMNS = ["url", "title", "snippet", "score", "run_id"] as const;

/** A row of each hit; in the snippet what was found stands in brackets. */
export function searchRows({ hits }: SearchAnswer): (string | number | null)[][] {
  return hits.map(({ url, title, snippet, score, runId }) => [
    url,
    title,
    snippet.map(({ text, isFound }) => (isFound ? `[${text}]` : text)).join(""),
    Math.round(score * 1000) / 1000,
    runId,
  ]);
}
