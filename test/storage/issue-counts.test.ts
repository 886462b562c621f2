/** `v_issues` prepares links and pages once for all issues: its counts are those of their views all the same. */
import assert from "node:assert/strict";
import { test } from "node:test";
import Database from "better-sqlite3";
import { ISSUES } from "../../src/storage/index.ts";
import { Planted } from "./planted.ts";

const HTTPS = "https://a.example";
const HTTP = "http://a.example";

const KINDS =
  "a area iframe frame img script stylesheet canonical alternate next prev redirect sitemap other";
const RELS = [null, "nofollow", "noopener nofollow", "nofollowed", "refresh"];
const ANCHORS = [null, "", "word ".repeat(30)];
const LANGUAGES = [null, "de", "en-uk", "x-default"];

test("v_issues counts what the views say, whatever links lead from where to where", (context) => {
  const planted = new Planted(context);
  const run = planted.begin(`${HTTPS}/`);
  for (const origin of [HTTPS, HTTP]) {
    planted.page(run, { url: `${origin}/`, facts: { title: "One", h1: "One" } });
    planted.page(run, { url: `${origin}/twin`, facts: { title: "One", h1: "One" } });
    planted.page(run, { url: `${origin}/hidden`, facts: { robots: "noindex" } });
    planted.page(run, { url: `${origin}/else`, facts: { canonicalUrl: `${HTTPS}/` } });
    planted.page(run, { url: `${origin}/alone`, facts: {} });
    planted.page(run, { url: `${origin}/gone`, status: 404 });
    planted.page(run, { url: `${origin}/moved`, status: 301, redirect: `${origin}/gone` });
    planted.page(run, { url: `${origin}/large.png`, kind: "asset" });
    planted.add(run, `${origin}/forbidden`, { state: "excluded", reason: "robots" });
    planted.add(run, `${origin}/waiting`);
  }
  const sqlite = new Database(planted.path);
  context.after(() => sqlite.close());
  sqlite
    .prepare(
      `UPDATE fetch SET headers = '[["Content-Length","999999"]]'
      WHERE url_id IN (SELECT id FROM url WHERE url GLOB '*/large.png')`,
    )
    .run();
  const { changes } = sqlite
    .prepare(
      `INSERT INTO link (from_url_id, ordinal, to_url_id, kind, rel, anchor, hreflang, count,
        first_run_id, last_run_id, gone_run_id)
      SELECT s.id, 1000 + row_number() OVER (), t.id, k.value, r.value, a.value, h.value, 1, @run, @run, g.value
      FROM url s, url t, json_each(@kinds) k, json_each(@rels) r, json_each(@anchors) a,
        json_each(@languages) h, json_each(@gone) g
      WHERE s.url IN ('${HTTPS}/', '${HTTP}/', '${HTTPS}/twin')
        AND (k.value = 'alternate' OR h.value IS NULL) AND (k.value = 'img' OR a.value IS NULL)
        AND (k.value IN ('a', 'area', 'other') OR r.value IS NULL)
        AND (k.value = 'next' OR t.url NOT GLOB '*/alone')`,
    )
    .run({
      run,
      kinds: JSON.stringify(KINDS.split(" ")),
      rels: JSON.stringify(RELS),
      anchors: JSON.stringify(ANCHORS),
      languages: JSON.stringify(LANGUAGES),
      gone: `[null, ${run}]`,
    });
  assert.ok(changes > 2_000);

  const counted = Object.fromEntries(
    planted.rows("SELECT id, count FROM v_issues").map(({ id, count }) => [id, count]),
  );
  const said = ISSUES.map(({ id }) => {
    const [count] = planted.column(`SELECT count(*) FROM v_issue_${id}`);
    return [id, count] as const;
  }).filter(([, count]) => count !== 0);
  assert.deepEqual(counted, Object.fromEntries(said));
  // Of links, each issue is there to be counted.
  const missing = ISSUES.filter(({ id, from }) => from.startsWith("link l") && !(id in counted));
  assert.deepEqual(
    missing.map(({ id }) => id),
    [],
  );
});
