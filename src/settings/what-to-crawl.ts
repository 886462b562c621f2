/** What is crawled: seeds, scope, rules, limits. */
import {
  choice,
  count,
  duration,
  flag,
  parameterNames,
  patterns,
  size,
  text,
} from "../setting-kinds.ts";
import { IDENTITY, setting, type Setting } from "./setting.ts";

const GROUP = "What to crawl";

export const WHAT_TO_CRAWL = {
  seeds: setting(
    GROUP,
    text("FILE"),
    null,
    "More seeds from a file, one URL a line; - reads standard input.",
  ),
  scope: setting(
    GROUP,
    choice("host", "domain", "prefix", "any"),
    "host",
    "Which links are followed: host = a seed's host name and port, domain = a seed's registrable domain, prefix = a seed's host and path up to its last /, any = every link.",
    IDENTITY,
  ),
  include: setting(
    GROUP,
    patterns(),
    [],
    "Follow only URLs that match (repeatable, unanchored, on the canonical URL); seeds always pass.",
    IDENTITY,
  ),
  exclude: setting(
    GROUP,
    patterns(),
    [],
    "Do not follow URLs that match (repeatable, unanchored); wins over --include.",
    IDENTITY,
  ),
  maxPages: setting(
    GROUP,
    count(1),
    null,
    "End the run after N pages, of any status, redirects included.",
  ),
  maxPagesPerHost: setting(
    GROUP,
    count(1),
    null,
    "Ask each host for at most N pages in a run; the rest is excluded as host_budget.",
  ),
  maxPagesPerFolder: setting(
    GROUP,
    count(1),
    null,
    "Ask for at most N pages below each folder of a host, subfolders included, in a run; the rest is excluded as folder_budget. The root is no folder.",
  ),
  maxDepth: setting(
    GROUP,
    count(0, 1_000_000),
    20,
    "Follow at most N links from a seed; 0 asks for the seeds only.",
  ),
  maxDuration: setting(GROUP, duration(1), null, "End the run after this time."),
  maxBytes: setting(GROUP, size(1), null, "End the run after this many bytes on the wire."),
  check: setting(
    GROUP,
    choice("none", "assets", "external", "all"),
    "none",
    "Also ask once for images, scripts and styles (assets), for links that leave the scope (external), or both (all), without following them.",
  ),
  robots: setting(
    GROUP,
    flag(),
    true,
    "Obey robots.txt and meta robots; turning it off is recorded in the run.",
    IDENTITY,
  ),
  respectNofollow: setting(
    GROUP,
    flag(),
    false,
    "Do not follow links with rel nofollow, ugc or sponsored; they are recorded. Unless it is given they are followed.",
  ),
  sortQuery: setting(
    GROUP,
    flag(),
    false,
    "Take URLs that differ only in the order of their query parameters for the same, and ask for the sorted one.",
  ),
  dropQuery: setting(
    GROUP,
    parameterNames(),
    [],
    "Drop this query parameter from every URL (repeatable; utm_* drops all that begin so).",
  ),
  sitemaps: setting(
    GROUP,
    flag(),
    true,
    "Read the sitemaps that robots.txt names, else /sitemap.xml.",
  ),
  traps: setting(
    GROUP,
    flag(),
    true,
    "Leave out URLs of spaces without end (calendars, session ids, facets, mirrors and the like); frontier.reason and detail say which rule and why. Seeds, and what a sitemap names, are left out by no rule that was learned.",
  ),
} as const satisfies Record<string, Setting<unknown>>;
