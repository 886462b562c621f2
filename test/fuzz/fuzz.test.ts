/** A short, fixed slice of the fuzzing, and that fuzzing finds what there is to find. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { FuzzTarget } from "./fuzz-target.ts";
import { minimalInput } from "./minimal-input.ts";
import { inputFailure, runFuzz } from "./run-fuzz.ts";
import { TARGETS } from "./targets/index.ts";

const SEED = 20_261_121;
const INPUTS = 500;

describe("properties hold for random input", () => {
  for (const target of TARGETS) {
    test(target.name, () => {
      const { inputs, failures } = runFuzz({
        targets: [target],
        seed: SEED,
        goesOn: (done) => done < INPUTS,
        // Once for each target: it measures, and costs the more the slower the machine is.
        checksGrowth: true,
      });
      assert.deepEqual(failures, []);
      assert.equal(inputs, INPUTS);
    });
  }
});

/** What fuzzing found, as it printed it. */
const FOUND: readonly (readonly [target: string, input: readonly string[]])[] = [
  // Escapes that can be decoded once the parameter with a stray "%" was dropped.
  ["url", ["%41?a=%", "http:."]],
  // A session id was all of a query but its "&".
  ["url", ["?&PHPSESSID=0123456789abcdef", "http:."]],
  // Infinity less Infinity: a robots.txt that never expired, and was asked for without end.
  ["headers", ["cache-control", "9".repeat(400), ""]],
  ["headers", ["keep-alive", `timeout=${"9".repeat(400)}`, ""]],
  // Time that grew with the square of the digits: half a megabyte of them held the crawl for minutes.
  ["robots", [`User-agent: *\nCrawl-delay: ${"9".repeat(500_000)}x`, ""]],
  // A cookie that no request could carry.
  ["headers", ["set-cookie", "\u007f", ""]],
];

for (const [name, input] of FOUND) {
  test(`what fuzzing found stays mended: ${name} ${JSON.stringify(input).slice(0, 60)}`, () => {
    const target = TARGETS.find((each) => each.name === name);
    assert.ok(target !== undefined);
    assert.equal(inputFailure(target, input, 0), null);
  });
}

test("a defect is found, made minimal, and found again by the same seed", () => {
  const target: FuzzTarget = {
    name: "planted",
    make: (random) => [String(random()).repeat(3), String(random())],
    check: ([text = "", other = ""]) => assert.ok(!(text.includes("7") && other.includes("42"))),
  };
  const run = () =>
    runFuzz({ targets: [target], seed: 1, goesOn: (done) => done < 1_000, checksGrowth: false });
  const [failure] = run().failures;
  assert.deepEqual(failure?.input, ["7", "42"]);
  assert.deepEqual(run().failures[0]?.number, failure?.number);
});

test("time that grows with the square is found", () => {
  const target: FuzzTarget = {
    name: "planted",
    make: () => [""],
    check: () => {},
    growth: {
      pieces: () => "x",
      run: (text) => {
        let count = 0;
        for (let i = 0; i < text.length; i += 1) {
          for (let k = 0; k < text.length; k += 8) count += text.charCodeAt(i) ^ text.charCodeAt(k);
        }
        assert.ok(count >= 0);
      },
      most: 128 * 1024,
    },
  };
  const { failures } = runFuzz({
    targets: [target],
    seed: 1,
    goesOn: (done) => done < 3,
    checksGrowth: true,
  });
  assert.match(failures[0]?.problem ?? "", /4 times the input took 1\d\.\d times as long/);
});

function endsWell([a = "", b = ""]: readonly string[]): boolean {
  return /a.*b/s.test(a) && b.endsWith("z");
}

test("cutting pieces out leaves what is needed in each text", () => {
  assert.deepEqual(minimalInput(["__a__b__", "xyz"], endsWell), ["ab", "z"]);
});
