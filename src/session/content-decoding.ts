/** Content-Encoding: gzip, deflate (zlib and raw), br, zstd, also stacked (RFC 9110, 8.4). */
import { Readable, pipeline, type Transform } from "node:stream";
import {
  brotliDecompressSync,
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from "node:zlib";
import { GrowingBuffer } from "../growing-buffer.ts";
import { Failure } from "./failure.ts";
import type { ResponseHeaders } from "./response-headers.ts";

/** What the session asks for. */
export const ACCEPT_ENCODING = "gzip, deflate, br, zstd";

export type ContentCoding = "gzip" | "deflate" | "br" | "zstd";

/** What is longer, or becomes so, is not decoded at once: the event loop is not held up for it. */
export const MAX_SYNC_BYTES = 1024 * 1024;

/**
 * What one coding inside another may come to beyond the limit of the body itself: encodings make what
 * cannot be compressed a little longer.
 */
export const ENCODED_SLACK_BYTES = 1024 * 1024;

/**
 * The largest window that zstd may ask for: as much memory a decoder takes. 8 MB, which is also what an
 * encoder may use at most (RFC 9659); Node's default is 128 MiB.
 */
const ZSTD = { [constants.ZSTD_d_windowLogMax]: 23 };

/** Nobody stacks more in earnest; each costs a pass over the body. curl has the same bound. */
const MAX_CODINGS = 5;

const NAMES: Readonly<Record<string, ContentCoding | null>> = {
  gzip: "gzip",
  "x-gzip": "gzip",
  deflate: "deflate",
  br: "br",
  zstd: "zstd",
  identity: null,
  "": null,
};

/**
 * The codings to undo, in the order they were applied. Empty when there is nothing to undo or when
 * one of them is unknown: then the body stays as it came. Throws a Failure `content_decoding` when
 * there are more than five.
 */
export function contentCodings(headers: ResponseHeaders): readonly ContentCoding[] {
  const value = headers.get("content-encoding");
  if (value === null) return [];
  const codings: ContentCoding[] = [];
  for (const part of value.split(",")) {
    const coding = NAMES[part.trim().toLowerCase()];
    if (coding === undefined) return [];
    if (coding !== null) codings.push(coding);
  }
  if (codings.length > MAX_CODINGS) {
    throw new Failure("content_decoding", `${codings.length} codings on top of each other`);
  }
  return codings;
}

/** A decoded body, cut at the limit if it was longer. */
export interface DecodedBody {
  readonly bytes: Buffer;
  readonly truncated: boolean;
}

/**
 * Undoes the codings of a body at once. Null when that would take long, because the result is large or
 * larger than `maxBytes`: see {@link decodeLarge}. Throws a Failure `content_decoding`.
 */
export function decodeSmall(
  input: Buffer,
  codings: readonly ContentCoding[],
  maxBytes: number,
): Buffer | null {
  if (input.length === 0) return input;
  try {
    let bytes = input;
    for (const coding of codings.toReversed()) bytes = decodeSync(bytes, coding, maxBytes);
    return bytes;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") return null;
    throw decodingFailure(error);
  }
}

function decodingFailure(error: unknown): Failure {
  const detail = error instanceof Error ? error.message : String(error);
  return new Failure("content_decoding", detail, { cause: error });
}

/** RFC 9110 means zlib's format by deflate; some servers send the raw stream (RFC 1951). */
function isZlib(head: Uint8Array): boolean {
  const [first = 0, second = 0] = head;
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
}

function decodeSync(input: Buffer, coding: ContentCoding, maxBytes: number): Buffer {
  // Node refuses 0.
  const options = { maxOutputLength: Math.max(1, Math.min(maxBytes, MAX_SYNC_BYTES)) };
  switch (coding) {
    case "gzip":
      return gunzipSync(input, options);
    case "deflate":
      return isZlib(input) ? inflateSync(input, options) : inflateRawSync(input, options);
    case "br":
      return brotliDecompressSync(input, options);
    default:
      return zstdDecompressSync(input, { ...options, params: ZSTD });
  }
}

/** A decoder for one coding; `head` are the first bytes of what it will get. */
function createDecoder(coding: ContentCoding, head: Uint8Array, cut: boolean): Transform {
  const zlib = cut ? { finishFlush: constants.Z_SYNC_FLUSH } : {};
  switch (coding) {
    case "gzip":
      return createGunzip(zlib);
    case "deflate":
      return isZlib(head) ? createInflate(zlib) : createInflateRaw(zlib);
    case "br":
      return createBrotliDecompress(cut ? { finishFlush: constants.BROTLI_OPERATION_FLUSH } : {});
    default:
      return createZstdDecompress({
        params: ZSTD,
        ...(cut ? { finishFlush: constants.ZSTD_e_flush } : {}),
      });
  }
}

/**
 * Decodes chunk by chunk. Ends early when the consumer does, who stops at `maxBytes`; throws a Failure
 * on corrupt input, and where what lies between two codings is longer than any body of that size.
 */
export async function* decodeChunks(
  source: AsyncIterable<Uint8Array>,
  codings: readonly ContentCoding[],
  maxBytes: number,
  cut = false,
): AsyncGenerator<Buffer, void, void> {
  let current: AsyncIterable<Uint8Array> = source;
  for (const [index, coding] of codings.toReversed().entries()) {
    if (index > 0) current = bounded(current, maxBytes + ENCODED_SLACK_BYTES);
    current = decodeOne(current, coding, cut);
  }
  for await (const chunk of current) yield chunk as Buffer;
}

/** Gigabytes may decode to nothing: without this bound, nested codings would be undone for ever. */
async function* bounded(
  source: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void, void> {
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new Failure("content_decoding", `more than ${maxBytes} bytes between two codings`);
    }
    yield chunk;
  }
}

