/** The text of a sitemap file: gzip undone, within a bound, and decoded. */
import { constants, gunzipSync } from "node:zlib";
import { decodedPieces } from "./decode-body.ts";

/** The limit of sitemaps.org for one file, uncompressed. */
export const MAX_SITEMAP_BYTES = 50 * 1024 * 1024;

export interface SitemapText {
  /** Its pieces, in order: of 50 MiB, no more is in memory at a time than is read. */
  readonly pieces: Iterable<string>;
  /** What is wrong with the bytes, as a sentence; null when nothing is. */
  readonly error: string | null;
}

/** Bytes beyond {@link MAX_SITEMAP_BYTES} are not read; a gzip file that grows beyond it is refused. */
export function sitemapText(bytes: Uint8Array): SitemapText {
  let plain = bytes;
  // A ".gz" that the server also declares as Content-Encoding arrives twice compressed.
  for (let layer = 0; layer < 2 && plain[0] === 0x1f && plain[1] === 0x8b; layer++) {
    try {
      plain = gunzipSync(plain, {
        maxOutputLength: MAX_SITEMAP_BYTES,
        // Into one block, of which only what is written to takes memory; else a copy would join the parts.
        chunkSize: MAX_SITEMAP_BYTES + 1024,
        // A file that was cut off gives what is there.
        finishFlush: constants.Z_SYNC_FLUSH,
      });
    } catch (error) {
      return { pieces: [], error: unreadable(error) };
    }
  }
  const error =
    plain.length > MAX_SITEMAP_BYTES
      ? "the file is larger than 50 MiB; the rest is not read"
      : null;
  const read = plain.subarray(0, MAX_SITEMAP_BYTES);
  return { pieces: decodedPieces(read, `;charset=${xmlEncoding(read)}`), error };
}

function unreadable(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code === "ERR_BUFFER_TOO_LARGE"
    ? "the file is larger than 50 MiB when uncompressed"
    : `the file is not valid gzip (${code || String(error)})`;
}

/** XML and the protocol say UTF-8 where the XML declaration says nothing else. */
function xmlEncoding(bytes: Uint8Array): string {
  const start = String.fromCharCode(...bytes.subarray(0, 200));
  return /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(start)?.[1] ?? "utf-8";
}
