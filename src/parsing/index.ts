/** Bytes to text to facts, links and fields: the only importer of cheerio and htmlparser2. */
export { decodeBody } from "./decode-body.ts";
export { checkSelector, extractFields } from "./extract-fields.ts";
export { isHtml } from "./is-html.ts";
export { scanPage } from "./scan-page.ts";
export type { PageScan } from "./scan-page.ts";
export { parseSitemap } from "./parse-sitemap.ts";
export type { Sitemap } from "./parse-sitemap.ts";
