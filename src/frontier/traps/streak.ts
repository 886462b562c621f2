const SUSPECT_PAGES = 4;

/**
 * Pages in a row that brought nothing new. One page that brings something ends it: strict, so that a
 * space that is worth asking in part is asked whole.
 */
export class Streak {
  length = 0;
  /** URLs of their own kind that these pages added. */
  grown = 0;

  add(stale: boolean, grown: number): void {
    this.length = stale ? this.length + 1 : 0;
    this.grown = stale ? this.grown + grown : 0;
  }

  /** Whether it is on its way to this length, so that the next pages should be looked at one by one. */
  isSuspect(least: number): boolean {
    return this.length >= SUSPECT_PAGES && this.length < 2 * least;
  }

  /** Whether it is this long, and each page of it led to one more: a set with an end dries up. */
  isEndless(least: number): boolean {
    return this.length >= least && this.grown >= this.length;
  }
}
