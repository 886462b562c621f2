import { isIP } from "node:net";
import type * as Tldts from "tldts";
import { latePackage } from "../late-module.ts";

/** Late: with its list of public suffixes it takes 10 ms, and --scope domain alone asks for it. */
const tldts = latePackage("tldts") as () => typeof Tldts;

/** "http://host:port" of a canonical URL, as the URL writes it (no default port). */
export function originOf(canonical: string): string {
  return canonical.slice(0, pathStart(canonical));
}

/** The host name of a canonical URL, without the port; an IPv6 address keeps its brackets. */
export function hostNameOf(canonical: string): string {
  const authority = canonical.slice(canonical.indexOf("//") + 2, pathStart(canonical));
  return authority.replace(/:\d+$/, "");
}

/** The path of a canonical URL, without its query. */
export function pathOf(canonical: string): string {
  const question = canonical.indexOf("?");
  return canonical.slice(pathStart(canonical), question === -1 ? undefined : question);
}

/** The port a canonical URL leads to, its scheme's default included. */
export function portOf(canonical: string): number {
  const port = /:(\d+)$/.exec(originOf(canonical))?.[1];
  return port === undefined ? (canonical.startsWith("https:") ? 443 : 80) : Number(port);
}

// "http://" and one character of the host are at least 8 characters.
function pathStart(canonical: string): number {
  const slash = canonical.indexOf("/", 8);
  return slash === -1 ? canonical.length : slash;
}

/**
 * The user name and password that stand in a seed ("http://user:pw@host/"), with their escapes
 * decoded; null when there are none or the seed is no URL. Canonical URLs never carry them.
 */
export function credentialsOf(seed: string): { username: string; password: string } | null {
  const url = URL.parse(seed);
  if (url === null || (url.username === "" && url.password === "")) return null;
  return { username: decoded(url.username), password: decoded(url.password) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Escapes that are no UTF-8 can only be meant as they stand.
    return text;
  }
}

/**
 * The part of a host name that one owner registered ("a.b.co.uk" -> "b.co.uk"), by the public
 * suffix list with its private part: "x.github.io" and "y.github.io" have different owners. An IP
 * address is its own domain. Null for names without an owner: "localhost", "co.uk", "github.io".
 */
export function registrableDomain(hostName: string): string | null {
  const bare = hostName.startsWith("[") ? hostName.slice(1, -1) : hostName;
  if (isIP(bare) !== 0) return hostName;
  return tldts().getDomain(hostName, { allowPrivateDomains: true, extractHostname: false });
}
