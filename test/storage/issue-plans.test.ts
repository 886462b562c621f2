/** No view of an issue looks through a table for each of its rows: with millions it would never end. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ISSUES } from "../../src/storage/index.ts";
import { Planted } from "./planted.ts";

interface Step {
  readonly id: number;
  readonly parent: number;
  readonly detail: string;
}

/** What is read whole: not by an index, and neither the values of one JSON text nor a constant. */
const SCAN = /^SCAN (?!.*(?:VIRTUAL TABLE|CONSTANT ROW))/;

function scansPerRow(steps: readonly Step[]): string[] {
  const isPerRow = ({ parent }: Step): boolean => {
    const above = steps.find(({ id }) => id === parent);
    return above !== undefined && (above.detail.startsWith("CORRELATED") || isPerRow(above));
  };
  return steps
    .filter((step) => (SCAN.test(step.detail) || /AUTOMATIC/.test(step.detail)) && isPerRow(step))
    .map(({ detail }) => detail);
}

test("no view of an issue scans a table for each row", (context) => {
  const planted = new Planted(context);
  const plan = (sql: string): string[] =>
    scansPerRow(
      planted.rows(`EXPLAIN QUERY PLAN ${sql}`).map(({ id, parent, detail }) => ({
        id: Number(id),
        parent: Number(parent),
        detail: String(detail),
      })),
    );
  // The check itself: without an index on what it asks for, this one does.
  assert.notDeepEqual(
    plan("SELECT (SELECT count(*) FROM fetch f WHERE f.detail = u.url) FROM url u"),
    [],
  );
  for (const { id } of ISSUES) assert.deepEqual(plan(`SELECT * FROM v_issue_${id}`), [], id);
  assert.deepEqual(plan("SELECT * FROM v_issues"), []);
});
