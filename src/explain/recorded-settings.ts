/** A run's settings as it recorded them, back as what decides: for what is explained afterwards. */
import { resolveSettings, type CrawlSettings } from "../crawl-settings.ts";
import { SETTINGS } from "../settings.ts";

/**
 * What a run does not record is the default: the user's headers (their values are `***`), and durations
 * but for the delay. None of these decides whether a URL is asked for.
 * @param run a row of `run`
 */
export function recordedSettings(run: {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly seeds: readonly string[];
  readonly version: string;
}): CrawlSettings {
  const { settings: record, seeds, version } = run;
  const given: Record<string, unknown> = {};
  for (const [name, { kind }] of Object.entries(SETTINGS)) {
    const value = record[name];
    // `seeds` is the name of a file as a setting, and a list of URLs in the record.
    if (value === undefined || value === null || name === "seeds") continue;
    given[name] = kind.parse(value, name);
  }
  const settings = resolveSettings(given, {
    seeds,
    headers: [],
    loopbackOnly: record["profile"] === "own",
    version,
  });
  const { delayMs, autoDelay } = record;
  return typeof delayMs === "number"
    ? { ...settings, delayMs, autoDelay: autoDelay === true }
    : settings;
}
