/** The pools of each thread's session. */
import { count, duration, flag } from "../setting-kinds.ts";
import { setting, type Setting } from "./setting.ts";

const GROUP = "Connections";

export const CONNECTIONS = {
  poolConnections: setting(
    GROUP,
    count(0, 1_000_000),
    1_000,
    "Host pools a thread's session keeps (least recently used goes first).",
  ),
  poolMaxsize: setting(
    GROUP,
    count(0, 100_000),
    16,
    "Idle connections kept per pool; with --pool-block all its connections.",
  ),
  poolBlock: setting(
    GROUP,
    flag(),
    true,
    "Wait for a connection of a full pool instead of opening one more.",
  ),
  limit: setting(GROUP, count(0, 100_000), 0, "Connections in use per thread; 0 = no limit."),
  limitPerHost: setting(
    GROUP,
    count(0, 100_000),
    0,
    "Connections in use per thread and host; 0 = no limit.",
  ),
  keepaliveTimeout: setting(
    GROUP,
    duration(0, 86_400_000),
    "30s",
    "Close a connection that was idle for this long.",
  ),
  forceClose: setting(GROUP, flag(), false, "Close every connection after one request."),
  dnsTtl: setting(GROUP, duration(0, 86_400_000), "60s", "How long a DNS answer is used again."),
} as const satisfies Record<string, Setting<unknown>>;
