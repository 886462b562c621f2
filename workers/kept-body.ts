/** A page's decoded body as it is stored: named by its hash, compressed here, in the worker's thread. */
import { hash } from "node:crypto";
import { zstdCompressSync } from "node:zlib";
import type { FetchRequest, KeptBody } from "../src/messages.ts";
import type { Response } from "../src/session/index.ts";

/** Smaller ones become larger, or hardly smaller. */
const LEAST_COMPRESSED_BYTES = 64;

/**
 * Null for what is not kept: a 304 has no body of its own, robots.txt files and sitemaps are read and no
 * more, and of what is only checked (by HEAD, or GET where that is refused) there is no page.
 */
export function keptBody(
  request: FetchRequest,
  response: Response,
  bytes: Uint8Array,
): KeptBody | null {
  if (request.kind !== "page" || request.method !== "GET" || response.status === 304) return null;
  const common = {
    hash: hash("sha256", bytes, "hex"),
    bytes: bytes.length,
    truncated: response.truncated,
  };
  const compressed = bytes.length < LEAST_COMPRESSED_BYTES ? bytes : zstdCompressSync(bytes);
  return compressed.length < bytes.length
    ? { ...common, encoding: "zstd", content: ownBytes(compressed) }
    : { ...common, encoding: "identity", content: new Uint8Array(bytes) };
}

/** A buffer that is shared with others, as small ones are, cannot change threads. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
    ? new Uint8Array(buffer)
    : new Uint8Array(bytes);
}
