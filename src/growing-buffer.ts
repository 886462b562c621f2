/** Bytes that come in parts, of which there may be megabytes: copied at once into one block. */
import { Buffer } from "node:buffer";
import { collectYoungGarbage } from "./collect-garbage.ts";
import { LARGE_BYTES, roomyLength, SPARE_BYTES, takeBlock } from "./large-buffer.ts";

/**
 * After so many bytes the parts that were copied are collected. V8 sees little of them, as their memory is
 * not its own: by itself it would let them come to 64 MB first.
 */
const COLLECT_EVERY_BYTES = 4 * 1024 * 1024;

const MAX_FIRST_BYTES = 64 * 1024 * 1024;

export class GrowingBuffer {
  #buffer: Buffer;
  #length = 0;
  #sinceCollected = 0;

  /** @param maxBytes what is to be expected at most: up to 64 MiB of it no growing copies what is there */
  constructor(maxBytes: number) {
    this.#buffer = takeBlock(roomyLength(Math.min(maxBytes, MAX_FIRST_BYTES)) + SPARE_BYTES);
  }

  append(part: Uint8Array): void {
    const length = this.#length + part.length;
    if (length + SPARE_BYTES > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(
        Math.max(length + SPARE_BYTES, this.#buffer.length * 2),
      );
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    this.#buffer.set(part, this.#length);
    this.#length = length;
    this.#sinceCollected += part.length;
    if (this.#sinceCollected < COLLECT_EVERY_BYTES) return;
    this.#sinceCollected = 0;
    collectYoungGarbage();
  }

  /**
   * All so far. What is small is a copy, which keeps nothing else in memory; behind what is large are
   * {@link SPARE_BYTES} for its reader.
   */
  get bytes(): Buffer {
    const bytes = this.#buffer.subarray(0, this.#length);
    return this.#length < LARGE_BYTES ? Buffer.from(bytes) : bytes;
  }
}
