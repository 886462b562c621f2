/** Sitemaps in all their forms, whole and broken. */
import { strict as assert } from "node:assert";
import { gzipSync } from "node:zlib";
import { parseSitemap } from "../../../src/parsing/index.ts";
import { canonicalUrl } from "../../../src/url/index.ts";
import { bytesOf, type FuzzInput, type FuzzTarget } from "../fuzz-target.ts";
import { damaged, joined, NUMBERS, ODD_CHARACTERS, pick } from "../random-text.ts";

const URL_OF_FILE = "http://h.test/maps/sitemap.xml";
const ROOTS = ["urlset", "sitemapindex", "rss", "rdf:RDF", "feed", "html", "sm:urlset"];
const PIECES = [
  ["<url>", "</url>", "<sitemap>", "</sitemap>", "<item>", "</item>", "<entry>", "</entry>"],
  ["<loc>", "</loc>", "<lastmod>", "</lastmod>", "<priority>", "</priority>", "<link>", "</link>"],
  [
    "http://h.test/a",
    "/b",
    "https://x.test/?a=1&amp;b=2",
    "javascript:x",
    "2024-02-30",
    "2024-01-31T10:00Z",
  ],
  [
    '<link href="/atom"/>',
    '<link rel="self" href="/self"/>',
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "&#0;",
  ],
  [
    "&amp;",
    "&lt;",
    "&x;",
    "<?xml",
    "?>",
    "<!DOCTYPE a [<!ENTITY b 'c'>]>",
    "<a:b>",
    "</a:b>",
    "<",
    ">",
  ],
  [
    "<url><loc>http://h.test/c</loc><priority>0.5</priority></url>",
    "\n",
    "http://h.test/line\n",
    "/",
  ],
].flat();

function check([text = ""]: FuzzInput): void {
  const bytes = bytesOf(text);
  const sitemap = parseSitemap(bytes, URL_OF_FILE);
  const all = [...sitemap.urls.map(({ url }) => url), ...sitemap.sitemaps];
  for (const url of all) assert.equal(canonicalUrl(url), url, "not canonical");
  assert.equal(new Set(all).size, all.length, "one twice");
  for (const { lastModified, priority } of sitemap.urls) {
    assert.ok(lastModified === null || Number.isFinite(lastModified));
    assert.ok(priority === null || (priority >= 0 && priority <= 1));
  }
  assert.deepEqual(parseSitemap(gzipSync(bytes, { level: 1 }), URL_OF_FILE), sitemap, "gzipped");
}

export const sitemapTarget: FuzzTarget = {
  name: "sitemap",
  make: (random) => {
    const root = pick(random, ROOTS);
    const head = random() < 0.5 ? '<?xml version="1.0" encoding="UTF-8"?>' : "";
    const body = joined(random, [...PIECES, ...PIECES, ...NUMBERS], 20);
    return [damaged(random, random() < 0.8 ? `${head}<${root}>${body}</${root}>` : body)];
  },
  check,
  growth: {
    pieces: (random) => joined(random, [...PIECES, ...ODD_CHARACTERS], 5),
    run: (text) => {
      parseSitemap(bytesOf(`<urlset>${text}`), URL_OF_FILE);
      for (const field of ["loc", "lastmod", "priority"]) {
        const end = `x</${field}></url></urlset>`;
        parseSitemap(bytesOf(`<urlset><url><${field}>${text}${end}`), URL_OF_FILE);
      }
    },
    most: 2 ** 20,
  },
};
