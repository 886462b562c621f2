/**
 * webspool as a library: a crawl, the session it fetches with, and the rules it keeps.
 *
 * The command line is a thin layer over this; `webspool --help` and docs/settings.md describe the
 * settings, docs/schema.md the database, docs/pools.md the session.
 */
export { Crawl, type CrawlInput } from "./crawl.ts";
export { resolveSettings, type CrawlSettings } from "./crawl-settings.ts";
export {
  DatabaseHeldError,
  FETCH_ERRORS,
  StorageError,
  UsageError,
  WebspoolError,
  type FetchErrorCode,
} from "./errors.ts";
export {
  RUN_REASONS,
  type CrawlEvents,
  type CrawlProgress,
  type OutcomeEvent,
  type RunCounters,
  type RunReason,
  type RunResult,
  type RunState,
} from "./events.ts";
export { parseRobots, type Robots } from "./politeness/index.ts";
export type {
  PageContext,
  Plugin,
  PluginHeaders,
  PluginLink,
  PluginResponse,
  PluginResult,
  PluginValue,
} from "./plugin.ts";
export type { CheerioAPI } from "./parsing/index.ts";
export type { LinkKind, PageFacts } from "./messages.ts";
export { probe, type ProbedRequest, type ProbeFindings, type ProbeOptions } from "./probe.ts";
export * from "./session/index.ts";
export { SETTINGS, type GivenSettings, type MountSettings, type SettingName } from "./settings.ts";
export { canonicalUrl, createCanonicalizer, type CanonicalOptions } from "./url/index.ts";
