/**
 * The parameters, with their values, that pages of one path had. A URL that only combines them is one
 * more view of the same things; one with a value of its own (an article's number) is not.
 */
import { hashOf } from "./trap-page.ts";

/** Facets have some dozens of values; a path with more has pages of its own by them. */
const MAX_PAIRS = 4_096;
/**
 * Facets come and go, so that many sets of names are seen; a topic with its forum and its page number
 * has one or two.
 */
const LEAST_NAME_SETS = 8;
const MOST_NAME_SETS_OF_PAGES = 2;

export class FacetPairs {
  readonly #pairs = new Set<number>();
  readonly #nameSets = new Set<string>();

  /** Whether the path's parameters come in so many combinations that they must be facets. */
  get areFacets(): boolean {
    return this.#nameSets.size >= LEAST_NAME_SETS;
  }

  /** Whether there are enough combinations that they may turn out to be. */
  get mayBeFacets(): boolean {
    return this.#nameSets.size > MOST_NAME_SETS_OF_PAGES;
  }

  add(query: string, names: readonly string[]): void {
    if (this.#nameSets.size < LEAST_NAME_SETS) this.#nameSets.add(names.join("&"));
    if (this.#pairs.size >= MAX_PAIRS) return;
    for (const pair of query.split("&")) this.#pairs.add(hashOf(pair));
  }

  /** Whether the query combines two parameters or more, all of them known. */
  hasAll(query: string): boolean {
    return query.includes("&") && this.knowsEach(query);
  }

  knowsEach(query: string): boolean {
    return query.split("&").every((pair) => this.#pairs.has(hashOf(pair)));
  }
}
