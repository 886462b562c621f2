/** Asks the full-text index: which pages say this, the best first, and where. */
import { randomBytes } from "node:crypto";
import Database from "better-sqlite3";
import { UsageError } from "../errors.ts";
import type { Sqlite } from "./connection.ts";
import { lastFetch } from "./view.ts";

/** A word in the title says more of a page than one in its heading, and that more than one in its text. */
const WEIGHTS = "10.0, 4.0, 1.0";
/** Words of a snippet. */
const SNIPPET_WORDS = 28;
const TEXT_COLUMN = 2;

export interface SearchQuery {
  /** An expression of FTS5. */
  readonly expression: string;
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
  /** BM25 with weights; higher is better, and no two searches can be compared by it. */
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

/** What FTS5 says of an expression that is wrong. */
const OF_EXPRESSION = /^(fts5|unterminated string|no such column|unknown special query|expected)/;

/** The last answer was a redirect, an error that lasts, or of another type than a page. */
const IS_GONE = `coalesce((SELECT f.not_modified = 0 AND (f.status BETWEEN 300 AND 499 AND f.status <> 429
    OR f.status < 300 AND f.error IS NULL
      AND f.run_id > (SELECT max(p.last_run_id) FROM page p WHERE p.url_id = u.id))
  FROM fetch f WHERE f.id = ${lastFetch("u.id", " AND x.kind = 'page'")}), 0)`;

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
  const { expression, limit, prefixes, all } = query;
  const sites = prefixes.map(() => "substr(u.url, 1, length(?)) = ?").join(" OR ");
  const parameters = prefixes.flatMap((prefix) => [prefix, prefix]);
  // No page has them in its text, so that what stands between them was found.
  const nonce = randomBytes(8).toString("hex");
  const [open, close] = [`\u{e000}${nonce}`, `\u{e001}${nonce}`];
  return sqlite
    .transaction((): SearchAnswer => {
      const pages = Number(
        sqlite.prepare("SELECT count(DISTINCT url_id) FROM page_text").pluck().get(),
      );
      const found = understood(expression, () =>
        sqlite
          .prepare<unknown[], Found>(
            `WITH found AS MATERIALIZED (
              SELECT s.rowid AS id, -bm25(page_search, ${WEIGHTS}) AS score
              FROM page_search s JOIN url u ON u.id = s.rowid
              WHERE page_search MATCH ? AND ${sites === "" ? "1" : `(${sites})`}
                AND ${all ? "1" : `NOT ${IS_GONE}`})
            SELECT id, score, (SELECT count(*) FROM found) AS total FROM found
            ORDER BY score DESC, id LIMIT ?`,
          )
          .all(expression, ...parameters, limit),
      );
      // The index takes no notice of a number that is not an integer, which is what numbers are bound as.
      const read = sqlite.prepare<
        unknown[],
        { url: string; title: string | null; runId: number; snippet: string }
      >(`SELECT t.url, t.title, t.first_run_id AS runId,
          snippet(page_search, ${TEXT_COLUMN}, ?, ?, '…', ${SNIPPET_WORDS}) AS snippet
        FROM page_search s JOIN v_page_text t ON t.url_id = s.rowid
        WHERE page_search MATCH ? AND s.rowid = CAST(? AS INTEGER)`);
      const hits = found.flatMap(({ id, score }) => {
        const row = read.get(open, close, expression, id);
        if (row === undefined) return [];
        const { snippet, ...page } = row;
        return [{ ...page, score, snippet: pieces(snippet, open, close) }];
      });
      return { hits, total: found[0]?.total ?? 0, pages };
    })
    .deferred();
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
    throw new UsageError(
      "search_wrong",
      `The search cannot be understood as ${expression} (${error.message}): write plain words, or put AND, OR and NOT between words and close what is opened.`,
      { cause: error },
    );
  }
}
