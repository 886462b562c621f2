/**
 * What is known of URLs that were seen lately: a table of fixed size in which each URL has two places and
 * takes either from what was there. No order is kept, so that a URL that is not in it costs next to
 * nothing, and links that come round in circles longer than the table still find a part of it, where the
 * least recently used would always have gone just before.
 */

import type { KnownUrl } from "../frontier-store.ts";

/** 2^17 URLs, with 100 characters each about 16 MB. */
const USUAL_PLACES = 131_072;
const NO_DEPTH = -1;

export class RecentUrls {
  readonly #urls: (string | null)[];
  /** Of each URL there: compared first, since to look at a text is to wait for memory. */
  readonly #bits: Int32Array;
  readonly #urlIds: Float64Array;
  readonly #hostIds: Float64Array;
  readonly #depths: Int32Array;
  #second = 0;

  /** `places` is a power of 2, at least 2. */
  constructor(places = USUAL_PLACES) {
    this.#urls = Array.from({ length: places }, () => null);
    this.#bits = new Int32Array(places);
    this.#urlIds = new Float64Array(places);
    this.#hostIds = new Float64Array(places);
    this.#depths = new Int32Array(places);
  }

  get(url: string): KnownUrl | null {
    const place = this.#placeOf(url, bitsOf(url));
    if (place === null) return null;
    const depth = this.#depths[place] ?? NO_DEPTH;
    return {
      urlId: this.#urlIds[place] ?? 0,
      hostId: this.#hostIds[place] ?? 0,
      depth: depth === NO_DEPTH ? null : depth,
    };
  }

  set(url: string, known: KnownUrl): void {
    this.#second ^= 1;
    const bits = bitsOf(url);
    const place = this.#placeOf(url, bits) ?? this.#firstPlace(bits) | this.#second;
    this.#urls[place] = url;
    this.#bits[place] = bits;
    this.#urlIds[place] = known.urlId;
    this.#hostIds[place] = known.hostId;
    this.#depths[place] = known.depth ?? NO_DEPTH;
  }

  clear(): void {
    this.#urls.fill(null);
  }

  #placeOf(url: string, bits: number): number | null {
    const first = this.#firstPlace(bits);
    if (this.#bits[first] === bits && this.#urls[first] === url) return first;
    const second = first | 1;
    return this.#bits[second] === bits && this.#urls[second] === url ? second : null;
  }

  #firstPlace(bits: number): number {
    return bits & (this.#urls.length - 2);
  }
}

/**
 * FNV-1a over the UTF-16 code units, with its high bits in the low ones. Whoever makes URLs meet in one
 * place only makes the table forget them: they are compared as a whole.
 */
function bitsOf(url: string): number {
  let bits = 0x811c9dc5;
  for (let index = 0; index < url.length; index += 1) {
    bits = Math.imul(bits ^ url.charCodeAt(index), 0x01000193);
  }
  return bits ^ (bits >>> 15);
}
