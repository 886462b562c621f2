/** Whether a response is a page. */
import { Buffer } from "node:buffer";

const HTML_TYPES = new Set(["text/html", "application/xhtml+xml"]);

/**
 * True for `text/html` and `application/xhtml+xml`. Without a usable Content-Type the bytes decide
 * (MIME Sniffing Standard, 7.1, the patterns that mean text/html); a type that is stated is believed.
 */
export function isHtml(contentType: string | null, bytes: Uint8Array): boolean {
  const type = (contentType ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (/^[^\s/]+\/[^\s/]+$/.test(type) && !UNKNOWN_TYPES.has(type)) return HTML_TYPES.has(type);
  return looksLikeHtml(bytes);
}

/** The types that the standard treats as none. */
const UNKNOWN_TYPES = new Set(["unknown/unknown", "application/unknown", "*/*"]);

/** Of a resource's header the standard looks at so many bytes. */
const SNIFFED_BYTES = 1445;

const HTML_START =
  /^(?:\xef\xbb\xbf)?[\t\n\f\r ]*(?:<!--|<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[ >])/i;

function looksLikeHtml(bytes: Uint8Array): boolean {
  const length = Math.min(bytes.length, SNIFFED_BYTES);
  return HTML_START.test(Buffer.from(bytes.buffer, bytes.byteOffset, length).toString("latin1"));
}
