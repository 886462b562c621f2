/**
 * From the bytes of a robots.txt to its records. What webmasters write is not always what RFC 9309
 * says, so the common slips that Google's parser forgives are forgiven here too: a missing colon, a
 * misspelt "disallow", a part of a byte order mark.
 */

/** RFC 9309 section 2.5 asks for 500 KiB at least; Google reads as much. */
export const MAX_ROBOTS_BYTES = 512 * 1024;

export type RobotsField = "user-agent" | "allow" | "disallow" | "crawl-delay" | "sitemap";

/** One record. Strings hold one character for each byte of the file. */
export interface RobotsLine {
  /** From 1, as an editor counts. */
  readonly line: number;
  readonly field: RobotsField;
  readonly value: string;
}

const FIELDS: ReadonlyMap<string, RobotsField> = new Map([
  ["user-agent", "user-agent"],
  ["useragent", "user-agent"],
  ["user agent", "user-agent"],
  ["allow", "allow"],
  ["disallow", "disallow"],
  ["dissallow", "disallow"],
  ["dissalow", "disallow"],
  ["disalow", "disallow"],
  ["diasllow", "disallow"],
  ["disallaw", "disallow"],
  ["crawl-delay", "crawl-delay"],
  ["crawldelay", "crawl-delay"],
  ["sitemap", "sitemap"],
  ["site-map", "sitemap"],
]);

/** The records that are understood, in order; all other lines are passed over. */
export function robotsLines(bytes: Uint8Array): RobotsLine[] {
  const lines = textOf(bytes).split(/\r\n|\r|\n/);
  // The end of a cut file is not what its author wrote: "Disallow: /a" may have been "/archive".
  if (bytes.length >= MAX_ROBOTS_BYTES) lines.pop();
  const records: RobotsLine[] = [];
  for (const [index, text] of lines.entries()) {
    const record = recordOf(text);
    if (record !== null) records.push({ line: index + 1, ...record });
  }
  return records;
}

function recordOf(text: string): { field: RobotsField; value: string } | null {
  const hash = text.indexOf("#");
  const content = trimmed(hash === -1 ? text : text.slice(0, hash));
  let end = content.indexOf(":");
  if (end === -1) {
    // Without a colon only two words can be meant: "disallow /".
    end = content.search(/[ \t]/);
    if (end === -1 || /[ \t]/.test(trimmed(content.slice(end)))) return null;
  }
  const field = FIELDS.get(trimmed(content.slice(0, end)).toLowerCase());
  return field === undefined ? null : { field, value: trimmed(content.slice(end + 1)) };
}

const ASCII_SPACE = new Set([" ", "\t", "\v", "\f", "\0"]);

/**
 * Without ASCII white space around it (\xA0 is a byte of some UTF-8 character here). By hand: the
 * regular expression for "spaces at the end" is quadratic in a line of spaces.
 */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && ASCII_SPACE.has(text.charAt(start))) start++;
  while (end > start && ASCII_SPACE.has(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** One character a byte: paths are compared as octets, whatever their encoding. */
function textOf(bytes: Uint8Array): string {
  const read = Buffer.from(
    bytes.buffer,
    bytes.byteOffset,
    Math.min(bytes.length, MAX_ROBOTS_BYTES),
  );
  const [first, second] = read;
  if (first === 0xff && second === 0xfe) return utf16Text(read, "utf-16le");
  if (first === 0xfe && second === 0xff) return utf16Text(read, "utf-16be");
  const text = read.toString("latin1");
  return text.slice(/^(?:\xef(?:\xbb(?:\xbf)?)?)?/.exec(text)?.[0].length ?? 0);
}

function utf16Text(bytes: Uint8Array, encoding: string): string {
  return Buffer.from(new TextDecoder(encoding).decode(bytes), "utf8").toString("latin1");
}
