import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalUrl, createCanonicalizer, MAX_URL_CHARS } from "../../src/url/index.ts";

const BASE = "http://example.com/a/b/c.html?q=1#f";

const CASES: readonly (readonly [
  reference: string,
  base: string | undefined,
  expected: string | null,
])[] = [
  // Plain references, which are joined without the parser.
  ["d.html", BASE, "http://example.com/a/b/d.html"],
  ["d.html#top", BASE, "http://example.com/a/b/d.html"],
  ["d/e/?x=1&y=/2?", BASE, "http://example.com/a/b/d/e/?x=1&y=/2?"],
  ["", BASE, "http://example.com/a/b/c.html?q=1"],
  ["#g", BASE, "http://example.com/a/b/c.html?q=1"],
  ["?r=2", BASE, "http://example.com/a/b/c.html?r=2"],
  ["/", BASE, "http://example.com/"],
  ["/wiki/Help:Links", BASE, "http://example.com/wiki/Help:Links"],
  ["../d.html", BASE, "http://example.com/a/d.html"],
  ["../../../../d.html", BASE, "http://example.com/d.html"],
  ["../", BASE, "http://example.com/a/"],
  ["./d.html", BASE, "http://example.com/a/b/d.html"],
  ["..", BASE, "http://example.com/a/"],
  ["d//e", BASE, "http://example.com/a/b/d//e"],
  ["//other.example/x", BASE, "http://other.example/x"],
  ["http://other.example", BASE, "http://other.example/"],
  ["https://other.example/x?y", BASE, "https://other.example/x?y"],
  ["http://127.0.0.1:9001/x", "http://127.0.0.1:9001/y", "http://127.0.0.1:9001/x"],
  ["http://example.com:8080/x", BASE, "http://example.com:8080/x"],
  ["http://example.community/x", BASE, "http://example.community/x"],
  // What is no page.
  ["mailto:a@example.com", BASE, null],
  ["JavaScript:void(0)", BASE, null],
  ["ftp://example.com/", BASE, null],
  ["d.html", undefined, null],
  ["d.html", "mailto:a@example.com", null],
  ["http://example.com/", "not a base", null],
  ["http://", undefined, null],
  ["http://exa mple.com/", undefined, null],
  ["http://1.2.3.4.5/", undefined, null],
  // Scheme, host, port.
  ["HTTP://EXAMPLE.com:80/A", undefined, "http://example.com/A"],
  ["https://example.com:443/", undefined, "https://example.com/"],
  ["http://example.com:443/", undefined, "http://example.com:443/"],
  ["http://example.com.:8080/", undefined, "http://example.com:8080/"],
  ["http://example.com./x.", undefined, "http://example.com/x."],
  ["http://example.com../", undefined, "http://example.com../"],
  ["http://bücher.example/", undefined, "http://xn--bcher-kva.example/"],
  ["http://0x7f.1/", undefined, "http://127.0.0.1/"],
  ["http://[0:0::1]/", undefined, "http://[::1]/"],
  ["http://user:pw@example.com/a@b", undefined, "http://example.com/a@b"],
  ["http://user@example.com.", undefined, "http://example.com/"],
  // Path and query.
  ["http://example.com/a/./b/../c", undefined, "http://example.com/a/c"],
  ["http://example.com/a/%2e%2E/c", undefined, "http://example.com/c"],
  ["http://example.com\\a\\b", undefined, "http://example.com/a/b"],
  ["  http://example.com/a\n\tb ", undefined, "http://example.com/ab"],
  ["http://example.com/%7ejoe/%c3%a4", undefined, "http://example.com/~joe/%C3%A4"],
  ["http://example.com/ä b", undefined, "http://example.com/%C3%A4%20b"],
  ["http://example.com/%41%2d?%5f=%2f", undefined, "http://example.com/A-?_=%2F"],
  ["http://example.com/%2541", undefined, "http://example.com/%2541"],
  ["http://example.com/%%34%31", undefined, "http://example.com/%%34%31"],
  ["http://example.com/100%/%7e", undefined, "http://example.com/100%/%7E"],
  ["http://example.com?", undefined, "http://example.com/"],
  ["http://example.com/a?#b", undefined, "http://example.com/a"],
  ["http://example.com/a??", undefined, "http://example.com/a??"],
  ["http://example.com/a?b#", undefined, "http://example.com/a?b"],
];

for (const [reference, base, expected] of CASES) {
  void test(`${JSON.stringify(reference)} on ${base ?? "no base"} is ${expected}`, () => {
    assert.equal(canonicalUrl(reference, base), expected);
  });
}

void test("URLs that a server may tell apart stay apart", () => {
  const urls = [
    "http://example.com/a",
    "http://example.com/a/",
    "http://example.com//a",
    "http://example.com/A",
    "https://example.com/a",
    "http://www.example.com/a",
    "http://example.com/a?b&c",
    "http://example.com/a?c&b",
    "http://example.com/a?b=",
    "http://example.com/a?b",
    "http://example.com/a%2Fb",
    "http://example.com/a/b",
    "http://example.com/a?x=%26",
    "http://example.com/a?x=&",
    "http://example.com/a?x=+",
    "http://example.com/a?x=%20",
    "http://example.com/a?x=%2B",
    "http://example.com/a;s=1",
    "http://example.com/index.html",
    "http://example.com/",
    "http://example.com/a?utm_source=x",
  ];
  assert.equal(new Set(urls.map((url) => canonicalUrl(url))).size, urls.length);
});

