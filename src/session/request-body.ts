/** Request bodies as they are sent. */
import { Readable } from "node:stream";
import { wrongOption } from "./option-checks.ts";
import type { RequestBody } from "./prepared-request.ts";
import type { RequestOptions } from "./session-options.ts";

/** The bytes of body, json or form, and the Content-Type that goes with them. */
export function encodeBody(options: RequestOptions): {
  body: RequestBody;
  contentType: string | null;
} {
  if (options.json !== undefined) {
    return { body: Buffer.from(JSON.stringify(options.json)), contentType: "application/json" };
  }
  if (options.form !== undefined) {
    const text = new URLSearchParams(options.form).toString();
    return { body: Buffer.from(text), contentType: "application/x-www-form-urlencoded" };
  }
  const { body } = options;
  if (body === undefined) return { body: null, contentType: null };
  if (typeof body === "string") {
    return { body: Buffer.from(body), contentType: "text/plain;charset=UTF-8" };
  }
  if (body instanceof ArrayBuffer) return { body: Buffer.from(body), contentType: null };
  if (ArrayBuffer.isView(body)) {
    return { body: Buffer.from(body.buffer, body.byteOffset, body.byteLength), contentType: null };
  }
  if (body instanceof Readable || Symbol.asyncIterator in body) return { body, contentType: null };
  throw wrongOption("body takes a string, bytes, a Readable or an async iterable of bytes.");
}
