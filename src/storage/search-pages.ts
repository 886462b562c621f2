/** Asks the full-text index: which pages say this, the best first, and where. */
import { randomBytes } from "node:crypto";
import Database from "better-sqlite3";
import { UsageError } from "../errors.ts";
import type { Sqlite } from "./connection.ts";
import type { SearchTerms } from "./search-expression.ts";
import { lastFetch } from "./view.ts";

/** A word in the title says more of a page than one in its heading, and that more than one in its text. */
const WEIGHTS = "10.0, 4.0, 1.0";
/** Words of a snippet. */
const SNIPPET_WORDS = 28;
const TEXT_COLUMN = 2;

export interface SearchQuery extends SearchTerms {
  readonly limit: number;
  /** URLs begin with one of these; none: any. */
  readonly prefixes: readonly string[];
  /** Pages that are gone too. */
  readonly all: boolean;
}

export interface SearchHit {
  readonly url: string;
  readonly title: string | null;
  /** Of the text, in pieces: those that were found, and what is between. */
  readonly snippet: readonly { readonly text: string; readonly isFound: boolean }[];
  /** BM25 with weights, else how often it is there; higher is better, within one search. */
  readonly score: number;
  /** The run that saw this version of the page first. */
  readonly runId: number;
}

export interface SearchAnswer {
  /** The best of them. */
  readonly hits: readonly SearchHit[];
  /** How many pages were found. */
  readonly total: number;
  /** How many pages there are to be searched, gone ones included. */
  readonly pages: number;
}

/** What FTS5 says of an expression that is wrong, and SQLite of too many words, or too long ones. */
const OF_EXPRESSION =
  /^(fts5|unterminated string|no such column|unknown special query|expected|LIKE or GLOB pattern|Expression tree)/;
/** Of an expression; more is no help to who wrote it. */
const SHOWN_CHARACTERS = 200;

/** The last answer was a redirect, an error that lasts, or of another type than a page. */
const IS_GONE = `coalesce((SELECT f.not_modified = 0 AND (f.status BETWEEN 300 AND 499 AND f.status <> 429
    OR f.status < 300 AND f.error IS NULL
      AND f.run_id > (SELECT max(p.last_run_id) FROM page p WHERE p.url_id = u.id))
  FROM fetch f WHERE f.id = ${lastFetch("u.id", " AND x.kind = 'page'")}), 0)`;

/** Title, heading and text in one, a line between. */
const ALL_COLUMNS =
  "(coalesce(t.title, '') || char(10) || coalesce(t.heading, '') || char(10) || t.text)";

/** Characters before and after what was found where there are no words to count. */
const AROUND = "substr(t.text, max(1, instr(lower(t.text), lower(@part)) - 40), 120)";

function occurrences(part: string): string {
  const times = (column: string): string =>
    `(length(${column}) - length(replace(${column}, ${part}, ''))) * 1.0 / length(${part})`;
  return `10 * ${times("coalesce(t.title, '')")} + 4 * ${times("coalesce(t.heading, '')")} + ${times("t.text")}`;
}

interface Found {
  readonly id: number;
  readonly score: number;
  readonly total: number;
}

/**
 * All of one moment.
 * @throws UsageError when the expression is wrong
 */
export function searchPages(sqlite: Sqlite, query: SearchQuery): SearchAnswer {
  const { expression, parts } = query;
  // No page has them in its text, so that what stands between them was found.
  const nonce = randomBytes(8).toString("hex");
  const [open, close] = [`\u{e000}${nonce}`, `\u{e001}${nonce}`];
  return sqlite
    .transaction((): SearchAnswer => {
      const pages = Number(
        sqlite.prepare("SELECT count(DISTINCT url_id) FROM page_text").pluck().get(),
      );
      const found = understood(expression ?? parts.join(" "), () => best(sqlite, query));
      // The index takes no notice of a number that is not an integer, which is what numbers are bound as.
      const read = sqlite.prepare<
        unknown[],
        { url: string; title: string | null; runId: number; snippet: string }
      >(
        expression === null
          ? `SELECT t.url, t.title, t.first_run_id AS runId, ${AROUND} AS snippet
            FROM v_page_text t WHERE t.url_id = @id`
          : `SELECT t.url, t.title, t.first_run_id AS runId,
              snippet(page_search, ${TEXT_COLUMN}, @open, @close, '…', ${SNIPPET_WORDS}) AS snippet
            FROM page_search s JOIN v_page_text t ON t.url_id = s.rowid
            WHERE page_search MATCH @expression AND s.rowid = CAST(@id AS INTEGER)`,
      );
      const hits = found.flatMap(({ id, score }) => {
        const row = read.get(
          expression === null ? { id, part: parts[0] } : { id, expression, open, close },
        );
        if (row === undefined) return [];
        const { snippet, ...page } = row;
        const marked = expression === null ? withMarks(snippet, parts, [open, close]) : snippet;
        return [{ ...page, score, snippet: pieces(marked, open, close) }];
      });
      return { hits, total: found[0]?.total ?? 0, pages };
    })
    .deferred();
}

