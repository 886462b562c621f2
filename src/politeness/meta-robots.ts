import { productToken } from "./product-token.ts";

/** What a page, or its response, asks crawlers not to do. */
export interface MetaRobots {
  /** Do not keep the page in an index. */
  readonly noindex: boolean;
  /** Do not follow its links. */
  readonly nofollow: boolean;
}

/** X-Robots-Tag directives with a value: what stands before their colon is no crawler's name. */
const WITH_VALUE = new Set([
  "unavailable_after",
  "max-snippet",
  "max-image-preview",
  "max-video-preview",
]);

/**
 * Meta robots and X-Robots-Tag together: all that applies counts, so the stricter wins. "none" is
 * both; "all", "index" and "follow" are the default and take nothing back. (By Google's
 * documentation, "Robots meta tag, data-nosnippet, and X-Robots-Tag specifications"; there is no RFC.)
 *
 * @param value content of `meta name=robots`, several joined by commas; null when there is none
 * @param xRobotsTag the header's values. "name: directives" speaks to that crawler only, up to the
 *   next name or the end of that value
 * @param userAgent the whole User-Agent header; see `productToken`
 */
export function metaRobots(
  value: string | null,
  xRobotsTag: readonly string[],
  userAgent: string,
): MetaRobots {
  const directives = new Set((value ?? "").split(",").map(normalised));
  const token = productToken(userAgent);
  for (const header of xRobotsTag) {
    let speaksToUs = true;
    for (const piece of header.split(",")) {
      const [, name, rest] = /^\s*([\w*-]+)\s*:(.*)$/s.exec(piece) ?? [];
      if (name === undefined || rest === undefined) {
        if (speaksToUs) directives.add(normalised(piece));
      } else if (!WITH_VALUE.has(name.toLowerCase())) {
        speaksToUs = name === "*" || name.toLowerCase() === token;
        if (speaksToUs) directives.add(normalised(rest));
      }
    }
  }
  const none = directives.has("none");
  return {
    noindex: none || directives.has("noindex"),
    nofollow: none || directives.has("nofollow"),
  };
}

function normalised(directive: string): string {
  return directive.trim().toLowerCase();
}