void test("longer than the limit is refused, before and after escaping", () => {
  const prefix = "http://example.com/";
  const longest = prefix + "a".repeat(MAX_URL_CHARS - prefix.length);
  assert.equal(canonicalUrl(longest), longest);
  assert.equal(canonicalUrl(`${longest}a`), null);
  assert.equal(canonicalUrl(prefix + "ä".repeat(2000)), null);
  assert.equal(canonicalUrl("x", longest), `${prefix}x`);
  assert.equal(canonicalUrl("x", `${longest.slice(0, -1)}/`), null);
});

/** Pieces that change a parser's state, and plain ones between them. */
const PIECES = [
  ..."/ / / . .. ../ ./ ? # & = % @ : \\ ; + ~ ! ' \" < | ^ ` { * $ ß é 。 a b Z 6 1 -".split(" "),
  " ",
  "\t",
  "\n",
  "\0",
  "\ud800",
  ..."%41 %2e %2E %2f %zz %e9 http: https: HTTP: // :80 :443 :8080 user pw mailto: xn-- xn--e1a".split(
    " ",
  ),
  ..."127.0.0.1 0x7f [::1] example.com example.com. a.b-c.de index.html".split(" "),
];
const BASES = [
  undefined,
  BASE,
  "https://u:p@EX.com.:8443/%7ea/%zz?%zz",
  "http://127.0.0.1:9001/",
  "http://a./x/../y/%61%/z",
  "http://a/b//c//d",
  "mailto:x",
  "nonsense",
];

function* references(count: number): Generator<readonly [string, string | undefined]> {
  // Numerical Recipes' generator: the same references in every run.
  let state = 20_090_312;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  for (let i = 0; i < count; i++) {
    let reference = below(3) === 0 ? "http://" : "";
    for (let left = 1 + below(8); left > 0; left--) reference += PIECES[below(PIECES.length)];
    yield [reference, BASES[below(BASES.length)]];
  }
}

/** Path and query as a server understands them, whichever way unreserved characters are written. */
function meaning(url: URL): string {
  return (url.pathname + (url.search === "?" ? "" : url.search)).replace(
    /%[0-9a-f]{2}/gi,
    (escape) => {
      const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
      return /[\w.~-]/.test(character) ? character : escape.toUpperCase();
    },
  );
}

void test("for any reference: never throws, is idempotent, leads where the URL parser leads", () => {
  let usable = 0;
  for (const [reference, base] of references(100_000)) {
    const canonical = canonicalUrl(reference, base);
    const parsed = URL.parse(reference, base);
    const what = JSON.stringify({ reference, base, canonical, parsed: parsed?.href });
    if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
      assert.equal(canonical, null, what);
      continue;
    }
    usable++;
    assert.ok(canonical !== null, what);
    assert.equal(canonicalUrl(canonical), canonical, what);
    assert.equal(canonicalUrl(parsed.href), canonical, what);
    const url = new URL(canonical);
    assert.equal(url.href, canonical, what);
    assert.equal(url.protocol + url.port, parsed.protocol + parsed.port, what);
    assert.ok([url.hostname, `${url.hostname}.`].includes(parsed.hostname), what);
    assert.equal(url.username + url.password + url.hash, "", what);
    assert.equal(meaning(url), meaning(parsed), what);
  }
  assert.ok(usable > 30_000, `only ${usable} references were URLs`);
});

void test("the base's last segment and query do not change what is in its folder", () => {
  const stray = canonicalUrl("x", "http://example.com/%61/%zz?%zz");
  assert.equal(stray, "http://example.com/a/x");
  // The same base again, from memory, and then another.
  assert.equal(canonicalUrl("y", "http://example.com/%61/%zz?%zz"), "http://example.com/a/y");
  assert.equal(canonicalUrl("x", "http://example.com/b/"), "http://example.com/b/x");
});

const OPTION_CASES = [
  [{ sortQuery: true }, "?b=2&a=9&b=1&a=1", "?a=9&a=1&b=2&b=1"],
  [{ dropQuery: ["utm_*", "sid"] }, "?utm_source=x&id=1&sid=2&SID=3&sidx=4", "?id=1&SID=3&sidx=4"],
  [{ dropQuery: ["sid"] }, "?sid=1", ""],
  [{ dropQuery: ["sid"], sortQuery: true }, "?z&sid&a", "?a&z"],
  [{ dropQuery: ["*"] }, "?a=1&b", ""],
  [{}, "?b&a", "?b&a"],
] as const;

for (const [options, query, expected] of OPTION_CASES) {
  void test(`with ${JSON.stringify(options)} "${query}" becomes "${expected}"`, () => {
    const canonicalize = createCanonicalizer(options);
    const url = canonicalize(`/p${query}#f`, "http://example.com/");
    assert.equal(url, `http://example.com/p${expected}`);
    assert.equal(canonicalize(url), url);
    assert.equal(canonicalize("mailto:x"), null);
  });
}
