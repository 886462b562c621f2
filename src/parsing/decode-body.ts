/** From the bytes of a page to its text: which encoding it has, and decoding that cannot fail. */
import { Buffer } from "node:buffer";
import { TextDecoder } from "node:util";
import { decodeBuffer } from "encoding-sniffer";
import { ResultType, Sniffer } from "encoding-sniffer/sniffer";
import { joinedText } from "./joined-text.ts";

export interface DecodedBody {
  readonly text: string;
  /** The WHATWG name of the encoding, in lower case. */
  readonly charset: string;
}

/**
 * The text of `bytes`, by the encoding that a byte order mark, the Content-Type header's charset or
 * a `meta` in the first 1024 bytes says, in this order (HTML Standard, 13.2.3.2); windows-1252
 * when nothing does. Bytes that mean nothing become U+FFFD; never throws.
 */
export function decodeBody(bytes: Uint8Array, contentType: string | null): DecodedBody {
  const label = charsetParameter(contentType);
  const charset = sniff(bytes, label);
  return { text: decode(bytes, charset), charset };
}

/** The same text, piece by piece, for what reads as it goes. */
export function decodedPieces(bytes: Uint8Array, contentType: string | null): Iterable<string> {
  const charset = sniff(bytes, charsetParameter(contentType));
  const asOne = charset === "replacement" || INEXACT_IN_NODE.has(charset);
  return asOne ? [decode(bytes, charset)] : decodedInPieces(bytes, charset);
}

function sniff(bytes: Uint8Array, label: string | null): string {
  const marked = bytes[0] === 0xff || bytes[0] === 0xfe || bytes[0] === 0xef;
  if (!marked && label !== null && label.toLowerCase() === "utf-8") return "utf-8";
  const options = label === null ? {} : { transportLayerEncodingLabel: label };
  const sniffer = new Sniffer(options);
  // The sniffer reads byte by byte and does not stop when it knows: a declaration at the usual
  // place, early in the head, need not cost a look at all 1024 bytes.
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, SNIFFED_BYTES));
  const declared = head.indexOf("charset");
  const first = (declared < 0 ? 0 : head.indexOf(">", declared) + 1) || head.length;
  sniffer.write(head.subarray(0, first));
  if (sniffer.resultType === ResultType.DEFAULT) sniffer.write(head.subarray(first));
  return sniffer.encoding.toLowerCase();
}

/** How far the standard lets a prescan look. */
const SNIFFED_BYTES = 1024;

/** Node's decoder takes these from ICU, whose tables are not the Encoding Standard's. */
const INEXACT_IN_NODE = new Set(["big5", "euc-jp", "euc-kr", "shift_jis"]);

const decoders = new Map<string, TextDecoder>();

function decode(bytes: Uint8Array, charset: string): string {
  // Encodings that were abused to smuggle markup: the standard decodes them to one bad character.
  if (charset === "replacement") return bytes.length === 0 ? "" : "\uFFFD";
  if (INEXACT_IN_NODE.has(charset)) {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return decodeBuffer(buffer, { userEncoding: charset });
  }
  if (bytes.length > PIECE_BYTES) return joinedText([...decodedInPieces(bytes, charset)]);
  let decoder = decoders.get(charset);
  if (decoder === undefined) decoders.set(charset, (decoder = new TextDecoder(charset)));
  return decoder.decode(bytes);
}

/** A longer text that Node makes at once is outside of V8's heap, and stays with malloc when it is gone. */
const PIECE_BYTES = 512 * 1024;

/** A decoder of its own: whoever reads may stop before the end. */
function* decodedInPieces(bytes: Uint8Array, charset: string): Generator<string, void, void> {
  const decoder = new TextDecoder(charset);
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    yield decoder.decode(bytes.subarray(at, at + PIECE_BYTES), { stream: true });
  }
  yield decoder.decode();
}

const CHARSET = /;\s*charset\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;\s"]+))/i;

/** The charset of a Content-Type header as it stands there; null when it has none. */
function charsetParameter(contentType: string | null): string | null {
  const match = contentType === null ? null : CHARSET.exec(contentType);
  const label = match?.[1] ?? match?.[2] ?? null;
  return label === null ? null : label.trim();
}
