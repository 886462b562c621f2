/** URLs as values: canonical form, parts, scope, filters, trap rules. Pure; used in both threads. */
export { canonicalUrl, MAX_URL_CHARS } from "./canonical-url.ts";
