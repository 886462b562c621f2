/**
 * The element and attribute names the scanner knows, each an object with what it has to know
 * about it. Names are looked up by a hash that is computed while their end is searched, so that a
 * tag costs no string.
 */

/**
 * How the tokenizer reads an element's content (HTML Standard, 13.2.6.2 and 13.2.6.4).
 * `raw`: text until its end tag; `escapable`: the same, with character references;
 * `script`: raw, with the escaped states; `plain`: text to the end of the page.
 */
export type ContentModel = "markup" | "raw" | "escapable" | "script" | "plain";

export interface ElementName {
  readonly name: string;
  /** Place in {@link ELEMENTS}; 0 for every name that is not there. */
  readonly index: number;
  readonly content: ContentModel;
  /** Its raw text is read by people, so it counts as text of the page. */
  readonly readable: boolean;
  /** Text before and after it are different words, as a reader sees them. */
  readonly breaksWords: boolean;
  /** Attributes of it may be asked for; those of others are only stepped over. */
  readonly hasAttributes: boolean;
  /** Its tags mean nothing to a crawler, as those of `span`. Outside of svg and math, that is. */
  readonly isPlain: boolean;
  /** In svg or math its start tag ends the foreign content (13.2.6.5). */
  readonly leavesForeign: boolean;
}

const RAW: Readonly<Record<string, ContentModel>> = {
  iframe: "raw",
  noembed: "raw",
  noframes: "raw",
  style: "raw",
  xmp: "raw",
  script: "script",
  textarea: "escapable",
  title: "escapable",
  plaintext: "plain",
};

const NOT_READABLE = new Set(["iframe", "noembed", "noframes", "style", "script", "title"]);

const BREAKS_WORDS = new Set(
  `address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset
  figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li
  listing main menu nav ol optgroup option p plaintext pre search section select summary table tbody
  td textarea tfoot th thead title tr ul xmp`.split(/\s+/),
);

const LEAVES_FOREIGN = new Set(
  `b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li
  listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var`.split(
    /\s+/,
  ),
);

const HAS_ATTRIBUTES = new Set(
  `a annotation-xml area audio base embed font frame html iframe image img input link meta object
  script source track video`.split(/\s+/),
);

const OTHERS = ["math", "svg", "template"];

function describe(name: string, index: number): ElementName {
  return {
    name,
    index,
    content: RAW[name] ?? "markup",
    readable: !NOT_READABLE.has(name),
    breaksWords: BREAKS_WORDS.has(name),
    hasAttributes: HAS_ATTRIBUTES.has(name),
    isPlain:
      !BREAKS_WORDS.has(name) &&
      !HAS_ATTRIBUTES.has(name) &&
      !OTHERS.includes(name) &&
      !(name in RAW),
    leavesForeign: LEAVES_FOREIGN.has(name),
  };
}

const NAMES = new Set([
  ...OTHERS,
  ...Object.keys(RAW),
  ...BREAKS_WORDS,
  ...HAS_ATTRIBUTES,
  ...LEAVES_FOREIGN,
]);

/** Every element that is not in the list: plain markup, inline. */
export const UNKNOWN: ElementName = describe("", 0);

export const ELEMENTS: readonly ElementName[] = [
  UNKNOWN,
  ...[...NAMES].map((name, i) => describe(name, i + 1)),
];

/** The element of that name, which must be one of the list. */
export function elementNamed(name: string): ElementName {
  const found = ELEMENTS.find((element) => element.name === name);
  if (found === undefined) throw new RangeError(`no element "${name}" in the scanner's list`);
  return found;
}

/** The attributes that are read; a tag's other attributes are only stepped over. */
export const ATTRIBUTES: readonly string[] = [
  "alt",
  "color",
  "content",
  "data",
  "encoding",
  "face",
  "href",
  "hreflang",
  "http-equiv",
  "lang",
  "name",
  "poster",
  "rel",
  "size",
  "src",
  "srcset",
  "type",
  "xlink:href",
];

/** The place of an attribute in {@link ATTRIBUTES}, by which it is asked for. */
export type Attribute = number;

/** The attribute of that name, which must be one of the list. */
export function attributeNamed(name: string): Attribute {
  const found = ATTRIBUTES.indexOf(name);
  if (found < 0) throw new RangeError(`no attribute "${name}" in the scanner's list`);
  return found;
}
