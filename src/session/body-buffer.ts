/** The body of a request that is read as a whole. */
import {
  contentCodings,
  decodeBody,
  type ContentCoding,
  type DecodedBody,
} from "./content-decoding.ts";
import type { PreparedRequest } from "./prepared-request.ts";
import type { ResponseHeaders } from "./response-headers.ts";

/**
 * How much longer than the limit an encoded body may be: encodings make what cannot be compressed
 * a little longer, and a body of empty gzip members would have no end.
 */
const ENCODED_SLACK_BYTES = 1024 * 1024;

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

  /** The decoded body. Throws or rejects with a Failure `content_decoding`. */
  decode(): DecodedBody | Promise<DecodedBody> {
    const [first] = this.#chunks;
    const input =
      this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    return decodeBody(input, this.#codings, this.#maxBytes, this.#cut);
  }
}
