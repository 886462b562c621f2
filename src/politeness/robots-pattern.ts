/**
 * Matching of robots.txt paths with "*" and "$" (RFC 9309 section 2.2.3), in time linear in pattern
 * and path: both come from the web, and a backtracking match of "/*a*a*a*b" can be made to last.
 */

/** A pattern cut at its wildcards. */
export interface PathPattern {
  /** What the path begins with. */
  readonly prefix: string;
  /** What follows, in this order, anywhere behind each other. */
  readonly parts: readonly string[];
  /** What the path ends with, behind the parts, when the pattern ends in "$"; else null. */
  readonly suffix: string | null;
  /** The pattern is prefix + "$": nothing may lie between. */
  readonly exact: boolean;
}

/** "*" is a wildcard anywhere, "$" only at the end. */
export function pathPattern(pattern: string): PathPattern {
  const anchored = pattern.endsWith("$");
  const [prefix = "", ...rest] = (anchored ? pattern.slice(0, -1) : pattern).split("*");
  const suffix = anchored ? (rest.pop() ?? "") : null;
  return {
    prefix,
    parts: rest.filter((part) => part !== ""),
    suffix,
    exact: anchored && !pattern.includes("*"),
  };
}

/** Whether the pattern matches the path from its beginning; the leftmost match of each part is enough. */
export function matchesPath(pattern: PathPattern, path: string): boolean {
  if (!path.startsWith(pattern.prefix)) return false;
  if (pattern.exact) return path.length === pattern.prefix.length;
  let at = pattern.prefix.length;
  for (const part of pattern.parts) {
    const found = indexOf(path, part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  if (pattern.suffix === null) return true;
  return path.length - pattern.suffix.length >= at && path.endsWith(pattern.suffix);
}

/** Up to here the built-in search, quadratic at worst, is as good as linear. */
const SHORT_CHARS = 32;

function indexOf(text: string, part: string, from: number): number {
  if (text.length - from < part.length) return -1;
  return part.length <= SHORT_CHARS ? text.indexOf(part, from) : searchLinear(text, part, from);
}

/** Knuth, Morris and Pratt, "Fast pattern matching in strings", 1977. */
function searchLinear(text: string, part: string, from: number): number {
  // borders[i]: length of the longest proper prefix of the part that also ends at i.
  const borders = new Uint32Array(part.length);
  for (let i = 1, matched = 0; i < part.length; i++) {
    while (matched > 0 && part[i] !== part[matched]) matched = borders[matched - 1] ?? 0;
    if (part[i] === part[matched]) matched++;
    borders[i] = matched;
  }
  for (let i = from, matched = 0; i < text.length; i++) {
    while (matched > 0 && text[i] !== part[matched]) matched = borders[matched - 1] ?? 0;
    if (text[i] === part[matched]) matched++;
    if (matched === part.length) return i - part.length + 1;
  }
  return -1;
}
