/**
 * Bodies that are read as a whole and turn out large: how much of them is in memory at a time, and that
 * one after another is decoded and handed on, each in a turn of the event loop of its own.
 *
 * A body that goes on growing while there is no room stops reading its socket, and its peer waits. The
 * one that has been growing for the longest never stops, so there is always one that comes to its end;
 * one that stands still ends by its timeouts. The time that one waits here is not its server's, and counts for
 * none of them, up to a bound: see `AttemptTimeouts.hold`.
 */

/** Most bodies are smaller than that; so much of each is not counted. */
const FREE_BYTES = 256 * 1024;

interface Reader {
  /** Stops reading, and the clocks of its timeouts. */
  hold(): void;
  release(): void;
}

export class LargeBodies {
  readonly #maxBytes: number;
  #bytes = 0;
  /** What each has beyond the free part, in the order in which they passed it. */
  readonly #growing = new Map<Reader, number>();
  readonly #paused = new Set<Reader>();
  #turn: Promise<void> = Promise.resolve();

  /** @param maxBytes beyond the free parts, all together; one body may be larger */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** A body has grown to `bytes`. */
  grow(reader: Reader, bytes: number): void {
    if (bytes <= FREE_BYTES || this.#maxBytes === Infinity) return;
    const counted = bytes - FREE_BYTES;
    this.#bytes += counted - (this.#growing.get(reader) ?? 0);
    this.#growing.set(reader, counted);
    if (this.#bytes <= this.#maxBytes || reader === this.#first) return;
    this.#paused.add(reader);
    reader.hold();
  }

  /** A body has ended, whole or not. */
  end(reader: Reader): void {
    const counted = this.#growing.get(reader);
    if (counted === undefined) return;
    this.#growing.delete(reader);
    this.#paused.delete(reader);
    this.#bytes -= counted;
    for (const next of this.#paused) {
      if (this.#bytes > this.#maxBytes && next !== this.#first) continue;
      this.#paused.delete(next);
      next.release();
    }
  }

  /**
   * Runs `work` when those before it, what they led to in their turn of the event loop, and what that put
   * off to the next turn, are done: the memory of the one before is collected then.
   */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    await before;
    try {
      return await work();
    } finally {
      setImmediate(setImmediate, resolve);
    }
  }

  get #first(): Reader | undefined {
    return this.#growing.keys().next().value;
  }
}
