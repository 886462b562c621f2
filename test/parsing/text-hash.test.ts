/** What counts in the hash of a page's text, and what changes by itself and does not. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { scanPage } from "../../src/parsing/index.ts";

const hashOf = (text: string): string =>
  scanPage(`<p>${text}</p>`, "http://h.test/p", "utf-8").facts.textHash;

describe("words that do not count", () => {
  const words = [
    ["a clock time", "9:05"],
    ["with seconds", "12:34:56"],
    ["with a fraction", "12:34:56.789"],
    ["with half of the day", "7:30pm"],
    ["with half of the day behind it", "7:30 p.m."],
    ["with a zone", "12:34:56+01:00"],
    ["in punctuation", "(12:34),"],
    ["in typographic quotes", "“12:34”"],
    ["a date with a time", "2026-11-21T12:34:56Z"],
    ["with fraction and offset", "2026-11-21T12:34:56.789+01:00"],
    ["without separators", "20261121T123456Z"],
    ["hexadecimal digits", "4f2a90bc11de77a0"],
    ["a UUID", "550e8400-e29b-41d4-a716-446655440000"],
    ["small letters and digits", "k3j9d0qx7w2m5v8b1n4c6z0p"],
    ["capitals too", "a8Kd93kdLq02mZpQ7xYv"],
    ["base64", "7yGk+2vQp/X9aZs4LmB1cD=="],
    ["with a name", "sid=a8Kd93kdLq02mZpQ7xYv"],
    ["milliseconds", "12 ms"],
    ["milliseconds, joined", "12.5ms."],
    ["microseconds", "250 µs"],
    ["a fraction of seconds", "(0.123 s)"],
    ["a fraction of seconds, joined", "0.05s"],
    ["a fraction of seconds, alone", "0.123 s"],
    ["in words", "0.5 seconds"],
  ] as const;
  for (const [what, word] of words) {
    test(`${what}: ${word}`, () => {
      assert.equal(hashOf(`before ${word} behind`), hashOf("before behind"));
      // What a page before left in the shared buffer is not read on.
      hashOf("x".repeat(1_000));
      assert.equal(hashOf(`${word} behind`), hashOf("behind"), "at the start");
      assert.equal(hashOf(`before ${word}`), hashOf("before"), "at the end");
      assert.equal(hashOf(word), hashOf(""), "alone");
      assert.equal(hashOf(`a ${word} b ${word} ${word} c`), hashOf("a b c"), "several");
    });
  }
});

describe("words that count", () => {
  const changes = [
    ["a number", "12", "13"],
    ["a long number", "1234567890123456", "1234567890123457"],
    ["a price", "$12.34", "$12.35"],
    ["a price with its currency", "1,299.00 EUR", "1,199.00 EUR"],
    ["a date", "2026-11-21", "2026-11-22"],
    ["a date in words", "21 November", "22 November"],
    ["a year", "2025", "2026"],
    ["a version", "3.11.2", "3.11.3"],
    ["a score", "2:1", "2:2"],
    ["whole seconds", "12 seconds", "13 seconds"],
    ["a number of things that begin as a unit does", "12 messages", "13 messages"],
    ["an address", "192.168.0.1", "192.168.0.2"],
    ["a name with digits", "x86_64-unknown-linux-gnu1", "x86_64-unknown-linux-gnu2"],
    ["a name in camel case", "PyUnicode_FromEncodedObject2", "PyUnicode_FromEncodedObject3"],
    ["a slug", "the-10-best-crawlers-of-2025", "the-10-best-crawlers-of-2026"],
    ["case", "Word", "word"],
    ["punctuation", "word,", "word"],
    ["the order", "a b", "b a"],
    ["a letter that is not ASCII", "é", "è"],
  ] as const;
  for (const [what, one, other] of changes) {
    test(`${what}: ${one}`, () => {
      assert.notEqual(hashOf(`before ${one} behind`), hashOf(`before ${other} behind`));
      assert.notEqual(hashOf(`before ${one} behind`), hashOf("before behind"));
    });
  }
});

test("a clock and a token leave the rest of a long page as it is", () => {
  const words = "some words ".repeat(200_000);
  const page = (clock: string, token: string): string =>
    `${words} ${clock} ${"and others ".repeat(10)} ${token} the end`;
  const one = hashOf(page("10:00:00", "4f2a90bc11de77a0"));
  assert.equal(hashOf(page("23:59:59.5", "99aa90bc11de77ff0123")), one);
  assert.notEqual(hashOf(`${page("10:00:00", "4f2a90bc11de77a0")}.`), one);
});
