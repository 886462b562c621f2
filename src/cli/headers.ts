/** `--header`: lines and files of lines to names and values. Values never stand in a message. */
import { readFileSync } from "node:fs";
import { UsageError } from "../errors.ts";
import { quoted } from "../reporting/printable.ts";
import { SETTINGS } from "../settings.ts";
import { whyUnreadable } from "./seeds.ts";

/** What the connection itself needs to decide. */
const RESERVED: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Names in lower case with their values, in the given order.
 * @throws UsageError naming the header or the file's line, never the value
 */
export function readHeaders(lines: readonly string[]): (readonly [string, string])[] {
  return lines.flatMap((line) =>
    line.startsWith("@") ? headersOfFile(line.slice(1)) : [headerOf(line, "--header")],
  );
}

function headersOfFile(file: string): (readonly [string, string])[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(
      "header_unreadable",
      `--header cannot read ${quoted(file)}: ${whyUnreadable(error)}.`,
      { cause: error },
    );
  }
  const headers: (readonly [string, string])[] = [];
  for (const [index, raw] of text
    .replace(/^\ufeff/, "")
    .split(/\r\n|\r|\n/)
    .entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const place = `--header, line ${index + 1} of ${quoted(file)},`;
    if (line.startsWith("@")) {
      throw new UsageError("bad_header", `${place} names a further file, but takes 'Name: value'.`);
    }
    SETTINGS.header.kind.parse(line, place);
    headers.push(headerOf(line, place));
  }
  return headers;
}

function headerOf(line: string, place: string): readonly [string, string] {
  const colon = line.indexOf(":");
  const name = line.slice(0, colon).toLowerCase();
  const value = line.slice(colon + 1).trim();
  if (RESERVED.has(name)) {
    throw new UsageError("bad_header", `${place} got ${name}, which webspool sets itself.`);
  }
  if (!isHeaderText(value)) {
    throw new UsageError(
      "bad_header",
      `${place} got a value for ${name} with characters that no header can carry (it takes Latin-1 without controls).`,
    );
  }
  return [name, value];
}

/** RFC 9110 section 5.5: visible characters, space, tab, and bytes above 127. */
export function isHeaderText(text: string): boolean {
  return /^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(text);
}
