/** Where the time of a run's attempts went, host by host. */
import type { View } from "./view.ts";

const PHASES = [
  ["queue_ms", "waiting for a place in the pool"],
  ["dns_ms", "resolving the name"],
  ["connect_ms", "TCP connects"],
  ["tls_ms", "TLS handshakes"],
  ["ttfb_ms", "from the request sent to the first byte"],
  ["body_ms", "from the first byte to the end of the body"],
] as const;

const sum = (what: string): string => `round(sum(${what}), 3)`;
const known = (names: readonly string[]): string =>
  names.map((name) => `coalesce(f.${name}, 0)`).join(" + ");

const HANDSHAKE = known(["dns_ms", "connect_ms", "tls_ms"]);
const ALL = known(PHASES.map(([name]) => name));

export const TIME_LEDGER_VIEW: View = {
  name: "v_time_ledger",
  meaning:
    "Where the time of attempts went, per run and host of their URLs: a sum for each phase, over attempts that may have run side by side. A phase that no attempt had is NULL.",
  columns: [
    ["run_id", "the run"],
    ["origin", "scheme, host name and port"],
    ["attempts", "attempts that ended, failed ones included"],
    ["connections_opened", "of these, the ones that opened a socket"],
    ...PHASES.map(([name, meaning]) => [name, meaning] as const),
    ["other_ms", "what is in no phase: of attempts that failed, the one in which they did"],
    ["total_ms", "all of it"],
    ["handshake_ms", "DNS, TCP and TLS together"],
    ["handshake_ratio", "their part of all of it; NULL when no time passed"],
  ],
  question: "On which hosts does a crawl wait for handshakes more than for answers?",
  example:
    "SELECT origin, handshake_ms, handshake_ratio, ttfb_ms, body_ms FROM v_time_ledger WHERE run_id = 1 ORDER BY handshake_ratio DESC LIMIT 10",
  select: `SELECT f.run_id, h.origin, count(*), sum(f.connection_seq IS 1),
  ${PHASES.map(([name]) => sum(`f.${name}`)).join(", ")},
  round(max(0, sum(f.total_ms - (${ALL}))), 3), ${sum("f.total_ms")},
  ${sum(HANDSHAKE)},
  CASE WHEN sum(f.total_ms) > 0 THEN round(sum(${HANDSHAKE}) / sum(f.total_ms), 4) END
FROM fetch f JOIN url u ON u.id = f.url_id JOIN host h ON h.id = u.host_id
GROUP BY f.run_id, u.host_id`,
};
