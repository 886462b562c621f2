/** The user's rules, asked of one page. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ExtractedField } from "../../src/messages.ts";
import type { ExtractRule } from "../../src/thread-config.ts";
import { checkSelector, PageExtractor } from "../../src/parsing/extraction.ts";
import { PageTree } from "../../src/parsing/index.ts";
import { canonicalUrl } from "../../src/url/index.ts";

const PAGE = `<base href="/b/"><h1 id=x>A <b>b</b>
  c</h1><p class=price data-n=" 1  2 ">3 &euro;</p><p class=price>4</p>
  <a class=more href="../x?a&amp;b#f">m</a><a class=more href="mailto:x@y">n</a>
  <noscript><i>no script</i></noscript><template><p class=price>5</p></template>
  <ul><li>sku: A-1, A-2</li><li>none</li><li>sku: B-3</li></ul><input disabled checked=checked>`;
const URL = "http://h.test/d/p";

type Rule = Omit<ExtractRule, "name" | "attribute"> & { readonly attribute?: string };

function extract(page: string, rules: readonly ExtractRule[], url = URL) {
  return new PageExtractor(rules, []).extract(new PageTree(page, url, canonicalUrl));
}

function fields(rule: Rule, page = PAGE, url = URL): readonly ExtractedField[] {
  const found = extract(page, [{ name: "f", attribute: null, ...rule }], url);
  assert.equal(found.problem, null);
  return found.fields;
}

function values(rule: Rule, page = PAGE, url = URL): string[] {
  return fields(rule, page, url).map(({ value }) => value);
}

void describe("what a rule takes", () => {
  const cases: [title: string, rule: Rule, values: string[]][] = [
    ["the text with white space folded", { selector: "h1" }, ["A b c"]],
    ["each element's text in document order", { selector: "p.price" }, ["3 €", "4"]],
    ["an attribute of those that have it", { selector: "p.price", attribute: "data-n" }, ["1 2"]],
    ["an attribute in any case", { selector: "p.price", attribute: "Data-N" }, ["1 2"]],
    ["what a jQuery selector finds", { selector: "p:contains('4')" }, ["4"]],
    [
      "href as a canonical URL where it is one",
      { selector: "a.more", attribute: "href" },
      ["http://h.test/x?a&b", "mailto:x@y"],
    ],
    [
      "href as it stands where a string is asked for",
      { selector: "a.more", attribute: "href", type: "string" },
      ["../x?a&b#f", "mailto:x@y"],
    ],
    ["what stands in noscript", { selector: "noscript i" }, ["no script"]],
    ["nothing of a template", { selector: ".price:contains('5')" }, []],
    ["nothing where nothing is found", { selector: "article" }, []],
    ["markup inside", { selector: "h1", take: "html" }, ["A <b>b</b>\n  c"]],
    ["markup with its own tags", { selector: "h1 b", take: "outer" }, ["<b>b</b>"]],
    ["the first value", { selector: "p.price", values: "first" }, ["3 €"]],
    ["how many there are", { selector: "p.price", values: "count" }, ["2"]],
    ["a count of none", { selector: "article", values: "count" }, ["0"]],
    [
      "each match of a regular expression",
      { selector: "li", regex: "[A-Z]-\\d" },
      ["A-1", "A-2", "B-3"],
    ],
    ["its first group", { selector: "li", regex: "sku: ([A-Z])-(\\d)" }, ["A", "B"]],
    ["the first match of all", { selector: "li", regex: "[B-Z]-\\d", values: "first" }, ["B-3"]],
    ["how many matches there are", { selector: "li", regex: "[A-Z]-\\d", values: "count" }, ["3"]],
    ["no group that took no part", { selector: "li", regex: "none|(A-2)" }, ["A-2"]],
    ["a default where there is none", { selector: "article", default: "?" }, ["?"]],
    ["no default where there is one", { selector: "p.price", default: "?" }, ["3 €", "4"]],
    ["a selector like markup as a selector", { selector: "li:has(> b), h1 > b" }, ["b"]],
  ];
  for (const [title, rule, expected] of cases) {
    test(title, () => assert.deepEqual(values(rule), expected));
  }

  test("a typed value, with the number that it is, or with what is wrong with it", () => {
    assert.deepEqual(fields({ selector: "p.price, h1", type: "number" }), [
      { name: "f", index: 0, value: "A b c", type: "number", number: null, error: "is no number" },
      { name: "f", index: 1, value: "3", type: "number", number: 3, error: null },
      { name: "f", index: 2, value: "4", type: "number", number: 4, error: null },
    ]);
  });

  test("a boolean attribute's presence", () => {
    const rule = { selector: "input", type: "boolean" } as const;
    assert.deepEqual(values({ ...rule, attribute: "disabled" }), ["true"]);
    assert.deepEqual(values({ ...rule, attribute: "checked" }), ["true"]);
    assert.deepEqual(values({ ...rule, attribute: "required" }), []);
    assert.deepEqual(values({ ...rule, attribute: "required", default: "false" }), ["false"]);
  });

  test("only what its page's URL has it take", () => {
    const rule = { selector: "h1", match: ["/shop/", "^https://x\\.test/"], exclude: ["\\?"] };
    assert.deepEqual(values(rule, PAGE, "http://h.test/shop/1"), ["A b c"]);
    assert.deepEqual(values(rule, PAGE, "https://x.test/"), ["A b c"]);
    assert.deepEqual(values(rule, PAGE, "http://h.test/shop/1?a"), []);
    assert.deepEqual(values({ ...rule, default: "?" }, PAGE, "http://h.test/blog"), []);
  });
});

void describe("extraction of a page", () => {
  test("numbers the values of each name, also where several rules have it", () => {
    const found = extract(PAGE, [
      { name: "price", selector: ".price", attribute: null },
      { name: "head", selector: "h1", attribute: "id" },
      { name: "price", selector: "h1 b", attribute: null },
    ]);
    assert.deepEqual(
      found.fields.map(({ name, index, value }) => [name, index, value]),
      [
        ["price", 0, "3 €"],
        ["price", 1, "4"],
        ["head", 0, "x"],
        ["price", 2, "b"],
      ],
    );
  });

  test("keeps at most 1,000 values of a name, of at most 10,000 characters", () => {
    const many = "<p>x".repeat(1200) + `<i>${"y".repeat(20_000)}</i>`;
    const found = extract(many, [
      { name: "p", selector: "p", attribute: null },
      { name: "i", selector: "i", attribute: null },
    ]);
    assert.equal(found.fields.length, 1001);
    assert.equal(found.fields.at(-1)?.value.length, 10_000);
    assert.match(found.problem ?? "", /^values were left out: of one page at most 1,000 of a name/);
  });

  test("tells which rule failed and takes what the others find", () => {
    const found = extract(PAGE, [
      { name: "bad", selector: "p[", attribute: null },
      { name: "good", selector: "h1 b", attribute: null },
    ]);
    assert.match(found.problem ?? "", /^the rule "bad" failed: /);
    assert.deepEqual(
      found.fields.map(({ value }) => value),
      ["b"],
    );
  });

  test("builds no tree for a page that no rule is for", () => {
    const page = new PageTree(PAGE, URL, canonicalUrl);
    Object.defineProperty(page, "tree", { get: () => assert.fail("the tree was built") });
    const rules = [{ name: "a", selector: "p", attribute: null, match: ["/shop/"] }];
    const found = new PageExtractor(rules, ["jsonld", "microdata", "opengraph"]).extract(page);
    assert.deepEqual(found, { fields: [], problem: null });
  });

  test("ends a selector and a regular expression that do not come to an end", () => {
    const flat = `<b>x</b><div>${"<i></i>".repeat(100_000)}</div>`;
    const slow = { name: "slow", selector: "i:nth-last-child(3n+7):has(~ u)", attribute: null };
    const first = { name: "first", selector: "b", attribute: null };
    const never = { name: "never", selector: "u", attribute: null, default: "?" };
    const found = extract(flat, [first, slow, never]);
    assert.match(found.problem ?? "", /took longer than \d+ ms, at the rule "slow"$/);
    assert.deepEqual(
      found.fields.map(({ name }) => name),
      ["first"],
    );
    const regex = { name: "re", selector: "p", attribute: null, regex: "(a+)+$" };
    const caught = extract(`<p>${"a".repeat(60)}b</p>`, [regex]);
    assert.match(caught.problem ?? "", /took longer than \d+ ms, at the rule "re"$/);
  });
});

void describe("checkSelector", () => {
  for (const selector of [
    "p",
    "div > p.x:nth-child(2n+1)",
    "a[href^='/x' i]",
    "p:has(> b)",
    "a, b",
  ]) {
    test(`${selector} is valid`, () => assert.equal(checkSelector(selector), null));
  }
  for (const selector of [
    "",
    " ",
    "a[",
    "p:nope",
    "p::before",
    ">>",
    "a,,b",
    "p:nth-child(x)",
    "<p>",
  ]) {
    test(`${JSON.stringify(selector)} is not`, () => {
      assert.match(checkSelector(selector) ?? "", /\w/);
    });
  }
});
