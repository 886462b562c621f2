import assert from "node:assert/strict";
import { test } from "node:test";
import { dateIn, pathShape, urlPieces, type UrlDate } from "../../src/url/index.ts";

const HOST = "http://example.com";

const DATED: readonly (readonly [string, number, number])[] = [
  ["/2031/05", 2031, 5],
  ["/calendar/2031/5/7/", 2031, 5],
  ["/events/2031-05-07", 2031, 5],
  ["/cal?date=2031-05-07", 2031, 5],
  ["/cal?x=1&tribe-bar-date=2031-05", 2031, 5],
  ["/archive?month=5&year=2031", 2031, 5],
];
const UNDATED = [
  "/2031",
  "/2031/13",
  "/2031/05/some-article",
  "/products/2031/99",
  "/list?year=2031",
  "/a?y=2031&m=may",
  "/a?range=2031-05-07..2031-06-01",
  "/0999/05",
  "/rfc/2616-14",
];

function dateOf(path: string): UrlDate | null {
  const pieces = urlPieces(HOST + path);
  return dateIn(pieces.path, pieces.query);
}

void test("dates are known by a list of forms, and nothing else is a date", () => {
  for (const [path, year, month] of DATED) assert.deepEqual(dateOf(path), { year, month }, path);
  for (const path of UNDATED) assert.equal(dateOf(path), null, path);
});

void test("URLs have one shape where they differ in numbers and random words only", () => {
  const shapes = [
    ["/", "/"],
    ["/2031/05/07", "/0"],
    ["/calendar/2031-05/", "/calendar/0"],
    ["/item-17/page2", "/item-0/page0"],
    ["/s/0a1b2c3d4e5f60718293a4b5/start", "/s/*/start"],
    ["/v1/guide", "/v0/guide"],
    ["/a/1/b/2", "/a/0/b/0"],
  ] as const;
  for (const [path, shape] of shapes) assert.equal(pathShape(path), shape, path);
});
