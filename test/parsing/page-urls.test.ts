/** References joined byte by byte are the URLs that the parser of URLs makes of them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decodeHTMLAttribute } from "entities";
import { randomOf } from "../../bench/mutate-page.ts";
import { pageBytes } from "../../src/parsing/page-bytes.ts";
import { PageUrls } from "../../src/parsing/page-urls.ts";
import { canonicalUrl, createCanonicalizer } from "../../src/url/index.ts";

const BASES = [
  "http://h.test/",
  "http://h.test/a/b/c.html",
  "https://h.test:8443/a/b/",
  "http://h.test/a%20b/c.html?x=/../y",
  "http://h.test/a/%zz",
  "http://[::1]/d/e",
  `http://h.test/${"long/".repeat(400)}p`,
];
const PIECES = [
  "..",
  "../",
  "./",
  "/",
  "//",
  ".",
  "a",
  "B9",
  "index.html",
  "?",
  "?q=1",
  "#",
  "#top",
  ":",
  "%41",
  "%zz",
  "&amp;",
  "&",
  "é",
  " ",
  "\t",
  "'",
  "http:",
  "https://o.test/x",
  "mailto:a@b",
  "~u",
  "\\",
  "@",
];

function resolved(reference: string, base: string, canonicalize = canonicalUrl): string | null {
  // A value ends at its quote; what stands behind it must not matter.
  const bytes = Buffer.from(`${reference}"/../?#x`);
  const { text } = pageBytes(bytes);
  return new PageUrls(text, base, canonicalize).resolve(0, Buffer.byteLength(reference));
}

describe("a reference in a page", () => {
  test("is the same URL as the URL parser makes of it", () => {
    const random = randomOf(5);
    for (let i = 0; i < 20_000; i++) {
      const count = Math.floor(random() * 6);
      const pieces = Array.from(
        { length: count },
        () => PIECES[Math.floor(random() * PIECES.length)],
      );
      const reference = pieces.join("");
      const base = BASES[Math.floor(random() * BASES.length)] as string;
      const expected = canonicalUrl(decodeHTMLAttribute(reference), base);
      assert.equal(resolved(reference, base), expected, `${JSON.stringify(reference)} on ${base}`);
    }
  });

  test("is made canonical as the user asks, also where it was met under other rules", () => {
    const sorted = createCanonicalizer({ sortQuery: true });
    for (const canonicalize of [canonicalUrl, sorted, canonicalUrl]) {
      const expected = canonicalize("x?b=1&a=2", "http://h.test/d/");
      assert.equal(resolved("x?b=1&amp;a=2", "http://h.test/d/", canonicalize), expected);
      const plain = canonicalize("x?b", "http://h.test/d/");
      assert.equal(resolved("x?b", "http://h.test/d/", canonicalize), plain);
    }
  });

  test("leaves the base as it was for the next one", () => {
    const { text } = pageBytes(Buffer.from("../../../q.html /r x"));
    const urls = new PageUrls(text, "http://h.test/a/b/c/d", canonicalUrl);
    const all = (): (string | null)[] => [
      urls.resolve(0, 15),
      urls.resolve(16, 18),
      urls.resolve(19, 20),
      urls.resolve(20, 20),
    ];
    const expected = [
      "http://h.test/q.html",
      "http://h.test/r",
      "http://h.test/a/b/c/x",
      "http://h.test/a/b/c/d",
    ];
    assert.deepEqual(all(), expected);
    assert.deepEqual(all(), expected);
  });
});
