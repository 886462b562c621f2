import assert from "node:assert/strict";
import { test } from "node:test";
import { looksRandom, withoutSessionId } from "../../src/url/index.ts";

const HOST = "http://example.com";

const WITH_SESSION = [
  ["/a;jsessionid=5AC6268DD8D4D5D1FDF5D41E9F2FD960.node1", "/a"],
  ["/a;jsessionid=abc!-1234567890!987?x=1", "/a?x=1"],
  ["/a;jsessionid=0123456789abcdef/b", "/a/b"],
  ["/a?PHPSESSID=l3j4k5n6m7o8p9q0r1s2t3u4v5", "/a"],
  ["/a?x=1&phpsessid=l3j4k5n6m7o8p9q0r1s2t3u4v5&y=2", "/a?x=1&y=2"],
  ["/forum?sid=4f5e6d7c8b9a0f1e2d3c4b5a69788796", "/forum"],
  ["/a?session_id=a1b2c3d4e5f6a7b8c9d0", "/a"],
  ["/a?ASPSESSIONIDQQGGGNCC=LMGJKPHABCDEFGHIJKLMNOPQ", "/a"],
  ["/a?CFID=1234567&CFTOKEN=89012345", "/a"],
  ["/shop?osCsid=e1d2c3b4a5f6e7d8c9b0a1f2e3d4c5b6&cat=3", "/shop?cat=3"],
  ["/shop?zenid=q1w2e3r4t5y6u7i8o9p0a1s2d3", "/shop"],
  ["/(S(lit3py55t21z5v55vlm25s55))/orders.aspx", "/orders.aspx"],
  ["/app/(X(1)S(lit3py55t21z5v55vlm25s55))/orders.aspx", "/app/orders.aspx"],
] as const;

for (const [path, bare] of WITH_SESSION) {
  void test(`${path.slice(0, 60)} has a session id`, () => {
    assert.equal(withoutSessionId(HOST + path), HOST + bare);
  });
}

const WITHOUT_SESSION = [
  "/",
  "/shop?sid=12",
  "/sessions?sid=winter-conference",
  "/talks?session=opening-of-the-congress",
  "/talks?session_id=2026",
  "/a?PHPSESSID=",
  "/wiki/Function_(S(x))",
  "/sessions/2026/list",
  "/a?cfid=",
  "/article?id=5AC6268DD8D4D5D1FDF5D41E9F2FD960",
];

for (const path of WITHOUT_SESSION) {
  void test(`${path} has no session id`, () => assert.equal(withoutSessionId(HOST + path), null));
}

void test("a word looks random by its letters and digits taking turns, not by its length", () => {
  for (const word of ["0a1b2c3d4e5f60718293a4b5", "550e8400-e29b-41d4-a716-446655440000"]) {
    assert.equal(looksRandom(word), true, word);
  }
  for (const word of [
    "a1b2c3d4",
    "international-conference-2026",
    "chapter-12-section-4",
    "0000000000000000",
  ]) {
    assert.equal(looksRandom(word), false, word);
  }
});
