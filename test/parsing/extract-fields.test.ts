import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkSelector, extractFields } from "../../src/parsing/index.ts";

const PAGE = `<base href="/b/"><h1 id=x>A <b>b</b>
  c</h1><p class=price data-n=" 1  2 ">3 &euro;</p><p class=price>4</p>
  <a class=more href="../x?a&amp;b#f">m</a><a class=more href="mailto:x@y">n</a>
  <noscript><i>no script</i></noscript><template><p class=price>5</p></template>`;

function values(selector: string, attribute: string | null = null): string[] {
  return extractFields(PAGE, "http://h.test/d/p", [{ name: "f", selector, attribute }]).map(
    ({ value }) => value,
  );
}

describe("extractFields", () => {
  const cases: [selector: string, attribute: string | null, values: string[]][] = [
    ["h1", null, ["A b c"]],
    ["p.price", null, ["3 €", "4"]],
    ["p.price", "data-n", ["1 2"]],
    ["p:contains('4')", null, ["4"]],
    ["a.more", "href", ["http://h.test/x?a&b", "mailto:x@y"]],
    ["noscript i", null, ["no script"]],
    ["article", null, []],
  ];
  for (const [selector, attribute, expected] of cases) {
    test(`${selector} ${attribute ?? ""}`, () => {
      assert.deepEqual(values(selector, attribute), expected);
    });
  }

  test("numbers the values of each name", () => {
    const rules = [
      { name: "price", selector: ".price", attribute: null },
      { name: "head", selector: "h1", attribute: "id" },
    ];
    assert.deepEqual(extractFields(PAGE, "http://h.test/", rules), [
      { name: "price", index: 0, value: "3 €" },
      { name: "price", index: 1, value: "4" },
      { name: "head", index: 0, value: "x" },
    ]);
  });

  test("keeps at most 1,000 values of a rule, of at most 10,000 characters", () => {
    const many = "<p>x".repeat(1200) + `<i>${"y".repeat(20_000)}</i>`;
    const fields = extractFields(many, "http://h.test/", [
      { name: "p", selector: "p", attribute: null },
      { name: "i", selector: "i", attribute: null },
    ]);
    assert.equal(fields.length, 1001);
    assert.equal(fields.at(-1)?.value.length, 10_000);
  });
});

describe("checkSelector", () => {
  for (const selector of [
    "p",
    "div > p.x:nth-child(2n+1)",
    "a[href^='/x' i]",
    "p:has(> b)",
    "a, b",
  ]) {
    test(`${selector} is valid`, () => assert.equal(checkSelector(selector), null));
  }
  for (const selector of ["", " ", "a[", "p:nope", "p::before", ">>", "a,,b", "p:nth-child(x)"]) {
    test(`${JSON.stringify(selector)} is not`, () => {
      assert.match(checkSelector(selector) ?? "", /\w/);
    });
  }
});
