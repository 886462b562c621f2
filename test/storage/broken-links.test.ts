/** Since when links are broken, against the plan of a site that changes by chance. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PlantedSite, type PlannedRun } from "./planted-site.ts";
import { Planted } from "./planted.ts";

const A = "https://a.example";

/** The first of the newest runs in a row of which `holds` is true. */
function since(runs: readonly PlannedRun[], holds: (run: PlannedRun) => boolean): number {
  const last = runs.findLastIndex((run) => !holds(run));
  return runs[last + 1]?.id ?? 0;
}

test("v_broken_link_history says since when each link is broken, after every run of the plan", (context) => {
  const site = new PlantedSite(context, { pages: 50, seed: 23 });
  let older = 0;
  for (let count = 1; count <= 8; count += 1) {
    const now = site.run();
    const planned = [...now.links].filter((link) => now.broken.has(link.split(" ")[1] ?? ""));
    const rows = site.planted.rows(
      "SELECT source, target, linked_run_id, broken_run_id FROM v_broken_link_history ORDER BY 1, 2",
    );
    assert.deepEqual(
      rows,
      planned.toSorted().map((link) => {
        const [source = "", target = ""] = link.split(" ");
        return {
          source,
          target,
          linked_run_id: since(site.runs, ({ links }) => links.has(link)),
          broken_run_id: since(
            site.runs,
            ({ links, broken }) => links.has(link) && broken.has(target),
          ),
        };
      }),
      `run ${now.id}`,
    );
    const before = "SELECT count(*) FROM v_broken_link_history WHERE broken_run_id < ?";
    older += Number(site.planted.column(before, now.id)[0]);
  }
  assert.ok(older > 50, `${older} links were broken for longer than a run`);
});

test("a link whose words change is the same link, one that comes back is not", (context) => {
  const planted = new Planted(context);
  const { db } = planted;
  const play = (anchor: string | null): number => {
    const run = planted.begin(`${A}/`);
    const from = planted.page(run, { url: `${A}/` });
    const to = planted.page(run, { url: `${A}/gone`, status: 404 });
    const link = { toUrlId: to, kind: "a", rel: null, anchor, hreflang: null, count: 1 } as const;
    const links = anchor === null ? [] : [link];
    db.transaction(() => db.recordLinks({ runId: run, fromUrlId: from, links }));
    planted.finish(run);
    return run;
  };
  const brokenSince = (): unknown =>
    planted.column("SELECT broken_run_id FROM v_broken_link_history")[0];
  const first = play("read this");
  play("read that");
  assert.equal(brokenSince(), first);
  play(null);
  assert.equal(brokenSince(), undefined);
  const back = play("read this");
  assert.equal(brokenSince(), back);
  assert.deepEqual(
    planted.rows("SELECT anchor, first_run_id, gone_run_id FROM link ORDER BY ordinal"),
    [
      { anchor: "read this", first_run_id: 1, gone_run_id: 2 },
      { anchor: "read that", first_run_id: 2, gone_run_id: 3 },
      { anchor: "read this", first_run_id: 4, gone_run_id: null },
    ],
  );
});
