import { matchesPath, pathPattern, type PathPattern } from "./robots-pattern.ts";

/**
 * An Allow or Disallow line, ready to be compared. RFC 9309 section 2.2.2 wants escapes of
 * unreserved characters compared decoded; Google's parser, and with it most of the web, compares
 * them as written, and its published test cases insist. So a ban holds in either reading, and a
 * permission only as written. Hexadecimal digits are compared without case.
 */
export interface RobotsRule {
  /** In the file, from 1. */
  readonly line: number;
  readonly allowed: boolean;
  /** The path as the file has it, one character a byte. */
  readonly value: string;
  /** Octets of the pattern: the longest that matches decides. */
  readonly octets: number;
  readonly asWritten: PathPattern;
  readonly decoded: PathPattern;
}

/** The path of a URL in both readings. */
export interface RobotsPath {
  readonly asWritten: string;
  readonly decoded: string;
}

/** The rules of one line: none for an empty value, which forbids and allows nothing. */
export function robotsRules(line: number, allowed: boolean, value: string): RobotsRule[] {
  if (value === "") return [];
  const rules = [ruleOf(line, allowed, value, value)];
  const folder = value.slice(0, value.lastIndexOf("/") + 1);
  // Google's reading: who allows a folder's index page allows the folder itself.
  if (allowed && folder !== "" && value.startsWith("index.htm", folder.length)) {
    rules.push(ruleOf(line, true, value, `${folder}$`));
  }
  return rules;
}

function ruleOf(line: number, allowed: boolean, value: string, path: string): RobotsRule {
  const escaped = withUpperCaseEscapes(withOctetsEscaped(path));
  // Only a "$" at the end is special; any other is compared like a URL's.
  const pattern = escaped.replace(/\$(?!$)/g, "%24");
  return {
    line,
    allowed,
    value,
    octets: escaped.length,
    asWritten: pathPattern(pattern),
    decoded: pathPattern(withUnreservedDecoded(pattern)),
  };
}

/** The longest pattern first, and of two as long the one that allows; else as in the file. */
export function byPrecedence(a: RobotsRule, b: RobotsRule): number {
  return b.octets - a.octets || Number(b.allowed) - Number(a.allowed);
}

export function ruleMatches(rule: RobotsRule, path: RobotsPath): boolean {
  return (
    matchesPath(rule.asWritten, path.asWritten) ||
    (!rule.allowed && matchesPath(rule.decoded, path.decoded))
  );
}

/** Path and query of a URL, which need not be canonical; "/" when it has none. */
export function robotsPath(url: string): RobotsPath {
  const scheme = url.indexOf("//");
  const rest = url.slice(scheme === -1 ? 0 : scheme + 2).replace(/#.*$/s, "");
  const start = rest.search(/[/?]/);
  const path =
    start === -1 ? "/" : rest[start] === "/" ? rest.slice(start) : `/${rest.slice(start)}`;
  // In a pattern "%2A" and "%24" are how these two are written (RFC 9309 section 2.2.3).
  const asWritten = withUpperCaseEscapes(path).replaceAll("*", "%2A").replaceAll("$", "%24");
  const octets = Buffer.from(asWritten, "utf8").toString("latin1");
  return { asWritten, decoded: withUnreservedDecoded(withOctetsEscaped(octets)) };
}

function withUpperCaseEscapes(text: string): string {
  return text.includes("%") ? text.replace(/%[0-9A-Fa-f]{2}/g, (it) => it.toUpperCase()) : text;
}

/** `text` has one character for each byte; those outside ASCII come back as escapes. */
function withOctetsEscaped(text: string): string {
  return text.replace(
    /[\x80-\xff]/g,
    (octet) => `%${octet.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function withUnreservedDecoded(text: string): string {
  if (!text.includes("%")) return text;
  return text.replace(/%[2-7][0-9A-F]/g, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : escape;
  });
}
