/** Tables of what is known and what waits: hosts, robots.txt, URLs, the frontier. */
import { column, id, type Table } from "./schema-column.ts";

export const FRONTIER_TABLES: readonly Table[] = [
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
      column("run_id", "INTEGER REFERENCES run(id)", "the run that left it in this state"),
      column(
        "throttled",
        "INTEGER NOT NULL DEFAULT 0",
        "answers 429 or 503 since the last good one",
      ),
      column(
        "slowed_delay_ms",
        "REAL",
        "the pause between its requests after those; NULL when it is not slowed down",
      ),
      column(
        "auto_delay_ms",
        "REAL",
        "the pause that --delay auto had come to, which follows its latency; NULL where that was not given",
      ),
      column(
        "robots_tries",
        "INTEGER NOT NULL DEFAULT 0",
        "how often its robots.txt failed since it was last read",
      ),
      column(
        "given_up",
        "TEXT",
        "why its run asks it for nothing more, a code of `frontier.reason`; NULL when it does",
      ),
      column("given_up_detail", "TEXT", "free text with that"),
      column("robots_id", "INTEGER REFERENCES robots(id)", "its robots.txt in force"),
      column(
        "lastmod_right",
        "INTEGER NOT NULL DEFAULT 0",
        "visits that found a change which its sitemap's lastmod had announced",
      ),
      column(
        "lastmod_wrong",
        "INTEGER NOT NULL DEFAULT 0",
        "visits that found none though it was announced, or one that was not",
      ),
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
        "TEXT NOT NULL",
        "http or https, absolute, without fragment and credentials; no two rows have the same",
      ),
      column("host_id", "INTEGER NOT NULL REFERENCES host(id)", "its origin"),
      column("first_run_id", "INTEGER NOT NULL REFERENCES run(id)", "the run that saw it first"),
      column(
        "depth",
        "INTEGER",
        "fewest followed links from a seed, as far as seen; links of a page known only from a sitemap count from that page; NULL where no followed link is known",
      ),
    ],
    // All that a link to a known URL asks for is in the index, so that it costs one look into one tree;
    // bench/url-key.ts has the figures. An index that holds more than its key cannot be the unique key
    // too: the triggers are.
    indexes: ["CREATE INDEX url_key ON url(url, host_id, depth)"],
    triggers: [
      "CREATE TRIGGER url_once BEFORE INSERT ON url WHEN EXISTS (SELECT 1 FROM url WHERE url = new.url) BEGIN SELECT RAISE(ABORT, 'the URL is stored already'); END",
      "CREATE TRIGGER url_stays BEFORE UPDATE OF url ON url BEGIN SELECT RAISE(ABORT, 'a URL does not change'); END",
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
        "`pending`, `fetching` (handed to a thread: in flight, or in line behind what is), `done` (a response of any status), `failed` (none), `excluded`",
      ),
      column("reason", "TEXT", "why it was excluded or failed: a code of the lists below"),
      column("detail", "TEXT", "free text with the reason, such as the line of robots.txt"),
      column("kind", "TEXT NOT NULL", "`page`, `robots`, `sitemap`, `asset`"),
      column(
        "priority",
        "REAL NOT NULL",
        "higher is asked first: 100 seeds, 90 a host's first 100 sitemaps (0 the others), 1 to 2 what is due again, 0 to 1 pages (a sitemap's priority, else 0.5), -1 what --check asks for",
      ),
      column("depth", "INTEGER", "depth at which it was taken"),
      column("via_url_id", "INTEGER REFERENCES url(id)", "where it was found; NULL for seeds"),
      column(
        "due_at",
        "INTEGER",
        "while it waits: not asked before this time; once settled: when it is due again, NULL when it is rested or excluded",
      ),
      column(
        "tries",
        "INTEGER NOT NULL DEFAULT 0",
        "attempts in its run that count against --retries",
      ),
      column(
        "put_off",
        "INTEGER NOT NULL DEFAULT 0",
        "how often in its run an answer 429 or 503 put it off; those cost none of --retries",
      ),
      column(
        "is_seed",
        "INTEGER NOT NULL DEFAULT 0",
        "1 for seeds of its run and what they redirect to",
      ),
      column("settled_at", "INTEGER", "when its run settled it"),
      column(
        "sitemap_lastmod",
        "INTEGER",
        "when a sitemap last said that it changed; NULL where none did",
      ),
      column("checked_at", "INTEGER", "when an answer last told what it holds"),
      column(
        "checks",
        "INTEGER NOT NULL DEFAULT 0",
        "comparisons with the answer before; from 32 on older ones count half",
      ),
      column("changes", "INTEGER NOT NULL DEFAULT 0", "of those, the ones that found a change"),
      column(
        "observed_ms",
        "INTEGER NOT NULL DEFAULT 0",
        "time between the answers that were compared",
      ),
      column("gone_checks", "INTEGER NOT NULL DEFAULT 0", "answers 404 or 410 in a row"),
      column("lastmod_checked", "INTEGER", "sitemap_lastmod as it was at the last visit"),
      column(
        "given_up_run_id",
        "INTEGER REFERENCES run(id)",
        "the first of the runs that gave its host up before it was asked, until it was asked again; of several such times the last; NULL when there was none",
      ),
    ],
    indexes: [
      // The order of handing out. Only what waits is in it, so it stays small; `due_at` is there so that
      // what waits for a retry is passed over without a look at its row.
      "CREATE INDEX frontier_pending ON frontier(run_id, host_id, priority DESC, depth, url_id, due_at) WHERE state = 'pending'",
      "CREATE INDEX frontier_fetching ON frontier(url_id) WHERE state = 'fetching'",
      "CREATE INDEX frontier_seed ON frontier(run_id) WHERE is_seed = 1",
      "CREATE INDEX frontier_failed ON frontier(url_id, run_id, kind, reason) WHERE state = 'failed'",
      "CREATE INDEX frontier_given_up ON frontier(url_id, given_up_run_id) WHERE given_up_run_id IS NOT NULL",
    ],
  },
  {
    name: "budget",
    meaning:
      "Pages asked of hosts and their folders in the present run; only while it has --max-pages-per-host or --max-pages-per-folder.",
    columns: [
      column("run_id", "INTEGER NOT NULL REFERENCES run(id)", "the run"),
      column("host_id", "INTEGER NOT NULL REFERENCES host(id)", "the host"),
      column("folder", "TEXT NOT NULL", "`/docs/`; empty for the whole host"),
      column("pages", "INTEGER NOT NULL", "pages below it that were asked, each once"),
    ],
    constraints: ["PRIMARY KEY (run_id, host_id, folder)"],
    withoutRowid: true,
  },
  {
    name: "trap_rule",
    meaning:
      "Rules that were learned about a host: which of its URLs lead to nothing new. Kept from run to run; a rule that its pages contradict is taken out.",
    columns: [
      column("host_id", "INTEGER NOT NULL REFERENCES host(id)", "the host it holds for"),
      column(
        "kind",
        "TEXT NOT NULL",
        "`parameter` and `segment` (a part of the URL does not change the page), `mirror` (below this path stands what stands without it), `calendar` (dated URLs of this folder lead to more of them only), `walk` (URLs of this shape do), `facets` (combinations of this path's parameters), `folder` (all below it says the same)",
      ),
      column(
        "pattern",
        "TEXT NOT NULL",
        "what it covers: digits stand as 0, random words as *, `/list?ref` is the parameter ref of /list",
      ),
      column("reason", "TEXT NOT NULL", "the `frontier.reason` of what it leaves out"),
      column("pages_for", "INTEGER NOT NULL", "pages, or pairs of pages, that said so"),
      column("pages_against", "INTEGER NOT NULL", "pages, or pairs of them, that said otherwise"),
      column("run_id", "INTEGER NOT NULL REFERENCES run(id)", "the run that learned it"),
      column("learned_at", "INTEGER NOT NULL", "when"),
    ],
    constraints: ["PRIMARY KEY (host_id, kind, pattern)"],
    withoutRowid: true,
  },
  {
    name: "trap_variant",
    meaning:
      "The one URL that is asked of those that differ only in what a rule says does not change the page, where the URL without that part is not known.",
    columns: [
      column(
        "base",
        "TEXT PRIMARY KEY",
        "the URL without session id and such; * where a part of the path stood",
      ),
      column("url_id", "INTEGER NOT NULL REFERENCES url(id)", "the URL that is asked for it"),
    ],
    withoutRowid: true,
  },
];
