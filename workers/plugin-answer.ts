/** What a plugin's hook returned, checked: it comes from code that no compiler may have seen. */
import type { DiscoveredLink, ExtractedField, LinkKind } from "../src/messages.ts";
import {
  FieldList,
  jsonOf,
  MAX_NAME_CHARS,
  MAX_VALUE_CHARS,
  type TypedValue,
} from "../src/parsing/extraction.ts";
import { MAX_LINKS } from "../src/parsing/index.ts";

export interface PluginAnswer {
  readonly fields: readonly ExtractedField[];
  readonly links: readonly DiscoveredLink[];
  /** Which fields were not kept, as a sentence; null when all were. */
  readonly leftOut: string | null;
}

const KEYS: readonly string[] = ["fields", "links"];
const LINK_KEYS: readonly string[] = ["url", "kind", "rel", "anchor"];
/** Not `redirect` and `sitemap`: no page has those. */
const LINK_KINDS: ReadonlySet<unknown> = new Set<LinkKind>([
  "a",
  "area",
  "iframe",
  "frame",
  "img",
  "script",
  "stylesheet",
  "canonical",
  "alternate",
  "next",
  "prev",
  "other",
]);

/**
 * @param resolve a reference of the page as a canonical URL; null where it is none of http or https, which
 *   is no link
 * @throws TypeError that says what the hook returned and what it may return
 */
export function pluginAnswer(
  answer: unknown,
  resolve: (reference: string) => string | null,
): PluginAnswer {
  if (answer === undefined || answer === null) return { fields: [], links: [], leftOut: null };
  const { fields = {}, links = [] } = objectOf(answer, KEYS, "onPage returned", "fields and links");
  return { ...fieldsOf(fields), links: linksOf(links, resolve) };
}

function fieldsOf(fields: unknown): Omit<PluginAnswer, "links"> {
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) {
    throw wrong("fields", fields, "an object of values by name");
  }
  const list = new FieldList();
  for (const [name, given] of Object.entries(fields)) {
    if (name === "" || name.length > MAX_NAME_CHARS) {
      throw wrong("a field's name", name, `1 to ${MAX_NAME_CHARS} characters`);
    }
    const values: readonly unknown[] = Array.isArray(given) ? given : [given];
    for (const value of values) {
      if (value === undefined || value === null) continue;
      if (!list.add(name, valueOf(name, value))) break;
    }
  }
  return { fields: list.fields, leftOut: list.leftOut };
}

function valueOf(name: string, value: unknown): TypedValue {
  switch (typeof value) {
    case "string":
      return {
        value: value.slice(0, MAX_VALUE_CHARS).toWellFormed(),
        type: "string",
        number: null,
        error: null,
      };
    case "number":
      if (Number.isFinite(value)) {
        return { value: String(value), type: "number", number: value, error: null };
      }
      break;
    case "boolean":
      return { value: String(value), type: "boolean", number: Number(value), error: null };
    case "object":
      if (value instanceof Date) {
        const ms = value.getTime();
        if (Number.isNaN(ms)) break;
        return { value: value.toISOString(), type: "date", number: ms, error: null };
      }
      if (value !== null) return jsonOf(value);
  }
  throw wrong(
    `the field ${JSON.stringify(name)}`,
    value,
    "a text, a finite number, true or false, a valid Date or an object",
  );
}

function linksOf(
  links: unknown,
  resolve: (reference: string) => string | null,
): readonly DiscoveredLink[] {
  if (!Array.isArray(links)) throw wrong("links", links, "a list");
  if (links.length > MAX_LINKS) throw wrong("links", links.length, `at most ${MAX_LINKS}`);
  return links.flatMap((link: unknown) => {
    const given =
      typeof link === "string"
        ? { url: link }
        : objectOf(link, LINK_KEYS, "a link is", "url, kind, rel and anchor");
    const { url: reference, kind = "a", rel = null, anchor = null } = given;
    if (typeof reference !== "string") throw wrong("a link's url", reference, "a text");
    if (!LINK_KINDS.has(kind)) throw wrong("a link's kind", kind, [...LINK_KINDS].join(", "));
    const url = resolve(reference);
    if (url === null) return [];
    return [
      {
        url,
        kind: kind as LinkKind,
        rel: textOrNull("a link's rel", rel)?.toLowerCase() ?? null,
        anchor: textOrNull("a link's anchor", anchor),
        hreflang: null,
        count: 1,
      },
    ];
  });
}

function textOrNull(what: string, value: unknown): string | null {
  if (value === null) return null;
  if (typeof value !== "string") throw wrong(what, value, "a text");
  return value.slice(0, MAX_VALUE_CHARS).toWellFormed();
}

function objectOf(
  value: unknown,
  keys: readonly string[],
  what: string,
  takes: string,
): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${what} ${shown(value)}, but takes an object with ${takes}`);
  }
  const unknown = Object.keys(value).find((key) => !keys.includes(key));
  if (unknown !== undefined) {
    throw new TypeError(`${what} an object with ${JSON.stringify(unknown)}, but takes ${takes}`);
  }
  return { ...value };
}

function wrong(what: string, got: unknown, takes: string): TypeError {
  return new TypeError(`${what} got ${shown(got)}, but takes ${takes}`);
}

/** A value as a word or two. */
function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 60));
  if (Array.isArray(value)) return "a list";
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}
