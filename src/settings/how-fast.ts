/** How fast: manners towards a host, and how much at once. */
import { choice, count, durationOr, flag } from "../setting-kinds.ts";
import { setting, type Setting } from "./setting.ts";

const GROUP = "How fast";

export const HOW_FAST = {
  profile: setting(
    GROUP,
    choice("polite", "own"),
    null,
    "polite: 1 request in flight and 1 s between requests per host; own: 16 in flight and no delay.",
    { defaultText: "polite; own when every seed is a loopback address" },
  ),
  perHost: setting(
    GROUP,
    count(1, 10_000),
    null,
    "Requests in flight per host, in all threads together.",
    { defaultText: "from --profile" },
  ),
  delay: setting(
    GROUP,
    durationOr("auto", 0, 86_400_000),
    null,
    "Pause per host, from the end of a response to the next request; auto = four times the host's own latency, from 100 ms to 30 s. Robots' Crawl-delay is its lower bound, up to 30 s.",
    { defaultText: "from --profile" },
  ),
  threads: setting(GROUP, count(1, 64), null, "Worker threads.", {
    defaultText: "one per core, at most 8",
  }),
  affinity: setting(
    GROUP,
    flag(),
    true,
    "Keep each host to its home thread, which has its sockets; turned off, a request goes to whichever thread is least busy. webspool advise tells what that costs.",
  ),
  inFlight: setting(
    GROUP,
    count(1, 100_000),
    128,
    "Requests in flight, all hosts and threads together.",
  ),
} as const satisfies Record<string, Setting<unknown>>;