async function* decodeOne(
  source: AsyncIterable<Uint8Array>,
  coding: ContentCoding,
  cut: boolean,
): AsyncGenerator<Uint8Array, void, void> {
  const iterator = source[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return;
  let sourceError: unknown = null;
  async function* rest(): AsyncGenerator<Uint8Array, void, void> {
    try {
      yield first.value;
      for (;;) {
        const next = await iterator.next();
        if (next.done === true) return;
        yield next.value;
      }
    } catch (error) {
      sourceError = error;
      throw error;
    }
  }
  const decoder = createDecoder(coding, first.value, cut);
  pipeline(Readable.from(rest(), { objectMode: false }), decoder, () => {
    // The outcome shows in the loop below; without a callback pipeline would throw.
  });
  try {
    for await (const chunk of decoder) yield chunk as Uint8Array;
  } catch (error) {
    // What went wrong on the network is not the fault of the coding.
    throw sourceError ?? decodingFailure(error);
  } finally {
    decoder.destroy();
    await iterator.return?.();
  }
}

/**
 * Undoes the codings of a body chunk by chunk. `cut` says that the input is only the beginning: then
 * what can be decoded is kept. Rejects with a Failure `content_decoding`.
 */
export async function decodeLarge(
  input: Iterable<Uint8Array>,
  codings: readonly ContentCoding[],
  maxBytes: number,
  cut: boolean,
): Promise<DecodedBody> {
  const body = new GrowingBuffer(maxBytes);
  let size = 0;
  async function* each(): AsyncGenerator<Uint8Array, void, void> {
    yield* input;
  }
  for await (const chunk of decodeChunks(each(), codings, maxBytes, cut)) {
    if (size + chunk.length > maxBytes) {
      body.append(chunk.subarray(0, maxBytes - size));
      return { bytes: body.bytes, truncated: true };
    }
    body.append(chunk);
    size += chunk.length;
  }
  return { bytes: body.bytes, truncated: cut };
}
