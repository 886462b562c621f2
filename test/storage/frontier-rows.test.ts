import assert from "node:assert/strict";
import { test } from "node:test";
import { CrawlDatabase } from "../../src/storage/index.ts";
import { NOW, Planted, PROCESS } from "./planted.ts";

const A = "https://a.example";

test("a URL is stored once, its depth falls, and what waits moves with it", (context) => {
  const planted = new Planted(context);
  const { db } = planted;
  const run = planted.begin(`${A}/`);
  const urlId = planted.add(run, `${A}/x`, { depth: 5 });
  db.transaction(() => {
    assert.deepEqual(db.frontier.intern(`${A}/x`, run, 7), {
      urlId,
      hostId: 1,
      isNew: false,
      depthBefore: 5,
    });
    assert.deepEqual(db.frontier.intern(`${A}/x`, run, 2), {
      urlId,
      hostId: 1,
      isNew: false,
      depthBefore: 5,
    });
    assert.deepEqual(db.frontier.intern(`${A}/x`, run, null).depthBefore, 2);
    assert.equal(db.frontier.intern("https://a.example:8443/", run, 0).isNew, true);
  });
  assert.deepEqual(planted.column("SELECT depth FROM url WHERE id = ?", urlId), [2]);
  assert.deepEqual(planted.column("SELECT depth FROM frontier WHERE url_id = ?", urlId), [2]);
  assert.deepEqual(planted.column("SELECT origin FROM host"), [A, "https://a.example:8443"]);
});

test("what a transaction undid is not remembered", (context) => {
  const planted = new Planted(context);
  const { db } = planted;
  const run = planted.begin(`${A}/`);
  const undo = new Error("undo");
  assert.throws(
    () =>
      db.transaction(() => {
        db.frontier.intern(`${A}/x`, run, 0);
        throw undo;
      }),
    undo,
  );
  assert.deepEqual(planted.column("SELECT count(*) FROM url"), [0]);
  assert.equal(db.transaction(() => db.frontier.intern(`${A}/x`, run, 0)).isNew, true);
});

test("a host's URLs come by priority, depth and discovery, and only when they are due", (context) => {
  const planted = new Planted(context);
  const { db } = planted;
  const run = planted.begin(`${A}/`);
  planted.add(run, `${A}/deep`, { depth: 3 });
  planted.add(run, `${A}/near`, { depth: 1 });
  planted.add(run, `${A}/sitemap-only`, { depth: null });
  planted.add(run, `${A}/later`, { depth: 1, dueAt: NOW + 500 });
  planted.add(run, `${A}/much-later`, { depth: 1, dueAt: NOW + 900 });
  planted.add(run, `${A}/seed`, { priority: 100, depth: 9, isSeed: true });
  planted.add(run, `${A}/no`, { state: "excluded", reason: "scope" });
  planted.add(run, "https://b.example/", {});
  assert.deepEqual(db.frontier.pendingHosts(run, 0, 100), [
    { hostId: 1, origin: A },
    { hostId: 2, origin: "https://b.example" },
  ]);
  assert.equal(db.frontier.pendingCount(run), 7);
  const order = (now: number, limit: number): string[] =>
    db.frontier.nextPending(run, 1, now, limit).map(({ url }) => url.slice(A.length + 1));
  assert.deepEqual(order(NOW, 10), ["seed", "sitemap-only", "near", "deep"]);
  assert.deepEqual(order(NOW, 2), ["seed", "sitemap-only"]);
  assert.deepEqual(order(NOW + 500, 10), ["seed", "sitemap-only", "near", "later", "deep"]);
  assert.equal(db.frontier.nextDueAt(run, 1, NOW), NOW + 500);
  assert.equal(db.frontier.nextDueAt(run, 1, NOW + 900), null);
});

test("requeuing takes known pages in scope, and leaves what was left out for the way it was linked", (context) => {
  const planted = new Planted(context);
  const { db } = planted;
  const first = planted.begin(`${A}/`);
  planted.page(first, { url: `${A}/`, isSeed: true, links: [[`${A}/x`]] });
  planted.page(first, { url: `${A}/404`, status: 404 });
  planted.page(first, { url: `${A}/style.css`, kind: "asset" });
  planted.page(first, { url: `${A}/robots.txt`, kind: "robots" });
  planted.add(first, `${A}/logo.png`, { state: "excluded", reason: "link_kind" });
  planted.add(first, `${A}/nofollow`, { state: "excluded", reason: "nofollow" });
  planted.add(first, `${A}/deep`, { state: "excluded", reason: "depth" });
  planted.add(first, `${A}/pending`);
  planted.page(first, { url: "https://other.example/", isSeed: true });
  planted.finish(first);

  const second = planted.begin("https://b.example/");
  planted.add(second, "https://b.example/", { isSeed: true, priority: 100 });
  const offered: string[] = [];
  const count = db.transaction(() =>
    db.frontier.requeueKnown(second, (row) => {
      assert.equal(row.isSeed, false, "a seed of an earlier run is none of this one");
      offered.push(row.url);
      return row.url.startsWith(A);
    }),
  );
  assert.deepEqual(offered.toSorted(), [
    `${A}/`,
    `${A}/404`,
    `${A}/deep`,
    `${A}/pending`,
    `${A}/style.css`,
    "https://other.example/",
  ]);
  assert.equal(count, 5);
  assert.equal(db.frontier.pendingCount(second), 6);
  assert.deepEqual(
    planted.rows(
      "SELECT state, run_id, is_seed FROM frontier JOIN url ON id = url_id WHERE url LIKE '%other%'",
    ),
    [{ state: "done", run_id: 1, is_seed: 1 }],
  );
  const ready = db.frontier.nextPending(second, 1, NOW, 10);
  assert.deepEqual(ready.find(({ url }) => url === `${A}/style.css`)?.kind, "asset");
  assert.equal(ready.at(-1)?.isSeed, false);
});

