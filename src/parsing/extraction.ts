/**
 * What is taken from pages beyond their facts and links, by rules of the user. A door of its own: crawls without
 * rules do not load it.
 */
export { checkDefault, checkSelector } from "./extract-rule.ts";
export { jsonOf, MAX_VALUE_CHARS, type TypedValue } from "./extract-value.ts";
export { FieldList, MAX_NAME_CHARS } from "./field-list.ts";
export { PageExtractor } from "./page-extractor.ts";
