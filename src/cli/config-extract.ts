/** The config file's extraction rules: their shape, and what a shape does not tell. */
import { z } from "zod";
import type { ExtractRule } from "../thread-config.ts";
import { MAX_NAME_CHARS } from "../parsing/extraction.ts";
import { printable, quoted } from "../reporting/printable.ts";
import { json, objectError, shortText } from "./config-messages.ts";

/** What the checks ask of parsing: null when all is well, else why not. */
export interface RuleChecks {
  selector(selector: string): string | null;
  /** Of a rule that is right but for its default. */
  default(rule: ExtractRule): string | null;
}

const TYPES = ["string", "number", "integer", "boolean", "date", "url", "json"] as const;

const PATTERNS = {
  error: ({ input }: { readonly input?: unknown }) =>
    `got ${json(input)}, but takes a regular expression or a list of them`,
};
// A list of none would be for no page.
const patterns = z.union([z.string(), z.array(z.string()).min(1, PATTERNS)], PATTERNS);

const shape = {
  name: shortText("a name for the field")
    .max(MAX_NAME_CHARS, { error: `is too long, but takes at most ${MAX_NAME_CHARS} characters` })
    .describe("The field's name in the table extract."),
  selector: shortText("a CSS selector").describe("A CSS selector."),
  attribute: shortText("the name of an attribute")
    .optional()
    .describe("The attribute whose value is taken, instead of the text."),
  take: oneOf("text", "html", "outer").describe(
    "Without an attribute: the text, the markup inside, or the markup with the element's own tags.",
  ),
  regex: shortText("a regular expression")
    .optional()
    .describe("Takes what matches, or its first group."),
  values: oneOf("all", "first", "count").describe(
    "Every value, the first one, or how many there are.",
  ),
  type: oneOf(...TYPES).describe("What the value is."),
  decimal: oneOf(".", ",").describe("The decimal sign of numbers."),
  match: patterns.optional().describe("Only pages whose URL matches one of these."),
  exclude: patterns.optional().describe("No pages whose URL matches one of these."),
  default: z
    .union([z.string(), z.number(), z.boolean()], {
      error: ({ input }) => `got ${json(input)}, but takes a text, a number, true or false`,
    })
    .optional()
    .describe("The value where a page has none."),
};

export const EXTRACT_KEYS: readonly string[] = Object.keys(shape);

export const extractRuleSchema = z.strictObject(shape, {
  error: (issue) =>
    objectError(
      issue,
      `an object with name, selector and, if wanted, ${EXTRACT_KEYS.slice(2).join(", ")}`,
    ),
});

export type RuleContent = z.output<typeof extractRuleSchema>;

/**
 * The rules of a config file, each checked.
 * @param fail makes the error of a sentence that names the key
 */
export function checkedRules(
  contents: readonly RuleContent[],
  checks: RuleChecks,
  fail: (sentence: string) => Error,
): ExtractRule[] {
  const rules = contents.map(ruleOf);
  rules.forEach((rule, at) => {
    const sentence = whatIsWrong(rule, at, rules, checks);
    if (sentence !== null) throw fail(sentence);
  });
  return rules;
}

function ruleOf({ attribute, match, exclude, default: value, ...rest }: RuleContent): ExtractRule {
  const given = Object.entries(rest).filter(([, option]) => option !== undefined);
  return {
    ...(Object.fromEntries(given) as Pick<ExtractRule, "name" | "selector">),
    attribute: attribute ?? null,
    ...(match !== undefined && { match: [match].flat() }),
    ...(exclude !== undefined && { exclude: [exclude].flat() }),
    ...(value !== undefined && { default: String(value) }),
  };
}

function whatIsWrong(
  rule: ExtractRule,
  at: number,
  rules: readonly ExtractRule[],
  checks: RuleChecks,
): string | null {
  const { name, selector, attribute, take, regex, values, type, match, exclude } = rule;
  const key = (name: keyof ExtractRule): string => `extract.${at}.${name}`;
  const noSelector = checks.selector(selector);
  if (noSelector !== null) {
    return `extract got the selector ${quoted(selector)} for ${quoted(name)}, but takes a CSS selector (${reason(noSelector)}).`;
  }
  for (const [option, sources] of [
    ["regex", regex === undefined ? [] : [regex]],
    ["match", match ?? []],
    ["exclude", exclude ?? []],
  ] as const) {
    for (const source of sources) {
      const why = whyNoPattern(source);
      if (why !== null) {
        return `${key(option)} got ${quoted(source)}, but takes a regular expression (${reason(why)}).`;
      }
    }
  }
  const twin = rules.findIndex((other) => other.name === name);
  if (twin < at && (match === undefined || rules[twin]?.match === undefined)) {
    return `${key("name")} got ${quoted(name)}, which extract.${twin} has, but takes a name of its own, unless both have match.`;
  }
  if (attribute !== null && take !== undefined) {
    return `${key("take")} got ${quoted(take)} beside an attribute, but takes one of them alone.`;
  }
  if (rule.decimal !== undefined && type !== "number" && type !== "integer") {
    return `${key("decimal")} got ${quoted(rule.decimal)}, but takes it for the types number and integer only.`;
  }
  if (values === "count") {
    const idle = (["type", "default"] as const).find((option) => rule[option] !== undefined);
    if (idle !== undefined) {
      return `${key(idle)} got ${quoted(rule[idle] ?? "")}, but a count takes none: it is a whole number always.`;
    }
  }
  const noDefault = checks.default(rule);
  return noDefault === null
    ? null
    : `${key("default")} got ${quoted(rule.default ?? "")}, but takes a value of the type ${type} (it ${reason(noDefault)}).`;
}

function whyNoPattern(source: string): string | null {
  try {
    void new RegExp(source, "u");
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function reason(text: string): string {
  return printable(text.replaceAll(/\s+/g, " ").replace(/\.$/, ""));
}

function oneOf<const T extends readonly string[]>(...words: T) {
  return z
    .enum(words, {
      error: ({ input }) => `got ${json(input)}, but takes one of ${words.join(", ")}`,
    })
    .optional();
}
