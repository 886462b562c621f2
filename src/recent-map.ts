/**
 * A map that remembers what was used lately: two generations of bounded size. When the young one is full
 * it becomes the old one, and what was only in the old one is forgotten. Cheaper than an exact LRU, since
 * a hit in the young generation moves nothing.
 */
export class RecentMap<Key, Value> {
  readonly #generationSize: number;
  #young = new Map<Key, Value>();
  #old = new Map<Key, Value>();

  /** Holds at least the last `generationSize` entries used, at most twice as many. */
  constructor(generationSize: number) {
    this.#generationSize = generationSize;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(key: Key): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) {
      this.#old.delete(key);
      this.set(key, old);
    }
    return old;
  }

  set(key: Key, value: Value): void {
    if (this.#young.size >= this.#generationSize && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  /** Those used lately first, as far as a generation goes. */
  *values(): Generator<Value> {
    yield* this.#young.values();
    yield* this.#old.values();
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}
