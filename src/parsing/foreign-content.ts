/**
 * Which svg and math elements are open, as far as the meaning of what follows depends on it: in
 * foreign content CDATA sections exist, script, style and title are plain markup, and only `a` is a
 * link. A light form of the tree construction rules (HTML Standard, 13.2.6.5).
 *
 * Doubt: HTML elements are not on this stack, so an end tag that closes an HTML element around an
 * unclosed svg is only recognised when its name is that of an element open when the svg began.
 */

interface ForeignElement {
  readonly name: string;
  readonly svg: boolean;
  /** Start tags in it are HTML again. */
  readonly holdsHtml: boolean;
}

/** What is nested more deeply is left out of the stack. Browsers stop at 512. */
const MAX_DEPTH = 10_000;

const SVG_HTML = new Set(["foreignobject", "desc", "title"]);
const MATH_HTML = new Set(["mi", "mo", "mn", "ms", "mtext"]);
const STAYS_MATH = new Set(["mglyph", "malignmark"]);
const HTML_ENCODINGS = new Set(["text/html", "application/xhtml+xml"]);

export class ForeignContent {
  readonly #open: ForeignElement[] = [];
  /** How many are open of each name: an end tag without a start must not walk a deep stack. */
  readonly #openByName = new Map<string, number>();

  get active(): boolean {
    return this.#open.length > 0;
  }

  /**
   * Whether CDATA sections exist here. Not in elements that hold HTML, though the standard has them
   * there until the first HTML tag: as parse5 decides it, which needs no stack of HTML elements.
   */
  get takesCdata(): boolean {
    const parent = this.#open.at(-1);
    return parent !== undefined && !parent.holdsHtml;
  }

  /** Whether a start tag of that lower-case name is a foreign element here. */
  takes(name: string): boolean {
    const parent = this.#open.at(-1);
    if (parent === undefined) return false;
    if (!parent.holdsHtml) return true;
    if (MATH_HTML.has(parent.name) && !parent.svg) return STAYS_MATH.has(name);
    return false;
  }

  /** A foreign element, or the svg or math that begins foreign content, was opened. */
  open(name: string, encoding: string | null): void {
    if (this.#open.length >= MAX_DEPTH) return;
    const parent = this.#open.at(-1);
    const inherits = parent !== undefined && !parent.holdsHtml && parent.name !== "annotation-xml";
    const svg =
      inherits || (name !== "svg" && name !== "math") ? parent?.svg === true : name === "svg";
    const holdsHtml = svg
      ? SVG_HTML.has(name)
      : MATH_HTML.has(name) ||
        (name === "annotation-xml" && HTML_ENCODINGS.has((encoding ?? "").toLowerCase()));
    this.#open.push({ name, svg, holdsHtml });
    this.#openByName.set(name, (this.#openByName.get(name) ?? 0) + 1);
  }

  /** An HTML start tag that foreign content cannot hold: what is open up to HTML is closed. */
  leave(): void {
    for (
      let top = this.#open.at(-1);
      top !== undefined && !top.holdsHtml;
      top = this.#open.at(-1)
    ) {
      this.#pop();
    }
  }

  /** An end tag; true when it closed a foreign element. */
  close(name: string): boolean {
    if ((this.#openByName.get(name) ?? 0) === 0) return false;
    while (this.#pop() !== name);
    return true;
  }

  #pop(): string {
    const { name } = this.#open.pop() as ForeignElement;
    this.#openByName.set(name, (this.#openByName.get(name) as number) - 1);
    return name;
  }
}
