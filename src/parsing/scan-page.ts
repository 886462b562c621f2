/** The standard facts and links of a page. */
import { Buffer } from "node:buffer";
import type { DiscoveredLink, KeptText, PageFacts } from "../messages.ts";
import { canonicalUrl, type Canonicalizer } from "../url/index.ts";
import { type PageBytes, pageBytes } from "./page-bytes.ts";
import { PageReader } from "./page-reader.ts";

/** Of a page's readable text, where it is kept. */
const MAX_KEPT_TEXT_BYTES = 1024 * 1024;

/** The links and the text of a page that is not longer are little beside what the code needs anyway. */
const MAX_KEPT_PAGE_BYTES = 64 * 1024;

/**
 * The reader of the last page that was not long, which nobody asks. V8 drops optimized code, and what it has
 * learned for the next, with the last object of a kind that it was made for; between two pages there would
 * be none. On the 21,600 pages of the Rust manual code was so dropped 89 times instead of 768, and 4.1 s
 * were spent compiling instead of 7.3.
 */
const kept: { reader: PageReader | null } = { reader: null };

export interface PageScan {
  readonly facts: PageFacts;
  readonly links: DiscoveredLink[];
  /** Whether the page has more than 50,000 distinct links; the rest is not in `links`. */
  readonly linksTruncated: boolean;
  /** See {@link Outcome.wordSample}. */
  readonly wordSample: readonly number[];
  /** All readable text, at most 1 MiB of UTF-8; only where it is to be kept. */
  readonly text?: KeptText;
}

/**
 * What the page that was fetched from `url` says and where it leads: `page` is a text, or its bytes as
 * well-formed UTF-8. As a browser without scripts sees it: `noscript` is markup, the content of `template`
 * is no part of the page. Agrees with a full HTML parser except where only its tree would tell (docs of
 * `HtmlScanner`).
 */
export function scanPage(
  page: Uint8Array | string,
  url: string,
  charset: string,
  canonicalize: Canonicalizer = canonicalUrl,
  { keepText = false }: { readonly keepText?: boolean } = {},
): PageScan {
  const bytes = pageBytes(typeof page === "string" ? Buffer.from(page) : page);
  try {
    return scanned(bytes, url, charset, canonicalize, keepText);
  } finally {
    bytes.release();
  }
}

function scanned(
  bytes: PageBytes,
  url: string,
  charset: string,
  canonicalize: Canonicalizer,
  keepText: boolean,
): PageScan {
  let reader = new PageReader(bytes, url, canonicalize, null);
  reader.run();
  if (reader.base !== url) {
    // What stands before the first `base` counts from there, too.
    reader = new PageReader(bytes, url, canonicalize, reader.base);
    reader.run();
  }
  if (bytes.length <= MAX_KEPT_PAGE_BYTES) kept.reader = reader;
  if (!keepText) return reader.result(charset);
  const text = reader.readable(MAX_KEPT_TEXT_BYTES);
  return { ...reader.result(charset), text };
}
