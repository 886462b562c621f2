/** From what the user wrote to what a crawl needs; the config file under the command line. */
import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import { resolveSettings, type CrawlSettings } from "../crawl-settings.ts";
import { UsageError } from "../errors.ts";
import { maskPassword, quoted } from "../reporting/printable.ts";
import { formatDuration } from "../setting-kinds.ts";
import type { GivenSettings } from "../settings.ts";
import { defaultDb } from "./default-db.ts";
import { isHeaderText, readHeaders } from "./headers.ts";
import { areLoopback, readSeeds, whyUnreadable } from "./seeds.ts";

export interface PreparedCrawl {
  readonly settings: CrawlSettings;
  readonly dbPath: string;
  readonly ifRunning: "skip" | "wait" | "fail";
  readonly settingsRecord: Record<string, unknown>;
  readonly version: string;
  readonly output: OutputChoice;
}

export interface OutputChoice {
  readonly quiet: boolean;
  readonly json: boolean;
  readonly log: string | null;
  readonly metricsFile: string | null;
}

export interface CrawlSources {
  readonly operands: readonly string[];
  readonly values: GivenSettings;
  readonly stdin: NodeJS.ReadableStream;
  readonly version: string;
  /** The seeds of the database's last run: what a crawl without seeds repeats. */
  previousSeeds(dbPath: string): Promise<readonly string[] | null>;
}

/**
 * Reads and checks everything before anything is opened or created.
 * @throws UsageError for the first thing that is wrong
 */
export async function prepareCrawl(sources: CrawlSources): Promise<PreparedCrawl> {
  const { values, version } = sources;
  const fromFile = values.config === undefined ? {} : await readConfig(values.config);
  const given: GivenSettings = { ...fromFile, ...values };
  checkHeaderTexts(given);
  const headers = readHeaders(given.header ?? []);
  const { log = null, metricsFile = null } = given;
  if (log !== null) checkLogFile(log);
  if (metricsFile !== null) checkMetricsFile(metricsFile);
  const dbPath = given.db ?? defaultDb();
  const named = await readSeeds(sources.operands, given.seeds, sources.stdin);
  const seeds = named.length > 0 ? named : ((await sources.previousSeeds(dbPath)) ?? []);
  if (seeds.length === 0) throw noSeeds(dbPath);
  const settings = resolveSettings(given, {
    seeds,
    headers,
    loopbackOnly: areLoopback(seeds),
    version,
  });
  checkBounds(settings);
  if (settings.plugin !== null) {
    const { checkPlugin } = await import("./check-plugin.ts");
    await checkPlugin(given.plugin ?? "", settings.plugin);
  }
  return {
    settings,
    dbPath,
    ifRunning: given.ifRunning ?? "fail",
    settingsRecord: recordOf(settings),
    version,
    output: { quiet: given.quiet ?? false, json: given.json ?? false, log, metricsFile },
  };
}

/** Loaded late: what checks the file takes 80 ms, and most crawls have none. */
async function readConfig(file: string): Promise<GivenSettings> {
  const [{ readConfigFile }, { checkDefault, checkSelector }] = await Promise.all([
    import("./config-file.ts"),
    import("../parsing/extraction.ts"),
  ]);
  return readConfigFile(file, { selector: checkSelector, default: checkDefault });
}

/** The settings as the run keeps them: plain JSON, header values as `***`. */
export function recordOf(settings: CrawlSettings): Record<string, unknown> {
  const { fresh: _, ...kept } = settings;
  return {
    ...kept,
    seeds: settings.seeds.map(maskPassword),
    include: settings.include.map((pattern) => pattern.source),
    exclude: settings.exclude.map((pattern) => pattern.source),
    headers: settings.headers.map(([name]) => `${name}: ***`),
    mounts: settings.mounts.map((mount) => ({ ...mount, prefix: maskPassword(mount.prefix) })),
  };
}

function noSeeds(dbPath: string): UsageError {
  return new UsageError(
    "no_seeds",
    `No seed was given, and ${quoted(dbPath).slice(1, -1)} has no run to continue or repeat: name a URL, as in webspool crawl https://example.com/.`,
  );
}

function checkBounds({ revisitMinMs, revisitMaxMs }: CrawlSettings): void {
  if (revisitMinMs <= revisitMaxMs) return;
  throw new UsageError(
    "bad_value",
    `--revisit-min is ${formatDuration(revisitMinMs)}, but has to be at most --revisit-max, which is ${formatDuration(revisitMaxMs)}.`,
  );
}

function checkHeaderTexts(given: GivenSettings): void {
  for (const [option, value] of [
    ["--user-agent", given.userAgent],
    ["--contact", given.contact],
  ] as const) {
    if (value !== undefined && !isHeaderText(value)) {
      throw new UsageError(
        "bad_value",
        `${option} got ${quoted(value)}, but takes what a header can carry: Latin-1 without control characters.`,
      );
    }
  }
}

/** The log is opened when the run has begun; that it can be is known before. */
function checkLogFile(file: string): void {
  checkWritable("log_unwritable", "--log", file, (exists) => (exists ? file : dirname(file)));
}

/** It is replaced as a whole, so that its folder has to be writable, not the file. */
function checkMetricsFile(file: string): void {
  checkWritable("metrics_unwritable", "--metrics-file", file, () => dirname(file));
}

/** @param written what has to be writable, given whether the file exists */
function checkWritable(
  code: string,
  option: string,
  file: string,
  written: (exists: boolean) => string,
): void {
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat?.isDirectory() === true) throw Object.assign(new Error(), { code: "EISDIR" });
    accessSync(written(stat !== undefined), constants.W_OK);
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw new UsageError(
      code,
      `${option} cannot write ${quoted(file)}: ${missing ? "its folder does not exist" : whyUnreadable(error)}.`,
      { cause: error },
    );
  }
}
