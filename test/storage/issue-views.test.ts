/** Each issue planted once on a site that is really crawled, and a site that has nothing wrong. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ISSUES } from "../../src/storage/issue-views/index.ts";
import { startCleanSite } from "../helpers/clean-site.ts";
import { crawlSite, temporaryDatabase } from "../helpers/crawl-run.ts";
import { startFlawedSite } from "../helpers/flawed-site.ts";
import { ISSUE_ROWS } from "../helpers/issue-rows.ts";

/** Measured, so that no test says what they are. */
const TIMES = new Set(["answer_ms", "first_byte_ms"]);

const byId = (a: { id?: unknown }, b: { id?: unknown }): number =>
  String(a.id) < String(b.id) ? -1 : 1;

test("each view of an issue has exactly the rows of what is planted", async (context) => {
  const site = await startFlawedSite();
  context.after(() => site.close());
  const { result, rows } = await crawlSite(context, {
    seeds: [`${site.origin}/`, `${site.plain}/`],
    check: "all",
    insecure: true,
    retries: 0,
  });
  assert.equal(result.reason, "frontier_empty");
  const shown = (value: unknown): unknown =>
    typeof value !== "string"
      ? value
      : value
          .replaceAll(site.origin, "")
          .replaceAll(site.plain, "http:")
          .replaceAll(site.unreadable, "unreadable:")
          .replaceAll(site.elsewhere, "elsewhere:");

  const found: Record<string, unknown[][]> = {};
  for (const { id, columns } of ISSUES) {
    const names = ["url", ...columns.map(([name]) => name).filter((name) => !TIMES.has(name))];
    const order = names.slice(0, 2).join(", ");
    found[id] = rows(
      `SELECT url_id = (SELECT u.id FROM url u WHERE u.url = v.url) AS named, ${names.join(", ")}
       FROM v_issue_${id} v ORDER BY ${order}`,
    ).map(({ named, ...row }) => {
      assert.equal(named, 1, `the number of ${String(row["url"])} in v_issue_${id}`);
      return Object.values(row).map(shown);
    });
  }
  assert.deepEqual(found, ISSUE_ROWS);
  for (const [id, planted] of Object.entries(found)) {
    assert.notEqual(planted.length, 0, `v_issue_${id} is tried with a row`);
  }
  assert.ok(ISSUES.length >= 40);

  const summed = rows("SELECT run_id, id, issue_group, severity, sentence, count FROM v_issues");
  const declared = ISSUES.map(({ id, group, severity, sentence }) => ({
    run_id: 1,
    id,
    issue_group: group,
    severity,
    sentence,
    count: found[id]?.length,
  }));
  assert.deepEqual(summed.toSorted(byId), declared.toSorted(byId));
  const ranks = summed.map(({ severity, count }) => [
    ["error", "warning", "notice"].indexOf(String(severity)),
    -Number(count),
  ]);
  assert.deepEqual(
    ranks,
    ranks.toSorted(([a = 0, b = 0], [c = 0, d = 0]) => a - c || b - d),
    "the most severe come first, then the most frequent",
  );
});

test("a site without a flaw has no issue, also when its pages say that they are unchanged", async (context) => {
  const site = await startCleanSite();
  context.after(() => site.close());
  const dbPath = temporaryDatabase(context);
  const options = { seeds: [`${site.origin}/`], check: "all", insecure: true, dbPath } as const;
  for (const run of [1, 2]) {
    const { result, rows, column } = await crawlSite(context, options);
    assert.equal(result.reason, "frontier_empty");
    assert.deepEqual(rows("SELECT * FROM v_issues"), [], `run ${run}`);
    assert.deepEqual(
      column("SELECT DISTINCT indexable FROM v_audit_page"),
      [1],
      "nothing was left out because it may not be indexed",
    );
    assert.equal(Number(column("SELECT count(*) FROM v_audit_page")[0]), 7);
    const unchanged = column(
      `SELECT count(*) FROM fetch WHERE run_id = ${run} AND kind = 'page' AND not_modified = 1`,
    );
    assert.deepEqual(unchanged, [run === 1 ? 0 : 7]);
  }
});
