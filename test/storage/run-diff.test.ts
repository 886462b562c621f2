/** What differs between any two runs, against the plan of a site that changes by chance. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PlantedSite, SITE, type PlannedPage, type PlannedRun } from "./planted-site.ts";

const RUNS = 10;

function isGone({ status }: PlannedPage): boolean {
  return status === 404 || status === 410;
}

/** What the plan says of a page that was asked after the earlier run. */
function plannedChange(url: string, before: PlannedPage | undefined, now: PlannedPage): string {
  const isSeed = url === `${SITE}/0`;
  if (before === undefined) return "added";
  if (isGone(now) && !isGone(before)) return "gone";
  if (!isGone(before) && before.linked && !now.linked && !isSeed) return "gone";
  if (now.status !== before.status || now.error !== before.error) return "status_changed";
  if (!isGone(now) && !before.linked && now.linked && !isSeed) return "added";
  const differs = now.title !== before.title || now.text !== before.text;
  return now.status === 200 && differs ? "changed" : "unchanged";
}

function plannedPages(from: PlannedRun, to: PlannedRun): Map<string, string> {
  const changes = new Map<string, string>();
  for (const [url, now] of to.pages) {
    if (now.runId <= from.id) continue;
    const change = plannedChange(url, from.pages.get(url), now);
    if (change !== "unchanged") changes.set(url, change);
  }
  return changes;
}

function brokenLinks({ links, broken }: PlannedRun): Set<string> {
  return new Set([...links].filter((link) => broken.has(link.split(" ")[1] ?? "")));
}

test("the difference between any two of ten runs is that of the plan", (context) => {
  const site = new PlantedSite(context, { pages: 60, seed: 11 });
  for (let run = 0; run < RUNS; run += 1) site.run();
  const { db } = site.planted;
  const seen = new Set<string>();
  for (const from of site.runs) {
    for (const to of site.runs) {
      if (to.id <= from.id) continue;
      const what = `${from.id} -> ${to.id}`;
      const diff = db.reports.runDiff(from.id, to.id);
      const pages = [...diff.pages()];
      const planned = plannedPages(from, to);
      assert.deepEqual(
        new Map(pages.map(({ url, change }) => [url, change])),
        sorted(planned),
        what,
      );
      for (const { url, change, titleChanged, contentChanged, facts } of pages) {
        seen.add(change);
        if (change !== "changed") continue;
        const [before, now] = [from.pages.get(url), to.pages.get(url)];
        assert.equal(titleChanged, before?.title !== now?.title, `${what} ${url}`);
        assert.equal(contentChanged, before?.text !== now?.text, `${what} ${url}`);
        assert.deepEqual(facts, []);
      }
      assert.equal(
        diff.pagesAsked(),
        [...to.pages.values()].filter(({ runId }) => runId > from.id).length,
      );
      const [before, now] = [brokenLinks(from), brokenLinks(to)];
      const links = new Map(
        [...diff.brokenLinks()].map((link) => [`${link.source} ${link.target}`, link.change]),
      );
      assert.deepEqual(
        links,
        sorted(
          new Map([
            ...[...now]
              .filter((link) => !before.has(link))
              .map((link) => [link, "broken"] as const),
            ...[...before]
              .filter((link) => !now.has(link))
              .map((link) => [link, "healed"] as const),
          ]),
        ),
        what,
      );
      for (const change of links.values()) seen.add(change);
    }
  }
  assert.deepEqual([...seen].toSorted(), [
    "added",
    "broken",
    "changed",
    "gone",
    "healed",
    "status_changed",
  ]);
});

test("v_run_diff says of each run what the plan says of it and the run before", (context) => {
  const site = new PlantedSite(context, { pages: 60, seed: 5 });
  for (let run = 0; run < RUNS; run += 1) site.run();
  for (const [at, to] of site.runs.entries()) {
    const from = site.runs[at - 1];
    const rows = site.planted.rows(
      "SELECT url, change FROM v_run_diff WHERE run_id = ? AND change <> 'unchanged' ORDER BY url",
      to.id,
    );
    assert.deepEqual(
      new Map(rows.map(({ url, change }) => [url, change])),
      from === undefined ? new Map() : sorted(plannedPages(from, to)),
      `run ${to.id}`,
    );
  }
});

function sorted(map: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...map].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