function best(sqlite: Sqlite, { expression, parts, limit, prefixes, all }: SearchQuery): Found[] {
  const sites = prefixes.map((_, at) => `substr(u.url, 1, length(@site${at})) = @site${at}`);
  const conditions = [
    ...(expression === null ? [] : ["page_search MATCH @expression"]),
    // Of LIKE, as case does not matter; the index cannot be asked for what is within a word.
    ...parts.map((_, at) => `${ALL_COLUMNS} LIKE @like${at} ESCAPE '\\'`),
    ...(sites.length === 0 ? [] : [`(${sites.join(" OR ")})`]),
    ...(all ? [] : [`NOT ${IS_GONE}`]),
  ];
  const text = "v_page_text t ON t.url_id = u.id";
  const [from, score] =
    expression === null
      ? [`url u JOIN ${text}`, parts.map((_, at) => occurrences(`@part${at}`)).join(" + ")]
      : [
          `page_search s JOIN url u ON u.id = s.rowid ${parts.length === 0 ? "" : `JOIN ${text}`}`,
          `-bm25(page_search, ${WEIGHTS})`,
        ];
  return sqlite
    .prepare<unknown[], Found>(
      `WITH found AS MATERIALIZED (
        SELECT u.id, ${score} AS score FROM ${from} WHERE ${conditions.join(" AND ")})
      SELECT id, score, (SELECT count(*) FROM found) AS total FROM found
      ORDER BY score DESC, id LIMIT @limit`,
    )
    .all({
      limit,
      ...(expression !== null && { expression }),
      ...Object.fromEntries(prefixes.map((prefix, at) => [`site${at}`, prefix])),
      ...Object.fromEntries(parts.map((part, at) => [`like${at}`, `%${escapedLike(part)}%`])),
      ...(expression === null && Object.fromEntries(parts.map((part, at) => [`part${at}`, part]))),
    });
}

function escapedPattern(part: string): string {
  return part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}

function escapedLike(part: string): string {
  return part.replaceAll(/[\\%_]/g, String.raw`\$&`);
}

/** What stands around the first of `parts`, and where any of them is in it. */
function withMarks(
  snippet: string,
  parts: readonly string[],
  [open, close]: readonly [string, string],
): string {
  const any = new RegExp(parts.map(escapedPattern).join("|"), "giu");
  return `…${snippet.replaceAll(any, `${open}$&${close}`)}…`;
}

function pieces(snippet: string, open: string, close: string): SearchHit["snippet"] {
  return snippet.split(open).flatMap((part, index) => {
    if (index === 0) return part === "" ? [] : [{ text: part, isFound: false }];
    const end = part.indexOf(close);
    const found = { text: part.slice(0, end), isFound: true };
    const after = part.slice(end + close.length);
    return after === "" ? [found] : [found, { text: after, isFound: false }];
  });
}

function understood<T>(expression: string, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof Database.SqliteError) || !OF_EXPRESSION.test(error.message)) throw error;
    const isLong = expression.length > SHOWN_CHARACTERS;
    const shown = isLong ? `${expression.slice(0, SHOWN_CHARACTERS)}…` : expression;
    throw new UsageError(
      "search_wrong",
      `The search cannot be understood as ${shown} (${error.message}): write plain words, or put AND, OR and NOT between words and close what is opened.`,
      { cause: error },
    );
  }
}
