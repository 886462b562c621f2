import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { canonicalUrl, trapReason } from "../../src/url/index.ts";

const HOST = "http://example.com";
const NOW = Date.UTC(2026, 10, 21);
const PARAMETERS = (count: number): string =>
  Array.from({ length: count }, (_, i) => `p${i}=${i}`).join("&");

const TRAPS = [
  ["/a".repeat(1100), "trap_long_url"],
  [`/?q=${"x".repeat(2100)}`, "trap_long_url"],
  [
    "/one/two/three/four/five/six/seven".repeat(1) + "/d".repeat(4) + "/e/f/g/h/i/j/k/l/m/n/o/p",
    "trap_deep_path",
  ],
  ["/news/news/news/", "trap_repeated_path"],
  ["/x/img/css/img/css/img/css/a.png", "trap_repeated_path"],
  ["/a/b/c/a/b/c/a/b/c/", "trap_repeated_path"],
  ["/0/0/0/0/0/0/x", "trap_repeated_path"],
  ["/foo/x/foo/y/foo/z/foo/w/foo/v", "trap_repeated_path"],
  [`/?${PARAMETERS(41)}`, "trap_many_parameters"],
  ["/?page=1&page=1&page=1", "trap_repeated_parameter"],
  [`/?${Array.from({ length: 17 }, (_, i) => `step=${i}`).join("&")}`, "trap_repeated_parameter"],
  ["/calendar/2037/01", "trap_calendar"],
  ["/calendar?date=2940-01-31", "trap_calendar"],
  ["/login?next=%2Flogin%3Fnext%3D%252Flogin%253Fnext%253D%2525252F", "trap_nested_escape"],
] as const;

for (const [path, expected] of TRAPS) {
  void test(`${path.slice(0, 60)} is ${expected}`, () => {
    assert.equal(trapReason(HOST + path, NOW), expected);
  });
}

// Forms seen on real sites.
const REAL = [
  "/",
  "/index.html",
  "/docs/docs/index.html",
  "/2011/11/11/11/11/page",
  "/tiles/3/3/3/3.png",
  "/javadoc/com/example/com/example/Main.html",
  "/en-us/windows/win32/api/winbase/nf-winbase-createfilea",
  "/gp/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/",
  "/search?f=a&f=b&f=c&f=d&f=e",
  "/search?a=1&a=1",
  "/search?&&&&&&",
  `/form?${PARAMETERS(40)}`,
  "/redirect?url=https%3A%2F%2Fexample.com%2F%3Fa%3D%2525",
  "/a/b/a/b/page.html",
  "/library/library/stdtypes.html",
  "/calendar/2036/12",
  "/newspaper/1702/03/11",
  "/eclipses/2099/list",
  "/part/9999",
  "/part/2099/77",
];

for (const path of REAL) {
  void test(`${path.slice(0, 60)} is no trap`, () =>
    assert.equal(trapReason(HOST + path, NOW), null));
}

void test("a relative link that appends for ever ends", () => {
  for (const step of ["more/", "a/b/", "wiki/page/edit/", "next/index.html/"]) {
    let url: string | null = `${HOST}/start/`;
    let steps = 0;
    while (url !== null && trapReason(url, NOW) === null && steps < 50) {
      url = canonicalUrl(step, url);
      steps++;
    }
    assert.ok(steps <= 5, `"${step}" went on for ${steps} steps`);
  }
});

const documentation = "/usr/share/doc";
const skip = existsSync(documentation) ? false : `${documentation} does not exist here`;

void test("documentation trees of real projects pass", { skip }, () => {
  const paths = readdirSync(documentation, { recursive: true, encoding: "utf8" });
  const stopped = paths
    .slice(0, 20_000)
    .map((path) => canonicalUrl(encodeURI(path.replaceAll("\\", "/")), `${HOST}/`))
    .filter((url) => url !== null && trapReason(url, NOW) !== null);
  assert.deepEqual(stopped, []);
});
