/**
 * Every setting once: its name, kind, default, bounds and text. The command line, the config file,
 * the help and docs/settings.md all come from this table. A setting's option is its name in
 * kebab-case, its config key the name itself.
 */
import {
  choice,
  count,
  duration,
  durationOr,
  flag,
  headerLines,
  parameterNames,
  patterns,
  size,
  text,
  type Kind,
} from "./setting-kinds.ts";
import type { ExtractRule } from "./messages.ts";

export interface Setting<T> {
  readonly kind: Kind<T>;
  /** As the user would write it; null when there is no limit or it depends on others. */
  readonly default: string | number | boolean | readonly string[] | null;
  /** What the default is, in words, where it depends on something. */
  readonly defaultText?: string;
  readonly description: string;
  readonly group: "What to crawl" | "How fast" | "Requests" | "Connections" | "The run" | "Output";
  readonly short?: string;
  /** A run can only be continued with the same value. */
  readonly identity?: true;
}

function setting<T>(
  group: Setting<T>["group"],
  kind: Kind<T>,
  value: Setting<T>["default"],
  description: string,
  extra: Pick<Setting<T>, "defaultText" | "short" | "identity"> = {},
): Setting<T> {
  return { group, kind, default: value, description, ...extra };
}

const identity = { identity: true } as const;

