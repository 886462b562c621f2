/** From the bytes of a page to its text: which encoding it has, and decoding that cannot fail. */
import { Buffer, isAscii, isUtf8 } from "node:buffer";
import { TextDecoder } from "node:util";
import type * as EncodingSniffer from "encoding-sniffer";
import type * as SnifferModule from "encoding-sniffer/sniffer";
import { collectYoungGarbage } from "../collect-garbage.ts";
import { LARGE_BYTES, roomyLength, SPARE_BYTES } from "../large-buffer.ts";
import { latePackage } from "../late-module.ts";
import { joinedText } from "./joined-text.ts";

/** Late: the tables of all encodings take 20 ms to load, and most pages are declared to be UTF-8. */
const encodingSniffer = latePackage("encoding-sniffer") as () => typeof EncodingSniffer;
const snifferModule = latePackage("encoding-sniffer/sniffer") as () => typeof SnifferModule;

const DEFAULT = "windows-1252";

export interface DecodedBody {
  /** The text as well-formed UTF-8, without a byte order mark; the body's own bytes where it is that. */
  readonly utf8: Uint8Array;
  /** The text as a string, made when it is first asked for. */
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
  const isUtf8Text = charset === "utf-8" ? isUtf8(bytes) : charset === DEFAULT && isAscii(bytes);
  if (isUtf8Text) return new ScannedBody(bytes, charset, withoutMark(bytes));
  if (bytes.length >= LARGE_BYTES) {
    return new ScannedBody(bytes, charset, transcoded(bytes, charset));
  }
  const text = decode(bytes, charset);
  return { utf8: Buffer.from(text), text, charset };
}

/** A body whose text is needed seldom. */
class ScannedBody implements DecodedBody {
  readonly utf8: Uint8Array;
  readonly charset: string;
  readonly #bytes: Uint8Array;
  #text: string | null = null;

  constructor(bytes: Uint8Array, charset: string, utf8: Uint8Array) {
    this.utf8 = utf8;
    this.charset = charset;
    this.#bytes = bytes;
  }

  get text(): string {
    return (this.#text ??= decode(this.#bytes, this.charset));
  }
}

/** No encoding has a byte that becomes more bytes of UTF-8; one more may stand for a cut-off character. */
const MOST_UTF8_BYTES = 3;
/** After so much text its pieces are collected. */
const COLLECT_EVERY_CHARS = 2 * 1024 * 1024;

/** Piece by piece, so that the text is in memory once. */
function transcoded(bytes: Uint8Array, charset: string): Buffer {
  const most = (bytes.length + 1) * MOST_UTF8_BYTES;
  const utf8 = Buffer.allocUnsafeSlow(roomyLength(most) + SPARE_BYTES);
  let length = 0;
  let sinceCollected = 0;
  for (const piece of piecesOf(bytes, charset)) {
    length += utf8.write(piece, length);
    sinceCollected += piece.length;
    if (sinceCollected < COLLECT_EVERY_CHARS) continue;
    sinceCollected = 0;
    collectYoungGarbage();
  }
  return utf8.subarray(0, length);
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return isMarked ? bytes.subarray(3) : bytes;
}

/** The same text, piece by piece, for what reads as it goes. */
export function decodedPieces(bytes: Uint8Array, contentType: string | null): Iterable<string> {
  return piecesOf(bytes, sniff(bytes, charsetParameter(contentType)));
}

function piecesOf(bytes: Uint8Array, charset: string): Iterable<string> {
  const asOne = charset === "replacement" || INEXACT_IN_NODE.has(charset);
  return asOne ? [decode(bytes, charset)] : decodedInPieces(bytes, charset);
}

function sniff(bytes: Uint8Array, label: string | null): string {
  const marked = bytes[0] === 0xff || bytes[0] === 0xfe || bytes[0] === 0xef;
  if (!marked && label !== null && label.toLowerCase() === "utf-8") return "utf-8";
  // The sniffer reads byte by byte and does not stop when it knows: a declaration at the usual
  // place, early in the head, need not cost a look at all 1024 bytes.
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, SNIFFED_BYTES));
  const declared = head.indexOf("charset");
  const isSilent =
    declared < 0 && !marked && label === null && !TELLING.test(head.toString("latin1"));
  if (isSilent) return DEFAULT;
  const first = (declared < 0 ? 0 : head.indexOf(">", declared) + 1) || head.length;
  const start = head.subarray(0, first);
  // The pages of a site begin alike: this look took most of what sniffing cost.
  if (label === lastSniffed.label && start.equals(lastSniffed.start)) return lastSniffed.charset;
  const { ResultType, Sniffer } = snifferModule();
  const sniffer = new Sniffer(label === null ? {} : { transportLayerEncodingLabel: label });
  sniffer.write(start);
  if (sniffer.resultType === ResultType.DEFAULT) {
    sniffer.write(head.subarray(first));
    return sniffer.encoding.toLowerCase();
  }
  const charset = sniffer.encoding.toLowerCase();
  lastSniffed = { label, start: Buffer.from(start), charset };
  return charset;
}

/** The last beginning of a page that told its encoding. */
let lastSniffed = { label: null as string | null, start: Buffer.alloc(0), charset: DEFAULT };

/**
 * What has to be in the beginning of a page that tells its encoding without a byte order mark. Where it is not,
 * as on each page that only redirects, the sniffer need not go through all of it.
 */
const TELLING = /charset|<\?|\0/i;

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
    return encodingSniffer().decodeBuffer(buffer, { userEncoding: charset });
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
