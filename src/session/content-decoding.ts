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
import { Failure } from "./failure.ts";
import type { ResponseHeaders } from "./response-headers.ts";

/** What the session asks for. */
export const ACCEPT_ENCODING = "gzip, deflate, br, zstd";

export type ContentCoding = "gzip" | "deflate" | "br" | "zstd";

/** Above that the event loop is not held up for the decoding. */
const MAX_SYNC_BYTES = 1024 * 1024;

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
 * Undoes the codings of a body. `cut` says that the input is only the beginning: then what can be
 * decoded is kept. Throws or rejects with a Failure `content_decoding`.
 */
export function decodeBody(
  input: Buffer,
  codings: readonly ContentCoding[],
  maxBytes: number,
  cut: boolean,
): DecodedBody | Promise<DecodedBody> {
  if (codings.length === 0 || input.length === 0) {
    const truncated = cut || input.length > maxBytes;
    return { bytes: input.length > maxBytes ? input.subarray(0, maxBytes) : input, truncated };
  }
  if (cut || input.length > MAX_SYNC_BYTES) return decodeStreaming(input, codings, maxBytes, cut);
  try {
    let bytes = input;
    for (const coding of codings.toReversed()) bytes = decodeSync(bytes, coding, maxBytes);
    return { bytes, truncated: false };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
      return decodeStreaming(input, codings, maxBytes, cut);
    }
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
  // Node refuses 0 and anything above its own buffer limit.
  const options =
    maxBytes === Infinity ? {} : { maxOutputLength: Math.max(1, Math.min(maxBytes, 2 ** 31)) };
  switch (coding) {
    case "gzip":
      return gunzipSync(input, options);
    case "deflate":
      return isZlib(input) ? inflateSync(input, options) : inflateRawSync(input, options);
    case "br":
      return brotliDecompressSync(input, options);
    default:
      return zstdDecompressSync(input, options);
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
      return createZstdDecompress(cut ? { finishFlush: constants.ZSTD_e_flush } : {});
  }
}

/** Decodes chunk by chunk. Ends early when the consumer does; throws a Failure on corrupt input. */
export async function* decodeChunks(
  source: AsyncIterable<Uint8Array>,
  codings: readonly ContentCoding[],
  cut = false,
): AsyncGenerator<Buffer, void, void> {
  let current: AsyncIterable<Uint8Array> = source;
  for (const coding of codings.toReversed()) current = decodeOne(current, coding, cut);
  for await (const chunk of current) yield chunk as Buffer;
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

async function decodeStreaming(
  input: Buffer,
  codings: readonly ContentCoding[],
  maxBytes: number,
  cut: boolean,
): Promise<DecodedBody> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Not objectMode: one chunk of the whole input.
  async function* once(): AsyncGenerator<Uint8Array, void, void> {
    yield input;
  }
  for await (const chunk of decodeChunks(once(), codings, cut)) {
    if (size + chunk.length > maxBytes) {
      chunks.push(chunk.subarray(0, maxBytes - size));
      return { bytes: Buffer.concat(chunks), truncated: true };
    }
    chunks.push(chunk);
    size += chunk.length;
  }
  return { bytes: Buffer.concat(chunks), truncated: cut };
}
