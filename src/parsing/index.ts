/** Bytes to text to facts, links and fields: the only importer of cheerio and htmlparser2. */
export type { CheerioAPI } from "cheerio";
export { decodeBody } from "./decode-body.ts";
export { isHtml } from "./is-html.ts";
export { MAX_LINKS } from "./link-collector.ts";
export { PageTree } from "./page-tree.ts";
export { scanPage } from "./scan-page.ts";
export type { PageScan } from "./scan-page.ts";
export { parseSitemap } from "./parse-sitemap.ts";
export type { Sitemap } from "./parse-sitemap.ts";
