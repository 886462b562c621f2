/** The pause that a crawl keeps between two requests to a host, told from the database alone. */
import { autoDelayMs, effectiveDelayMs } from "./politeness/index.ts";

/** What is stored of a host, milliseconds. */
interface StoredHost {
  readonly crawlDelayMs: number | null;
  readonly slowedDelayMs: number | null;
  readonly autoDelayMs: number | null;
  readonly latencyMs: number | null;
}

/** @param settings those of the run, as it keeps them; what is missing is no pause */
export function pauseOf(host: StoredHost, settings: Readonly<Record<string, unknown>>): number {
  const { crawlDelayMs, slowedDelayMs, latencyMs } = host;
  const given = settings["delayMs"];
  const delayMs =
    settings["autoDelay"] === true
      ? (host.autoDelayMs ?? autoDelayMs(null, { status: 200, latencyMs }))
      : typeof given === "number"
        ? given
        : 0;
  return Math.max(slowedDelayMs ?? 0, effectiveDelayMs({ delayMs, crawlDelayMs }));
}
