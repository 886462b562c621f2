/** The run: its database, and what it does with what is there. */
import { choice, duration, flag, text } from "../setting-kinds.ts";
import { setting, type Setting } from "./setting.ts";

const GROUP = "The run";

export const THE_RUN = {
  db: setting(GROUP, text("FILE"), "data/crawl.db", "The SQLite database of this crawl."),
  config: setting(
    GROUP,
    text("FILE"),
    null,
    "A JSON file with these settings by their names; the command line wins.",
  ),
  text: setting(
    GROUP,
    flag(),
    false,
    "Keep each page's readable text, at most 1 MiB of it, and an index of its words: what webspool search asks.",
  ),
  storeBodies: setting(
    GROUP,
    flag(),
    false,
    "Keep the decoded bodies of pages, each different one once and compressed, in a second file beside the database: its name and -bodies.",
  ),
  warc: setting(
    GROUP,
    text("DIR"),
    null,
    "Archive what goes over the wire in this folder, as WARC 1.1 for replay and other tools: see docs/export.md.",
  ),
  fresh: setting(GROUP, flag(), false, "Give up the unfinished run and start a new one."),
  ifRunning: setting(
    GROUP,
    choice("skip", "wait", "fail"),
    "fail",
    "When another live process holds this database: exit 0 at once, wait and then crawl, or exit 3.",
  ),
  recrawl: setting(
    GROUP,
    choice("all", "due"),
    "all",
    "On a database with finished runs: ask for every known URL in scope again, or only for what is due.",
  ),
  revisitFirst: setting(
    GROUP,
    duration(1),
    "1d",
    "With --recrawl due: when a page is due again that was read once.",
  ),
  revisitMin: setting(
    GROUP,
    duration(1),
    "1h",
    "With --recrawl due: no page is due again sooner, however often it changes.",
  ),
  revisitMax: setting(
    GROUP,
    duration(1),
    "30d",
    "With --recrawl due: no page that is there is due again later, however seldom it changes.",
  ),
} as const satisfies Record<string, Setting<unknown>>;
