/**
 * The one form under which a URL is stored, compared and fetched.
 *
 * Most links of real pages are plain references ("../a/b.html#top"), for which a full URL parse is
 * several times dearer than joining two strings. So `canonicalUrl` recognises references that the
 * WHATWG parser would leave as they are, and joins those itself; anything else is parsed.
 */

/**
 * Longer references and results are refused. RFC 9110 section 4.1 asks for 8,000 octets at least;
 * common servers stop at about that (nginx and Apache: 8 KiB for the request line).
 */
export const MAX_URL_CHARS = 8192;

/**
 * The canonical, absolute form of `reference`, or null when it is not an http or https URL, cannot
 * be parsed, or is longer than {@link MAX_URL_CHARS} before or after. Idempotent; never throws.
 *
 * WHATWG URL parsing (scheme and host case, IDNA, IPv4 and IPv6 forms, default port, dot segments,
 * `\` as `/`, white space) and then
 * - user name, password and fragment are removed, and a query that is empty ("?" alone);
 * - one trailing dot of the host name is removed;
 * - in path and query, escapes are written in upper case, and escapes of unreserved characters are
 *   decoded (RFC 3986 sections 6.2.2.1 and 6.2.2.2). A path or query with a stray "%" keeps its
 *   escapes: decoding beside it could make a new one.
 *
 * What a server may treat differently stays different: parameter order, empty segments, a trailing
 * slash, reserved characters in escaped form, http and https, "www.".
 *
 * The result may share memory with `reference`: flatten it when `reference` is a slice of a page.
 */
export function canonicalUrl(reference: string, base?: string): string | null {
  if (reference.length > MAX_URL_CHARS) return null;
  const joined =
    base === undefined ? joinPlain(reference, null) : joinPlain(reference, baseParts(base));
  const url = joined === undefined ? parseAndRewrite(reference, base) : joined;
  return url === null || url.length > MAX_URL_CHARS ? null : url;
}

/** What plain references are joined to. Null parts: the base is no http(s) URL. */
export interface BaseParts {
  readonly base: string;
  /** The base itself, canonical. */
  readonly self: string | null;
  /** "http://host:port", canonical. */
  readonly origin: string | null;
  /** The base up to the last "/" of its path, canonical. */
  readonly directory: string | null;
}

// All links of a page have the same base, so the last one is enough.
let lastBase: BaseParts = { base: "", self: null, origin: null, directory: null };

/** The parts of `base` that references are joined to. */
export function baseParts(base: string): BaseParts {
  if (base !== lastBase.base) lastBase = partsOf(base);
  return lastBase;
}

function partsOf(base: string): BaseParts {
  if (base.length > MAX_URL_CHARS) return { base, self: null, origin: null, directory: null };
  const self = isPlain(base, lastBase.origin) ? base : parseAndRewrite("", base);
  if (self !== base || self.includes("%")) {
    const origin = parseAndRewrite("/", base)?.slice(0, -1) ?? null;
    // Rewritten by itself: a stray "%" in the base's last segment says nothing about its directory.
    return { base, self, origin, directory: parseAndRewrite(".", base) };
  }
  const question = self.indexOf("?");
  const path = question === -1 ? self : self.slice(0, question);
  const origin = self.slice(0, self.indexOf("/", "https://".length));
  return { base, self, origin, directory: path.slice(0, path.lastIndexOf("/") + 1) };
}

// Characters that no WHATWG state rewrites: in a path without "'", which only queries escape, and
// without ":" where it could end a scheme. "." begins no segment, so there are no dot segments.
const FIRST = String.raw`[A-Za-z0-9_~!$&()*+,;=@-]`;
const REST = String.raw`[A-Za-z0-9_~!$&()*+,;=@.-]*`;
const ROOTED_PATH = String.raw`(?:\/(?:[A-Za-z0-9_~!$&()*+,;=@:-][A-Za-z0-9_~!$&()*+,;=@:.-]*)?)+`;
const QUERY = String.raw`(?:\?[A-Za-z0-9_~!$&()*+,;=@:./?-]+)?`;

