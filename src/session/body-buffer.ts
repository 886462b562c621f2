/** The body of a request that is read as a whole. */
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
  readonly #chunks: Buffer[] = [];
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
      this.#chunks.push(chunk);
      return true;
    }
    this.#cut = true;
    this.#chunks.push(chunk.subarray(0, room));
    return false;
  }

  /** What is still to come; Infinity when the response does not say. */
  get restBytes(): number {
    return declaredLength(this.#headers) - this.#bytes;
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
    // Those that were taken over need not be kept beside the result.
    const chunks = this.#chunks.splice(0);
    const cut = this.#cut;
    if (this.#codings.length === 0) return { bytes: Buffer.concat(chunks), truncated: cut };
    return await decodeLarge(chunks, this.#codings, this.#maxBytes, cut);
  }
}
