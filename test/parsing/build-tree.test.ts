/** The tree for selectors: as a browser's where authors leave tags out, and bounded whatever a page holds. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { ElementType } from "htmlparser2";
import { parse, type DefaultTreeAdapterTypes } from "parse5";
import { buildTree, MAX_TREE_DEPTH, type Tree } from "../../src/parsing/build-tree.ts";
import { PageExtractor } from "../../src/parsing/extraction.ts";
import { PageTree } from "../../src/parsing/index.ts";
import type { TreeNode } from "../../src/parsing/tree-walk.ts";
import { canonicalUrl } from "../../src/url/index.ts";
import { checkGrowth } from "../fuzz/growth.ts";

const SITE = join(import.meta.dirname, "../../data/demo-site");

/** Elements and texts, but for blank ones and what templates hold: `html(head(title("x")) body())`. */
function outline(nodes: readonly TreeNode[]): string {
  return nodes
    .map((node) => {
      if ("attribs" in node) {
        const attributes = Object.entries(node.attribs).map(([name, value]) => ` ${name}=${value}`);
        return `${node.name}${attributes.join("")}(${outline(node.children)})`;
      }
      return node.type === ElementType.Text && node.data.trim() !== ""
        ? JSON.stringify(node.data.trim())
        : "";
    })
    .join("");
}

function depthOf(tree: Tree): number {
  let depth = 0;
  let node: TreeNode | undefined = tree.children[0];
  while (node !== undefined && "children" in node) {
    depth += 1;
    node = node.children.at(-1);
  }
  return depth;
}

function browserOutline(nodes: readonly DefaultTreeAdapterTypes.ChildNode[]): string {
  return nodes
    .map((node) => {
      if ("attrs" in node) {
        const attributes = node.attrs.map(({ name, value }) => ` ${name}=${value}`);
        return `${node.tagName}${attributes.join("")}(${browserOutline(node.childNodes)})`;
      }
      return "value" in node && node.value.trim() !== "" ? JSON.stringify(node.value.trim()) : "";
    })
    .join("");
}

function assertAgrees(page: string): void {
  const browser = parse(page, { scriptingEnabled: false });
  assert.equal(
    outline(buildTree(page).children),
    browserOutline(browser.childNodes),
    page.slice(0, 200),
  );
}

void describe("the tree of a page is that of a browser", () => {
  for (const page of [
    "",
    "text",
    "<p>a<p>b",
    "<title>t</title><meta name=a><p>x",
    "<html lang=en><link rel=x><h1>h</h1>",
    "<head><title>t</title></head> <body class=c><i>x</i></body></html> after",
    "<head><div>a</div></head><body>b",
    "<body id=a>x<body id=b class=c>y",
    "<p>1<html lang=de>",
    "<table><tr><td>1<td>2<tr><td>3</table>x",
    "<table><td>1<td>2<tr><td><b>3</b><tr><td>4</table>",
    "<table><thead><tr><th>x<tbody><tr><td>y</table>",
    "<table><caption>c<tr><td>y<table><tr><td>n</table>z<td>w</table>",
    "<table><colgroup><col><tbody><td>x</table>",
    "<ul><li>a<li>b<ul><li>c</ul><li>d</ul>",
    "<dl><dt>a<dd>b<dt>c</dl><select><option>a<option>b</select>",
    "<template><p>1</p><template></template></template><p>2",
    "<p>a<div>b</div></p>c",
    "<svg><title>t</title><a/><path></svg><p>x",
    "<noscript><p>x</p></noscript>",
    "<!-- c --><!doctype html><!-- d --><p>&lt;&amp;&eacute;</p>",
    "<script>a</scr<b></script><textarea><b></textarea><style><i></style>",
    "<br></br><p/>x<img src=a>y</img>",
  ]) {
    test(JSON.stringify(page), () => assertAgrees(page));
  }

  test("for each page of the demo site", () => {
    const files = readdirSync(SITE, { recursive: true, encoding: "utf8" });
    const pages = files.filter((file) => file.endsWith(".html"));
    assert.ok(pages.length > 10);
    for (const file of pages) assertAgrees(readFileSync(join(SITE, file), "utf8"));
  });
});

void describe("markup that makes parsers slow", () => {
  const pieces = [
    "<div>",
    "<div></div></div>",
    "<font a>",
    "<b><p>",
    "<b><i><a href=x>",
    "<table><td>",
    "<table><b>",
    "<p></b>",
    "</p>",
    "</x>",
    "<form>",
    "<svg><foreignObject>",
    "<svg><a/>",
    "<template>",
    "<select><option>",
    "<a b=c d>",
    "a&amp;",
    "<!---->",
    "<html a=b><body c=d>",
    "<td><tr><tbody>",
    "<math><mi>",
  ];
  for (const piece of pieces) {
    test(`${piece} takes time in proportion`, () => {
      const deepest = "<x>".repeat(MAX_TREE_DEPTH);
      const extractor = new PageExtractor(
        [{ name: "f", selector: "div div b", attribute: null, values: "count" }],
        ["microdata"],
      );
      checkGrowth(
        piece,
        (text) => {
          for (const page of [text, deepest + text]) {
            extractor.extract(new PageTree(`${page} itemscope`, "http://h.test/", canonicalUrl));
          }
        },
        2 ** 17,
      );
    });
  }

  test("is no deeper than a browser's tree", () => {
    assert.ok(depthOf(buildTree("<div>".repeat(100_000))) <= MAX_TREE_DEPTH + 2);
  });

  test("of more elements than are kept leaves extraction out and says so", () => {
    const page = new PageTree("<i>".repeat(800_000), "http://h.test/", canonicalUrl);
    const rules = [{ name: "f", selector: "i", attribute: null }];
    assert.deepEqual(new PageExtractor(rules, []).extract(page), {
      fields: [],
      problem:
        "extraction was left out: the page has more than 750,000 elements, attributes and texts",
    });
  });
});
