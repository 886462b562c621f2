import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { parseSitemap } from "../../src/parsing/index.ts";

const parse = (text: string | Uint8Array): ReturnType<typeof parseSitemap> =>
  parseSitemap(typeof text === "string" ? Buffer.from(text) : text, "http://h.test/s/map.xml");

const entry = (
  url: string,
  lastModified: number | null = null,
  priority: number | null = null,
) => ({
  url,
  lastModified,
  priority,
});

const URLSET = `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="i" xmlns:xhtml="h">
  <!-- <url><loc>http://h.test/no</loc></url> -->
  <url><loc> HTTP://H.test/a?x=1&amp;y=2#f </loc><lastmod>2024-05-06</lastmod><priority>0.8</priority>
    <image:image><image:loc>http://h.test/i.png</image:loc></image:image>
    <xhtml:link rel="alternate" hreflang="de" href="http://h.test/de"/></url>
  <url><loc><![CDATA[http://h.test/b&c]]></loc><lastmod>2024-05-06T07:08:09+02:00</lastmod></url>
  <url><loc>http://h.test/b&amp;c</loc></url>
  <url><loc>ftp://h.test/x</loc></url><url><loc></loc></url><url/>
  <url><loc>http://h.test/d</loc><lastmod>soon</lastmod><priority>high</priority></url>
</urlset>`;

const FOUND = [
  entry("http://h.test/a?x=1&y=2", Date.UTC(2024, 4, 6), 0.8),
  entry("http://h.test/b&c", Date.UTC(2024, 4, 6, 5, 8, 9)),
  entry("http://h.test/d"),
];

describe("parseSitemap", () => {
  test("urlset", () => {
    assert.deepEqual(parse(URLSET), { urls: FOUND, sitemaps: [], error: null });
  });

  test("urlset with a prefix", () => {
    const prefixed = `<s:urlset xmlns:s="x"><s:url><s:loc>http://h.test/a</s:loc></s:url>
      <url><loc>http://h.test/other</loc></url></s:urlset>`;
    assert.deepEqual(parse(prefixed).urls, [entry("http://h.test/a")]);
  });

  test("index", () => {
    const index = `<sitemapindex><sitemap><loc>http://h.test/1.xml</loc></sitemap>
      <sitemap><loc>http://h.test/2.xml.gz</loc><lastmod>2024-01-01</lastmod></sitemap></sitemapindex>`;
    assert.deepEqual(parse(index), {
      urls: [],
      sitemaps: ["http://h.test/1.xml", "http://h.test/2.xml.gz"],
      error: null,
    });
  });

  test("RSS and RDF", () => {
    const item = `<item><title>t</title><link>http://h.test/a</link>
      <pubDate>Mon, 06 May 2024 00:00:00 GMT</pubDate></item>`;
    const expected = [entry("http://h.test/a", Date.UTC(2024, 4, 6))];
    assert.deepEqual(
      parse(`<rss><channel><link>http://h.test/</link>${item}</channel></rss>`).urls,
      expected,
    );
    assert.deepEqual(parse(`<rdf:RDF xmlns:rdf="r">${item}</rdf:RDF>`).urls, expected);
  });

  test("Atom", () => {
    const feed = `<feed><link href="http://h.test/feed"/><entry><link rel="edit" href="http://h.test/no"/>
      <link href="http://h.test/a"/><updated>2024-05-06T00:00:00Z</updated></entry></feed>`;
    assert.deepEqual(parse(feed).urls, [entry("http://h.test/a", Date.UTC(2024, 4, 6))]);
  });

  test("plain text, in UTF-8 with a mark", () => {
    const { urls, error } = parse("\uFEFFhttp://h.test/a\r\n\n http://h.test/é \nnot a URL\n");
    assert.deepEqual(urls, [entry("http://h.test/a"), entry("http://h.test/%C3%A9")]);
    assert.equal(error, null);
  });

  test("gzip, twice too, and cut off", () => {
    assert.deepEqual(parse(gzipSync(URLSET)).urls, FOUND);
    assert.deepEqual(parse(gzipSync(gzipSync(URLSET))).urls, FOUND);
    const random = Array.from({ length: 2000 }, (_, i) => `http://h.test/${(i * 7919) % 10007}`);
    const whole = gzipSync(random.join("\n"));
    const cut = parse(whole.subarray(0, whole.length / 2)).urls.length;
    assert.ok(cut > 500 && cut < 1500, `${cut}`);
  });

  test("an encoding that the XML declaration names", () => {
    const text =
      '<?xml version="1.0" encoding="ISO-8859-1"?><urlset><url><loc>http://h.test/\xe9</loc></url></urlset>';
    assert.deepEqual(parse(Buffer.from(text, "latin1")).urls, [entry("http://h.test/%C3%A9")]);
  });

  test("what is cut off or wrong gives what is there", () => {
    const { urls, error } = parse(
      URLSET.slice(0, URLSET.indexOf("<url><loc>http://h.test/b&amp;c")),
    );
    assert.deepEqual(urls, FOUND.slice(0, 2));
    assert.equal(error, null);
    assert.deepEqual(parse("<urlset><url><loc>http://h.test/a</lic></url></urlset").urls.length, 1);
  });

  const bad: [what: string, bytes: string | Uint8Array, error: RegExp][] = [
    ["an HTML page", "<!doctype html><html><url><loc>http://h.test/</loc></url>", /not a sitemap/],
    ["text of another kind", "Not found", /not a sitemap/],
    [
      "a root named as an object's own member",
      "<constructor><url/></constructor>",
      /not a sitemap/,
    ],
    ["broken gzip", Buffer.from([0x1f, 0x8b, 1, 2, 3]), /not valid gzip/],
    [
      "a gzip bomb",
      gzipSync(Buffer.alloc(60 * 1024 * 1024)),
      /larger than 50 MiB when uncompressed/,
    ],
    ["too large a file", Buffer.alloc(51 * 1024 * 1024, " "), /larger than 50 MiB; the rest/],
  ];
  for (const [what, bytes, error] of bad) {
    test(what, () => {
      const sitemap = parse(bytes);
      assert.match(sitemap.error ?? "", error);
      assert.deepEqual([sitemap.urls, sitemap.sitemaps], [[], []]);
    });
  }

  test("nothing at all", () => {
    assert.deepEqual(parse(""), { urls: [], sitemaps: [], error: null });
  });

  test("at most 50,000 URLs", () => {
    const lines = Array.from({ length: 50_001 }, (_, i) => `http://h.test/${i}`);
    for (const text of [
      lines.join("\n"),
      `<urlset>${lines.map((line) => `<url><loc>${line}</loc></url>`).join("")}</urlset>`,
    ]) {
      const { urls, error } = parse(text);
      assert.equal(urls.length, 50_000);
      assert.match(error ?? "", /more than 50,000 URLs/);
    }
  });
});
