/** Nothing that a site says becomes markup: its page has the elements of a harmless site's, and no more. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { parse, type DefaultTreeAdapterTypes } from "parse5";
import { htmlPage } from "../../src/reporting/html-report/html-page.ts";
import { ISSUES } from "../../src/storage/index.ts";
import { HOSTILE_TEXTS } from "../helpers/hostile-texts.ts";
import { pageData } from "../helpers/page-data.ts";

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

function elementsOf(html: string): Element[] {
  const found: Element[] = [];
  const pending: Node[] = [parse(html)];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if ("tagName" in node) found.push(node);
    if ("childNodes" in node) pending.push(...node.childNodes.toReversed());
  }
  return found;
}

/** Elements and the names of their attributes. */
function shapeOf(html: string): string[] {
  // A slash lets a line end, which is no content.
  const shown = elementsOf(html).filter(({ tagName }) => tagName !== "wbr");
  return shown.map(({ tagName, attrs }) => `${tagName} ${attrs.map(({ name }) => name).join(" ")}`);
}

function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find((attr) => attr.name === name)?.value;
}

const harmless = htmlPage(pageData("harmless"));
const linked = htmlPage(pageData("https://a.example/harmless"));

for (const [name, text] of Object.entries(HOSTILE_TEXTS)) {
  test(`${name} in every place of the page adds no element and no attribute`, () => {
    const page = htmlPage(pageData(text));
    const same = text.startsWith("https://") ? linked : harmless;
    assert.deepEqual(shapeOf(page), shapeOf(same));
    // All that a browser may obey or that turns text around, but for the line feed.
    assert.doesNotMatch(
      page,
      // eslint-disable-next-line no-control-regex
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/,
    );
  });
}

test("links lead to the site and to sections that are there, and no handler stands anywhere", () => {
  for (const text of ["https://a.example/b?c=d", ...Object.values(HOSTILE_TEXTS)]) {
    const elements = elementsOf(htmlPage(pageData(text)));
    const ids = new Set(elements.map((element) => attribute(element, "id")));
    for (const element of elements) {
      for (const { name } of element.attrs) assert.doesNotMatch(name, /^on|^style$|^src/);
      const href = attribute(element, "href");
      if (href === undefined) continue;
      if (element.tagName === "link") assert.match(href, /^data:image\/svg\+xml,/);
      else if (href.startsWith("#")) assert.ok(ids.has(href.slice(1)), href);
      else assert.match(href, /^https?:\/\//);
    }
  }
  assert.match(htmlPage(pageData("https://a.example/")), /<a href="https:\/\/a\.example\/"/);
});

test("the policy lets the page's own style and script run by their hashes, and nothing else", () => {
  const elements = elementsOf(harmless);
  const policy = attribute(
    elements.find((element) => attribute(element, "http-equiv") !== undefined)!,
    "content",
  );
  const hashes = ["style", "script"].map((tag) => {
    const [element, ...more] = elements.filter(({ tagName }) => tagName === tag);
    assert.deepEqual(more, []);
    const [content] = element!.childNodes;
    assert.ok(content !== undefined && "value" in content);
    return createHash("sha256").update(content.value).digest("base64");
  });
  assert.equal(
    policy,
    `default-src 'none'; style-src 'sha256-${hashes[0]}'; script-src 'sha256-${hashes[1]}'; img-src data:; base-uri 'none'; form-action 'none'`,
  );
});

test("every section has its heading, every table its heads, every drawing its words", () => {
  const elements = elementsOf(harmless);
  const headings = elements.filter(({ tagName }) => /^h[1-6]$/.test(tagName));
  assert.equal(headings.filter(({ tagName }) => tagName === "h1").length, 1);
  assert.equal(headings.filter(({ tagName }) => tagName === "h2").length, 8);
  assert.equal(
    attribute(
      elements.find(({ tagName }) => tagName === "html")!,
      "lang",
    ),
    "en",
  );
  for (const element of elements.filter(({ tagName }) => tagName === "svg")) {
    const isNamed = (attribute(element, "aria-label") ?? "").length > 10;
    assert.ok(isNamed || attribute(element, "aria-hidden") === "true");
  }
  for (const element of elements.filter(({ tagName }) => tagName === "th")) {
    assert.match(attribute(element, "scope") ?? "", /^(col|row)$/);
  }
});

/** As many rows of as many lists as a page ever has. */
function fullPage(text: string): string {
  const data = pageData(text, "ours");
  const issues = ISSUES.map(({ id, severity, sentence }) => ({
    id,
    severity,
    sentence,
    count: 1_000_000,
    group: "ours",
  }));
  const examples = new Map(
    ISSUES.map(({ id, columns: more }) => {
      const columns = [{ name: "url", meaning: "ours" }].concat(
        more.map(([name, meaning]) => ({ name, meaning })),
      );
      return [id, { columns, rows: Array.from({ length: 5 }, () => columns.map(() => text)) }];
    }),
  );
  const broken = { target: text, status: null, error: text, links: 1, source: text, anchor: text };
  const brokenTargets = { rows: Array.from({ length: 50 }, () => broken), count: 1_000_000 };
  return htmlPage({ ...data, state: { issues, examples, brokenTargets } });
}

test("a page stays below 2 MB however much and however long the texts are that a site sends", () => {
  for (const text of ["x", "&", "\u202e", "/"].map((each) => each.repeat(100_000))) {
    const bytes = Buffer.byteLength(fullPage(`https://a.example/${text}`));
    assert.ok(bytes > 100_000 && bytes < 2_000_000, `${bytes} of ${text.slice(0, 1)}`);
  }
  const longest = Buffer.byteLength(fullPage(`https://a.example/${"abc/".repeat(90)}`));
  assert.ok(longest > 500_000 && longest < 2_000_000, `${longest} with links`);
});
