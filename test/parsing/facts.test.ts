import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import type { PageFacts } from "../../src/messages.ts";
import { scanPage } from "../../src/parsing/index.ts";

const sha = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);
const factsOf = (text: string): PageFacts => scanPage(text, "http://h.test/p", "utf-8").facts;

const cases: [text: string, facts: Partial<PageFacts>][] = [
  [
    "",
    {
      title: null,
      description: null,
      h1: null,
      canonicalUrl: null,
      lang: null,
      robots: null,
      words: 0,
    },
  ],
  ["<title> a &lt;b>\n <c> &amp; d </title><title>e</title>", { title: "a <b> <c> & d", words: 0 }],
  ["<title></title>", { title: "" }],
  ["<svg><title>no</title></svg><title>yes</title>", { title: "yes" }],
  ["<title>cut off", { title: "cut off" }],
  ["<TITLE>x</TiTlE >", { title: "x" }],
  ["<title>a</titles></title>", { title: "a</titles>" }],
  [
    "<meta name=Description content=' a\nb '><meta name=description content=c>",
    { description: "a b" },
  ],
  ["<meta name=description><meta name=description content=''>", { description: "" }],
  [
    "<meta name=robots content=NoIndex><meta name=ROBOTS content='none'>",
    { robots: "NoIndex, none" },
  ],
  ["<meta name=googlebot content=noindex>", { robots: null }],
  ["<h1>a<b>b</b><br>c</h1><h1>d</h1>", { h1: "ab c" }],
  ["</h1><p>x<h1>a</h2>b</h1>", { h1: "a" }],
  ["<h1>open", { h1: "open" }],
  ["<h1></h1><h1>b</h1>", { h1: "" }],
  [
    "<link rel=canonical href=/c#f><link rel=canonical href=/d>",
    { canonicalUrl: "http://h.test/c" },
  ],
  ["<base href=/b/><link rel='x Canonical' href=c>", { canonicalUrl: "http://h.test/b/c" }],
  ["<link rel=canonical href=''>", { canonicalUrl: null }],
  ["<svg><link rel=canonical href=x /></svg>", { canonicalUrl: null }],
  ["<html lang=' de-AT'>", { lang: " de-AT" }],
  ["<!-- <title>no</title> --><!--><title>yes</title>", { title: "yes" }],
  [
    "<template><title>no</title><h1>no</h1></template><title>yes</title>",
    { title: "yes", h1: null },
  ],
  ["<noscript><h1>a b</h1></noscript>", { h1: "a b", words: 2 }],
  ["<p>one<p>two<b>three</b> four&nbsp;five<td>six", { words: 5 }],
  ["a<script>b c</script><style>d</style><template>e</template><iframe>f</iframe>", { words: 1 }],
  ["<textarea> a &amp; b </textarea><xmp>c &amp; d</xmp>", { words: 6 }],
  ["a < b </ c> d", { words: 4 }],
  ["<plaintext>a </plaintext> b", { words: 3 }],
];

describe("facts", () => {
  for (const [text, expected] of cases) {
    test(JSON.stringify(text), () => {
      const facts = factsOf(text);
      assert.deepEqual({ ...facts, ...expected }, facts);
    });
  }
});

describe("the hash of the text", () => {
  test("is over the readable text, folded, as UTF-8", () => {
    const text = "<title>t</title>\n<p> é&eacute; 漢字\u3000😀 &#x1F600;</p><p>\tx\r\n</p>";
    assert.equal(factsOf(text).textHash, sha("éé 漢字 😀 😀 x"));
    assert.equal(factsOf("").textHash, sha(""));
  });

  test("does not depend on markup, attributes or white space, but on the text", () => {
    const one = factsOf("<p class=a>x  <b>y</b></p><!-- 1 -->").textHash;
    assert.equal(factsOf("<p>x\n<i id=3>y</i></p>").textHash, one);
    assert.notEqual(factsOf("<p>x z</p>").textHash, one);
  });

  test("is right for pages larger than the shared buffers, and for the page after them", () => {
    const word = "wörd ".repeat(2_000_000);
    assert.equal(factsOf(`<p>${word}`).textHash, sha(word.trim()));
    assert.equal(factsOf("<p>a").textHash, sha("a"));
  });
});