const PLAIN_RELATIVE = new RegExp(`^${FIRST}${REST}(?:${ROOTED_PATH})?${QUERY}$`);
const PLAIN_ROOTED = new RegExp(`^${ROOTED_PATH}${QUERY}$`);
// The last label begins with a letter: not an IPv4 address in any of its forms. "xn--" is left to
// the parser, which checks it.
const PLAIN_ABSOLUTE = new RegExp(
  String.raw`^https?:\/\/(?!xn--)(?:[a-z0-9][a-z0-9-]*\.(?!xn--))*[a-z][a-z0-9-]*` +
    `(?:${ROOTED_PATH}${QUERY})?$`,
);
/** Whether a base is an origin that is canonical, and a plain path: the pages of a site need no parser. */
function isPlain(base: string, origin: string | null): boolean {
  return origin !== null && base.startsWith(origin) && PLAIN_ROOTED.test(base.slice(origin.length));
}

const NEVER_HTTP = /^(?:mailto|javascript|data|tel):/i;

/** The canonical URL of a plain reference; undefined when the parser has to decide. */
function joinPlain(reference: string, base: BaseParts | null): string | null | undefined {
  const hash = reference.indexOf("#");
  const plain = hash === -1 ? reference : reference.slice(0, hash);
  if (base !== null) {
    // A base that cannot be parsed spoils absolute references too, says the parser.
    if (base.origin === null || base.directory === null) return undefined;
    if (plain === "") return base.self;
    if (PLAIN_RELATIVE.test(plain)) return base.directory + plain;
    if (plain.startsWith("/")) {
      // "//" begins an authority here, and only here.
      return plain[1] !== "/" && PLAIN_ROOTED.test(plain) ? base.origin + plain : undefined;
    }
    if (plain.startsWith("../")) return joinParent(plain, base.origin, base.directory);
    if (plain.startsWith(base.origin)) {
      const rest = plain.slice(base.origin.length);
      if (PLAIN_ROOTED.test(rest)) return plain;
    }
  }
  if (PLAIN_ABSOLUTE.test(plain)) return plain.includes("/", 8) ? plain : `${plain}/`;
  return NEVER_HTTP.test(plain) ? null : undefined;
}

function joinParent(plain: string, origin: string, directory: string): string | undefined {
  let at = 0;
  let end = directory.length;
  while (plain.startsWith("../", at)) {
    at += 3;
    // The root has no parent: RFC 3986 section 5.2.4 and WHATWG both stay there.
    if (end > origin.length + 1) end = directory.lastIndexOf("/", end - 2) + 1;
  }
  const rest = plain.slice(at);
  if (rest !== "" && !PLAIN_RELATIVE.test(rest)) return undefined;
  return directory.slice(0, end) + rest;
}

// No credentials, no trailing dot before path or port, no escapes, no fragment.
const NEEDS_NOTHING = /^https?:\/\/[^/@]*[^/@.]\/[^#%]*$/;

function parseAndRewrite(reference: string, base: string | undefined): string | null {
  const href = URL.parse(reference, base)?.href;
  if (href === undefined || !(href.startsWith("http://") || href.startsWith("https://"))) {
    return null;
  }
  if (NEEDS_NOTHING.test(href) && !href.endsWith("?") && !href.includes(".:")) return href;

  const authorityStart = href.indexOf("//") + 2;
  const pathStart = href.indexOf("/", authorityStart);
  const authority = href.slice(href.lastIndexOf("@", pathStart) + 1 || authorityStart, pathStart);
  const hash = href.indexOf("#", pathStart);
  let rest = hash === -1 ? href.slice(pathStart) : href.slice(pathStart, hash);
  if (rest.indexOf("?") === rest.length - 1) rest = rest.slice(0, -1);
  return href.slice(0, authorityStart) + withoutTrailingDot(authority) + canonicalEscapes(rest);
}

/** "a.com.:8080" -> "a.com:8080". A host that ends in two dots, or is a dot, is nothing known. */
function withoutTrailingDot(authority: string): string {
  return authority.replace(/^(.*[^.])\.(:\d+)?$/, "$1$2");
}

const STRAY_PERCENT = /%(?![0-9A-Fa-f]{2})/;
const UNRESERVED = /^[A-Za-z0-9._~-]$/;
/** An escape in lower case, or of an unreserved character. Most that are met are neither. */
const TO_REWRITE = /%(?:[0-9A-F]?[a-f]|2[DE]|3[0-9]|[46][1-9A-F]|[57][0-9A]|5F|7E)/;

function canonicalEscapes(text: string): string {
  if (!text.includes("%") || !TO_REWRITE.test(text)) return text;
  const keepEscaped = STRAY_PERCENT.test(text);
  return text.replace(/%[0-9A-Fa-f]{2}/g, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return !keepEscaped && UNRESERVED.test(character) ? character : escape.toUpperCase();
  });
}
