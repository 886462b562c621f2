/**
 * When the coordinator's next turn runs: with the next round of the event loop, or, where nobody waits for
 * it, a little after the last one, so that one transaction records more of what comes.
 */

/**
 * From the end of a turn to the next one that may wait. A transaction of 25 pages instead of 15 took 8 % of
 * all CPU off a crawl of the Rust manual.
 */
const PAUSE_MS = 15;

export class TurnTiming {
  readonly #turn: () => void;
  #scheduled: NodeJS.Immediate | null = null;
  #timer: NodeJS.Timeout | null = null;
  #endedAt = -Infinity;

  constructor(turn: () => void) {
    this.#turn = turn;
  }

  /** The next turn runs as soon as the event loop comes round. */
  soon(): void {
    this.#stopTimer();
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = null;
      this.#turn();
      this.#endedAt = performance.now();
    });
  }

  /** The next turn may wait for more that it could record. */
  afterPause(): void {
    if (this.#scheduled !== null || this.#timer !== null) return;
    const waitMs = this.#endedAt + PAUSE_MS - performance.now();
    if (waitMs < 1) this.soon();
    else this.#timer = setTimeout(() => this.soon(), waitMs);
  }

  /** No turn runs any more. */
  cancel(): void {
    this.#stopTimer();
    if (this.#scheduled !== null) clearImmediate(this.#scheduled);
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
