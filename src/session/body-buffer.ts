/** The body of a request that is read as a whole. */
import { GrowingBuffer } from "../growing-buffer.ts";
import { LARGE_BYTES } from "../large-buffer.ts";
import {
  contentCodings,
  decodeLarge,
  decodeSmall,
  ENCODED_SLACK_BYTES,
  MAX_SYNC_BYTES,
  type ContentCoding,
  type DecodedBody,
} from "./content-decoding.ts";
import type { PreparedRequest } from "./prepared-request.ts";
import type { ResponseHeaders } from "./response-headers.ts";

/** The length a response declares; Infinity when it does not. */
export function declaredLength(headers: ResponseHeaders): number {
  const value = headers.get("content-length");
  return value !== null && /^\d+$/.test(value) ? Number(value) : Infinity;
}

export class BodyBuffer {
  readonly #headers: ResponseHeaders;
  readonly #codings: readonly ContentCoding[];
  readonly #maxBytes: number;
  readonly #maxWireBytes: number;
  #chunks: Buffer[] = [];
  /** In place of the chunks, once they are large. */
  #large: GrowingBuffer | null = null;
  #bytes = 0;
  #cut = false;

  constructor(request: PreparedRequest, headers: ResponseHeaders) {
    this.#headers = headers;
    this.#codings = request.decompress ? contentCodings(headers) : [];
    this.#maxBytes = request.maxBodyBytes;
    this.#maxWireBytes =
      this.#codings.length === 0 ? this.#maxBytes : this.#maxBytes + ENCODED_SLACK_BYTES;
  }

  /** False when the limit is passed: the rest is not wanted. */
  push(chunk: Buffer): boolean {
    const room = this.#maxWireBytes - this.#bytes;
    this.#bytes += chunk.length;
    if (chunk.length <= room) {
      this.#keep(chunk);
      return true;
    }
    this.#cut = true;
    this.#keep(chunk.subarray(0, room));
    return false;
  }

  /** What is still to come; Infinity when the response does not say. */
  get restBytes(): number {
    return declaredLength(this.#headers) - this.#bytes;
  }

  /** All so far, as they came; not once the body was decoded. */
  get received(): Buffer {
    return this.#large?.bytes ?? Buffer.concat(this.#chunks);
  }

  /** So far, as they came. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The decoded body; null when it is large: see `decodeLarge`. Throws a Failure `content_decoding`. */
  decode(): DecodedBody | null {
    if (this.#cut || this.#bytes > MAX_SYNC_BYTES) return null;
    const [first] = this.#chunks;
    const input =
      this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    const bytes = decodeSmall(input, this.#codings, this.#maxBytes);
    return bytes === null ? null : { bytes, truncated: false };
  }

  /** Rejects with a Failure `content_decoding`. */
  async decodeLarge(): Promise<DecodedBody> {
    const bytes = this.#large?.bytes ?? Buffer.concat(this.#chunks);
    // What was taken over need not be kept beside the result.
    this.#chunks = [];
    this.#large = null;
    const cut = this.#cut;
    if (this.#codings.length === 0) return { bytes, truncated: cut };
    return await decodeLarge(pieces(bytes), this.#codings, this.#maxBytes, cut);
  }

  #keep(chunk: Buffer): void {
    if (this.#large === null && this.#bytes <= LARGE_BYTES) {
      this.#chunks.push(chunk);
      return;
    }
    this.#large ??= new GrowingBuffer(this.#maxWireBytes);
    for (const each of this.#chunks.splice(0)) this.#large.append(each);
    this.#large.append(chunk);
  }
}

/** A decoder that is given megabytes at once holds on to all that it makes of them. */
const PIECE_BYTES = 64 * 1024;

function* pieces(bytes: Buffer): Generator<Buffer, void, void> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    yield bytes.subarray(at, at + PIECE_BYTES);
  }
}
