/**
 * The settings of one crawl, complete: what was given, the defaults, and the defaults that depend on
 * other settings.
 */
import { availableParallelism } from "node:os";
import type { ExtractRule, PluginModule, PoolSettings, StructuredKind } from "./thread-config.ts";
import { pluginModule } from "./plugin-module.ts";
import { FIRST_AUTO_DELAY_MS } from "./politeness/index.ts";
import {
  defaultOf,
  type GivenSettings,
  type MountSettings,
  type SettingName,
  type SettingValue,
} from "./settings.ts";

/** Everything a crawl needs to know, complete. Null means no limit. */
export interface CrawlSettings extends PoolSettings {
  readonly seeds: readonly string[];
  readonly scope: "host" | "domain" | "prefix" | "any";
  readonly include: readonly RegExp[];
  readonly exclude: readonly RegExp[];
  readonly maxPages: number | null;
  readonly maxPagesPerHost: number | null;
  readonly maxPagesPerFolder: number | null;
  readonly maxDepth: number;
  readonly maxDurationMs: number | null;
  readonly maxBytes: number | null;
  readonly check: "none" | "assets" | "external" | "all";
  readonly robots: boolean;
  readonly respectNofollow: boolean;
  readonly sortQuery: boolean;
  readonly dropQuery: readonly string[];
  readonly sitemaps: boolean;
  readonly traps: boolean;
  readonly profile: "polite" | "own";
  readonly perHost: number;
  /** With `autoDelay` the pause to begin with. */
  readonly delayMs: number;
  /** Whether the pause follows each host's latency. */
  readonly autoDelay: boolean;
  readonly threads: number;
  readonly affinity: boolean;
  readonly inFlight: number;
  readonly userAgent: string;
  /** `[name, value]`; sent to the seeds' origins only. */
  readonly headers: readonly (readonly [string, string])[];
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
  readonly maxBodyBytes: number;
  readonly retries: number;
  readonly allowPrivate: boolean;
  readonly insecure: boolean;
  readonly dnsTtlMs: number;
  readonly mounts: readonly MountSettings[];
  readonly extract: readonly ExtractRule[];
  readonly structured: readonly StructuredKind[];
  readonly extractHeader: readonly string[];
  readonly plugin: PluginModule | null;
  readonly pluginTimeoutMs: number;
  /** Whether each page's readable text is kept, and indexed for search. */
  readonly text: boolean;
  /** Whether the decoded bodies of pages are kept. */
  readonly storeBodies: boolean;
  /** The folder of the archive. */
  readonly warc: string | null;
  readonly fresh: boolean;
  readonly recrawl: "all" | "due";
  readonly revisitFirstMs: number;
  readonly revisitMinMs: number;
  readonly revisitMaxMs: number;
}

/**
 * Completes what was given with the defaults, those that depend on other settings included.
 * `seeds` and `headers` come read and parsed; `loopbackOnly` says whether every seed is loopback.
 */
export function resolveSettings(
  given: GivenSettings,
  inputs: {
    readonly seeds: readonly string[];
    readonly headers: readonly (readonly [string, string])[];
    readonly loopbackOnly: boolean;
    readonly version: string;
  },
): CrawlSettings {
  function value<Name extends SettingName>(name: Name): SettingValue<Name> {
    const result = given[name] ?? defaultOf(name);
    if (result === undefined) throw new Error(`the setting ${name} has no default`);
    return result as SettingValue<Name>;
  }
  const profile = given.profile ?? (inputs.loopbackOnly ? "own" : "polite");
  return {
    seeds: inputs.seeds,
    scope: value("scope"),
    include: value("include"),
    exclude: value("exclude"),
    maxPages: given.maxPages ?? null,
    maxPagesPerHost: given.maxPagesPerHost ?? null,
    maxPagesPerFolder: given.maxPagesPerFolder ?? null,
    maxDepth: value("maxDepth"),
    maxDurationMs: given.maxDuration ?? null,
    maxBytes: given.maxBytes ?? null,
    check: value("check"),
    robots: value("robots"),
    respectNofollow: value("respectNofollow"),
    sortQuery: value("sortQuery"),
    dropQuery: value("dropQuery"),
    sitemaps: value("sitemaps"),
    traps: value("traps"),
    profile,
    perHost: given.perHost ?? (profile === "own" ? 16 : 1),
    delayMs:
      given.delay === "auto"
        ? FIRST_AUTO_DELAY_MS
        : (given.delay ?? (profile === "own" ? 0 : 1_000)),
    autoDelay: given.delay === "auto",
    threads: given.threads ?? Math.min(availableParallelism(), 8),
    affinity: value("affinity"),
    inFlight: value("inFlight"),
    userAgent: given.userAgent ?? defaultUserAgent(inputs.version, given.contact),
    headers: inputs.headers,
    timeoutMs: value("timeout"),
    connectTimeoutMs: value("connectTimeout"),
    readTimeoutMs: value("readTimeout"),
    maxBodyBytes: value("maxBody"),
    retries: value("retries"),
    allowPrivate: value("allowPrivate"),
    insecure: value("insecure"),
    poolConnections: value("poolConnections"),
    poolMaxsize: value("poolMaxsize"),
    poolBlock: value("poolBlock"),
    limit: value("limit"),
    limitPerHost: value("limitPerHost"),
    keepaliveTimeoutMs: value("keepaliveTimeout"),
    forceClose: value("forceClose"),
    dnsTtlMs: value("dnsTtl"),
    mounts: given.mounts ?? [],
    extract: given.extract ?? [],
    structured: value("structured"),
    extractHeader: value("extractHeader"),
    plugin: given.plugin === undefined ? null : pluginModule(given.plugin),
    pluginTimeoutMs: value("pluginTimeout"),
    text: value("text"),
    storeBodies: value("storeBodies"),
    warc: given.warc ?? null,
    fresh: value("fresh"),
    recrawl: value("recrawl"),
    revisitFirstMs: value("revisitFirst"),
    revisitMinMs: value("revisitMin"),
    revisitMaxMs: value("revisitMax"),
  };
}

function defaultUserAgent(version: string, contact: string | undefined): string {
  return contact === undefined ? `webspool/${version}` : `webspool/${version} (+${contact})`;
}
