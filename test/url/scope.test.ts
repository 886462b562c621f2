import assert from "node:assert/strict";
import { test } from "node:test";
import { Scope, UrlFilter, type ScopeKind } from "../../src/url/index.ts";

const SCOPES: readonly {
  kind: ScopeKind;
  seeds: readonly string[];
  inside: readonly string[];
  outside: readonly string[];
}[] = [
  {
    kind: "host",
    seeds: ["https://Example.com/a/b", "http://other.example:8080/"],
    inside: [
      "https://example.com/",
      "http://example.com/x?y",
      "http://example.com:443/",
      "https://example.com:80/",
      "http://other.example:8080/z",
      "https://other.example:8080/z",
    ],
    outside: [
      "https://www.example.com/",
      "https://example.com:8443/",
      "http://other.example/",
      "http://example.com.evil.test/",
    ],
  },
  {
    kind: "domain",
    seeds: [
      "https://www.example.co.uk/a",
      "http://127.0.0.1:9001/",
      "http://u.github.io/",
      "http://localhost/",
    ],
    inside: [
      "http://example.co.uk/",
      "http://a.b.example.co.uk:81/",
      "http://127.0.0.1:9002/",
      "http://v.u.github.io/",
      "http://localhost:3000/",
    ],
    outside: [
      "http://other.co.uk/",
      "http://127.0.0.2/",
      "http://w.github.io/",
      "http://a.localhost/",
    ],
  },
  {
    kind: "prefix",
    seeds: ["https://example.com/docs/v2/index.html?x=/y/", "http://other.example/blog"],
    inside: [
      "https://example.com/docs/v2/",
      "http://example.com/docs/v2/a/b?c",
      "http://other.example/",
      "http://other.example/shop/x",
    ],
    outside: [
      "https://example.com/docs/",
      "https://example.com/docs/v2",
      "https://example.com/docs/v22/x",
      "https://example.com/?/docs/v2/",
      "https://example.com:8443/docs/v2/",
      "https://www.example.com/docs/v2/",
    ],
  },
  { kind: "any", seeds: [], inside: ["http://example.com/", "https://x.test:1/y"], outside: [] },
  { kind: "host", seeds: ["mailto:x", "nonsense"], inside: [], outside: ["http://nonsense/"] },
];

for (const { kind, seeds, inside, outside } of SCOPES) {
  void test(`scope ${kind} of ${seeds.join(", ") || "no seeds"}`, () => {
    const scope = new Scope(kind, seeds);
    for (const url of inside) assert.equal(scope.has(url), true, url);
    for (const url of outside) assert.equal(scope.has(url), false, url);
  });
}

void test("where a seed redirects widens the scope once", () => {
  const scope = new Scope("host", ["http://example.com/"]);
  assert.equal(scope.has("https://www.example.com/x"), false);
  assert.equal(scope.addSeed("https://example.com/"), false);
  assert.equal(scope.addSeed("https://www.example.com/home"), true);
  assert.equal(scope.has("https://www.example.com/x"), true);
  assert.equal(scope.has("http://example.com/x"), true);
  assert.equal(scope.addSeed("https://www.example.com/home"), false);
  assert.equal(scope.addSeed("mailto:x"), false);
  assert.equal(new Scope("any", []).addSeed("http://example.com/"), false);
});

void test("a seed below another's prefix does not widen it, one above does", () => {
  const scope = new Scope("prefix", ["http://example.com/a/"]);
  assert.equal(scope.addSeed("http://example.com/a/b/c"), false);
  assert.equal(scope.addSeed("http://example.com/x"), true);
  assert.equal(scope.has("http://example.com/y/z"), true);
});

const FILTERS = [
  [[], [], "http://example.com/a", false, null],
  [[/blog/], [], "http://example.com/blog/1", false, null],
  [[/blog/, /news/], [], "http://example.com/news", false, null],
  [[/blog/], [], "http://example.com/a", false, "include"],
  [[/blog/], [], "http://example.com/a", true, null],
  [[/blog/], [/draft/], "http://example.com/blog/draft", false, "exclude"],
  [[], [/draft/], "http://example.com/draft", true, "exclude"],
  [[], [/^https/], "http://example.com/", false, null],
  [[], [/DRAFT/i], "http://example.com/draft", false, "exclude"],
] as const;

for (const [include, exclude, url, isSeed, expected] of FILTERS) {
  const what = `include ${include.join(" ")} exclude ${exclude.join(" ")}`;
  void test(`${what}: ${isSeed ? "seed " : ""}${url} gives ${expected}`, () => {
    assert.equal(new UrlFilter({ include, exclude }).reason(url, isSeed), expected);
  });
}

void test("a rule with the flags g or y answers the same each time", () => {
  const filter = new UrlFilter({ include: [], exclude: [/draft/g, /http/y] });
  for (let i = 0; i < 3; i++) {
    assert.equal(filter.reason("http://example.com/draft", false), "exclude");
    assert.equal(filter.reason("ws://example.com/draft", false), "exclude");
  }
});
