/** The greatest of many, kept while they pass by. */

export class TopRows<Row> {
  readonly #most: number;
  readonly #sizeOf: (row: Row) => number;
  #rows: Row[] = [];
  #least = -Infinity;

  constructor(most: number, sizeOf: (row: Row) => number) {
    this.#most = most;
    this.#sizeOf = sizeOf;
  }

  add(row: Row): void {
    if (this.#sizeOf(row) <= this.#least) return;
    this.#rows.push(row);
    // Sorted once for as many as are kept, not for each.
    if (this.#rows.length >= 2 * this.#most) this.#trim();
  }

  /** The greatest first; of equals the one that came first. */
  rows(): readonly Row[] {
    this.#trim();
    return this.#rows;
  }

  #trim(): void {
    this.#rows.sort((a, b) => this.#sizeOf(b) - this.#sizeOf(a));
    this.#rows = this.#rows.slice(0, this.#most);
    const last = this.#rows[this.#most - 1];
    if (last !== undefined) this.#least = this.#sizeOf(last);
  }
}
