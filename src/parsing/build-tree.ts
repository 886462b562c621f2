/**
 * A page as a tree of elements, for selectors and structured data: as htmlparser2 reads it, with the
 * elements that authors leave out (html, head, body, tbody, a row's tr) as in a browser, so that a
 * selector copied from one finds the same. What HTML's tree construction (13.2.6) repairs beyond that,
 * misnested formatting and text astray in tables, stays where it stands: doing that takes a time and a
 * memory that grow with the square of the page.
 */
import { DomHandler, Parser } from "htmlparser2";

/** Elements nested deeper are siblings of each other, as in Chromium. */
export const MAX_TREE_DEPTH = 512;
/** Elements, attributes, texts and comments of one page. 10 MiB of documentation has about 700,000. */
const MAX_TREE_NODES = 750_000;

export type Tree = DomHandler["root"];

/** The page has more than {@link MAX_TREE_NODES}. */
export class TreeTooLargeError extends Error {}

/**
 * The tree of a page. Time and memory grow with its length and no faster.
 * @throws TreeTooLargeError
 */
export function buildTree(text: string): Tree {
  const builder = new TreeBuilder();
  new BoundedParser(builder).end(text);
  return builder.root;
}

/** Has no more open elements than the tree may be deep: each costs what all that are open cost. */
class BoundedParser extends Parser {
  readonly #builder: TreeBuilder;
  /** Of the tag that is being read. */
  #isTooDeep = false;

  constructor(builder: TreeBuilder) {
    super(builder);
    this.#builder = builder;
  }

  override onopentagname(start: number, end: number): void {
    this.#isTooDeep = this.#builder.depth >= MAX_TREE_DEPTH - 1;
    super.onopentagname(start, end);
  }

  override onclosetag(start: number, end: number): void {
    this.#isTooDeep = false;
    super.onclosetag(start, end);
  }

  protected override isVoidElement(name: string): boolean {
    return this.#isTooDeep || super.isVoidElement(name);
  }
}

type Element = Exclude<DomHandler["tagStack"][number], Tree>;
type Attributes = Record<string, string>;

/** What may stand in a head; anything else ends it. */
const METADATA: ReadonlySet<string> = new Set(
  "base basefont bgsound link meta noframes noscript script style template title".split(" "),
);
/** How many elements stand between a part of a table and the table. */
const TABLE_LEVELS: ReadonlyMap<string, number> = new Map([
  ...["caption", "colgroup", "tbody", "tfoot", "thead"].map((name) => [name, 0] as const),
  ["tr", 1],
  ["td", 2],
  ["th", 2],
]);
const NOSCRIPT: ReadonlySet<string> = new Set(["noscript"]);
const TABLES: ReadonlySet<string> = new Set(["table"]);
const ROW_GROUPS: ReadonlySet<string> = new Set(["tbody", "tfoot", "thead"]);
const ROWS: ReadonlySet<string> = new Set(["tr"]);

/** What an element's end does to the tree: nothing. */
const STAYS = -1;
const BLANK = /^[\t\n\f\r ]*$/;

class TreeBuilder extends DomHandler {
  #html: Element | null = null;
  #head: Element | null = null;
  #body: Element | null = null;
  /** By open element of the parser, outermost first: the length of the stack that its end leaves. */
  readonly #ends: number[] = [];
  /** How many elements were open when a template began, whose content is no part of the page. */
  #template: number | null = null;
  #nodes = 0;

  get depth(): number {
    return this.#ends.length;
  }

  onattribute(): void {
    this.#count();
  }

