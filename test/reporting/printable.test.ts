import assert from "node:assert/strict";
import { test } from "node:test";
import { maskPassword, printable, printableJson, quoted } from "../../src/reporting/printable.ts";

test("what could control a terminal or turn text around is shown as an escape", () => {
  assert.equal(printable("a\u001b[2Jb\u0007"), "a\\x1b[2Jb\\x07");
  assert.equal(printable("C1 \u009b31m and DEL \u007f"), "C1 \\x9b31m and DEL \\x7f");
  assert.equal(printable("one\r\ntwo\tthree"), "one\\r\\ntwo\\tthree");
  assert.equal(printable("\u202egnp.exe \u2066x\u2069"), "\\u202egnp.exe \\u2066x\\u2069");
  assert.equal(printable("half \ud800 pair"), "half \\ud800 pair");
});

test("text of any language and emoji stay as they are", () => {
  const text = "Grüße, 東京 … 👍 e\u0301 \u05d0";
  assert.equal(printable(text), text);
});

test("JSON reads back the same and holds no unsafe character", () => {
  const value = { title: 'a\u009b"b\u202e\u2028\u007f' };
  const json = printableJson(value);
  assert.match(json, /^[\u0020-\u007e]*$/);
  assert.deepEqual(JSON.parse(json), value);
});

test("a quoted text is short, printable and without a password", () => {
  assert.equal(quoted("https://me:s3cret@example.com/"), '"https://me:***@example.com/"');
  assert.equal(quoted("a\u001b"), '"a\\x1b"');
  assert.equal(quoted("x".repeat(500)), `"${"x".repeat(99)}…"`);
});

test("only secrets are masked, whatever they hold and however the URL is written", () => {
  assert.equal(maskPassword("http://u:p@ss:w@h/"), "http://u:***@h/");
  assert.equal(maskPassword("http://h:80/a:b@c"), "http://h:80/a:b@c");
  assert.equal(maskPassword("http://token@h/"), "http://***@h/");
  assert.equal(maskPassword("http://h/a@b"), "http://h/a@b");
  assert.equal(maskPassword("http:u:pw@h/"), "http:u:***@h/");
  assert.equal(maskPassword("https:\\\\u:pw@h/"), "https:\\\\u:***@h/");
  assert.equal(maskPassword("HTTP:///u:pw@h/"), "HTTP:///u:***@h/");
  assert.equal(maskPassword("u:pw@h.example/"), "u:***@h.example/");
  assert.equal(maskPassword("ftp://u:pw@h/?a@b"), "ftp://u:***@h/?a@b");
  assert.equal(maskPassword("me@example.com"), "me@example.com");
});
