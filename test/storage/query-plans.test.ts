/** Where a table may have millions of rows, questions find theirs by index: one scan would be seconds. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Planted } from "./planted.ts";

const QUESTIONS: readonly (readonly [sql: string, scansAllowed: RegExp | null])[] = [
  ["SELECT * FROM v_link WHERE source = 'x'", null],
  ["SELECT * FROM v_link WHERE target = 'x'", null],
  ["SELECT * FROM v_page WHERE url = 'x'", null],
  // Every page is asked for: one pass over the URLs, the rest by key.
  ["SELECT * FROM v_page", /^SCAN u$/],
  ["SELECT * FROM v_broken_link", /fetch_broken|frontier_failed/],
  ["SELECT * FROM v_broken_link WHERE source = 'x'", /fetch_broken|frontier_failed/],
  ["SELECT * FROM v_redirect", /fetch_redirect/],
  ["SELECT * FROM v_redirect WHERE source = 'x'", null],
  ["SELECT * FROM v_new_connection WHERE run_id = 1", null],
  ["SELECT * FROM v_broken_link_history", /fetch_broken|frontier_failed|CONSTANT ROW/],
  [
    "SELECT * FROM v_broken_link_history WHERE target = 'x'",
    /fetch_broken|frontier_failed|CONSTANT ROW/,
  ],
  // Runs and their seeds are few beside pages.
  ["SELECT * FROM v_run_diff WHERE run_id = 2", /^SCAN (?:r$|s VIRTUAL)/],
  // Each text once, from the index alone; then the pages of those that several have.
  ["SELECT * FROM v_duplicate", /COVERING INDEX page_text_hash|^SCAN (t|\(subquery-\d+\))$/],
  [
    "SELECT * FROM v_near_duplicate",
    /COVERING INDEX page_similar|^SCAN (t|v_near_duplicate|\(subquery-\d+\))$/,
  ],
];

test("views find their rows by index", (context) => {
  const planted = new Planted(context);
  for (const [sql, allowed] of QUESTIONS) {
    const scans = planted
      .rows(`EXPLAIN QUERY PLAN ${sql}`)
      .map(({ detail }) => String(detail))
      .filter((detail) => detail.startsWith("SCAN ") && allowed?.test(detail) !== true);
    assert.deepEqual(scans, [], sql);
  }
});

test("the views of reuse never read what was fetched, only the sockets", (context) => {
  const planted = new Planted(context);
  for (const view of ["v_reuse_run", "v_reuse_thread", "v_reuse_origin"]) {
    const [sql] = planted.column("SELECT sql FROM sqlite_schema WHERE name = ?", view);
    assert.doesNotMatch(String(sql), /\bfetch\b/);
  }
});
