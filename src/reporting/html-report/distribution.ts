/** How times are spread: every one is kept, 4 bytes each, so that percentiles are exact. */

/** Edges of the histogram's bars in milliseconds: each about 1.5 times the one before. */
const STEPS = [1, 1.5, 2, 3, 5, 7];
const EDGES_MS: readonly number[] = [0.1, 1, 10, 100, 1_000, 10_000, 100_000].flatMap((decade) =>
  STEPS.map((step) => Number((step * decade).toPrecision(2))),
);

export interface TimeBar {
  /** Of times from here, 0 for the first, to below `toMs`, Infinity for the last. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

export class Distribution {
  #values = new Float32Array(1_024);
  #count = 0;
  #sorted = true;

  add(ms: number): void {
    if (this.#count === this.#values.length) {
      const grown = new Float32Array(this.#count * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#count] = ms;
    this.#count += 1;
    this.#sorted = false;
  }

  get count(): number {
    return this.#count;
  }

  /** The nearest-rank percentile: the least value that `share` of all do not exceed. Null of none. */
  percentile(share: number): number | null {
    if (this.#count === 0) return null;
    return this.#all()[Math.max(0, Math.ceil(share * this.#count) - 1)] ?? null;
  }

  /** Counts between the fixed edges, all of them, so that two distributions can stand side by side. */
  bars(): TimeBar[] {
    const values = this.#all();
    const edges = [0, ...EDGES_MS, Infinity];
    let at = 0;
    return edges.slice(1).map((toMs, index) => {
      const start = at;
      while (at < values.length && (values[at] ?? 0) < toMs) at += 1;
      return { fromMs: edges[index] ?? 0, toMs, count: at - start };
    });
  }

  #all(): Float32Array {
    const values = this.#values.subarray(0, this.#count);
    if (!this.#sorted) values.sort();
    this.#sorted = true;
    return values;
  }
}
