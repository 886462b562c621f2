/**
 * Session ids by their well-known names: the servers and frameworks that put them into URLs have used
 * the same ones for decades. Only the name and a value that looks like one together are a session id;
 * `sid=12` is as likely a shop's number.
 */
import { canonicalUrl } from "./canonical-url.ts";

/** One look that most URLs do not pass, so that the others cost nothing. */
const MAYBE = /sess|sid=|zenid|cfid|cftoken|\/\([A-Z]\(/i;

/** Java servlets; a node's name may follow the id (".node1", "!-123"). */
const IN_PATH = /;(?:jsessionid|phpsessid|sid)=[\w.!~-]*/gi;
/** ASP.NET without cookies: "/(S(lit3py55t21z5v55vlm25s55))/", with others beside the S in ".NET 2". */
const ASP_NET = /\/\((?:[A-Z]\([\w-]+\))+\)(?=\/)/g;

/** Names that mean nothing else: any long value is an id. */
const SURE = /^(?:phpsessid|jsessionid|aspsessionid[a-z]*|oscsid|zenid)$/i;
/** Names with other uses too: their value has to look random. */
const LIKELY = /^(?:sid|sessionid|session_id|sessid|session)$/i;
/** ColdFusion's two numbers. */
const COLD_FUSION = /^cf(?:id|token)$/i;

const LONG_VALUE = /^[\w.,!~-]{16,}$/;

/** Whether a word looks drawn at random: 16 characters or more, letters and digits mixed. */
export function looksRandom(word: string): boolean {
  return word.length >= 16 && /^[\w.,!~-]+$/.test(word) && hasMixture(word);
}

/**
 * Letters and digits take turns more often than in a name with a number at its end
 * ("international-2026"): in a random word of 16 hex digits they do so seven times.
 */
function hasMixture(word: string): boolean {
  let turns = 0;
  let last = 0;
  for (let i = 0; i < word.length; i++) {
    const code = word.charCodeAt(i);
    const kind = code >= 48 && code <= 57 ? 1 : code >= 65 ? 2 : 0;
    if (kind !== 0 && last !== 0 && kind !== last) turns += 1;
    if (kind !== 0) last = kind;
  }
  return turns >= 4;
}

/** A canonical URL without the session ids in it; null when it has none. */
export function withoutSessionId(url: string): string | null {
  if (!MAYBE.test(url)) return null;
  const question = url.indexOf("?");
  const path = (question === -1 ? url : url.slice(0, question))
    .replaceAll(IN_PATH, "")
    .replaceAll(ASP_NET, "");
  if (question === -1) return path === url ? null : (canonicalUrl(path) ?? path);
  const pairs = url.slice(question + 1).split("&");
  const kept = pairs.filter((pair) => !isSessionPair(pair));
  if (kept.length === pairs.length && path.length === question) return null;
  const bare = kept.length === 0 ? path : `${path}?${kept.join("&")}`;
  // What is left may be a "?" alone, dot segments, or escapes beside a "%" that has gone.
  return canonicalUrl(bare) ?? bare;
}

function isSessionPair(pair: string): boolean {
  const equals = pair.indexOf("=");
  if (equals === -1) return false;
  const name = pair.slice(0, equals);
  const value = pair.slice(equals + 1);
  if (SURE.test(name)) return LONG_VALUE.test(value);
  if (COLD_FUSION.test(name)) return /^[\w-]{4,}$/.test(value);
  return LIKELY.test(name) && looksRandom(value);
}
