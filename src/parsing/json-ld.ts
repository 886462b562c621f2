/** JSON-LD: each script as JSON, and what is in it under names made of its types and keys. */
import type { Tree } from "./build-tree.ts";
import { jsonOf, jsonValue, MAX_VALUE_CHARS } from "./extract-value.ts";
import type { FieldList } from "./field-list.ts";
import { foldWhiteSpace } from "./white-space.ts";
import { elementsOf, textOf } from "./tree-walk.ts";

/** What is nested deeper is in the JSON only. */
const MAX_DEPTH = 16;
/** What templates put around a script's content so that old parsers leave it alone. */
const WRAPPING =
  /^(?:<!--|(?:\/\*|\/\/)?\s?<!\[CDATA\[(?:\s?\*\/)?)|(?:-->|(?:\/\*|\/\/)?\s?\]\]>(?:\s?\*\/)?)$/g;
/** Of a type only its last part counts. */
const MAX_TYPE_CHARS = 500;

/**
 * Adds `jsonld`, the content of each `script type="application/ld+json"`, and of each thing in it, those
 * of a list and of `@graph` included, `jsonld.<type>.<key>.<key>...` for each text, number and boolean.
 * A script that does not parse is a `jsonld` with an error.
 */
export function addJsonLd(tree: Tree, list: FieldList): void {
  for (const script of elementsOf(tree, "script")) {
    const type = script.attribs["type"]?.split(";", 1)[0]?.trim().toLowerCase();
    if (type !== "application/ld+json") continue;
    const text = textOf(script).trim().replaceAll(WRAPPING, "");
    let content: unknown;
    try {
      content = JSON.parse(text);
      list.add("jsonld", jsonOf(content));
    } catch {
      list.add("jsonld", jsonValue(text));
      continue;
    }
    for (const thing of thingsOf(content)) addThing(thing, list);
  }
}

type Thing = Readonly<Record<string, unknown>>;

function isThing(value: unknown): value is Thing {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function thingsOf(content: unknown): Thing[] {
  return listOf(content).flatMap((item) => {
    if (!isThing(item)) return [];
    const { "@graph": graph, ...rest } = item;
    if (graph === undefined) return [item];
    const own = Object.keys(rest).some((key) => key !== "@context" && key !== "@id");
    return [...(own ? [rest] : []), ...listOf(graph).filter(isThing)];
  });
}

function addThing(thing: Thing, list: FieldList): void {
  const name = `jsonld.${typeName(listOf(thing["@type"])[0])}`;
  for (const [key, value] of Object.entries(thing)) {
    if (key !== "@context" && key !== "@type") addValue(`${name}.${key}`, value, list, 1);
  }
}

function addValue(name: string, value: unknown, list: FieldList, depth: number): void {
  if (depth > MAX_DEPTH) return;
  if (Array.isArray(value)) {
    for (const item of value) addValue(name, item, list, depth + 1);
  } else if (isThing(value)) {
    // A text with its language or type (JSON-LD 1.1, 4.2.1).
    if ("@value" in value) addValue(name, value["@value"], list, depth + 1);
    else {
      for (const [key, inner] of Object.entries(value)) {
        if (key !== "@context") addValue(`${name}.${key}`, inner, list, depth + 1);
      }
    }
  } else if (typeof value === "string") {
    const text = foldWhiteSpace(value, MAX_VALUE_CHARS);
    list.add(name, { value: text, type: "string", number: null, error: null });
  } else if (typeof value === "number" || typeof value === "boolean") {
    const type = typeof value === "number" ? "number" : "boolean";
    list.add(name, { value: String(value), type, number: Number(value), error: null });
  }
}

/** `https://schema.org/Product` -> `Product`; `Thing`, the type of all things, where none is given. */
export function typeName(type: unknown): string {
  if (typeof type !== "string") return "Thing";
  return /[^/#:\s]+(?=[/#]?$)/.exec(type.slice(-MAX_TYPE_CHARS).trim())?.[0] ?? "Thing";
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
