/** What a prune removes and what it leaves, on planted databases of ten runs. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { PrunedRows } from "../../src/storage/index.ts";
import { PlantedSite } from "./planted-site.ts";
import { NOW, Planted, type Row } from "./planted.ts";

const A = "https://a.example";
const DAY_MS = 86_400_000;
const NONE: PrunedRows = {
  fetch: 0,
  page: 0,
  page_text: 0,
  similar_group: 0,
  link: 0,
  extract: 0,
  robots: 0,
  connection: 0,
  session: 0,
};

function tenRuns(context: TestContext, seed: number): PlantedSite {
  const site = new PlantedSite(context, { pages: 60, seed });
  for (let run = 0; run < 10; run += 1) site.run();
  return site;
}

function prune({ db }: Planted, keepRuns: number, dryRun = false): PrunedRows {
  const plan = db.upkeep.planPrune({ keepRuns, olderThanMs: null, now: NOW });
  return plan === null ? NONE : db.upkeep.prune(plan, { now: NOW, dryRun });
}

/** All that the kept runs and the present state answer. */
function answers(site: PlantedSite, firstKept: number): Record<string, unknown> {
  const { planted, runs } = site;
  const kept = runs.filter(({ id }) => id >= firstKept);
  const diffs = kept.flatMap((from) =>
    kept
      .filter(({ id }) => id > from.id)
      .map((to) => {
        const diff = planted.db.reports.runDiff(from.id, to.id);
        return [from.id, to.id, [...diff.pages()], [...diff.brokenLinks()], diff.pagesAsked()];
      }),
  );
  const rows = (sql: string): Row[] => planted.rows(sql);
  return {
    diffs,
    runDiff: planted.rows("SELECT * FROM v_run_diff WHERE run_id > ? ORDER BY 1, 2", firstKept),
    pages: rows("SELECT * FROM v_page ORDER BY url_id"),
    links: rows("SELECT * FROM v_link ORDER BY from_url_id, to_url_id"),
    broken: rows("SELECT * FROM v_broken_link_history ORDER BY source, target"),
    frontier: rows("SELECT * FROM frontier ORDER BY url_id"),
    held: planted
      .column("SELECT id FROM url")
      .flatMap((urlId) =>
        (["page", "asset"] as const).map((kind) =>
          planted.db.frontier.heldContent(Number(urlId), kind),
        ),
      ),
    run: rows("SELECT id, pages, requests, seeds FROM run"),
  };
}

/** Attempts that came after others that are gone have other numbers. */
function withoutIds(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, part: unknown) => (key === "fetch_id" ? 0 : part)));
}

function attempts({ planted }: PlantedSite): number {
  return Number(planted.column("SELECT count(*) FROM fetch")[0]);
}

for (const keepRuns of [1, 2, 4, 9]) {
  test(`a prune that keeps ${keepRuns} of ten runs changes no answer about them or about now`, (context) => {
    const site = tenRuns(context, 31 + keepRuns);
    const { planted } = site;
    const firstKept = 10 - keepRuns + 1;
    const before = answers(site, firstKept);
    const planned = prune(planted, keepRuns, true);
    assert.deepEqual(answers(site, firstKept), before);
    const removed = prune(planted, keepRuns);
    assert.deepEqual(removed, planned);
    assert.ok(removed.fetch > 0 && removed.link > 0);
    assert.deepEqual(answers(site, firstKept), before);
    planted.assertSound();
    assert.deepEqual(prune(planted, keepRuns), NONE);
    // What is left of older runs is bounded: at most six rows of each URL.
    const most = planted.column(
      "SELECT url_id FROM fetch WHERE run_id < ? GROUP BY url_id HAVING count(*) > 6",
      firstKept,
    );
    assert.deepEqual(most, []);
  });
}

test("a site pruned after each run answers as one that never was", (context) => {
  const [pruned, whole] = [58, 58].map((seed) => new PlantedSite(context, { pages: 40, seed }));
  assert.ok(pruned && whole);
  for (let run = 1; run <= 10; run += 1) {
    pruned.run();
    whole.run();
    prune(pruned.planted, 3);
    pruned.planted.assertSound();
    const firstKept = Math.max(1, run - 2);
    assert.deepEqual(
      withoutIds(answers(pruned, firstKept)),
      withoutIds(answers(whole, firstKept)),
      `after run ${run}`,
    );
  }
  const [left, all] = [attempts(pruned), attempts(whole)];
  assert.ok(left < all / 2, `${left} of ${all} attempts are left`);
});

test("the newest finished run, what comes after it, and an unfinished run stay", (context) => {
  const planted = new Planted(context);
  const { db } = planted;
  const rule = { keepRuns: 1, olderThanMs: 0, now: NOW + 900 * DAY_MS };
  assert.equal(db.upkeep.planPrune(rule), null);
  const runs = [1, 2, 3].map((at) => {
    const run = planted.begin(`${A}/`);
    planted.page(run, { url: `${A}/`, facts: { title: `Title ${at}` } });
    planted.finish(run);
    return run;
  });
  assert.deepEqual(db.upkeep.planPrune({ ...rule, keepRuns: null }), { firstKept: 3, runs: 2 });
  const open = planted.begin(`${A}/`);
  planted.page(open, { url: `${A}/`, facts: { title: "Title 4" } });
  assert.deepEqual(db.upkeep.planPrune(rule), { firstKept: 3, runs: 2 });
  prune(planted, 1);
  assert.deepEqual(planted.column("SELECT run_id FROM fetch ORDER BY id"), [3, 4]);
  assert.deepEqual(planted.column("SELECT first_run_id FROM page ORDER BY 1"), [3, 4]);
  assert.deepEqual(
    planted.column("SELECT id FROM run WHERE pruned_at IS NOT NULL"),
    runs.slice(0, 2),
  );
});

test("with both rules a run stays that either keeps", (context) => {
  const planted = new Planted(context);
  const { db } = planted;
  for (let at = 0; at < 5; at += 1) {
    const run = planted.begin(`${A}/`);
    db.transaction(() => {
      const end = { state: "finished", reason: "frontier_empty", detail: null } as const;
      db.endRun(run, { ...end, now: NOW + at * DAY_MS, activeMs: 1 });
    });
  }
  const now = NOW + 4 * DAY_MS;
  const firstKept = (keepRuns: number | null, days: number | null): number | undefined =>
    db.upkeep.planPrune({ keepRuns, olderThanMs: days === null ? null : days * DAY_MS, now })
      ?.firstKept;
  assert.equal(firstKept(2, null), 4);
  assert.equal(firstKept(null, 3), 2);
  assert.equal(firstKept(2, 3), 2);
  assert.equal(firstKept(4, 1), 2);
  assert.equal(firstKept(5, null), undefined);
});
