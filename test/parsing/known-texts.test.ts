/** Pieces of pages that are remembered, and text that is longer than what stands in the page. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeHTML } from "entities";
import { KnownTexts } from "../../src/parsing/known-texts.ts";
import { pageBytes } from "../../src/parsing/page-bytes.ts";
import { scanPage } from "../../src/parsing/index.ts";

test("a piece is told from all others, however few places there are", () => {
  const known = new KnownTexts(4, (piece) => piece);
  const page = Array.from({ length: 300 }, (_, i) => "xy".repeat(i % 70) + i).join(" ");
  const { text, length } = pageBytes(Buffer.from(page));
  for (let start = 0; start < length; start += 7) {
    for (const size of [0, 1, 2, 3, 4, 5, 8, 9, 127, 128, 129]) {
      const end = Math.min(start + size, length);
      assert.equal(known.get(text, start, end), page.slice(start, end));
      assert.equal(known.get(text, start, end), page.slice(start, end));
    }
  }
});

test("what a piece means is asked once as long as no other takes its place", () => {
  const asked: string[] = [];
  const known = new KnownTexts(1024, (piece) => asked.push(piece));
  const { text } = pageBytes(Buffer.from("one two one"));
  assert.equal(known.get(text, 0, 3), known.get(text, 8, 11));
  known.get(text, 4, 7);
  assert.deepEqual(asked, ["one", "two"]);
});

test("a text that is longer than its references is read whole", () => {
  const count = 300_000;
  const { facts } = scanPage(`<h1>${"&nGt;".repeat(count)} end`, "http://h.test/", "utf-8");
  assert.equal(facts.words, 2);
  assert.equal(facts.h1, decodeHTML("&nGt;").repeat(1000));
});
