/** The user's extraction rules, ready to be asked: regular expressions compiled, defaults filled in. */
import type { ExtractRule } from "../thread-config.ts";
import { typedValue, type TypedValue, type ValueRule } from "./extract-value.ts";
import { cheerioOf } from "./page-tree.ts";

export interface CompiledRule extends ValueRule {
  readonly name: string;
  readonly selector: string;
  readonly take: NonNullable<ExtractRule["take"]>;
  readonly regex: RegExp | null;
  readonly values: NonNullable<ExtractRule["values"]>;
  /** Whether the value is a URL where it can be one, and otherwise a text. */
  readonly isUrlMaybe: boolean;
  /** Null when the page's lack of it is no value. */
  readonly default: TypedValue | null;
  isFor(url: string): boolean;
}

/** Attributes whose value is a URL: what is taken of them is canonical and absolute where it can be. */
const URL_ATTRIBUTES: ReadonlySet<string> = new Set(["href", "src"]);

/** @throws SyntaxError for a regular expression that is none */
export function compileRule(rule: ExtractRule): CompiledRule {
  const { name, selector, take = "text", values = "all" } = rule;
  // In HTML attributes have no case, and the tree has them in lower case.
  const attribute = rule.attribute?.toLowerCase() ?? null;
  const type = rule.type ?? "string";
  const match = rule.match?.map(expression);
  const exclude = rule.exclude?.map(expression) ?? [];
  const valueRule: ValueRule = { type, decimal: rule.decimal ?? null, attribute };
  return {
    name,
    selector,
    take,
    values,
    ...valueRule,
    regex: rule.regex === undefined ? null : new RegExp(rule.regex, "gu"),
    isUrlMaybe: rule.type === undefined && attribute !== null && URL_ATTRIBUTES.has(attribute),
    default: rule.default === undefined ? null : defaultValue(rule.default, valueRule),
    isFor: (url) =>
      (match === undefined || match.some((pattern) => pattern.test(url))) &&
      !exclude.some((pattern) => pattern.test(url)),
  };
}

/** Null when the default is of the rule's type, else what is wrong with it. */
export function checkDefault(rule: ExtractRule): string | null {
  return compileRule(rule).default?.error ?? null;
}

/** Null when `selector` is valid and supported, else why not. */
export function checkSelector(selector: string): string | null {
  if (selector.trim() === "") return "the selector is empty";
  // css-what takes these for combinators with nothing on one side, which find nothing.
  if (/^\s*</.test(selector)) return "it looks like markup";
  if (/[<>+~]\s*$/.test(selector)) return "nothing follows its last combinator";
  try {
    cheerioOf("<p></p>").root().find(selector);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function defaultValue(text: string, rule: ValueRule): TypedValue {
  // No page's reference: it has to be whole.
  return typedValue(text, rule, (reference) =>
    /^https?:\/\//i.test(reference) ? reference : null,
  );
}

function expression(source: string): RegExp {
  return new RegExp(source, "u");
}
