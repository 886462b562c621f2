/** Where a redirect leads, with which method and which headers. Pure. */
import type { RequestBody } from "./prepared-request.ts";
import type { HeaderList } from "./request-headers.ts";

/**
 * `standard`: what RFC 9110, the Fetch standard and aiohttp do: 303 becomes GET, 301 and 302 only
 * after POST. `requests`: 302 becomes GET after any method but HEAD.
 */
export type RedirectRules = "standard" | "requests";

const REDIRECT_STATUSES = new Set([301, 302, 303, 307, 308]);

/** What changes from hop to hop. */
export interface Hop {
  readonly method: string;
  readonly url: URL;
  readonly headers: HeaderList;
  readonly body: RequestBody;
  /** `name=value` pairs sent besides the jar's. */
  readonly extraCookies: string;
}

/**
 * The request a redirect asks for; null when its Location is no URL. A Cookie header is never
 * carried on (the jar makes the next), credentials not to another origin.
 */
export function nextHop(
  hop: Hop,
  status: number,
  location: string,
  rules: RedirectRules,
): Hop | null {
  const url = redirectTarget(location, hop.url);
  if (url === null) return null;
  const method = redirectMethod(status, hop.method, rules);
  let headers = hop.headers.without("cookie");
  let { body, extraCookies } = hop;
  if (method !== hop.method) {
    body = null;
    headers = headers.without("content-length", "content-type", "content-encoding");
  }
  if (stripsAuthorization(hop.url, url)) {
    headers = headers.without("authorization", "proxy-authorization", "host");
    extraCookies = "";
  }
  return { method, url, headers, body, extraCookies };
}

export function isRedirect(status: number, location: string | null): boolean {
  return location !== null && REDIRECT_STATUSES.has(status);
}

/** The target, with the fragment carried on where it has none; null when it is no URL. */
function redirectTarget(location: string, from: URL): URL | null {
  // Location comes as Latin-1; servers that send UTF-8 mean the characters, not the bytes.
  const target = URL.parse(latin1ToUtf8(location), from.href);
  if (target !== null && target.hash === "" && from.hash !== "") target.hash = from.hash;
  return target;
}

function redirectMethod(status: number, method: string, rules: RedirectRules): string {
  if (method === "HEAD") return method;
  if (status === 303) return "GET";
  if (status === 302 && rules === "requests") return "GET";
  if ((status === 301 || status === 302) && method === "POST") return "GET";
  return method;
}

/**
 * Whether Authorization must not follow, as requests' should_strip_auth: another host, or another
 * scheme or port, except http to https on the default ports.
 */
export function stripsAuthorization(from: URL, to: URL): boolean {
  if (from.hostname !== to.hostname) return true;
  if (from.protocol === "http:" && to.protocol === "https:" && from.port === "" && to.port === "") {
    return false;
  }
  return from.origin !== to.origin;
}

function latin1ToUtf8(text: string): string {
  if (!/[\u0080-\u00ff]/.test(text)) return text;
  const decoded = Buffer.from(text, "latin1").toString("utf8");
  return decoded.includes("\ufffd") ? text : decoded;
}
