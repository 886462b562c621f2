/** Reads the file of `--config`. */
import { readFileSync } from "node:fs";
import type { z } from "zod";
import { UsageError } from "../errors.ts";
import { quoted } from "../reporting/printable.ts";
import type { GivenSettings, MountSettings } from "../settings.ts";
import { credentialsOf } from "../url/index.ts";
import { checkedRules, EXTRACT_KEYS, type RuleChecks, type RuleContent } from "./config-extract.ts";
import { CONFIG_KEYS, configSchema, MOUNT_KEYS } from "./config-schema.ts";
import { nearest } from "./nearest.ts";
import { whyUnreadable } from "./seeds.ts";

/**
 * The settings of a config file. Relative paths in it are relative to the working directory, as on
 * the command line.
 * @throws UsageError naming the file and the key, what it got and what it takes
 */
export function readConfigFile(file: string, checks: RuleChecks): GivenSettings {
  const content = parseJson(file);
  const parsed = configSchema.safeParse(content);
  if (!parsed.success) throw usage(file, sentenceOf(parsed.error.issues[0]));
  const { $schema: _, mounts, extract, ...settings } = parsed.data as ConfigContent;
  return {
    ...(settings as GivenSettings),
    ...(mounts === undefined ? {} : { mounts: mountsOf(file, mounts) }),
    ...(extract === undefined
      ? {}
      : { extract: checkedRules(extract, checks, (sentence) => usage(file, sentence)) }),
  };
}

/** As the schema leaves it. */
interface ConfigContent {
  readonly $schema?: string;
  readonly mounts?: Readonly<Record<string, MountContent>>;
  readonly extract?: readonly RuleContent[];
}

type MountContent = Omit<MountSettings, "prefix" | "keepaliveTimeoutMs"> & {
  readonly keepaliveTimeout?: number;
};

function parseJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(
      "config_unreadable",
      `--config cannot read ${quoted(file)}: ${whyUnreadable(error)}.`,
      { cause: error },
    );
  }
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usage(file, `is not JSON: ${reason.replaceAll(/\s+/g, " ")}.`, error);
  }
}

function mountsOf(file: string, mounts: NonNullable<ConfigContent["mounts"]>): MountSettings[] {
  return Object.entries(mounts).map(([prefix, { keepaliveTimeout, ...options }]) => {
    const host = /^https?:\/\/([^/?#]*)/.exec(prefix)?.[1];
    if (host === undefined || (host !== "" && !URL.canParse(prefix))) {
      throw usage(
        file,
        `mounts got the prefix ${quoted(prefix)}, but takes one such as "https://" or "https://example.com/docs/".`,
      );
    }
    if (host !== "" && credentialsOf(prefix) !== null) {
      throw usage(file, `mounts got the prefix ${quoted(prefix)}, but takes none with a password.`);
    }
    return {
      prefix,
      ...options,
      ...(keepaliveTimeout === undefined ? {} : { keepaliveTimeoutMs: keepaliveTimeout }),
    };
  });
}

/** One sentence for what is wrong with the file first. */
function sentenceOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return "is not a config file.";
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0] ?? "";
    const known = knownKeys(path[0]);
    const meant = nearest(key, known);
    const where = path.length === 0 ? "" : ` in ${path[0]}`;
    return meant === null
      ? `has the unknown key ${quoted(key)}${where}; known are ${known.join(", ")}.`
      : `has the unknown key ${quoted(key)}${where}: did you mean ${quoted(meant)}?`;
  }
  // The messages of settings are sentences of their own that begin with the setting's name.
  if (path.length === 1 && issue.message.startsWith(`${path[0]} `)) return issue.message;
  const rest = path.length > 0 && path[0] === "mounts" && path.length === 3;
  const subject = rest
    ? `mounts ${quoted(path[1] ?? "")}: `
    : path.length === 0
      ? ""
      : `${path.join(".")} `;
  return `${subject}${issue.message.replace(/\.$/, "")}.`;
}

function knownKeys(place: string | undefined): readonly string[] {
  if (place === "mounts") return MOUNT_KEYS;
  return place === "extract" ? EXTRACT_KEYS : CONFIG_KEYS;
}

function usage(file: string, sentence: string, cause?: unknown): UsageError {
  return new UsageError("bad_config", `${quoted(file).slice(1, -1)}: ${sentence}`, { cause });
}
