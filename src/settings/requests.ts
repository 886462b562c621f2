/** What a request looks like and how long it may take. */
import { count, duration, flag, headerLines, size, text } from "../setting-kinds.ts";
import { setting, type Setting } from "./setting.ts";

const GROUP = "Requests";

export const REQUESTS = {
  userAgent: setting(GROUP, text(), null, "The User-Agent of every request.", {
    defaultText: "webspool/<version> (+<contact>), without the contact where none is given",
  }),
  contact: setting(
    GROUP,
    text(),
    null,
    "A URL or mail address for site owners, part of the default User-Agent.",
  ),
  header: setting(
    GROUP,
    headerLines(),
    [],
    "A header sent to the seeds' origins only, or @FILE with one a line (repeatable); values are stored and logged as ***.",
    { short: "H" },
  ),
  timeout: setting(GROUP, duration(1), "60s", "Longest time for a whole fetch."),
  connectTimeout: setting(GROUP, duration(1), "10s", "Longest time for DNS, TCP and TLS together."),
  readTimeout: setting(GROUP, duration(1), "20s", "Longest gap between two reads of a response."),
  maxBody: setting(
    GROUP,
    size(1),
    "10MiB",
    "Decoded bytes kept of a body; a larger one is cut off and its fetch says so.",
  ),
  retries: setting(
    GROUP,
    count(0, 20),
    2,
    "Further attempts after a transient failure, with exponential backoff and jitter.",
  ),
  allowPrivate: setting(
    GROUP,
    flag(),
    false,
    "Let links and redirects lead to private, loopback and link-local addresses. A seed that is one allows its own host only.",
  ),
  insecure: setting(GROUP, flag(), false, "Do not verify TLS certificates; recorded in the run."),
} as const satisfies Record<string, Setting<unknown>>;
