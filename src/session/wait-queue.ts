/** A FIFO from which anything can be taken in constant time: a Set keeps the order of arrival. */
export class WaitQueue<T> {
  readonly #items = new Set<T>();

  get size(): number {
    return this.#items.size;
  }

  get first(): T | undefined {
    for (const item of this.#items) return item;
    return undefined;
  }

  push(item: T): void {
    this.#items.add(item);
  }

  shift(): T | undefined {
    const item = this.first;
    if (item !== undefined) this.#items.delete(item);
    return item;
  }

  remove(item: T): boolean {
    return this.#items.delete(item);
  }
}
