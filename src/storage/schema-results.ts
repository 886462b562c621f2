/** Tables of what came back: fetches, pages, links, extracted fields. */
import { column, id, type Table } from "./schema-column.ts";

export const RESULT_TABLES: readonly Table[] = [
  {
    name: "fetch",
    meaning: "Every attempt that ended. A silent retry on a stale socket has its own row.",
    columns: [
      id,
      column("run_id", "INTEGER NOT NULL REFERENCES run(id)", "its run"),
      column(
        "session_id",
        "INTEGER REFERENCES session(id)",
        "the thread's session; NULL when the thread died, or the run was pruned",
      ),
      column("url_id", "INTEGER NOT NULL REFERENCES url(id)", "the URL"),
      column("kind", "TEXT NOT NULL", "`page`, `robots`, `sitemap`, `asset`"),
      column("attempt", "INTEGER NOT NULL", "1 for the first on this URL and kind in the run"),
      column("settled", "INTEGER NOT NULL", "1 for the last one, which settled the URL"),
      column("status", "INTEGER", "status of the response; NULL without one"),
      column("error", "TEXT", "why it failed: a code of the list below; NULL when it did not"),
      column(
        "detail",
        "TEXT",
        "free text with the error; or, without one, what extraction or the plugin had to leave out",
      ),
      column(
        "connection_id",
        "INTEGER REFERENCES connection(id)",
        "the socket; NULL when none was reached, or the run was pruned",
      ),
      column("connection_seq", "INTEGER", "1 for the first request on that socket"),
      column("reused", "INTEGER", "1 when the socket had served a request before"),
      column(
        "new_connection_reason",
        "TEXT",
        "why no open socket could be used; NULL when one was",
      ),
      column(
        "started_at",
        "REAL NOT NULL",
        "when the session got it, to the microsecond: the order of requests within a millisecond counts",
      ),
      column("queue_ms", "REAL", "waiting for a place in the pool"),
      column("dns_ms", "REAL", "resolving the name; NULL when it did not happen"),
      column("connect_ms", "REAL", "TCP connect; NULL when it did not happen"),
      column("tls_ms", "REAL", "TLS handshake; NULL when it did not happen"),
      column("ttfb_ms", "REAL", "from the request sent to the first byte"),
      column("body_ms", "REAL", "from the first byte to the end of the body"),
      column("total_ms", "REAL NOT NULL", "all of it"),
      column("bytes_wire", "INTEGER", "socket bytes with headers, after TLS; NULL on HTTP/2"),
      column("bytes_body", "INTEGER", "bytes of the decoded body"),
      column("content_type", "TEXT", "Content-Type"),
      column("headers", "TEXT", "JSON array of [name, value]; cookies as `***`"),
      column("redirect_url_id", "INTEGER REFERENCES url(id)", "where a redirect leads"),
      column("etag", "TEXT", "ETag"),
      column("last_modified", "TEXT", "Last-Modified, as sent"),
      column("not_modified", "INTEGER NOT NULL", "1 for a 304"),
      column("truncated", "INTEGER NOT NULL", "1 when the body or its links were cut off"),
    ],
    indexes: [
      "CREATE UNIQUE INDEX fetch_settled ON fetch(run_id, url_id, kind) WHERE settled = 1",
      "CREATE INDEX fetch_url ON fetch(url_id, run_id)",
      // Where errors and redirects are among everything that was asked: for the views that show them.
      "CREATE INDEX fetch_broken ON fetch(url_id, run_id, kind, status) WHERE settled = 1 AND status >= 400",
      "CREATE INDEX fetch_failed ON fetch(url_id, run_id) WHERE settled = 1 AND error IS NOT NULL",
      "CREATE INDEX fetch_redirect ON fetch(url_id) WHERE redirect_url_id IS NOT NULL",
    ],
  },
  {
    name: "page",
    meaning:
      "What a page said, one row per version: a new one when the text hash or any stored fact differs.",
    withoutRowid: true,
    constraints: ["PRIMARY KEY (url_id, first_run_id)"],
    columns: [
      column("url_id", "INTEGER NOT NULL REFERENCES url(id)", "the page"),
      column(
        "first_run_id",
        "INTEGER NOT NULL REFERENCES run(id)",
        "the run that saw this version first",
      ),
      column("last_run_id", "INTEGER NOT NULL REFERENCES run(id)", "the run that saw it last"),
      column(
        "fetch_id",
        "INTEGER NOT NULL REFERENCES fetch(id)",
        "the attempt that brought it last",
      ),
      column("title", "TEXT", "text of the first title element"),
      column("description", "TEXT", "meta description"),
      column("h1", "TEXT", "text of the first h1"),
      column("canonical_url", "TEXT", "target of rel=canonical, canonical"),
      column("lang", "TEXT", "lang of the html element"),
      column("robots", "TEXT", "meta robots"),
      column("charset", "TEXT NOT NULL", "encoding it was decoded with"),
      column("words", "INTEGER NOT NULL", "words of readable text"),
      column(
        "text_hash",
        "TEXT NOT NULL",
        "32 hex digits of SHA-256 over the words of readable text, one space between them, but for those that change by themselves: clock times (`12:34`, `9:05:10.5 pm`), dates with a time (`2026-11-21T12:34:56Z`), random tokens (letters and digits mixed: 16 or more hexadecimal digits, UUIDs, 20 or more of `A-Z a-z 0-9 + / _ -`), durations of a computation (`12 ms`, `0.123 s`). Other numbers, prices and dates count",
      ),
      column(
        "simhash",
        "TEXT",
        "64-bit simhash of the text, 16 hex digits: of shingles of three words in lower case, runs of digits as one 0; NULL for fewer than 8 words",
      ),
      column(
        "similar_group_id",
        "INTEGER REFERENCES similar_group(id)",
        "its group of near-duplicates; NULL without simhash",
      ),
      column(
        "similar_distance",
        "INTEGER",
        "in how many bits its simhash differs from that of its group, 0 to 3; NULL without simhash",
      ),
      column(
        "depth",
        "INTEGER",
        "depth at which it was taken; no fact of the page, so it makes no version",
      ),
    ],
    indexes: [
      "CREATE INDEX page_text_hash ON page(text_hash)",
      "CREATE INDEX page_similar ON page(similar_group_id) WHERE similar_group_id IS NOT NULL",
    ],
  },
  {
    name: "similar_group",
    meaning:
      "Groups of pages that say nearly the same: those whose simhash differs from the group's in at most 3 bits. A page is in one group; most are alone in theirs.",
    columns: [id, column("simhash", "TEXT NOT NULL", "simhash of the page that was seen first")],
  },
  {
    name: "similar_band",
    meaning:
      "Where a page's group is looked up: each group under the four 16-bit parts of its simhash, fewer than 64 groups under one. Written when 2,048 groups have come together.",
    withoutRowid: true,
    constraints: ["PRIMARY KEY (band, group_id)"],
    columns: [
      column("band", "INTEGER NOT NULL", "the part's place, 0 to 3, times 65536, and its value"),
      column("group_id", "INTEGER NOT NULL REFERENCES similar_group(id)", "the group"),
    ],
  },
  {
    name: "link",
    meaning:
      "One row per distinct link of a page, external ones included: same target, kind, rel, anchor and hreflang count as one. A link that was gone and came back is a new row. A run R left the page with those that have first_run_id <= R and gone_run_id NULL or > R.",
    withoutRowid: true,
    constraints: ["PRIMARY KEY (from_url_id, ordinal)"],
    columns: [
      column("from_url_id", "INTEGER NOT NULL REFERENCES url(id)", "the page it stands in"),
      column(
        "ordinal",
        "INTEGER NOT NULL",
        "its number within the page, in the order they were seen",
      ),
      column("to_url_id", "INTEGER NOT NULL REFERENCES url(id)", "where it leads"),
      column(
        "kind",
        "TEXT NOT NULL",
        "`a`, `area`, `iframe`, `frame`, `img`, `script`, `stylesheet`, `canonical`, `alternate`, `next`, `prev`, `redirect`, `sitemap`, `other`",
      ),
      column("rel", "TEXT", "its rel attribute, in lower case"),
      column("anchor", "TEXT", "its text; for an img its alt: NULL when missing, '' when empty"),
      column("hreflang", "TEXT", "its hreflang attribute"),
      column("count", "INTEGER NOT NULL", "how often it stands in the page"),
      column("first_run_id", "INTEGER NOT NULL REFERENCES run(id)", "the run that saw it first"),
      column("last_run_id", "INTEGER NOT NULL REFERENCES run(id)", "the run that saw it last"),
      column(
        "gone_run_id",
        "INTEGER REFERENCES run(id)",
        "the run that found it gone; NULL while it is there",
      ),
    ],
    indexes: [
      "CREATE INDEX link_to ON link(to_url_id)",
      "CREATE INDEX link_gone ON link(gone_run_id, to_url_id) WHERE gone_run_id IS NOT NULL",
    ],
  },
  {
    name: "extract",
    meaning:
      "What was taken from pages by the user's rules and plugin, by --structured and --extract-header: docs/extract.md has the names. A page that says it is unchanged keeps the values of the run before.",
    withoutRowid: true,
    constraints: ["PRIMARY KEY (url_id, run_id, name, idx)"],
    columns: [
      column("url_id", "INTEGER NOT NULL REFERENCES url(id)", "the page"),
      column("run_id", "INTEGER NOT NULL REFERENCES run(id)", "the run"),
      column("name", "TEXT NOT NULL", "name of the rule, or of what was taken"),
      column("idx", "INTEGER NOT NULL", "0 for its first value"),
      column(
        "value",
        "TEXT NOT NULL",
        "the value as text: numbers with a point, dates as `2026-11-21` or `2026-11-21T12:34:56.000Z`, booleans as `true` and `false`, URLs canonical, JSON without white space",
      ),
      column(
        "type",
        "TEXT NOT NULL",
        "what it is, or should be: `string`, `number`, `integer`, `boolean`, `date`, `url`, `json`",
      ),
      column(
        "number",
        "REAL",
        "a number's value, 1 and 0 of a boolean, epoch milliseconds of a date; NULL for all else",
      ),
      column(
        "error",
        "TEXT",
        "why the value is not of its type, and so stands as it was found; NULL when it is",
      ),
    ],
  },
];