test("a seed's redirects count as seeds in later runs too", (context) => {
  const planted = new Planted(context);
  const first = planted.begin(`${A}/`);
  planted.page(first, {
    url: `${A}/`,
    status: 301,
    redirect: "https://www.a.example/",
    isSeed: true,
  });
  planted.page(first, {
    url: "https://www.a.example/",
    status: 302,
    redirect: "https://www.a.example/en/",
  });
  planted.page(first, { url: "https://www.a.example/en/", links: [["https://b.example/"]] });
  planted.finish(first);
  const second = planted.begin(`${A}/`);
  assert.deepEqual(planted.db.frontier.seedUrls(second), [
    `${A}/`,
    "https://www.a.example/",
    "https://www.a.example/en/",
  ]);
});

test("reopening forgets why a URL was left out", (context) => {
  const planted = new Planted(context);
  const { db } = planted;
  const run = planted.begin(`${A}/`);
  planted.add(run, `${A}/x`, { state: "excluded", reason: "scope", detail: "why" });
  planted.add(run, `${A}/y`, { state: "excluded", reason: "scope" });
  planted.add(run, `${A}/z`, { state: "excluded", reason: "exclude" });
  const taken = db.transaction(() =>
    db.frontier.reopenExcluded(run, { reason: "scope", firstRunId: run }, ({ url }) =>
      url.endsWith("x"),
    ),
  );
  assert.equal(taken, 1);
  assert.deepEqual(
    planted.rows("SELECT state, reason, detail, settled_at, due_at FROM frontier ORDER BY url_id"),
    [
      { state: "pending", reason: null, detail: null, settled_at: null, due_at: NOW },
      { state: "excluded", reason: "scope", detail: null, settled_at: NOW, due_at: null },
      { state: "excluded", reason: "exclude", detail: null, settled_at: NOW, due_at: null },
    ],
  );
});

test("a run taken up after a kill: what was in flight waits, what was open ended, both processes show", (context) => {
  const planted = new Planted(context);
  const run = planted.begin(`${A}/`);
  const urlId = planted.add(run, `${A}/x`);
  planted.db.transaction(() => planted.db.frontier.claim(urlId));
  const again = CrawlDatabase.open(planted.path);
  try {
    const unfinished = again.unfinishedRun();
    assert.equal(unfinished?.id, run);
    assert.equal(unfinished?.state, "running");
    const settings = { scope: "host", threads: 4 };
    again.transaction(() => {
      again.continueRun(run, { ...PROCESS, pid: 4712, settings, now: NOW + 5_000 });
    });
  } finally {
    again.close();
  }
  assert.deepEqual(planted.column("SELECT state FROM frontier"), ["pending"]);
  assert.deepEqual(planted.rows("SELECT pid, started_at, settings FROM run_process ORDER BY id"), [
    { pid: 4711, started_at: NOW, settings: '{"scope":"host"}' },
    { pid: 4712, started_at: NOW + 5_000, settings: '{"scope":"host","threads":4}' },
  ]);
});

test("the same robots.txt again is the same version, with a later expiry", (context) => {
  const planted = new Planted(context);
  const { db } = planted;
  const run = planted.begin(`${A}/`);
  planted.add(run, `${A}/`);
  const body = Buffer.from("User-agent: *\nDisallow: /x\n");
  const save = (status: number, bytes: Uint8Array | null, at: number): number =>
    db.transaction(() =>
      db.frontier.saveRobots(1, { fetchedAt: at, status, body: bytes, expiresAt: at + 100 }),
    );
  assert.equal(db.frontier.currentRobots(1), null);
  const version = save(200, body, NOW);
  assert.equal(save(200, Buffer.from(body), NOW + 50), version);
  const current = db.frontier.currentRobots(1);
  assert.equal(current?.fetchedAt, NOW + 50);
  assert.equal(current?.expiresAt, NOW + 150);
  assert.deepEqual(Buffer.from(current?.body ?? []), body);
  assert.notEqual(save(404, null, NOW + 60), version);
  assert.deepEqual(planted.rows("SELECT fetched_at, checked_at, status FROM robots ORDER BY id"), [
    { fetched_at: NOW, checked_at: NOW + 50, status: 200 },
    { fetched_at: NOW + 60, checked_at: NOW + 60, status: 404 },
  ]);
});
