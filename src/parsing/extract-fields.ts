/**
 * The user's own CSS selectors: the only place where a DOM is built, and only for pages that have
 * any. It costs 5 to 10 times the scan that finds the standard facts.
 */
import { createRequire } from "node:module";
import type * as Cheerio from "cheerio";
import type { ExtractedField, ExtractRule } from "../messages.ts";
import { canonicalUrl } from "../url/index.ts";
import { foldWhiteSpace } from "./page-text.ts";

const require = createRequire(import.meta.url);

let cheerio: typeof Cheerio | null = null;

/** Loaded with the first selector: most crawls have none, and it takes as long as all else a thread loads. */
function load(...given: Parameters<typeof Cheerio.load>): Cheerio.CheerioAPI {
  cheerio ??= require("cheerio") as typeof Cheerio;
  return cheerio.load(...given);
}

/** Of one rule on one page as many values are kept. */
export const MAX_VALUES = 1000;
/** Longer values are cut off. */
export const MAX_VALUE_CHARS = 10_000;

/** Attributes whose value is a URL: what is extracted is canonical and absolute where it can be. */
const URL_ATTRIBUTES = new Set(["href", "src"]);

/**
 * The values that `rules` find in the page, in document order: an attribute's value, or the
 * element's text with white space folded. Elements without the attribute give none. At most
 * {@link MAX_VALUES} values a rule, each at most {@link MAX_VALUE_CHARS} long.
 *
 * Selectors must have passed {@link checkSelector}; one that has not may throw a SyntaxError.
 */
export function extractFields(
  text: string,
  url: string,
  rules: readonly ExtractRule[],
): ExtractedField[] {
  if (rules.length === 0) return [];
  const $ = load(text, { scriptingEnabled: false });
  // In a browser's document their content is not found either.
  $("template").empty();
  const baseHref = $("base[href]").first().attr("href");
  const base = (baseHref === undefined ? null : canonicalUrl(baseHref, url)) ?? url;
  const fields: ExtractedField[] = [];
  for (const { name, selector, attribute } of rules) {
    let index = 0;
    for (const element of $(selector)) {
      if (index === MAX_VALUES) break;
      const value = attribute === null ? $(element).text() : $(element).attr(attribute);
      if (value === undefined) continue;
      fields.push({ name, index, value: present(value, attribute, base) });
      index++;
    }
  }
  return fields;
}

function present(value: string, attribute: string | null, base: string): string {
  const url =
    attribute !== null && URL_ATTRIBUTES.has(attribute) ? canonicalUrl(value, base) : null;
  return url ?? foldWhiteSpace(value, MAX_VALUE_CHARS);
}

/** Null when `selector` is valid and supported, else why not. */
export function checkSelector(selector: string): string | null {
  if (selector.trim() === "") return "the selector is empty";
  try {
    load("<p></p>", null, false)(selector);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
