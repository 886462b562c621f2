/** The named queries: that each runs, by which plan, and what they find where a site cannot show it. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { NAMED_QUERIES, type CrawlDatabase } from "../../src/storage/index.ts";
import { askNamed, type Given } from "./ask-named.ts";
import { NOW, Planted } from "./planted.ts";

test("names are words, each stands once, and every parameter is told and used", () => {
  assert.ok(NAMED_QUERIES.length >= 20);
  assert.equal(new Set(NAMED_QUERIES.map(({ name }) => name)).size, NAMED_QUERIES.length);
  for (const { name, question, parameters, sql } of NAMED_QUERIES) {
    assert.match(name, /^[a-z]+(-[a-z]+)*$/);
    assert.match(question, /^[A-Z].*\?$/, name);
    assert.deepEqual(
      new Set([...sql.matchAll(/:([a-z]+)/g)].map((match) => match[1])),
      new Set(parameters.map((parameter) => parameter.name)),
      name,
    );
  }
});

test("every named query runs in an empty database", (context) => {
  const planted = new Planted(context);
  for (const { name } of NAMED_QUERIES) assert.deepEqual(askNamed(planted.db, name), [], name);
});

// One pass over a large table is a second at millions of rows; one for each row of another is a day.
test("no named query goes through a large table for each row of another", (context) => {
  const planted = new Planted(context);
  const small = /^SCAN (?:h|host|r|run|way|chain|CONSTANT ROW|s VIRTUAL TABLE)\b/;
  for (const { name, sql, parameters } of NAMED_QUERIES) {
    const values = Object.fromEntries(parameters.map((parameter) => [parameter.name, null]));
    const { rows } = planted.db.query(`EXPLAIN QUERY PLAN ${sql}`, values);
    const plan = new Map(
      rows.map(([id, parent, , detail]) => [id, { parent, detail: String(detail) }]),
    );
    const loops = new Set<unknown>();
    for (const { parent, detail } of plan.values()) {
      if (!/^(?:SCAN|SEARCH) /.test(detail)) continue;
      let inner = loops.has(parent);
      loops.add(parent);
      for (let at = plan.get(parent ?? 0); at !== undefined; at = plan.get(at.parent ?? 0)) {
        inner ||= at.detail.startsWith("CORRELATED");
      }
      const isScan = detail.startsWith("SCAN ") && !small.test(detail);
      assert.ok(!inner || !isScan, `${name}: ${detail}`);
    }
  }
});

const A = "https://a.example";

test("what waits is told with its host's pauses, and what holds it up", (context) => {
  const { db, ...planted } = plantedRun(context);
  const url = planted.add(`${A}/x`, { state: "pending" });
  planted.add(`${A}/y`, { state: "pending" });
  db.transaction(() => db.frontier.claim(url));
  planted.add("https://b.example/", { state: "pending" });
  planted.add("https://b.example/2", { state: "pending" });
  assert.deepEqual(
    askNamed(db, "waiting").map(({ host, pending, fetching }) => [host, pending, fetching]),
    [
      ["https://b.example", 2, 0],
      [A, 1, 1],
    ],
  );
});

test("pages that the last runs did not ask for are told by how many runs they are behind", (context) => {
  const planted = new Planted(context);
  for (const urls of [["/1", "/2", "/3"], ["/2", "/3"], ["/3"]]) {
    const run = planted.begin(`${A}/`);
    for (const path of urls) planted.page(run, { url: A + path });
    planted.finish(run);
  }
  const unseen = (runs: number): unknown[] =>
    askNamed(planted.db, "unseen-pages", { runs }).map((row) => [
      row["url"],
      row["last_asked_in_run"],
    ]);
  assert.deepEqual(unseen(1), [
    [`${A}/1`, 1],
    [`${A}/2`, 2],
  ]);
  assert.deepEqual(unseen(2), [[`${A}/1`, 1]]);
  assert.deepEqual(unseen(3), []);
});

test("versions of robots.txt are told in their order, and which one is in force", (context) => {
  const { db, ...planted } = plantedRun(context);
  planted.add(`${A}/`);
  const { hostId } = db.transaction(() => db.frontier.intern(`${A}/`, 1, 0));
  for (const body of ["User-agent: *", "User-agent: *\nDisallow: /"]) {
    const robots = { fetchedAt: NOW, status: 200, body: Buffer.from(body), expiresAt: null };
    db.transaction(() => db.frontier.saveRobots(hostId, robots));
  }
  assert.deepEqual(
    askNamed(db, "robots-versions").map(({ host, bytes, in_force }) => [host, bytes, in_force]),
    [
      [A, 13, 0],
      [A, 25, 1],
    ],
  );
});

test("what looks like a trap is told with its rule, and by the beginning of the rule's name", (context) => {
  const { db, ...planted } = plantedRun(context);
  planted.add(`${A}/2099`, { state: "excluded", reason: "trap_calendar", detail: "2099" });
  planted.add(`${A}/long`, { state: "excluded", reason: "trap_long_url" });
  planted.add(`${A}/out`, { state: "excluded", reason: "scope" });
  const urls = (given: Given = {}): unknown[] =>
    askNamed(db, "excluded-by-traps", given).map(({ url }) => url);
  assert.deepEqual(urls(), [`${A}/2099`, `${A}/long`]);
  assert.deepEqual(urls({ reason: "trap_cal" }), [`${A}/2099`]);
  // Only traps, whatever is asked for.
  assert.deepEqual(urls({ reason: "scope" }), []);
});

/** A database with a run that has begun, and a hand that adds URLs to it. */
function plantedRun(context: TestContext): {
  db: CrawlDatabase;
  add(url: string, of?: Parameters<Planted["add"]>[2]): number;
} {
  const planted = new Planted(context);
  const run = planted.begin(`${A}/`);
  return { db: planted.db, add: (url, of = {}) => planted.add(run, url, of) };
}
