/**
 * Text from the web may hold terminal escapes (CVE-2003-0063 and its many successors) and characters
 * that reverse what is shown ("Trojan Source", CVE-2021-42574). Everything that goes to a terminal or
 * a log that people read passes through here.
 */

// C0 and C1 controls and DEL, the bidirectional marks, embeddings, overrides and isolates, the line
// and paragraph separators, the byte order mark, and surrogates without their other half.
const UNSAFE =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]/gu;

/** `text` with every unsafe character as its JavaScript escape: `\n`, `\x1b`, `\u202e`. */
export function printable(text: string): string {
  return text.replace(UNSAFE, escapeOf);
}

/** JSON of one line in which unsafe characters are escaped too; it reads back the same. */
export function printableJson(value: unknown): string {
  return escapeJson(JSON.stringify(value));
}

/** A JSON text of one line, unsafe characters escaped in it. */
export function escapeJson(json: string): string {
  return json.replace(UNSAFE, unicodeEscape);
}

/** For messages: printable, in double quotes, secrets in URLs masked, at most 100 characters. */
export function quoted(text: string): string {
  const masked = maskPassword(text);
  return `"${printable(masked.length > 100 ? `${masked.slice(0, 99)}…` : masked)}"`;
}

/**
 * `https://name:secret@host/` -> `https://name:***@host/`, and `https://token@host/` ->
 * `https://***@host/`: a name that stands alone is often a token. So too where the URL parser would
 * find an authority behind other slashes than two ("http:\\name:secret@host"), and in
 * "name:secret@host", of which the scheme was forgotten.
 */
export function maskPassword(text: string): string {
  return text
    .replace(/((?:https?:|[/\\])[/\\]+|https?:)([^/\\?#:@]*)(:[^/\\?#]*)?@/gi, maskedUserInfo)
    .replace(/^(?!https?:)([^/\\?#:@]+):[^/\\?#]*@/, "$1:***@");
}

function maskedUserInfo(_: string, start: string, name: string, password?: string): string {
  return password === undefined ? `${start}***@` : `${start}${name}:***@`;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escapeOf(character: string): string {
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return short;
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : unicodeEscape(character);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
