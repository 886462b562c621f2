/** The config file's shape, built from the settings: one schema checks it and helps editors. */
import { z } from "zod";
import { UsageError } from "../errors.ts";
import { SETTINGS, type Setting, type SettingName } from "../settings.ts";
import { extractRuleSchema } from "./config-extract.ts";
import { objectError, wrongType } from "./config-messages.ts";

/** Settings that may stand in a mount, by the names they have in the config file. */
export const MOUNT_KEYS = [
  "poolConnections",
  "poolMaxsize",
  "poolBlock",
  "limit",
  "limitPerHost",
  "keepaliveTimeout",
  "forceClose",
] as const satisfies readonly SettingName[];

export const CONFIG_KEYS: readonly string[] = [
  "$schema",
  ...Object.keys(SETTINGS).filter((name) => name !== "config"),
  "mounts",
  "extract",
];

const mount = z.strictObject(
  Object.fromEntries(MOUNT_KEYS.map((name) => [name, settingSchema(name).optional()])),
  { error: (issue) => objectError(issue, `an object with any of ${MOUNT_KEYS.join(", ")}`) },
);

/** Checks a config file's content and turns its settings into their parsed values. */
export const configSchema = z
  .strictObject(
    {
      $schema: z
        .string({ error: (issue) => wrongType("$schema", issue.input, "a text") })
        .optional()
        .describe("Where editors find this schema."),
      ...Object.fromEntries(
        (Object.keys(SETTINGS) as SettingName[])
          .filter((name) => name !== "config")
          .map((name) => [name, settingSchema(name).optional()]),
      ),
      mounts: z
        .record(z.string(), mount, {
          error: (issue) => objectError(issue, "an object of URL prefixes"),
        })
        .optional()
        .describe("Pool options for the URLs that begin with a prefix; the longest prefix wins."),
      extract: z
        .array(extractRuleSchema, {
          error: (issue) => wrongType("extract", issue.input, "a list of rules"),
        })
        .optional()
        .describe(
          "Fields to take from pages: a name, a CSS selector, and what to take of the elements it finds.",
        ),
    },
    { error: (issue) => objectError(issue, "a JSON object") },
  )
  .meta({ title: "webspool config file" });

/** The JSON Schema (2020-12) that `webspool config-schema` prints. */
export function configJsonSchema(): unknown {
  return z.toJSONSchema(configSchema, { io: "input" });
}

/** The JSON types a setting may have, then its own parser, which knows bounds and units. */
function settingSchema(name: SettingName): z.ZodType {
  const { kind, description, default: value }: Setting<unknown> = SETTINGS[name];
  const { takes } = kind;
  // What was meant as a header may hold a secret, so no message repeats it.
  const params = {
    error: (issue: { readonly input: unknown }) =>
      wrongType(name, name === "header" ? "***" : issue.input, takes),
  };
  return inputType(kind, params)
    .meta({
      // Types and lists of words say themselves what they take.
      description:
        kind.json === "number" || kind.json === "duration" || kind.placeholder === "SIZE"
          ? `${description} Takes ${takes}.`
          : description,
      ...(value === null ? {} : { default: value }),
    })
    .transform((input: unknown, context) => {
      try {
        return kind.parse(input, name);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        context.issues.push({ code: "custom", message: error.message, input });
        return z.NEVER;
      }
    });
}

interface ErrorParams {
  error(issue: { readonly input: unknown }): string;
}

function inputType(kind: Setting<unknown>["kind"], params: ErrorParams): z.ZodType {
  if (kind.choices !== undefined) return z.enum(kind.choices, params);
  switch (kind.json) {
    case "boolean":
      return z.boolean(params);
    case "number":
      return z.int(params);
    case "strings":
      return z.union([z.string(), z.array(z.string())], params);
    case "duration":
      return z.union(
        [
          z.string().regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, params),
          z.literal("0"),
          z.literal(0),
          ...(kind.word === undefined ? [] : [z.literal(kind.word)]),
        ],
        params,
      );
    case "string":
      return kind.placeholder === "SIZE"
        ? z.union([z.string().regex(/^\d+(\.\d+)?(K|M|G|KiB|MiB|GiB)?$/, params), z.int()], params)
        : z.string(params);
  }
}
