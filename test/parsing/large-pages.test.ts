/** Pages of megabytes, which are read where they are, and what stands behind them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { GrowingBuffer } from "../../src/growing-buffer.ts";
import { giveBack, LARGE_BYTES } from "../../src/large-buffer.ts";
import { decodeBody, scanPage } from "../../src/parsing/index.ts";
import { pageBytes } from "../../src/parsing/page-bytes.ts";

const URL = "http://h.test/";
const UTF_8 = "text/html; charset=utf-8";

function scanned(bytes: Uint8Array, type: string) {
  const { utf8, charset } = decodeBody(bytes, type);
  const { charset: _, ...facts } = scanPage(utf8, URL, charset, undefined, {
    keepText: true,
  }).facts;
  return facts;
}

function grown(size: number): Buffer {
  const body = new GrowingBuffer(size);
  body.append(Buffer.alloc(size, "x"));
  return body.bytes;
}

/** More than {@link LARGE_BYTES} of text in which no two parts are alike. */
function largeText(): string {
  const parts = Array.from({ length: 120_000 }, (_, n) => `<p>Zeile ${n}: Straße`);
  return `<h1>Groß</h1>${parts.join("\n")}`;
}

test("a large page that has room behind it is read where it is, and nothing of it changes", () => {
  const page = Buffer.from(largeText());
  const around = Buffer.alloc(page.length + 200, "<h1>not of the page</h1>");
  const place = around.subarray(100, 100 + page.length);
  place.set(page);
  const before = Buffer.from(around);
  const reading = pageBytes(place);
  assert.equal(reading.text.bytes.buffer, around.buffer);
  reading.release();
  assert.deepEqual(scanned(place, UTF_8), scanned(page.subarray(), UTF_8));
  assert.ok(around.equals(before));
});

test("a large body, as it is received, has room behind it at every length", () => {
  for (const size of [LARGE_BYTES, 3 * LARGE_BYTES, 33 * LARGE_BYTES]) {
    const body = new GrowingBuffer(size);
    for (let left = size; left > 0; left -= LARGE_BYTES)
      body.append(Buffer.alloc(LARGE_BYTES, "x"));
    const reading = pageBytes(body.bytes);
    assert.equal(reading.text.bytes.buffer, body.bytes.buffer, `${size} bytes`);
    reading.release();
  }
});

test("the block of a large body that is given back serves the next, but for that of a very large one", () => {
  const first = grown(2 * LARGE_BYTES);
  const beside = grown(2 * LARGE_BYTES);
  assert.notEqual(beside.buffer, first.buffer);
  assert.ok(giveBack(first));
  const next = grown(3 * LARGE_BYTES);
  assert.equal(next.buffer, first.buffer);
  assert.notEqual(grown(2 * LARGE_BYTES).buffer, next.buffer);
  assert.ok(!giveBack(grown(5 * LARGE_BYTES)));
  assert.ok(!giveBack(Buffer.alloc(LARGE_BYTES)));
});

test("a large page says the same in every encoding, and so does its text", () => {
  const text = largeText();
  const expected = scanned(Buffer.from(text), UTF_8);
  assert.equal(expected.h1, "Groß");
  for (const [bytes, charset] of [
    [Buffer.from(text, "latin1"), "windows-1252"],
    [Buffer.from(text, "utf16le"), "utf-16le"],
    [Buffer.from(text, "utf16le").swap16(), "utf-16be"],
  ] as const) {
    const type = `text/html; charset=${charset}`;
    assert.deepEqual(scanned(bytes, type), expected, charset);
    assert.equal(decodeBody(bytes, type).text, text, charset);
  }
});

test("a large page with bytes that are no UTF-8 has a bad character for each", () => {
  const bad = Buffer.alloc(LARGE_BYTES, "\xff", "latin1");
  const { utf8, text } = decodeBody(bad, UTF_8);
  assert.equal(text, "\ufffd".repeat(LARGE_BYTES));
  assert.ok(Buffer.from(utf8.buffer, utf8.byteOffset, utf8.length).equals(Buffer.from(text)));
});

test("NULs are bad characters in text, title, attributes and kept text, however many", () => {
  const many = "\0".repeat(LARGE_BYTES);
  const page = `<title>a\0b</title><meta name=description content='c\0d'><h1>\0</h1>${many}`;
  const { facts, text } = scanPage(page, URL, "utf-8", undefined, { keepText: true });
  assert.deepEqual(
    [facts.title, facts.description, facts.h1, facts.words],
    ["a\ufffdb", "c\ufffdd", "\ufffd", 2],
  );
  assert.match(text?.text ?? "", /^\ufffd \ufffd+$/);
  assert.equal(text?.truncated, true);
  const kept = Buffer.byteLength(text.text);
  assert.ok(kept <= 1024 * 1024 && kept > 1024 * 1024 - 3, `${kept} bytes`);
});
