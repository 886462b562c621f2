/**
 * What is known of URLs that were seen lately: a table of fixed size in which each URL has two places and
 * takes either from what was there. No order is kept, so that a URL that is not in it costs next to
 * nothing, and links that come round in circles longer than the table still find a part of it, where the
 * least recently used would always have gone just before.
 */

/** What a link to a known URL needs to know of it. */
export interface KnownUrl {
  readonly urlId: number;
  readonly hostId: number;
  /** Fewest followed links from a seed; null where none is known. */
  readonly depth: number | null;
}

/** 2^17 URLs, with 100 characters each about 16 MB. */
const USUAL_PLACES = 131_072;
const NO_DEPTH = -1;

export class RecentUrls {
  readonly #urls: (string | null)[];
  readonly #urlIds: Float64Array;
  readonly #hostIds: Float64Array;
  readonly #depths: Int32Array;
  #second = 0;

  /** `places` is a power of 2, at least 2. */
  constructor(places = USUAL_PLACES) {
    this.#urls = Array.from({ length: places }, () => null);
    this.#urlIds = new Float64Array(places);
    this.#hostIds = new Float64Array(places);
    this.#depths = new Int32Array(places);
  }

  get(url: string): KnownUrl | null {
    const place = this.#placeOf(url);
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
    const place = this.#placeOf(url) ?? this.#firstPlace(url) | this.#second;
    this.#urls[place] = url;
    this.#urlIds[place] = known.urlId;
    this.#hostIds[place] = known.hostId;
    this.#depths[place] = known.depth ?? NO_DEPTH;
  }

  clear(): void {
    this.#urls.fill(null);
  }

  #placeOf(url: string): number | null {
    const first = this.#firstPlace(url);
    if (this.#urls[first] === url) return first;
    return this.#urls[first | 1] === url ? first | 1 : null;
  }

  /**
   * FNV-1a over the UTF-16 code units. Whoever makes URLs meet in one place only makes this table forget
   * them: they are compared as a whole.
   */
  #firstPlace(url: string): number {
    let bits = 0x811c9dc5;
    for (let index = 0; index < url.length; index += 1) {
      bits = Math.imul(bits ^ url.charCodeAt(index), 0x01000193);
    }
    return (bits ^ (bits >>> 15)) & (this.#urls.length - 2);
  }
}
