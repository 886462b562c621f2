/** A binary heap of what happens when: the earliest first, at the same time what was added first. */

export class EventQueue {
  readonly #times: number[] = [];
  readonly #orders: number[] = [];
  readonly #events: number[] = [];
  #added = 0;
  /** The time of the event that `next` returned last. */
  now = -Infinity;

  get size(): number {
    return this.#times.length;
  }

  add(time: number, event: number): void {
    const order = (this.#added += 1);
    let at = this.#times.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#isBefore(parent, time, order)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#put(at, time, order, event);
  }

  /** Takes the earliest event out; undefined when there is none. */
  next(): number | undefined {
    const event = this.#events[0];
    if (event === undefined) return undefined;
    this.now = this.#times[0] ?? 0;
    const time = this.#times.pop() ?? 0;
    const order = this.#orders.pop() ?? 0;
    const last = this.#events.pop() ?? 0;
    const { length } = this.#times;
    if (length === 0) return event;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      const right = child + 1;
      if (
        right < length &&
        this.#isBefore(right, this.#times[child] ?? 0, this.#orders[child] ?? 0)
      ) {
        child = right;
      }
      if (!this.#isBefore(child, time, order)) break;
      this.#move(child, at);
      at = child;
    }
    this.#put(at, time, order, last);
    return event;
  }

  #isBefore(at: number, time: number, order: number): boolean {
    const its = this.#times[at] ?? 0;
    return its < time || (its === time && (this.#orders[at] ?? 0) < order);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#times[from] ?? 0, this.#orders[from] ?? 0, this.#events[from] ?? 0);
  }

  #put(at: number, time: number, order: number, event: number): void {
    this.#times[at] = time;
    this.#orders[at] = order;
    this.#events[at] = event;
  }
}
