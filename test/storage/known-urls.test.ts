/** The check whether a URL is known: every link comes to it, so it has to be right and one look long. */
import assert from "node:assert/strict";
import { test } from "node:test";
import Database from "better-sqlite3";
import { RecentUrls } from "../../src/storage/recent-urls.ts";
import { Planted } from "./planted.ts";

const A = "https://a.example";

test("all that a link asks of a known URL is in one index", (context) => {
  const planted = new Planted(context);
  assert.deepEqual(
    planted
      .rows("EXPLAIN QUERY PLAN SELECT id, host_id, depth FROM url WHERE url = 'x'")
      .map(({ detail }) => detail),
    ["SEARCH url USING COVERING INDEX url_key (url=?)"],
  );
});

test("no program can store a URL twice, with another depth or host neither", (context) => {
  const planted = new Planted(context);
  const run = planted.begin(`${A}/`);
  planted.add(run, `${A}/x`, { depth: 5 });
  const sqlite = new Database(planted.path);
  try {
    const insert = sqlite.prepare(
      "INSERT INTO url (url, host_id, first_run_id, depth) VALUES (?, ?, ?, ?)",
    );
    assert.throws(() => insert.run(`${A}/x`, 2, run, null), /the URL is stored already/);
    insert.run(`${A}/y`, 1, run, 5);
    assert.throws(
      () => sqlite.exec(`UPDATE url SET url = '${A}/x' WHERE url = '${A}/y'`),
      /a URL does not change/,
    );
  } finally {
    sqlite.close();
  }
  assert.deepEqual(planted.column("SELECT url FROM url ORDER BY id"), [`${A}/x`, `${A}/y`]);
});

test("a depth that a transaction undid is not remembered", (context) => {
  const planted = new Planted(context);
  const { db } = planted;
  const run = planted.begin(`${A}/`);
  planted.add(run, `${A}/x`, { depth: 5 });
  const undo = new Error("undo");
  assert.throws(
    () =>
      db.transaction(() => {
        assert.equal(db.frontier.intern(`${A}/x`, run, 1).depthBefore, 5);
        throw undo;
      }),
    undo,
  );
  assert.equal(db.transaction(() => db.frontier.intern(`${A}/x`, run, 3)).depthBefore, 5);
  assert.deepEqual(planted.column("SELECT depth FROM url"), [3]);
  assert.deepEqual(planted.column("SELECT depth FROM frontier"), [3]);
});

test("URLs that share their places are never taken for one another", () => {
  const recent = new RecentUrls(2);
  const urls = Array.from({ length: 100 }, (_, index) => `${A}/${index}`);
  for (const [index, url] of urls.entries()) {
    const known = { urlId: index + 1, hostId: 7, depth: index % 3 === 0 ? null : index };
    assert.equal(recent.get(url), null);
    recent.set(url, known);
    assert.deepEqual(recent.get(url), known);
    const found = urls.filter((other) => recent.get(other) !== null);
    assert.deepEqual(found, urls.slice(Math.max(0, index - 1), index + 1));
  }
});

test("what is known of a URL is replaced where it stands, and cleared with all else", () => {
  const recent = new RecentUrls(2);
  recent.set(`${A}/a`, { urlId: 1, hostId: 1, depth: 4 });
  recent.set(`${A}/b`, { urlId: 2, hostId: 1, depth: null });
  recent.set(`${A}/a`, { urlId: 1, hostId: 1, depth: 0 });
  assert.deepEqual(recent.get(`${A}/a`), { urlId: 1, hostId: 1, depth: 0 });
  assert.deepEqual(recent.get(`${A}/b`), { urlId: 2, hostId: 1, depth: null });
  recent.clear();
  assert.equal(recent.get(`${A}/a`), null);
  assert.equal(recent.get(`${A}/b`), null);
});
