import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { parseRobots } from "../../src/politeness/index.ts";

interface Case {
  readonly file: string;
  readonly robots_base64: string;
  readonly url: string;
  readonly user_agent: string;
  readonly allowed: boolean;
}

const corpus = new URL("../../../shared/corpora/robots/rfc9309.jsonl", import.meta.url);
const skip = existsSync(corpus) ? false : "the robots.txt corpus is not beside the repository";

void test("all cases of the robots.txt specification are answered as expected", { skip }, () => {
  const cases = readFileSync(corpus, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Case);
  assert.equal(cases.length, 146);
  const wrong = cases.filter(
    ({ robots_base64, url, user_agent, allowed }) =>
      parseRobots(Buffer.from(robots_base64, "base64")).allows(url, user_agent) !== allowed,
  );
  assert.deepEqual(
    wrong.map((it) => ({ ...it, robots: Buffer.from(it.robots_base64, "base64").toString() })),
    [],
  );
});
