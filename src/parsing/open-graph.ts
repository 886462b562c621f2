/** What meta elements say of a page for those who show links to it: OpenGraph, Twitter cards and kin. */
import { MAX_VALUE_CHARS } from "./extract-value.ts";
import type { FieldList } from "./field-list.ts";
import { foldWhiteSpace } from "./white-space.ts";
import type { PageTree } from "./page-tree.ts";
import { elementsOf } from "./tree-walk.ts";

/** The vocabularies of ogp.me, and those that networks add. */
const NAMES = /^(?:og|article|book|profile|product|video|music|fb|al|twitter):./;
const URLS = /^og:url$|^(?:og|twitter):(?:image|video|audio|player)(?::src)?$|:(?:url|secure_url)$/;

/**
 * Adds each as it is called in the page, in lower case: `og:title`, `article:author`, `twitter:card`.
 * What is a URL by its name is canonical and absolute where it can be.
 */
export function addOpenGraph(page: PageTree, list: FieldList): void {
  for (const { attribs } of elementsOf(page.tree, "meta")) {
    const { content } = attribs;
    if (content === undefined) continue;
    const name = [attribs["property"], attribs["name"]]
      .map((text) => text?.trim().toLowerCase() ?? "")
      .find((text) => NAMES.test(text));
    if (name === undefined) continue;
    const url = URLS.test(name) ? page.resolve(content) : null;
    const value = url ?? foldWhiteSpace(content, MAX_VALUE_CHARS);
    list.add(name, { value, type: url === null ? "string" : "url", number: null, error: null });
  }
}
