/**
 * Every setting once: its name, kind, default, bounds and text, by groups in `settings/`. The command
 * line, the config file, the help and docs/settings.md all come from this table. A setting's option is
 * its name in kebab-case, its config key the name itself.
 */
import type { ExtractRule } from "./thread-config.ts";
import { WHAT_TO_CRAWL } from "./settings/what-to-crawl.ts";
import { HOW_FAST } from "./settings/how-fast.ts";
import { REQUESTS } from "./settings/requests.ts";
import { CONNECTIONS } from "./settings/connections.ts";
import { EXTRACTION } from "./settings/extraction.ts";
import { THE_RUN } from "./settings/the-run.ts";
import { OUTPUT } from "./settings/output.ts";
import type { Setting } from "./settings/setting.ts";

export type { Setting } from "./settings/setting.ts";

export const SETTINGS = {
  ...WHAT_TO_CRAWL,
  ...HOW_FAST,
  ...REQUESTS,
  ...CONNECTIONS,
  ...EXTRACTION,
  ...THE_RUN,
  ...OUTPUT,
} as const satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof SETTINGS;
/** The parsed value of one setting. */
export type SettingValue<Name extends SettingName> =
  (typeof SETTINGS)[Name] extends Setting<infer T> ? T : never;

/** What the user gave, from the command line over the config file, parsed but not completed. */
export type GivenSettings = {
  -readonly [Name in SettingName]?: SettingValue<Name>;
} & { mounts?: readonly MountSettings[]; extract?: readonly ExtractRule[] };

/** The option that stands for a setting: `maxPages` -> `--max-pages`. */
export function optionOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Pool options for the URLs that begin with `prefix`; what is absent comes from the run's own. */
export interface MountSettings {
  readonly prefix: string;
  readonly poolConnections?: number;
  readonly poolMaxsize?: number;
  readonly poolBlock?: boolean;
  readonly limit?: number;
  readonly limitPerHost?: number;
  readonly keepaliveTimeoutMs?: number;
  readonly forceClose?: boolean;
}

/** The default of a setting, parsed; undefined where it has none. */
export function defaultOf<Name extends SettingName>(name: Name): SettingValue<Name> | undefined {
  const { kind, default: value } = SETTINGS[name] as Setting<SettingValue<Name>>;
  return value === null ? undefined : kind.parse(value, name);
}
