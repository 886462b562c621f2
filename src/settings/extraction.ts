/** What is taken from pages beyond their facts and links; `extract` of the config file has the rules. */
import { choices, duration, headerNames, text } from "../setting-kinds.ts";
import { setting, type Setting } from "./setting.ts";

const GROUP = "Extraction";

export const EXTRACTION = {
  structured: setting(
    GROUP,
    choices("jsonld", "opengraph", "microdata"),
    [],
    "Take the data that pages hold for machines: JSON-LD, OpenGraph and its kin, microdata (repeatable).",
  ),
  extractHeader: setting(
    GROUP,
    headerNames(),
    [],
    "Take this response header of every page as header.<name> (repeatable); cookies as ***.",
  ),
  plugin: setting(
    GROUP,
    text("FILE"),
    null,
    "A TypeScript or JavaScript module of yours whose onPage is asked for fields and links of every page. It runs with the crawl's privileges.",
  ),
  pluginTimeout: setting(
    GROUP,
    duration(1, 3_600_000),
    "10s",
    "Longest time for the plugin's onPage on one page.",
  ),
} as const satisfies Record<string, Setting<unknown>>;
