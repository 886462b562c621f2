/** JSON-LD, OpenGraph and microdata under their documented names. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { StructuredKind } from "../../src/thread-config.ts";
import { PageExtractor } from "../../src/parsing/extraction.ts";
import { PageTree } from "../../src/parsing/index.ts";
import { canonicalUrl } from "../../src/url/index.ts";

const PAGE_URL = "http://h.test/shop/p";

function fieldsOf(kind: StructuredKind, page: string) {
  const tree = new PageTree(page, PAGE_URL, canonicalUrl);
  const { fields, problem } = new PageExtractor([], [kind]).extract(tree);
  assert.equal(problem, null);
  return fields;
}

function pairs(kind: StructuredKind, page: string): [name: string, value: string][] {
  return fieldsOf(kind, page).map(({ name, value }) => [name, value]);
}

const ld = (content: unknown, type = "application/ld+json"): string =>
  `<script type="${type}">${typeof content === "string" ? content : JSON.stringify(content)}</script>`;

void describe("jsonld", () => {
  test("gives each script as JSON and its values by type and key", () => {
    const product = {
      "@context": "https://schema.org",
      "@type": "Product",
      name: "Lamp \n  red",
      image: ["/a.jpg", "/b.jpg"],
      offers: { "@type": "Offer", price: 12.5, inStock: true, note: null },
    };
    const fields = fieldsOf("jsonld", ld(product));
    assert.deepEqual(
      fields.map(({ name, index, value, type, number }) => [name, index, value, type, number]),
      [
        ["jsonld", 0, JSON.stringify(product), "json", null],
        ["jsonld.Product.name", 0, "Lamp red", "string", null],
        ["jsonld.Product.image", 0, "/a.jpg", "string", null],
        ["jsonld.Product.image", 1, "/b.jpg", "string", null],
        ["jsonld.Product.offers.@type", 0, "Offer", "string", null],
        ["jsonld.Product.offers.price", 0, "12.5", "number", 12.5],
        ["jsonld.Product.offers.inStock", 0, "true", "boolean", 1],
      ],
    );
  });

  test("takes the things of @graph and of a list each by its own type", () => {
    const graph = {
      "@context": "x",
      "@graph": [{ "@type": ["WebPage", "FAQPage"], name: "P" }, 5],
    };
    const list = [{ "@type": "https://schema.org/Person", name: "A" }, { name: "no type" }];
    const found = pairs("jsonld", ld(graph) + ld(list)).filter(([name]) => name !== "jsonld");
    assert.deepEqual(found, [
      ["jsonld.WebPage.name", "P"],
      ["jsonld.Person.name", "A"],
      ["jsonld.Thing.name", "no type"],
    ]);
  });

  test("tells what is wrong with a script that is no JSON, and takes the others", () => {
    const fields = fieldsOf("jsonld", `${ld('{"a": 1,}')}${ld('{"a": 1}')}`);
    assert.match(fields[0]?.error ?? "", /^is no JSON: /);
    assert.equal(fields[0]?.value, '{"a": 1,}');
    assert.deepEqual(
      fields.slice(1).map(({ name, index, value, error }) => [name, index, value, error]),
      [
        ["jsonld", 1, '{"a":1}', null],
        ["jsonld.Thing.a", 0, "1", null],
      ],
    );
  });

  test("reads through what templates wrap it in, and through its type's case and parameters", () => {
    const wrapped = [
      "<!-- {} -->",
      "//<![CDATA[\n{}\n//]]>",
      "/*<![CDATA[*/{}/*]]>*/",
      "<![CDATA[{}]]>",
    ];
    const page = wrapped
      .map((content) => ld(content, "Application/LD+JSON; charset=utf-8"))
      .join("");
    assert.deepEqual(
      pairs("jsonld", page),
      wrapped.map(() => ["jsonld", "{}"]),
    );
  });

  test("reads texts with a language, and stops at what is nested too deep", () => {
    const deep = `${'{"a":'.repeat(40)}1${"}".repeat(40)}`;
    const found = pairs("jsonld", ld({ name: { "@value": "x", "@language": "en" } }) + ld(deep));
    assert.deepEqual(found, [
      ["jsonld", '{"name":{"@value":"x","@language":"en"}}'],
      ["jsonld.Thing.name", "x"],
      ["jsonld", deep],
    ]);
  });

  test("cuts off JSON that is very long and says so", () => {
    const [field] = fieldsOf("jsonld", ld({ a: "x".repeat(200_000) }));
    assert.equal(field?.value.length, 10_000);
    assert.equal(field.error, "is cut off, as it has more than 100000 characters");
  });
});

void describe("opengraph", () => {
  test("gives what is in its vocabularies as it is called, URLs resolved", () => {
    const page = `<meta property="og:title" content=" A  b "><meta property="OG:Image" content="/i.png">
      <meta property="og:image" content="https://x.test/2.png"><meta name="twitter:card" content="summary">
      <meta property="article:author" content="Ann"><meta name="description" content="no">
      <meta property="og:url" content="javascript:1"><meta property="og:video"><meta content="x">`;
    assert.deepEqual(
      fieldsOf("opengraph", page).map(({ name, index, value, type }) => [name, index, value, type]),
      [
        ["og:title", 0, "A b", "string"],
        ["og:image", 0, "http://h.test/i.png", "url"],
        ["og:image", 1, "https://x.test/2.png", "url"],
        ["twitter:card", 0, "summary", "string"],
        ["article:author", 0, "Ann", "string"],
        ["og:url", 0, "javascript:1", "string"],
      ],
    );
  });
});

