/** What v_audit_page says of a page, and issues that need more than a small site. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { metaRobots } from "../../src/politeness/index.ts";
import { ISSUES } from "../../src/storage/issue-views/index.ts";
import { crawlSite } from "../helpers/crawl-run.ts";
import { startSite } from "../helpers/site-server.ts";
import { Planted } from "./planted.ts";

const A = "https://a.example";

/** Values of X-Robots-Tag. */
const TAGS: readonly string[] = [
  "noindex",
  "index, follow",
  "NOINDEX,NoFollow",
  "none",
  "nofollow",
  "otherbot: noindex",
  "noindex, otherbot: nofollow",
  "otherbot: nofollow, noindex",
  "*: noindex",
  "unavailable_after: 25 Jun 2030 15:00:00 GMT, noindex",
  "max-snippet:-1, nofollow",
  'a "quoted\\ value", noindex',
  "noindexed",
  "",
];

test("X-Robots-Tag is read as the crawler reads it", async (context) => {
  const site = await startSite({
    "/": TAGS.map((_, index) => `<a href="/${index}">x</a>`).join(""),
    ...Object.fromEntries(
      TAGS.map((tag, index) => [
        `/${index}`,
        { headers: { "X-Robots-Tag": tag }, body: `<title>${index}</title>` },
      ]),
    ),
  });
  context.after(() => site.close());
  const { rows } = await crawlSite(context, { seeds: [`${site.origin}/`] });
  const found = rows(`SELECT url, indexable, nofollow FROM v_audit_page WHERE url NOT GLOB '*/'`);
  assert.equal(found.length, TAGS.length);
  for (const { url, indexable, nofollow } of found) {
    const tag = TAGS[Number(String(url).split("/").at(-1))] ?? "";
    const said = metaRobots(null, [tag], "webspool");
    assert.deepEqual(
      { noindex: indexable === 0, nofollow: nofollow === 1 },
      { noindex: said.noindex, nofollow: said.nofollow },
      tag,
    );
  }
});

test("indexable_reason names the first reason, and what is no page of HTML has no texts to judge", (context) => {
  const planted = new Planted(context);
  const first = planted.begin(`${A}/`);
  planted.page(first, { url: `${A}/fine`, facts: {} });
  planted.page(first, { url: `${A}/meta`, facts: { robots: "follow,\tNOINDEX" } });
  planted.page(first, { url: `${A}/other`, facts: { robots: "noindexed" } });
  planted.page(first, { url: `${A}/canonical`, facts: { canonicalUrl: `${A}/fine` } });
  planted.page(first, { url: `${A}/moved`, status: 301, redirect: `${A}/fine` });
  planted.page(first, { url: `${A}/gone`, status: 410 });
  planted.page(first, { url: `${A}/down`, status: 503 });
  planted.page(first, { url: `${A}/empty`, status: 204 });
  planted.page(first, { url: `${A}/refused`, error: "connect_refused" });
  planted.page(first, { url: `${A}/was-html`, facts: { title: null, robots: "noindex" } });
  planted.finish(first);
  const second = planted.begin(`${A}/`);
  planted.page(second, { url: `${A}/was-html` });
  planted.finish(second);
  assert.deepEqual(
    Object.fromEntries(
      planted
        .rows("SELECT url, html, indexable, indexable_reason FROM v_audit_page")
        .map(({ url, html, indexable, indexable_reason: reason }) => [
          String(url).slice(A.length + 1),
          [html, indexable, reason],
        ]),
    ),
    {
      fine: [1, 1, null],
      meta: [1, 0, "noindex_meta"],
      other: [1, 1, null],
      canonical: [1, 0, "canonicalised"],
      moved: [0, 0, "redirect"],
      gone: [0, 0, "client_error"],
      down: [0, 0, "server_error"],
      empty: [0, 0, "other_status"],
      refused: [0, 0, "no_response"],
      "was-html": [0, 1, null],
    },
  );
  assert.deepEqual(planted.rows("SELECT * FROM v_issue_title_missing"), []);
});

test("redirects end after as many as browsers follow, and in circles that are entered from outside", (context) => {
  const planted = new Planted(context);
  const run = planted.begin(`${A}/`);
  const move = (from: string, to: string): void => {
    planted.page(run, { url: `${A}/${from}`, status: 301, redirect: `${A}/${to}` });
  };
  for (let hop = 0; hop < 21; hop += 1) move(`row-${hop}`, `row-${hop + 1}`);
  move("in", "round-1");
  move("round-1", "round-2");
  move("round-2", "round-1");
  const urls = (view: string): unknown[] =>
    planted.column(`SELECT url FROM v_issue_redirect_${view} ORDER BY url`);
  assert.deepEqual(
    urls("loop"),
    ["in", "round-1", "round-2", "row-0"].map((path) => `${A}/${path}`),
  );
  assert.equal(urls("chain").length, 19, "of 1 to 19, the last is no chain");
  assert.deepEqual(
    planted.rows(`SELECT hops, target FROM v_issue_redirect_chain WHERE url = ?`, `${A}/row-1`),
    [{ hops: 20, target: `${A}/row-21` }],
  );
});

test("capitals of escapes are no capitals of a path", (context) => {
  const planted = new Planted(context);
  const run = planted.begin(`${A}/`);
  const paths = ["caf%C3%A9", "caf%C3%A9B", "%C3%A9/lower", "Upper", "lower?Q=A", "%2FA", "lower"];
  for (const path of paths) planted.page(run, { url: `${A}/${path}`, facts: {} });
  assert.deepEqual(
    planted.column("SELECT url FROM v_issue_url_uppercase ORDER BY url"),
    ["%2FA", "Upper", "caf%C3%A9B"].map((path) => `${A}/${path}`),
  );
});

test("the ids of issues are words that can stand in a view's name, each once", () => {
  for (const { id, sentence } of ISSUES) {
    assert.match(id, /^[a-z][a-z0-9_]+$/);
    assert.match(sentence, /^[A-Z].*\.$|^[A-Z].*\)\.$/);
  }
  assert.equal(new Set(ISSUES.map(({ id }) => id)).size, ISSUES.length);
});
