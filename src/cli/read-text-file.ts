/** Files of SQL that a user names. */
import { readFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { UsageError } from "../errors.ts";
import { quoted } from "../reporting/printable.ts";
import { whyUnreadable } from "./seeds.ts";

/**
 * The text of a file, or of standard input where it is called `-`, without a byte order mark.
 * @param called what named it, at the beginning of a message: `--file`
 * @throws UsageError when it cannot be read, or is no text in UTF-8
 */
export async function readTextFile(
  file: string,
  called: string,
  stdin: NodeJS.ReadableStream,
): Promise<string> {
  const name = file === "-" ? "standard input" : quoted(file);
  let bytes: Buffer;
  try {
    bytes = file === "-" ? await buffer(stdin) : readFileSync(file);
  } catch (error) {
    throw new UsageError(
      "file_unreadable",
      `${called} cannot read ${name}: ${whyUnreadable(error)}.`,
      { cause: error },
    );
  }
  try {
    // SQLite would take what is before a NUL for the whole, and never say so.
    if (!bytes.includes(0)) return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  throw new UsageError("file_no_text", `${called} cannot read ${name}: it is no text in UTF-8.`);
}
