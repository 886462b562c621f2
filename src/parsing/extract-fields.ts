/** The user's own rules, asked of one page. A tree is built only for pages that a rule is for. */
import type { CheerioAPI } from "cheerio";
import type { CompiledRule } from "./extract-rule.ts";
import { MAX_VALUE_CHARS, typedValue, type TypedValue } from "./extract-value.ts";
import type { FieldList } from "./field-list.ts";
import { foldWhiteSpace } from "./white-space.ts";
import type { PageTree } from "./page-tree.ts";

/** Regular expressions see no more of a text. */
const MAX_SEARCHED_CHARS = 1_000_000;

/**
 * The values that a rule finds in the page, in document order, added to `list`: by default the text of
 * each element with white space folded. Elements without the attribute, and texts that the regular
 * expression does not match, give none. `values: "count"` gives how many there are.
 *
 * @throws SyntaxError for a selector that has not passed `checkSelector`
 */
export function extractFields(page: PageTree, rule: CompiledRule, list: FieldList): void {
  const { $ } = page;
  let found = 0;
  for (const element of $.root().find(rule.selector)) {
    const text = textOf($, element, rule);
    if (text === undefined) continue;
    for (const value of matchesIn(text, rule.regex)) {
      found += 1;
      if (rule.values === "count") continue;
      if (!list.add(rule.name, valueOf(value, rule, page))) return;
      if (rule.values === "first") return;
    }
  }
  if (rule.values === "count") {
    list.add(rule.name, { value: String(found), type: "integer", number: found, error: null });
  } else if (found === 0 && rule.default !== null) {
    list.add(rule.name, rule.default);
  }
}

type Element = Parameters<CheerioAPI>[0];

function textOf($: CheerioAPI, element: Element, rule: CompiledRule): string | undefined {
  if (rule.attribute !== null) return $(element).attr(rule.attribute);
  switch (rule.take) {
    case "text":
      return $(element).text();
    case "html":
      return $(element).html() ?? "";
    case "outer":
      return $.html(element);
  }
}

function* matchesIn(text: string, regex: RegExp | null): Generator<string> {
  if (regex === null) {
    yield text;
    return;
  }
  const searched = foldWhiteSpace(text, MAX_SEARCHED_CHARS);
  for (const match of searched.matchAll(regex)) {
    const value = match.length > 1 ? match[1] : match[0];
    // A group that took no part.
    if (value !== undefined) yield value;
  }
}

function valueOf(text: string, rule: CompiledRule, page: PageTree): TypedValue {
  const resolve = (reference: string): string | null => page.resolve(reference);
  const url = rule.isUrlMaybe ? resolve(text) : null;
  if (url !== null) return { value: url, type: "url", number: null, error: null };
  if (rule.type === "string" && rule.attribute === null && rule.take !== "text") {
    // White space is part of markup.
    return { value: text.slice(0, MAX_VALUE_CHARS), type: "string", number: null, error: null };
  }
  return typedValue(text, rule, resolve);
}