  override onopentag(name: string, attributes: Attributes): void {
    this.#count();
    if (this.#template !== null) {
      this.#ends.push(STAYS);
      return;
    }
    if (name === "html" || name === "head" || name === "body" || name === "frameset") {
      this.#ends.push(this.#openPart(name, attributes));
      return;
    }
    if (this.#isAbove()) this.#place(name);
    else this.#completeTable(name);
    this.#ends.push(this.tagStack.length);
    super.onopentag(name, attributes);
    if (name === "template") this.#template = this.#ends.length;
  }

  override onclosetag(): void {
    const end = this.#ends.pop() ?? STAYS;
    if (this.#template !== null && this.#ends.length < this.#template) this.#template = null;
    this.lastNode = null;
    if (end !== STAYS && end < this.tagStack.length) this.tagStack.length = end;
  }

  override ontext(data: string): void {
    if (this.#template !== null) return;
    if (this.lastNode === null) this.#count();
    if (this.#isAbove()) {
      const isBlank = BLANK.test(data);
      if (isBlank && this.#current !== this.#head) return;
      if (!isBlank) this.#place("");
    }
    super.ontext(data);
  }

  override oncomment(data: string): void {
    this.#count();
    if (this.#template === null) super.oncomment(data);
  }

  override onprocessinginstruction(name: string, data: string): void {
    this.#count();
    if (this.#current === this.root) super.onprocessinginstruction(name, data);
  }

  /** A page without a body has an empty one. */
  override onend(): void {
    if (this.#body === null && this.#template === null) this.#place("");
    super.onend();
  }

  get #current(): DomHandler["tagStack"][number] | undefined {
    return this.tagStack.at(-1);
  }

  #count(): void {
    this.#nodes += 1;
    if (this.#nodes > MAX_TREE_NODES) {
      throw new TreeTooLargeError(
        `the page has more than ${MAX_TREE_NODES.toLocaleString("en")} elements, attributes and texts`,
      );
    }
  }

  /** Whether what comes stands directly in the document, html or head, where little may stand. */
  #isAbove(): boolean {
    const current = this.#current;
    return (
      current === this.root ||
      current === this.#html ||
      current === this.#head ||
      this.#isHeadsNoscript(current)
    );
  }

  #isHeadsNoscript(current: DomHandler["tagStack"][number] | undefined): boolean {
    return this.#head !== null && isNamed(current, NOSCRIPT) && current?.parentNode === this.#head;
  }

  /** Opens html, head or body, once each: another one's tag only adds attributes. */
  #openPart(name: string, attributes: Attributes): number {
    if (name === "html") {
      if (this.#html === null) this.#html = this.#open("html", attributes);
      else addMissing(this.#html, attributes);
      return STAYS;
    }
    this.#html ??= this.#open("html", {});
    if (name === "head") {
      if (this.#head === null && this.#body === null) this.#head = this.#open("head", attributes);
    } else if (this.#body === null) {
      this.#leaveHead();
      this.#body = this.#open(name, attributes);
    } else {
      addMissing(this.#body, attributes);
    }
    return STAYS;
  }

  /** Goes to where an element, or text for an empty name, belongs: into the head or the body. */
  #place(name: string): void {
    this.#html ??= this.#open("html", {});
    if (METADATA.has(name)) {
      if (this.#isHeadsNoscript(this.#current)) return;
      if (this.#head === null) this.#head = this.#open("head", {});
      else if (this.#current !== this.#head) this.tagStack.push(this.#head);
      return;
    }
    this.#leaveHead();
    this.#body = this.#open("body", {});
  }

  #leaveHead(): void {
    if (this.#head === null) this.#head = this.#open("head", {});
    this.tagStack.length = 2;
    this.lastNode = null;
  }

  /** Ends the cells and rows that a part of their table ends, and adds what stands around it (13.1.2.4). */
  #completeTable(name: string): void {
    const level = TABLE_LEVELS.get(name);
    if (level === undefined) return;
    const table = this.tagStack.findLastIndex((open) => isNamed(open, TABLES));
    if (table === -1) return;
    let place = table + 1;
    if (level > 0 && isNamed(this.tagStack[place], ROW_GROUPS)) place += 1;
    if (level > 1 && isNamed(this.tagStack[place], ROWS)) place += 1;
    if (place < this.tagStack.length) {
      this.tagStack.length = place;
      this.lastNode = null;
    }
    if (level > 0 && !isNamed(this.tagStack[table + 1], ROW_GROUPS)) {
      this.#open("tbody", {});
      place += 1;
    }
    if (level > 1 && !isNamed(this.tagStack[place - 1], ROWS)) this.#open("tr", {});
  }

  #open(name: string, attributes: Attributes): Element {
    super.onopentag(name, attributes);
    return this.tagStack.at(-1) as Element;
  }
}

function isNamed(
  open: DomHandler["tagStack"][number] | undefined,
  names: ReadonlySet<string>,
): boolean {
  return open !== undefined && "name" in open && names.has(open.name);
}

function addMissing(element: Element, attributes: Attributes): void {
  if (!("attribs" in element)) return;
  for (const [name, value] of Object.entries(attributes)) element.attribs[name] ??= value;
}
