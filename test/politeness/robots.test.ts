import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_ROBOTS_BYTES, parseRobots } from "../../src/politeness/index.ts";

const UA = "webspool/1.0 (+https://example.com/bot)";

function allowed(robots: string | Uint8Array, path: string, userAgent = UA): boolean {
  return parseRobots(Buffer.from(robots)).allows(`http://example.com${path}`, userAgent);
}

const ALL = "User-agent: *\n";

const CASES = [
  ["", "/a", true],
  [`${ALL}Disallow: /`, "/robots.txt", true],
  [`${ALL}Disallow: /a*b*c$`, "/aXbXc", false],
  [`${ALL}Disallow: /a*b*c$`, "/aXbXcX", true],
  [`${ALL}Disallow: /a*a$`, "/a", true],
  [`${ALL}Disallow: /a**a`, "/aa", false],
  [`${ALL}Disallow: *.pdf$`, "/x/y.pdf", false],
  [`${ALL}Disallow: /a$b`, "/a$bc", false],
  [`${ALL}Disallow: /file-%2A.html`, "/file-*.html", false],
  [`${ALL}Disallow: /file-%2A.html`, "/file-1.html", true],
  [`${ALL}Disallow: /%7ejoe/`, "/~joe/x", false],
  [`${ALL}Disallow: /~joe/`, "/%7Ejoe/x", false],
  [`${ALL}Disallow: /a%2fb`, "/a%2Fb", false],
  [`${ALL}Disallow: /a%2fb`, "/a/b", true],
  [`${ALL}Disallow: /ä`, "/%C3%A4", false],
  [`${ALL}Disallow: /*?`, "/a?b", false],
  [`${ALL}Disallow: /*?`, "/a", true],
  [`${ALL}dissallow /a`, "/a", false],
  [`${ALL}Disallow: /a # not this`, "/a", false],
  [`${ALL}Disallow: /a\nUser-agent: webspool\nDisallow:`, "/a", true],
  [`User-agent: webspool/2.0\nDisallow: /`, "/a", false],
  [`User-agent: webspoolish\nDisallow: /`, "/a", true],
  [`${ALL}Crawl-delay: 5\nUser-agent: x\nDisallow: /`, "/a", false],
  [`${ALL}Sitemap: http://x/\nUser-agent: x\nDisallow: /`, "/a", false],
  ["<html><body>User-agent: *", "/a", true],
] as const;

for (const [robots, path, expected] of CASES) {
  void test(`${JSON.stringify(robots)} ${expected ? "allows" : "forbids"} ${path}`, () => {
    assert.equal(allowed(robots, path), expected);
  });
}

void test("the decision names the line and the record", () => {
  const robots = parseRobots(
    Buffer.from("# x\r\nUser-agent: *\r\nAllow: /a/b\r\ndisallow:/ä # y\r\n"),
  );
  const decide = (path: string): unknown => robots.decide(`http://example.com${path}`, UA);
  assert.deepEqual(decide("/%C3%A4"), { allowed: false, line: 4, rule: "Disallow: /ä" });
  assert.deepEqual(decide("/a/b/c"), { allowed: true, line: 3, rule: "Allow: /a/b" });
  assert.deepEqual(decide("/z"), { allowed: true, line: null, rule: null });
});

void test("a crawler's name is found in its User-Agent", () => {
  const robots = "User-agent: FooBot\nDisallow: /";
  assert.equal(allowed(robots, "/", "FooBot"), false);
  assert.equal(allowed(robots, "/", "foobot (x)"), false);
  assert.equal(allowed(robots, "/", "Mozilla/5.0 (compatible; FooBot/2.1; +http://x)"), false);
  assert.equal(allowed(robots, "/", "Mozilla/5.0 (X11) Foo"), true);
});

void test("UTF-16 with a byte order mark is read", () => {
  const utf16 = Buffer.from("\ufeffUser-agent: *\nDisallow: /a", "utf16le");
  assert.equal(allowed(utf16, "/a"), false);
  assert.equal(allowed(Buffer.from(utf16).swap16(), "/a"), false);
});

void test("512 KiB are read, and the line cut there is not", () => {
  const head = `${ALL}Disallow: /first\n#`;
  const cut = `${head.padEnd(MAX_ROBOTS_BYTES - 12, "x")}\nDisallow: /archive\nDisallow: /last`;
  assert.equal(allowed(cut, "/first"), false);
  assert.equal(allowed(cut, "/a"), true);
  assert.equal(allowed(cut, "/last"), true);
});

function delay(text: string): number | null {
  return parseRobots(Buffer.from(text)).crawlDelayMs(UA);
}

void test("crawl-delay: own group, largest, fractions, nonsense", () => {
  assert.equal(delay(`${ALL}Crawl-delay: 1.5`), 1500);
  assert.equal(delay(`${ALL}Crawl-delay: 1\nCrawl-delay: 3\nDisallow: /x`), 3000);
  assert.equal(delay(`${ALL}Disallow: /x\nCrawl-delay: 2`), 2000);
  assert.equal(delay(`User-agent: x\nCrawl-delay: 9\nUser-agent: *\nDisallow: /x`), null);
  assert.equal(delay(`${ALL}Crawl-delay: 9\nUser-agent: webspool\nDisallow: /x`), null);
  assert.equal(delay(`${ALL}Crawl-delay: ${"9".repeat(400)}`), 86_400_000);
  for (const value of ["", "-1", "1s", "1e3", "."]) {
    assert.equal(delay(`${ALL}Crawl-delay: ${value}`), null);
  }
});

void test("sitemaps belong to no group and are listed once", () => {
  const robots = parseRobots(
    Buffer.from("Sitemap: http://x/ä\nUser-agent: a\nsite-map:/s\nSitemap: /s\nSitemap:"),
  );
  assert.deepEqual(robots.sitemaps, ["http://x/ä", "/s"]);
});

void test("hostile files are answered in linear time", () => {
  const wildcards = `${ALL}Disallow: /${"*a".repeat(5000)}b`;
  assert.equal(allowed(wildcards, `/${"a".repeat(8000)}`), true);
  const periodic = `${ALL}Disallow: /*${"a".repeat(4000)}b`;
  assert.equal(allowed(periodic, `/${"a".repeat(8000)}`), true);
  assert.equal(allowed(periodic, `/${"a".repeat(8000)}b`), false);
  // Copying each rule to each name would make 400 million.
  const names = Array.from({ length: 20_000 }, (_, i) => `User-agent: b${i}`).join("\n");
  const product = `${names}\n${"Disallow: /\n".repeat(20_000)}`;
  assert.equal(allowed(product, "/", "b7"), false);
  assert.equal(allowed(" ".repeat(500_000) + "x", "/"), true);
});
