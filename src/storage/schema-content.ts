/** Tables of what is kept of pages where it was asked for: their text, its index, their bodies. */
import { column, id, type Table } from "./schema-column.ts";

export const CONTENT_TABLES: readonly Table[] = [
  {
    name: "page_text",
    meaning:
      "The readable text of page versions that a crawl with `--text` read; one row per version. A version that only a crawl without it saw has none.",
    constraints: ["UNIQUE (url_id, first_run_id)"],
    columns: [
      id,
      column("url_id", "INTEGER NOT NULL REFERENCES url(id)", "the page"),
      column(
        "first_run_id",
        "INTEGER NOT NULL REFERENCES run(id)",
        "the run that saw the page's version first, as in page",
      ),
      column("title", "TEXT", "the version's title"),
      column("heading", "TEXT", "its first h1"),
      column(
        "text",
        "TEXT NOT NULL",
        "all readable text, white space folded to single spaces; text of script, style, template and head is not in it",
      ),
      column("truncated", "INTEGER NOT NULL", "1 when the text was cut off at 1 MiB"),
    ],
  },
  {
    name: "page_search",
    meaning:
      "The full-text index (SQLite's FTS5) over `v_page_text`, what `webspool search` asks: `SELECT url FROM page_search JOIN url ON url.id = page_search.rowid WHERE page_search MATCH 'words' ORDER BY rank`. Words are found without regard to case and accents. SQLite keeps it in `page_search_data`, `_idx`, `_docsize` and `_config`.",
    virtual:
      "fts5(title, heading, text, content='v_page_text', content_rowid='url_id', tokenize='unicode61 remove_diacritics 2')",
    columns: [
      column("rowid", "", "the page's url_id"),
      column("title", "", "as in v_page_text"),
      column("heading", "", "as in v_page_text"),
      column("text", "", "as in v_page_text"),
    ],
  },
  {
    name: "fetch_body",
    meaning:
      "Which decoded body an attempt brought, or confirmed by a 304; where crawls ran with `--store-bodies`. The bodies are in a second file beside this one, its name and `-bodies`: table `body`, found by its hash.",
    columns: [
      column("fetch_id", "INTEGER PRIMARY KEY REFERENCES fetch(id)", "the attempt, of kind page"),
      column("hash", "TEXT NOT NULL", "SHA-256 of the body, 64 hex digits: `body.hash`"),
      column("truncated", "INTEGER NOT NULL", "1 when the body was cut off at --max-body"),
    ],
    indexes: ["CREATE INDEX fetch_body_hash ON fetch_body(hash)"],
  },
];

/** Of the second file; not part of the first. Described in docs/bodies.md. */
export const BODY_TABLE = `CREATE TABLE body (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  bytes INTEGER NOT NULL,
  encoding TEXT NOT NULL CHECK (encoding IN ('zstd', 'identity')),
  content BLOB NOT NULL
) STRICT`;
