/**
 * `text.indexOf(needle, from)` for growing values of `from`, which remembers where the next one is
 * or that there is none. Without that, a page of a million `<!--x--!>` would be searched to its end
 * a million times for the `-->` that is not there.
 */
export class NextOccurrence {
  readonly #text: string;
  readonly #needle: string;
  #index = -1;

  constructor(text: string, needle: string) {
    this.#text = text;
    this.#needle = needle;
  }

  /** Infinity when there is none. `from` must not be less than the last one. */
  at(from: number): number {
    if (this.#index < from) {
      const index = this.#text.indexOf(this.#needle, from);
      this.#index = index < 0 ? Infinity : index;
    }
    return this.#index;
  }
}
