/**
 * The tables, each column with its meaning: what is created in a new database, and what docs/schema.md
 * says. Times are epoch milliseconds, durations milliseconds, sizes bytes; unknown is NULL.
 */

export interface Column {
  readonly name: string;
  /** SQL type and constraints, as in CREATE TABLE. */
  readonly sql: string;
  readonly meaning: string;
}

export interface Table {
  readonly name: string;
  readonly meaning: string;
  readonly columns: readonly Column[];
  /** Table constraints. */
  readonly constraints?: readonly string[];
  readonly withoutRowid?: true;
  readonly indexes?: readonly string[];
}

/** `PRAGMA user_version` of this schema. */
export const SCHEMA_VERSION = 1;

/** `PRAGMA application_id`: "wspl". */
export const APPLICATION_ID = 0x7773706c;

const id = { name: "id", sql: "INTEGER PRIMARY KEY", meaning: "number of the row" };

function column(name: string, sql: string, meaning: string): Column {
  return { name, sql, meaning };
}

export const TABLES: readonly Table[] = [
  {
    name: "meta",
    meaning: "Facts about the database itself.",
    withoutRowid: true,
    columns: [
      column("key", "TEXT NOT NULL PRIMARY KEY", "`schema_version`, `created_by`, `created_at`"),
      column("value", "TEXT NOT NULL", "its value"),
    ],
  },
  {
    name: "run",
    meaning: "One crawl from its seeds to its end, possibly by several processes.",
    columns: [
      id,
      column(
        "state",
        "TEXT NOT NULL",
        "`running`, `finished`, `interrupted` (the next crawl continues), `failed`, `abandoned`",
      ),
      column("reason", "TEXT", "why it ended: a code of the list below; NULL while it runs"),
      column("detail", "TEXT", "free text with the reason"),
      column("started_at", "INTEGER NOT NULL", "when it began"),
      column("finished_at", "INTEGER", "when it ended or was interrupted"),
      column("heartbeat_at", "INTEGER NOT NULL", "when its process last wrote"),
      column("active_ms", "REAL NOT NULL DEFAULT 0", "time with a live process, over all of them"),
      column("seeds", "TEXT NOT NULL", "JSON array of the seeds, canonical"),
      column(
        "settings",
        "TEXT NOT NULL",
        "JSON object of the settings of its last process; header values and passwords as `***`",
      ),
      column(
        "settings_hash",
        "TEXT NOT NULL",
        "SHA-256 of the settings that may not change: seeds, scope, include, exclude, robots",
      ),
      column("version", "TEXT NOT NULL", "version of webspool"),
      column("pid", "INTEGER NOT NULL", "process that crawls, or crawled last"),
      column("hostname", "TEXT NOT NULL", "machine of that process"),
      column(
        "pages",
        "INTEGER NOT NULL DEFAULT 0",
        "URLs of kind page settled, of any status, redirects included",
      ),
      column("requests", "INTEGER NOT NULL DEFAULT 0", "attempts that reached a socket"),
      column(
        "requests_reused",
        "INTEGER NOT NULL DEFAULT 0",
        "of these, on a socket that had served a request before",
      ),
      column("connections_opened", "INTEGER NOT NULL DEFAULT 0", "sockets opened"),
      column(
        "bytes_wire",
        "INTEGER NOT NULL DEFAULT 0",
        "bytes read from sockets, headers included, after TLS",
      ),
      column("bytes_body", "INTEGER NOT NULL DEFAULT 0", "bytes of decoded bodies"),
      column(
        "errors",
        "INTEGER NOT NULL DEFAULT 0",
        "URLs of kind page or asset settled without a response or with status 400 or more",
      ),
      column("links", "INTEGER NOT NULL DEFAULT 0", "distinct links stored or confirmed"),
    ],
  },
  {
    name: "run_process",
    meaning:
      "Each process that worked on a run, with its settings: what changed when a run was continued.",
    columns: [
      id,
      column("run_id", "INTEGER NOT NULL REFERENCES run(id)", "its run"),
      column("started_at", "INTEGER NOT NULL", "when it took up the run"),
      column("version", "TEXT NOT NULL", "version of webspool"),
      column("pid", "INTEGER NOT NULL", "process id"),
      column("hostname", "TEXT NOT NULL", "its machine"),
      column("settings", "TEXT NOT NULL", "JSON object, secrets as `***`"),
    ],
    indexes: ["CREATE INDEX run_process_run ON run_process(run_id)"],
  },
  {
    name: "host",
    meaning: "One origin: scheme, host name and port.",
    columns: [
      id,
      column(
        "origin",
        "TEXT NOT NULL UNIQUE",
        "`https://example.com`, the port where it is not the scheme's own",
      ),
      column("crawl_delay_ms", "REAL", "Crawl-delay of its robots.txt"),
      column(
        "next_fetch_at",
        "INTEGER",
        "no request before this time, when the run ended or was interrupted",
      ),
      column("backoff_until", "INTEGER", "until when a 429 or 503 asked for rest"),
      column("failures", "INTEGER NOT NULL DEFAULT 0", "failures to connect in a row"),
      column("robots_id", "INTEGER REFERENCES robots(id)", "its robots.txt in force"),
    ],
  },
  {
    name: "robots",
    meaning: "Each version of a robots.txt that was seen.",
    columns: [
      id,
      column("host_id", "INTEGER NOT NULL REFERENCES host(id)", "whose"),
      column("fetched_at", "INTEGER NOT NULL", "when this version was first seen"),
      column("checked_at", "INTEGER NOT NULL", "when it was last seen to be the same"),
      column("status", "INTEGER", "status of its response"),
      column("body", "BLOB", "at most 512 KiB of it; NULL where there was none"),
      column("expires_at", "INTEGER", "when it is asked for again"),
    ],
    indexes: ["CREATE INDEX robots_host ON robots(host_id, id)"],
  },
  {
    name: "url",
    meaning: "Every URL ever seen, canonical.",
    columns: [
      id,
      column(
        "url",
        "TEXT NOT NULL UNIQUE",
        "http or https, absolute, without fragment and credentials",
      ),
      column("host_id", "INTEGER NOT NULL REFERENCES host(id)", "its origin"),
      column("first_run_id", "INTEGER NOT NULL REFERENCES run(id)", "the run that saw it first"),
      column(
        "depth",
        "INTEGER",
        "fewest followed links from a seed, as far as seen; links of a page known only from a sitemap count from that page; NULL where no followed link is known",
      ),
    ],
  },
  {
    name: "frontier",
    meaning:
      "One row per known URL, kept between runs: its place in the queue and its last decision.",
    columns: [
      column("url_id", "INTEGER PRIMARY KEY REFERENCES url(id)", "the URL"),
      column("host_id", "INTEGER NOT NULL REFERENCES host(id)", "its host"),
      column("run_id", "INTEGER NOT NULL REFERENCES run(id)", "the run that last touched it"),
      column(
        "state",
        "TEXT NOT NULL",
        "`pending`, `fetching`, `done` (a response of any status), `failed` (none), `excluded`",
      ),
      column("reason", "TEXT", "why it was excluded or failed: a code of the lists below"),
      column("detail", "TEXT", "free text with the reason, such as the line of robots.txt"),
      column("kind", "TEXT NOT NULL", "`page`, `robots`, `sitemap`, `asset`"),
      column(
        "priority",
        "REAL NOT NULL",
        "higher is asked first: 100 seeds, 90 sitemaps, 0 to 1 pages (a sitemap's priority, else 0.5), -1 what --check asks for",
      ),
      column("depth", "INTEGER", "depth at which it was taken"),
      column("via_url_id", "INTEGER REFERENCES url(id)", "where it was found; NULL for seeds"),
      column("due_at", "INTEGER", "not asked before this time; NULL when nothing is planned"),
      column(
        "tries",
        "INTEGER NOT NULL DEFAULT 0",
        "attempts in its run that count against --retries",
      ),
      column(
        "is_seed",
        "INTEGER NOT NULL DEFAULT 0",
        "1 for seeds of its run and what they redirect to",
      ),
      column("settled_at", "INTEGER", "when its run settled it"),
    ],
    indexes: [
      // The order of handing out. Only what waits is in it, so it stays small; `due_at` is there so that
      // what waits for a retry is passed over without a look at its row.
      "CREATE INDEX frontier_pending ON frontier(run_id, host_id, priority DESC, depth, url_id, due_at) WHERE state = 'pending'",
      "CREATE INDEX frontier_fetching ON frontier(url_id) WHERE state = 'fetching'",
      "CREATE INDEX frontier_seed ON frontier(run_id) WHERE is_seed = 1",
    ],
  },
  {
    name: "fetch",
    meaning: "Every attempt that ended. A silent retry on a stale socket has its own row.",
    columns: [
      id,
      column("run_id", "INTEGER NOT NULL REFERENCES run(id)", "its run"),
      column(
        "session_id",
        "INTEGER REFERENCES session(id)",
        "the thread's session; NULL when the thread died",
      ),
      column("url_id", "INTEGER NOT NULL REFERENCES url(id)", "the URL"),
      column("kind", "TEXT NOT NULL", "`page`, `robots`, `sitemap`, `asset`"),
      column("attempt", "INTEGER NOT NULL", "1 for the first on this URL and kind in the run"),
      column("settled", "INTEGER NOT NULL", "1 for the last one, which settled the URL"),
      column("status", "INTEGER", "status of the response; NULL without one"),
      column("error", "TEXT", "why it failed: a code of the list below; NULL when it did not"),
      column("detail", "TEXT", "free text with the error"),
      column(
        "connection_id",
        "INTEGER REFERENCES connection(id)",
        "the socket; NULL when none was reached",
      ),
      column("connection_seq", "INTEGER", "1 for the first request on that socket"),
      column("reused", "INTEGER", "1 when the socket had served a request before"),
      column(
        "new_connection_reason",
        "TEXT",
        "why no open socket could be used; NULL when one was",
      ),
      column("started_at", "INTEGER NOT NULL", "when the session got it"),
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
    ],
  },
  {
    name: "connection",
    meaning:
      "Every socket a session opened. A connect that failed has none: its phases are on the fetch.",
    columns: [
      id,
      column("run_id", "INTEGER NOT NULL REFERENCES run(id)", "its run"),
      column("session_id", "INTEGER NOT NULL REFERENCES session(id)", "the session that owns it"),
      column("number", "INTEGER NOT NULL", "its number within that session"),
      column("origin", "TEXT NOT NULL", "scheme, host name and port"),
      column("mount", "TEXT NOT NULL", "prefix of the mount whose adapter opened it"),
      column("remote_ip", "TEXT", "address really used"),
      column("remote_port", "INTEGER", "its port"),
      column("local_port", "INTEGER", "our port"),
      column("alpn", "TEXT", "protocol agreed in TLS; NULL on plain TCP"),
      column("tls_version", "TEXT", "TLS version"),
      column("tls_resumed", "INTEGER", "1 when an earlier TLS session was resumed"),
      column("opened_at", "INTEGER NOT NULL", "when it was connected"),
      column("dns_ms", "REAL", "resolving the name; NULL when it did not happen"),
      column("connect_ms", "REAL", "TCP connect"),
      column("tls_ms", "REAL", "TLS handshake; NULL on plain TCP"),
      column("requests", "INTEGER NOT NULL DEFAULT 0", "attempts that it carried"),
      column("requests_reused", "INTEGER NOT NULL DEFAULT 0", "of these, not the first on it"),
      column(
        "bytes_read",
        "INTEGER NOT NULL DEFAULT 0",
        "bytes read, headers included, after TLS; while it is open, those of ended attempts only",
      ),
      column("last_used_at", "INTEGER", "when its last attempt ended"),
      column("keep_alive_hint_ms", "REAL", "timeout of the server's Keep-Alive header"),
      column("closed_at", "INTEGER", "when it was closed"),
      column("previous_id", "INTEGER REFERENCES connection(id)", "the socket it replaced"),
      column("open_reason", "TEXT NOT NULL", "why it was opened: a code of the list below"),
      column(
        "close_reason",
        "TEXT",
        "why it was closed: a code of the list below; NULL while it is open",
      ),
    ],
    indexes: [
      "CREATE UNIQUE INDEX connection_number ON connection(session_id, number)",
      "CREATE INDEX connection_run ON connection(run_id)",
      "CREATE INDEX connection_open ON connection(run_id) WHERE closed_at IS NULL",
    ],
  },
  {
    name: "session",
    meaning: "One worker thread's session.",
    columns: [
      id,
      column("run_id", "INTEGER NOT NULL REFERENCES run(id)", "its run"),
      column("pid", "INTEGER NOT NULL", "its process"),
      column("thread", "INTEGER NOT NULL", "number of the thread in that process"),
      column("opened_at", "INTEGER NOT NULL", "when it was opened"),
      column("closed_at", "INTEGER", "when it was closed"),
      column("requests", "INTEGER NOT NULL", "attempts that reached a socket"),
      column(
        "requests_reused",
        "INTEGER NOT NULL",
        "of these, on a socket that had served a request before",
      ),
      column("connections_opened", "INTEGER NOT NULL", "sockets opened"),
      column(
        "connections_discarded",
        "INTEGER NOT NULL",
        "sockets that found their pool full when they came back",
      ),
      column("pools_evicted", "INTEGER NOT NULL", "host pools that had to go for newer ones"),
      column("waits", "INTEGER NOT NULL", "requests that waited for a place in a pool"),
      column("wait_ms", "REAL NOT NULL", "how long they waited together"),
    ],
    indexes: ["CREATE UNIQUE INDEX session_thread ON session(run_id, pid, thread, opened_at)"],
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
        "32 hex digits of SHA-256 over the readable text, white space folded",
      ),
      column(
        "depth",
        "INTEGER",
        "depth at which it was taken; no fact of the page, so it makes no version",
      ),
    ],
  },
  {
    name: "link",
    meaning:
      "One row per distinct link of a page, external ones included: same target, kind, rel, anchor and hreflang count as one.",
    withoutRowid: true,
    constraints: ["PRIMARY KEY (from_url_id, ordinal)"],
    columns: [
      column("from_url_id", "INTEGER NOT NULL REFERENCES url(id)", "the page it stands in"),
      column("ordinal", "INTEGER NOT NULL", "its place among the page's distinct links"),
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
    meaning: "What the user's own extraction rules found.",
    withoutRowid: true,
    constraints: ["PRIMARY KEY (url_id, run_id, name, idx)"],
    columns: [
      column("url_id", "INTEGER NOT NULL REFERENCES url(id)", "the page"),
      column("run_id", "INTEGER NOT NULL REFERENCES run(id)", "the run"),
      column("name", "TEXT NOT NULL", "name of the rule"),
      column("idx", "INTEGER NOT NULL", "0 for its first value"),
      column("value", "TEXT NOT NULL", "the value"),
    ],
  },
];

/** The statements that create the tables and their indexes. */
export function createTables(): string[] {
  return TABLES.flatMap((table) => {
    const parts = [
      ...table.columns.map(({ name, sql }) => `${name} ${sql}`),
      ...(table.constraints ?? []),
    ];
    const options = table.withoutRowid ? "STRICT, WITHOUT ROWID" : "STRICT";
    return [
      `CREATE TABLE ${table.name} (\n  ${parts.join(",\n  ")}\n) ${options}`,
      ...(table.indexes ?? []),
    ];
  });
}
