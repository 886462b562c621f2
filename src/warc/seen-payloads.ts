/** Payloads that this thread has archived, to refer to instead of storing them again. */

/** Where a payload was archived first. */
export interface FirstCapture {
  readonly url: string;
  /** As its record has it. */
  readonly date: string;
  readonly recordId: string;
}

/** About 20 MB of memory; beyond, the payload that was not met for the longest is forgotten. */
const MAX_PAYLOADS = 50_000;

export class SeenPayloads {
  readonly #byDigest = new Map<string, FirstCapture>();

  get(digest: string): FirstCapture | null {
    const first = this.#byDigest.get(digest);
    if (first === undefined) return null;
    this.#byDigest.delete(digest);
    this.#byDigest.set(digest, first);
    return first;
  }

  add(digest: string, first: FirstCapture): void {
    this.#byDigest.set(digest, first);
    if (this.#byDigest.size <= MAX_PAYLOADS) return;
    const oldest = this.#byDigest.keys().next();
    if (!oldest.done) this.#byDigest.delete(oldest.value);
  }
}
