/** A page whose tree and cheerio are made when they are first asked for: most pages need neither. */
import type { CheerioAPI } from "cheerio";
import type * as Slim from "cheerio/slim";
import { lateModule, latePackage } from "../late-module.ts";
import type { Canonicalizer } from "../url/index.ts";
import type * as TreeBuilding from "./build-tree.ts";
import type { Tree } from "./build-tree.ts";
import { elementsOf } from "./tree-walk.ts";

/** Loaded with the first selector: most crawls have none, and it takes as long as all else a thread loads. */
export const loadCheerio = latePackage("cheerio/slim") as () => typeof Slim;

/** With htmlparser2, which takes 25 ms. */
export const loadTreeBuilding = lateModule("src/parsing/build-tree") as () => typeof TreeBuilding;

export function cheerioOf(tree: Tree | string): CheerioAPI {
  // Of our own htmlparser2, which is a newer version than cheerio's: the nodes are the same.
  return loadCheerio().load(tree);
}

export class PageTree {
  readonly url: string;
  readonly #page: { readonly text: string };
  readonly #canonicalize: Canonicalizer;
  #tree: Tree | null = null;
  #cheerio: CheerioAPI | null = null;
  #base: string | null = null;

  /** @param page its text, or what has it: most pages are read without it being made */
  constructor(page: string | { readonly text: string }, url: string, canonicalize: Canonicalizer) {
    this.#page = typeof page === "string" ? { text: page } : page;
    this.url = url;
    this.#canonicalize = canonicalize;
  }

  get text(): string {
    return this.#page.text;
  }

  /** @throws TreeTooLargeError */
  get tree(): Tree {
    this.#tree ??= loadTreeBuilding().buildTree(this.text);
    return this.#tree;
  }

  /** @throws TreeTooLargeError */
  get $(): CheerioAPI {
    this.#cheerio ??= cheerioOf(this.tree);
    return this.#cheerio;
  }

  /** A reference in the page as a canonical URL, by its base element; null when it is none of http or https. */
  resolve(reference: string): string | null {
    this.#base ??= this.#baseUrl();
    return this.#canonicalize(reference, this.#base);
  }

  #baseUrl(): string {
    const href = elementsOf(this.tree, "base").find((base) => base.attribs["href"] !== undefined);
    return this.#canonicalize(href?.attribs["href"] ?? "", this.url) ?? this.url;
  }
}
