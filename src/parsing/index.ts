/** Bytes to text to facts, links and fields: the only importer of cheerio and htmlparser2. */
export type { CheerioAPI } from "cheerio";
export { decodeBody } from "./decode-body.ts";
export { checkDefault, checkSelector } from "./extract-rule.ts";
export { jsonOf, MAX_VALUE_CHARS, type TypedValue } from "./extract-value.ts";
export { FieldList, MAX_NAME_CHARS } from "./field-list.ts";
export { isHtml } from "./is-html.ts";
export { MAX_LINKS } from "./link-collector.ts";
export { PageExtractor } from "./page-extractor.ts";
export { PageTree } from "./page-tree.ts";
export { scanPage } from "./scan-page.ts";
export type { PageScan } from "./scan-page.ts";
export { parseSitemap } from "./parse-sitemap.ts";
export type { Sitemap } from "./parse-sitemap.ts";
