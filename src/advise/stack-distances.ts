/**
 * The miss-ratio curve of an LRU in one pass (Mattson, Gecsei, Slutz, Traiger: Evaluation techniques for
 * storage hierarchies, 1970): a use of a key hits in every cache that keeps at least as many keys as were
 * used since its last use, itself included. That number, its stack distance, is counted with a Fenwick
 * tree over the times of each key's last use (Bennett and Kruskal, 1975), so a use costs O(log keys).
 */

/** Times are numbered anew when the tree is full; this many at least. */
const LEAST_TIMES = 64;

export class StackDistances {
  /** The time of each key's last use, in the order of those times. */
  readonly #lastUse = new Map<number, number>();
  /** Which times are somebody's last use, as a Fenwick tree; index 0 is not used. */
  #tree = new Uint32Array(LEAST_TIMES + 1);
  #time = 0;
  /** Uses by their stack distance. */
  readonly #counts: number[] = [];
  /** First uses: no cache has those. */
  cold = 0;
  uses = 0;

  /** The largest distance seen: a cache of so many keys misses first uses only. */
  get needed(): number {
    return Math.max(1, this.#counts.length - 1);
  }

  get keys(): number {
    return this.#lastUse.size;
  }

  /** Returns the stack distance of this use; Infinity for the first of its key. */
  use(key: number): number {
    this.uses += 1;
    if (this.#time === this.#tree.length - 1) this.#renumber();
    const before = this.#lastUse.get(key);
    let distance = Infinity;
    if (before === undefined) this.cold += 1;
    else {
      distance = this.#lastUse.size - this.#countTo(before) + 1;
      this.#counts[distance] = (this.#counts[distance] ?? 0) + 1;
      this.#add(before, -1);
      this.#lastUse.delete(key);
    }
    this.#time += 1;
    this.#add(this.#time, 1);
    this.#lastUse.set(key, this.#time);
    return distance;
  }

  /** Uses that an LRU of so many keys misses. */
  misses(capacity: number): number {
    let misses = this.cold;
    for (let at = capacity + 1; at < this.#counts.length; at += 1) misses += this.#counts[at] ?? 0;
    return misses;
  }

  /** The last uses get the times 1, 2, 3... in their order, in a tree with room for as many again. */
  #renumber(): void {
    const keys = [...this.#lastUse.keys()];
    this.#tree = new Uint32Array(Math.max(LEAST_TIMES, 2 * keys.length) + 1);
    this.#lastUse.clear();
    this.#time = 0;
    for (const key of keys) {
      this.#time += 1;
      this.#add(this.#time, 1);
      this.#lastUse.set(key, this.#time);
    }
  }

  #add(time: number, change: 1 | -1): void {
    for (let at = time; at < this.#tree.length; at += at & -at) {
      this.#tree[at] = (this.#tree[at] ?? 0) + change;
    }
  }

  /** Last uses at or before that time. */
  #countTo(time: number): number {
    let count = 0;
    for (let at = time; at > 0; at -= at & -at) count += this.#tree[at] ?? 0;
    return count;
  }
}
