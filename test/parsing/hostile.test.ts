import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeBody, parseSitemap, scanPage } from "../../src/parsing/index.ts";

/**
 * Generous for a slow machine; a quadratic scan of any of these takes minutes. `timeout` cannot
 * stop a synchronous test, so the limit is checked afterwards.
 */
const LIMIT_MS = 10_000;

const MILLION = 1_000_000;
const MANY = 200_000;

const pages: Record<string, () => string> = {
  "a million nested tags": () => "<div>".repeat(MILLION),
  "many nested svg elements, and end tags of none of them": () =>
    `<svg>${"<g>".repeat(MANY)}${"</x>".repeat(MANY)}`,
  "many svg elements closed from outside": () => "<svg><g><p>".repeat(MANY),
  "a million links": () => "<a href=x>t".repeat(MILLION),
  "a million links to one page with different anchors": () =>
    Array.from({ length: MILLION }, (_, i) => `<a href=x>${i}`).join(""),
  "many links to different pages": () =>
    Array.from({ length: MANY }, (_, i) => `<a href=${i}>t`).join(""),
  "an attribute of 10 MB": () => `<a href="${"x".repeat(10 * MILLION)}">t</a>`,
  "an unquoted attribute of 2 MB": () => `<a href=${"x&".repeat(10 * MANY)}>t</a>`,
  "an attribute name of 2 MB": () => `<a ${"x".repeat(10 * MANY)}>t</a>`,
  "a tag name of 2 MB": () => `<${"x".repeat(10 * MANY)}>`,
  "many attributes": () => `<a ${"b='c' ".repeat(MANY)}href=x>t</a>`,
  "a srcset of many candidates": () => `<img srcset="${"a 1x, ".repeat(MANY)}">`,
  "a srcset of open parentheses": () => `<img srcset="a ${"(".repeat(10 * MANY)}">`,
  "a refresh of white space": () =>
    `<meta http-equiv=refresh content="5;${" ".repeat(10 * MANY)}">`,
  "a rel of white space": () => `<a rel="${" ".repeat(10 * MANY)}" href=x>`,
  "unclosed comments": () => "<!--x--!>".repeat(MILLION),
  "an unclosed comment": () => `<!--${"-".repeat(10 * MANY)}`,
  "many open CDATA sections": () => `<svg>${"<![CDATA[".repeat(MANY)}`,
  "many open quotes": () => "<a b='".repeat(MANY),
  "many less-than signs": () => "<".repeat(10 * MANY),
  "many cut-off end tags": () => "</".repeat(10 * MANY),
  "many script starts": () => "<script><!--".repeat(MANY),
  "many escaped scripts": () => `<script><!--${"<script></script>".repeat(MANY)}`,
  "many almost ended titles": () => `<title>${"</titl".repeat(MANY)}`,
  "many titles": () => "<title>a</title>".repeat(MANY),
  "many bases": () => "<base href=x>".repeat(MANY),
  "many robots rules": () => "<meta name=robots content=a>".repeat(MANY),
  "many ampersands": () => "&".repeat(10 * MANY),
  "many references between tags": () => "<b>&amp;".repeat(MANY),
  "many templates": () => "<template>".repeat(MANY),
  "2 MB of NUL": () => "\0".repeat(10 * MANY),
};

for (const [name, make] of Object.entries(pages)) {
  test(name, () => {
    const bytes = Buffer.from(make());
    const before = performance.now();
    const { text, charset } = decodeBody(bytes, "text/html");
    const { links, linksTruncated } = scanPage(text, "http://h.test/", charset);
    assert.ok(performance.now() - before < LIMIT_MS);
    assert.ok(links.length <= 50_000);
    assert.equal(linksTruncated, /different/.test(name));
  });
}

test("a sitemap of a million nested elements", () => {
  const before = performance.now();
  const sitemap = parseSitemap(Buffer.from(`<urlset>${"<url>".repeat(MILLION)}`), "http://h.test/");
  assert.ok(performance.now() - before < LIMIT_MS);
  assert.equal(sitemap.error, "the file is nested too deeply for a sitemap");
});
