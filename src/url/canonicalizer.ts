/** Canonical URLs with what the user asks to be merged beyond the safe default. */
import { canonicalUrl } from "./canonical-url.ts";

/** What the user asks to be merged beyond the safe default. Both merge URLs a server may tell apart. */
export interface CanonicalOptions {
  /** Sort parameters by name, in UTF-16 order; those of one name keep their order. Default false. */
  readonly sortQuery?: boolean;
  /**
   * Names of query parameters to drop, compared as written in the canonical URL, case included; a
   * name that ends in "*" drops all that begin so ("utm_*"). Default none.
   */
  readonly dropQuery?: readonly string[];
}

export type Canonicalizer = (reference: string, base?: string) => string | null;

/** `canonicalUrl` with the user's options applied to its result; without options, itself. */
export function createCanonicalizer(options: CanonicalOptions = {}): Canonicalizer {
  const names = new Set<string>();
  const prefixes: string[] = [];
  for (const name of options.dropQuery ?? []) {
    if (name.endsWith("*")) prefixes.push(name.slice(0, -1));
    else names.add(name);
  }
  const sort = options.sortQuery === true;
  if (!sort && names.size === 0 && prefixes.length === 0) return canonicalUrl;

  const isDropped = (name: string): boolean =>
    names.has(name) || prefixes.some((prefix) => name.startsWith(prefix));

  const merged = (url: string): string | null => {
    const question = url.indexOf("?");
    if (question === -1) return url;
    const parameters = url
      .slice(question + 1)
      .split("&")
      .map((text) => ({ text, name: nameOf(text) }))
      .filter(({ name }) => !isDropped(name));
    if (sort) parameters.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    const query = parameters.map(({ text }) => text).join("&");
    const result = query === "" ? url.slice(0, question) : `${url.slice(0, question)}?${query}`;
    // With a parameter a stray "%" may have gone, so that the escapes beside it can be decoded now.
    const again = result === url ? result : canonicalUrl(result);
    return again === null || again === result ? again : merged(again);
  };
  return (reference, base) => {
    const url = canonicalUrl(reference, base);
    return url === null ? null : merged(url);
  };
}

function nameOf(parameter: string): string {
  const equals = parameter.indexOf("=");
  return equals === -1 ? parameter : parameter.slice(0, equals);
}