export const SETTINGS = {
  seeds: setting(
    "What to crawl",
    text("FILE"),
    null,
    "More seeds from a file, one URL a line; - reads standard input.",
  ),
  scope: setting(
    "What to crawl",
    choice("host", "domain", "prefix", "any"),
    "host",
    "Which links are followed: host = a seed's host name and port, domain = a seed's registrable domain, prefix = a seed's host and path up to its last /, any = every link.",
    identity,
  ),
  include: setting(
    "What to crawl",
    patterns(),
    [],
    "Follow only URLs that match (repeatable, unanchored, on the canonical URL); seeds always pass.",
    identity,
  ),
  exclude: setting(
    "What to crawl",
    patterns(),
    [],
    "Do not follow URLs that match (repeatable, unanchored); wins over --include.",
    identity,
  ),
  maxPages: setting(
    "What to crawl",
    count(1),
    null,
    "End the run after N pages, of any status, redirects included.",
  ),
  maxPagesPerHost: setting(
    "What to crawl",
    count(1),
    null,
    "Ask each host for at most N pages in a run; the rest is excluded as host_budget.",
  ),
  maxPagesPerFolder: setting(
    "What to crawl",
    count(1),
    null,
    "Ask for at most N pages below each folder of a host, subfolders included, in a run; the rest is excluded as folder_budget. The root is no folder.",
  ),
  maxDepth: setting(
    "What to crawl",
    count(0, 1_000_000),
    20,
    "Follow at most N links from a seed; 0 asks for the seeds only.",
  ),
  maxDuration: setting("What to crawl", duration(1), null, "End the run after this time."),
  maxBytes: setting(
    "What to crawl",
    size(1),
    null,
    "End the run after this many bytes on the wire.",
  ),
  check: setting(
    "What to crawl",
    choice("none", "assets", "external", "all"),
    "none",
    "Also ask once for images, scripts and styles (assets), for links that leave the scope (external), or both (all), without following them.",
  ),
  robots: setting(
    "What to crawl",
    flag(),
    true,
    "Obey robots.txt and meta robots; turning it off is recorded in the run.",
    identity,
  ),
  respectNofollow: setting(
    "What to crawl",
    flag(),
    false,
    "Do not follow links with rel nofollow, ugc or sponsored; they are recorded. Unless it is given they are followed.",
  ),
  sortQuery: setting(
    "What to crawl",
    flag(),
    false,
    "Take URLs that differ only in the order of their query parameters for the same, and ask for the sorted one.",
  ),
  dropQuery: setting(
    "What to crawl",
    parameterNames(),
    [],
    "Drop this query parameter from every URL (repeatable; utm_* drops all that begin so).",
  ),
  sitemaps: setting(
    "What to crawl",
    flag(),
    true,
    "Read the sitemaps that robots.txt names, else /sitemap.xml.",
  ),
  traps: setting(
    "What to crawl",
    flag(),
    true,
    "Leave out URLs of spaces without end (calendars, session ids, facets, mirrors and the like); frontier.reason and detail say which rule and why. Seeds, and what a sitemap names, are left out by no rule that was learned.",
  ),
  profile: setting(
    "How fast",
    choice("polite", "own"),
    null,
    "polite: 1 request in flight and 1 s between requests per host; own: 16 in flight and no delay.",
    { defaultText: "polite; own when every seed is a loopback address" },
  ),
  perHost: setting(
    "How fast",
    count(1, 10_000),
    null,
    "Requests in flight per host, in all threads together.",
    { defaultText: "from --profile" },
  ),
  delay: setting(
    "How fast",
    durationOr("auto", 0, 86_400_000),
    null,
    "Pause per host, from the end of a response to the next request; auto = four times the host's own latency, from 100 ms to 30 s. Robots' Crawl-delay is its lower bound, up to 30 s.",
    { defaultText: "from --profile" },
  ),
  threads: setting("How fast", count(1, 64), null, "Worker threads.", {
    defaultText: "one per core, at most 8",
  }),
  inFlight: setting(
    "How fast",
    count(1, 100_000),
    128,
    "Requests in flight, all hosts and threads together.",
  ),
  userAgent: setting("Requests", text(), null, "The User-Agent of every request.", {
    defaultText: "webspool/<version> (+<contact>), without the contact where none is given",
  }),
  contact: setting(
    "Requests",
    text(),
    null,
    "A URL or mail address for site owners, part of the default User-Agent.",
  ),
  header: setting(
    "Requests",
    headerLines(),
    [],
    "A header sent to the seeds' origins only, or @FILE with one a line (repeatable); values are stored and logged as ***.",
    { short: "H" },
  ),
  timeout: setting("Requests", duration(1), "60s", "Longest time for a whole fetch."),
  connectTimeout: setting(
    "Requests",
    duration(1),
    "10s",
    "Longest time for DNS, TCP and TLS together.",
  ),
  readTimeout: setting(
    "Requests",
    duration(1),
    "20s",
    "Longest gap between two reads of a response.",
  ),
  maxBody: setting(
    "Requests",
    size(1),
    "10MiB",
    "Decoded bytes kept of a body; a larger one is cut off and its fetch says so.",
  ),
  retries: setting(
    "Requests",
    count(0, 20),
    2,
    "Further attempts after a transient failure, with exponential backoff and jitter.",
  ),
  allowPrivate: setting(
    "Requests",
    flag(),
    false,
    "Let links and redirects lead to private, loopback and link-local addresses. A seed that is one allows its own host only.",
  ),
  insecure: setting(
    "Requests",
    flag(),
    false,
    "Do not verify TLS certificates; recorded in the run.",
  ),
  poolConnections: setting(
    "Connections",
    count(0, 1_000_000),
    1_000,
    "Host pools a thread's session keeps (least recently used goes first).",
  ),
  poolMaxsize: setting(
    "Connections",
    count(0, 100_000),
    16,
    "Idle connections kept per pool; with --pool-block all its connections.",
  ),
  poolBlock: setting(
    "Connections",
    flag(),
    true,
    "Wait for a connection of a full pool instead of opening one more.",
  ),
  limit: setting(
    "Connections",
    count(0, 100_000),
    0,
    "Connections in use per thread; 0 = no limit.",
  ),
  limitPerHost: setting(
    "Connections",
    count(0, 100_000),
    0,
    "Connections in use per thread and host; 0 = no limit.",
  ),
  keepaliveTimeout: setting(
    "Connections",
    duration(0, 86_400_000),
    "30s",
    "Close a connection that was idle for this long.",
  ),
  forceClose: setting("Connections", flag(), false, "Close every connection after one request."),
  dnsTtl: setting(
    "Connections",
    duration(0, 86_400_000),
    "60s",
    "How long a DNS answer is used again.",
  ),
  db: setting("The run", text("FILE"), "data/crawl.db", "The SQLite database of this crawl."),
  config: setting(
    "The run",
    text("FILE"),
    null,
    "A JSON file with these settings by their names; the command line wins.",
  ),
  fresh: setting("The run", flag(), false, "Give up the unfinished run and start a new one."),
  ifRunning: setting(
    "The run",
    choice("skip", "wait", "fail"),
    "fail",
    "When another live process holds this database: exit 0 at once, wait and then crawl, or exit 3.",
  ),
  recrawl: setting(
    "The run",
    choice("all", "due"),
    "all",
    "On a database with finished runs: ask for every known URL in scope again, or only for what is due.",
  ),
  revisitFirst: setting(
    "The run",
    duration(1),
    "1d",
    "With --recrawl due: when a page is due again that was read once.",
  ),
  revisitMin: setting(
    "The run",
    duration(1),
    "1h",
    "With --recrawl due: no page is due again sooner, however often it changes.",
  ),
  revisitMax: setting(
    "The run",
    duration(1),
    "30d",
    "With --recrawl due: no page that is there is due again later, however seldom it changes.",
  ),
  quiet: setting("Output", flag(), false, "No progress and no report; errors only."),
  json: setting("Output", flag(), false, "The final summary as one JSON object on stdout."),
  log: setting(
    "Output",
    text("FILE"),
    null,
    "Append an NDJSON log to this file, one object a line; SIGHUP opens it anew.",
  ),
  metricsFile: setting(
    "Output",
    text("FILE"),
    null,
    "Keep the run's figures in this file for Prometheus' textfile collector, which wants its name to end in .prom: written at the start, every 15 s and at the end.",
  ),
} as const satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof SETTINGS;
/** The parsed value of one setting. */
export type SettingValue<Name extends SettingName> =
  (typeof SETTINGS)[Name] extends Setting<infer T> ? T : never;

/** What the user gave, from the command line over the config file, parsed but not completed. */
export type GivenSettings = {
  -readonly [Name in SettingName]?: SettingValue<Name>;
} & { mounts?: readonly MountSettings[]; extract?: readonly ExtractRule[] };

/** The option that stands for a setting: `maxPages` -> `--max-pages`. */
export function optionOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Pool options for the URLs that begin with `prefix`; what is absent comes from the run's own. */
export interface MountSettings {
  readonly prefix: string;
  readonly poolConnections?: number;
  readonly poolMaxsize?: number;
  readonly poolBlock?: boolean;
  readonly limit?: number;
  readonly limitPerHost?: number;
  readonly keepaliveTimeoutMs?: number;
  readonly forceClose?: boolean;
}

/** The default of a setting, parsed; undefined where it has none. */
export function defaultOf<Name extends SettingName>(name: Name): SettingValue<Name> | undefined {
  const { kind, default: value } = SETTINGS[name] as Setting<SettingValue<Name>>;
  return value === null ? undefined : kind.parse(value, name);
}
