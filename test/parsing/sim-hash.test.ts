/** The fingerprint and the sample of words by which pages are compared. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { scanPage, type PageScan } from "../../src/parsing/index.ts";
import { simHash } from "../../src/parsing/sim-hash.ts";

const scan = (text: string): PageScan => scanPage(`<p>${text}</p>`, "http://h.test/p", "utf-8");

function distance(one: string, other: string): number {
  const { simhash: a } = scan(one).facts;
  const { simhash: b } = scan(other).facts;
  assert(a !== null && b !== null);
  return (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2).replaceAll("0", "").length;
}

/** Lehmer's generator: the same words each time. */
function words(count: number, seed: number): string {
  let random = seed;
  return Array.from({ length: count }, () => {
    random = (random * 48_271) % 2_147_483_647;
    return (random % 5_000).toString(36).replaceAll(/[0-9]/g, "q");
  }).join(" ");
}

describe("the simhash", () => {
  test("is 16 hexadecimal digits, and null for fewer than 8 words", () => {
    assert.match(scan(words(8, 1)).facts.simhash ?? "", /^[0-9a-f]{16}$/);
    assert.equal(scan(words(7, 1)).facts.simhash, null);
    assert.equal(scan("").facts.simhash, null);
    assert.equal(scan(`${words(7, 1)} - ! (`).facts.simhash, null, "punctuation is no word");
  });

  test("does not see case, numbers, marks around words, or what does not count in the text's hash", () => {
    const rest = words(100, 2);
    const one = `on 21 November 2025 it cost 19.99 ${rest}`;
    assert.equal(distance(one, `On 3 (November) 2026, it cost 7.50! ${rest}`), 0);
    assert.equal(distance(one, `${one} 12:34:56 4f2a90bc11de77a0`), 0);
  });

  test("differs in few bits where a sentence of a long page differs", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const rest = words(3_000, seed);
      const one = `the harbour opens on the first of May ${rest}`;
      assert(distance(one, `our harbour is closed until further notice ${rest}`) <= 3);
    }
  });

  test("differs in many bits where pages share their template only", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const template = words(150, 1_000);
      const one = `${template} ${words(300, seed)}`;
      assert(distance(one, `${template} ${words(300, seed + 50)}`) > 8);
    }
  });

  test("of Chinese text compares its characters", () => {
    const text = "网络爬虫是一种自动浏览网页的程序它按照一定的规则抓取信息".repeat(3);
    assert.match(scan(text).facts.simhash ?? "", /^[0-9a-f]{16}$/);
    assert(distance(`${text}甲乙丙丁戊己庚辛`, text) < 20);
  });

  test("is for each bit what most of the shingles have, for any number of them", () => {
    const counts = [8, 9, 10, 15, 16, 17, 31, 64, 65, 130, 1_000];
    for (const count of counts) {
      const all = Int32Array.from(
        { length: count },
        (_, i) => Math.imul(i + 1, 0x9e3779b1) ^ 0x5bd1,
      );
      const sums = Array.from({ length: 64 }, () => 0);
      for (let i = 0; i + 3 <= count; i++) {
        for (const [bit, on] of bitsOf(shingleHash(all.slice(i, i + 3))).entries()) {
          sums[bit] = (sums[bit] ?? 0) + on;
        }
      }
      const expected = sums.map((sum) => (sum * 2 > count - 2 ? 1 : 0));
      assert.deepEqual(bitsOf(simHash(all.slice(), count) ?? ""), expected, `${count} words`);
    }
  });
});

/** The hash of a shingle, written down once more. */
function shingleHash([first = 0, second = 0, third = 0]: Int32Array): string {
  let hash = (Math.imul(first, 0x9e3779b1) + second) | 0;
  hash = (Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) + third) | 0;
  const high = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  const low = Math.imul(high ^ (high >>> 16), 0x27d4eb2f);
  return [high, low].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
}

function bitsOf(hex: string): number[] {
  return BigInt(`0x${hex}`).toString(2).padStart(64, "0").split("").map(Number);
}

describe("the sample of words", () => {
  test("holds about a quarter of the distinct words, ascending, at most 64", () => {
    const { wordSample } = scan(words(120, 3));
    assert(wordSample.length > 10 && wordSample.length < 60, `${wordSample.length}`);
    assert.deepEqual(
      wordSample,
      [...new Set(wordSample)].toSorted((a, b) => a - b),
    );
    assert.equal(scan(words(5_000, 3)).wordSample.length, 64);
    assert.deepEqual(scan("").wordSample, []);
  });

  test("has a word on each page that has it, however it is written there", () => {
    const one = scan(words(120, 3)).wordSample;
    const both = scan(`${words(60, 7)} ${words(120, 3).toUpperCase()}. ${words(30, 9)}`).wordSample;
    assert(both.length < 64);
    assert.deepEqual(
      one.filter((word) => !both.includes(word)),
      [],
    );
  });

  test("of a page that repeats another's words has nothing new", () => {
    const text = words(2_000, 5);
    const shuffled = text.split(" ").toSorted().join(" ");
    assert.deepEqual(scan(shuffled).wordSample, scan(`${text} ${text}`).wordSample);
    const numbered = Array.from(
      { length: 50 },
      (_, i) => scan(`item${i} page ${i * 7}`).wordSample,
    );
    assert.deepEqual(
      numbered,
      numbered.map(() => numbered[0]),
    );
  });
});
