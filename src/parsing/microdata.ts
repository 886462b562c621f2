/** Microdata, by the HTML standard's section 5: items, their properties, and the values of those. */
import { jsonOf, MAX_VALUE_CHARS } from "./extract-value.ts";
import { MAX_CHARS, type FieldList } from "./field-list.ts";
import { typeName } from "./json-ld.ts";
import { foldWhiteSpace } from "./white-space.ts";
import type { PageTree } from "./page-tree.ts";
import { elementsOf, textOf, type TreeElement } from "./tree-walk.ts";

/** Items nested deeper are left out. */
const MAX_DEPTH = 16;
/** Elements looked at in one page: with itemref a few items could have millions again and again. */
const MAX_STEPS = 2_000_000;

const URL_ATTRIBUTES: Readonly<Record<string, string>> = {
  audio: "src",
  embed: "src",
  iframe: "src",
  img: "src",
  source: "src",
  track: "src",
  video: "src",
  a: "href",
  area: "href",
  link: "href",
  object: "data",
};
const TEXT_ATTRIBUTES: Readonly<Record<string, string>> = {
  meta: "content",
  data: "value",
  meter: "value",
};

/**
 * Adds `microdata`, each item that is no other's property as the standard's JSON, and for each of its
 * values `microdata.<type>.<property>`, of items in it `microdata.<type>.<property>.<property>`.
 */
export function addMicrodata(page: PageTree, list: FieldList): void {
  new MicrodataReader(page, list).read();
}

interface Item {
  readonly type?: string[];
  readonly id?: string;
  readonly properties: Record<string, (string | Item)[]>;
}

class MicrodataReader {
  readonly #page: PageTree;
  readonly #list: FieldList;
  readonly #elements: readonly TreeElement[];
  /** The place of each element in the page. */
  readonly #places: ReadonlyMap<TreeElement, number>;
  readonly #byId = new Map<string, TreeElement>();
  #steps = 0;
  /** In the values of all items, as often as they stand in them. */
  #chars = 0;

  constructor(page: PageTree, list: FieldList) {
    this.#page = page;
    this.#list = list;
    this.#elements = elementsOf(page.tree);
    this.#places = new Map(this.#elements.map((element, place) => [element, place]));
    for (const element of this.#elements) {
      const { id } = element.attribs;
      if (id !== undefined && !this.#byId.has(id)) this.#byId.set(id, element);
    }
  }

  read(): void {
    for (const element of this.#elements) {
      const { itemscope, itemprop, itemtype } = element.attribs;
      if (itemscope === undefined || itemprop !== undefined) continue;
      const name = `microdata.${typeName(words(itemtype)[0])}`;
      const json = jsonOf(this.#item(element, name, [element]));
      this.#list.add("microdata", json);
    }
  }

  /** @param within the items around it, itself included */
  #item(root: TreeElement, name: string, within: readonly TreeElement[]): Item {
    const type = words(root.attribs["itemtype"]);
    const id = root.attribs["itemid"];
    // Names are those of the page; "__proto__" is one as well.
    const properties = Object.create(null) as Item["properties"];
    for (const element of this.#properties(root)) {
      for (const property of new Set(words(element.attribs["itemprop"]))) {
        this.#count(property);
        const path = `${name}.${property}`;
        (properties[property] ??= []).push(this.#value(element, path, within));
      }
    }
    return {
      ...(type.length > 0 && { type }),
      ...(id !== undefined && { id: this.#page.resolve(id) ?? id.trim() }),
      properties,
    };
  }

  #value(element: TreeElement, path: string, within: readonly TreeElement[]): string | Item {
    if (element.attribs["itemscope"] !== undefined) {
      if (within.includes(element) || within.length >= MAX_DEPTH) return "ERROR";
      return this.#item(element, path, [...within, element]);
    }
    const { text, isUrl } = this.#textOf(element);
    const value = isUrl ? text : foldWhiteSpace(text, MAX_VALUE_CHARS);
    this.#count(value);
    this.#list.add(path, { value, type: isUrl ? "url" : "string", number: null, error: null });
    return value;
  }

  #count(text: string): void {
    this.#chars += text.length;
    if (this.#chars > MAX_CHARS) {
      throw new Error(`its microdata has more than ${MAX_CHARS} characters`);
    }
  }

  /** 5.2.4: by the kind of element an attribute, resolved where it is a URL, or the text. */
  #textOf(element: TreeElement): { text: string; isUrl: boolean } {
    const { name, attribs } = element;
    const urlAttribute = URL_ATTRIBUTES[name];
    if (urlAttribute !== undefined) {
      const written = attribs[urlAttribute] ?? "";
      const url = written === "" ? null : this.#page.resolve(written);
      return { text: url ?? written, isUrl: url !== null };
    }
    const textAttribute = TEXT_ATTRIBUTES[name];
    if (textAttribute !== undefined) return { text: attribs[textAttribute] ?? "", isUrl: false };
    const datetime = name === "time" ? attribs["datetime"] : undefined;
    return { text: datetime ?? textOf(element), isUrl: false };
  }

  /** 5.2.5: the elements that are properties of an item, in the order of the page. */
  #properties(root: TreeElement): TreeElement[] {
    const found: TreeElement[] = [];
    const seen = new Set([root]);
    const waiting = [
      ...elementsIn(root),
      ...words(root.attribs["itemref"]).flatMap((id) => this.#byId.get(id) ?? []),
    ];
    for (let element = waiting.pop(); element !== undefined; element = waiting.pop()) {
      if (seen.has(element)) continue;
      seen.add(element);
      this.#steps += 1;
      if (this.#steps > MAX_STEPS) throw new Error("its microdata refers to itself too often");
      if (element.attribs["itemscope"] === undefined) {
        for (const child of elementsIn(element)) waiting.push(child);
      }
      if (words(element.attribs["itemprop"]).length > 0) found.push(element);
    }
    const place = (element: TreeElement): number => this.#places.get(element) ?? 0;
    return found.sort((one, other) => place(one) - place(other));
  }
}

function elementsIn(parent: TreeElement): TreeElement[] {
  return parent.children.filter((node): node is TreeElement => "attribs" in node);
}

/** The words of an attribute that takes several. */
function words(attribute: string | undefined): string[] {
  return attribute?.split(/[\t\n\f\r ]+/).filter((word) => word !== "") ?? [];
}
