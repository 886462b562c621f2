import assert from "node:assert/strict";
import { test } from "node:test";
import { issuesText, type CountedIssue } from "../../src/reporting/issues-text.ts";

const plain = (text: string): string => text;

function issue(id: string, count: number): CountedIssue {
  return { id, severity: "warning", sentence: "Something is wrong with the page.", count };
}

test("issues stand in columns, their sentences wrapped into the terminal", () => {
  assert.deepEqual(issuesText([issue("one", 1_200), issue("another", 3)], plain, 48), [
    "",
    "Issues",
    "  warning  one      1,200  Something is wrong",
    "                           with the page.",
    "  warning  another      3  Something is wrong",
    "                           with the page.",
  ]);
});

test("of many issues the first eight are shown and the others counted; one more is not worth a line", () => {
  const many = Array.from({ length: 12 }, (_, index) => issue(`issue_${index}`, 1));
  const lines = issuesText(many, plain);
  assert.equal(lines.length, 2 + 8 + 1);
  assert.equal(lines.at(-1), "  and 4 more");
  assert.equal(issuesText(many.slice(0, 9), plain).length, 2 + 9);
  assert.deepEqual(issuesText([], plain), []);
});

test("issues that were not counted are asked for; of an earlier run, or unwanted, nothing is said", () => {
  assert.deepEqual(issuesText("too_many", plain, 60), [
    "",
    "Issues",
    "  There are so many pages and links that counting the issues",
    "  takes a while, so that it was not done unasked: ask with",
    "  --issues, or with the command below.",
  ]);
  assert.deepEqual(issuesText("not_wanted", plain), []);
  assert.deepEqual(issuesText("earlier_run", plain), []);
});