void describe("microdata", () => {
  test("gives items, their values by element, and items in them", () => {
    const page = `<div itemscope itemtype="https://schema.org/Product" itemid="#1">
      <h1 itemprop="name">Red <b>lamp</b></h1><img itemprop="image" src="/a.jpg"><meta itemprop="sku" content="A1">
      <a itemprop="url" href="?q">x</a><time itemprop="releaseDate" datetime="2026-11-21">today</time>
      <data itemprop="mpn code" value="77">seven</data><meter itemprop="score" value="3">***</meter>
      <div itemprop="offers" itemscope itemtype="https://schema.org/Offer"><span itemprop="price">12</span></div>
      </div>`;
    const fields = fieldsOf("microdata", page);
    const values = fields.filter(({ name }) => name !== "microdata");
    assert.deepEqual(
      values.map(({ name, value, type }) => [name, value, type]),
      [
        ["microdata.Product.name", "Red lamp", "string"],
        ["microdata.Product.image", "http://h.test/a.jpg", "url"],
        ["microdata.Product.sku", "A1", "string"],
        ["microdata.Product.url", "http://h.test/shop/p?q", "url"],
        ["microdata.Product.releaseDate", "2026-11-21", "string"],
        ["microdata.Product.mpn", "77", "string"],
        ["microdata.Product.code", "77", "string"],
        ["microdata.Product.score", "3", "string"],
        ["microdata.Product.offers.price", "12", "string"],
      ],
    );
    const json = JSON.parse(fields.find(({ name }) => name === "microdata")?.value ?? "");
    assert.deepEqual(json.type, ["https://schema.org/Product"]);
    assert.deepEqual(json.properties.offers, [
      { type: ["https://schema.org/Offer"], properties: { price: ["12"] } },
    ]);
  });

  test("follows itemref, in the page's order, and ends where items refer to each other", () => {
    const page = `<p id=a itemprop=name>before</p><div itemscope itemref="a b missing"><i itemprop=x>in</i></div>
      <div id=b itemprop=inner itemscope itemref=b><i itemprop=y>after</i></div>`;
    assert.deepEqual(pairs("microdata", page), [
      ["microdata.Thing.name", "before"],
      ["microdata.Thing.x", "in"],
      ["microdata.Thing.inner.y", "after"],
      [
        "microdata",
        '{"properties":{"name":["before"],"x":["in"],"inner":[{"properties":{"y":["after"]}}]}}',
      ],
    ]);
    const loop = `<div itemscope itemref=c></div><div id=c itemprop=p itemscope itemref=d></div>
      <div id=d itemprop=q itemscope itemref=c></div>`;
    assert.deepEqual(pairs("microdata", loop), [
      ["microdata", '{"properties":{"p":[{"properties":{"q":[{"properties":{"p":["ERROR"]}}]}}]}}'],
    ]);
  });

  test("ends a page whose items refer to the same elements again and again", () => {
    const page = `<div id=x>${"<i></i>".repeat(3_000)}</div>${"<p itemscope itemref=x></p>".repeat(3_000)}`;
    const tree = new PageTree(page, PAGE_URL, canonicalUrl);
    const { problem } = new PageExtractor([], ["microdata"]).extract(tree);
    assert.match(
      problem ?? "",
      /^(?:--structured microdata failed: its microdata refers|extraction was left out)/,
    );
  });
});

test("a long text under many names stays within what is kept of a page", () => {
  const names = Array.from({ length: 20_000 }, (_, at) => `p${at}`).join(" ");
  const page = `<div itemscope><p itemprop="${names}">${"y".repeat(10_000)}</p></div>`;
  const tree = new PageTree(page, PAGE_URL, canonicalUrl);
  const { fields, problem } = new PageExtractor([], ["microdata"]).extract(tree);
  const chars = fields.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  assert.ok(fields.length > 300 && chars <= 4_000_000, `${fields.length} of ${chars}`);
  assert.match(problem ?? "", /its microdata has more than 4000000 characters/);
});

test("names that are no Unicode are one name, as they are in the database", () => {
  assert.deepEqual(
    fieldsOf("jsonld", ld({ "\ud800": 1, "\udc00": 2 })).map(({ name, index }) => [name, index]),
    [
      ["jsonld", 0],
      ["jsonld.Thing.\ufffd", 0],
      ["jsonld.Thing.\ufffd", 1],
    ],
  );
});

test("a page keeps at most 20,000 values, and says so", () => {
  const things = Array.from({ length: 300 }, (_, at) =>
    Object.fromEntries(Array.from({ length: 100 }, (_, key) => [`k${at % 30}x${key}`, at])),
  );
  const tree = new PageTree(ld(things), PAGE_URL, canonicalUrl);
  const { fields, problem } = new PageExtractor([], ["jsonld"]).extract(tree);
  assert.equal(fields.length, 20_000);
  assert.match(problem ?? "", /^values were left out: /);
});
