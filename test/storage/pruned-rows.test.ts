/** What a prune makes of rows that belong together: attempts and sockets, versions and their groups. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PrunedRows } from "../../src/storage/index.ts";
import { randomOf } from "./planted-site.ts";
import { attempt, facts, NOW, outcome, Planted, session, socket } from "./planted.ts";

const A = "https://a.example";

function prune({ db }: Planted, keepRuns: number, dryRun = false): PrunedRows {
  const plan = db.upkeep.planPrune({ keepRuns, olderThanMs: null, now: NOW });
  assert.ok(plan !== null);
  return db.upkeep.prune(plan, { now: NOW, dryRun });
}

test("what a 304 confirmed stays, without its socket; other rows of old runs go", (context) => {
  const planted = new Planted(context);
  const { db } = planted;
  const url = `${A}/`;
  const play = (at: number, status: 200 | 304 | 500): void => {
    const run = planted.begin(url);
    const urlId = planted.add(run, url);
    db.transaction(() => {
      const hostId = Number(planted.column("SELECT host_id FROM url")[0]);
      const body = new TextEncoder().encode(`# ${at}`);
      db.frontier.saveRobots(hostId, {
        fetchedAt: NOW - 10 + at,
        status: 200,
        body,
        expiresAt: null,
      });
      const sessionId = db.recordSession(run, session(0), at);
      db.recordConnections(sessionId, run, [socket(1), socket(2, { previousId: 1 })]);
      const record = (settled: boolean, of: Parameters<typeof attempt>[0]): number =>
        db.recordAttempts({
          runId: run,
          sessionId,
          outcome: outcome(urlId, "page", attempt({ startedAt: NOW + at, ...of })),
          settled,
          redirectUrlId: null,
        });
      record(false, { status: 503, connection: 1, connectionSeq: 1, reused: false });
      const fetchId = record(true, {
        status,
        connection: 2,
        connectionSeq: 1,
        reused: false,
        etag: status === 200 ? `"${at}"` : null,
        notModified: status === 304,
      });
      if (status === 200) {
        db.recordPage({ runId: run, urlId, fetchId, depth: 0, facts: facts({ title: `T${at}` }) });
        db.recordFields(run, urlId, [{ name: "price", index: 0, value: String(at) }]);
      } else if (status === 304) {
        db.recordUnchanged({ runId: run, urlId, kind: "page", fetchId });
      }
      db.frontier.settle(urlId, {
        runId: run,
        state: "done",
        reason: null,
        detail: null,
        now: NOW,
      });
    });
    planted.finish(run);
  };
  for (const [at, status] of ([200, 200, 304, 304, 500] as const).entries()) play(at + 1, status);
  const [urlId] = planted.column("SELECT id FROM url");
  const held = db.frontier.heldContent(Number(urlId), "page");
  assert.equal(held?.etag, '"2"');
  assert.deepEqual(prune(planted, 1), {
    // Of ten stay those of the last run, the 304 that was the last in order, and what that confirmed.
    fetch: 6,
    page: 1,
    page_text: 0,
    similar_group: 0,
    link: 0,
    extract: 3,
    robots: 4,
    connection: 8,
    session: 4,
  });
  assert.deepEqual(db.frontier.heldContent(Number(urlId), "page"), held);
  assert.deepEqual(
    planted.rows("SELECT run_id, status, settled, connection_id IS NULL AS bare FROM fetch"),
    [
      { run_id: 2, status: 200, settled: 1, bare: 1 },
      { run_id: 4, status: 304, settled: 1, bare: 1 },
      { run_id: 5, status: 503, settled: 0, bare: 0 },
      { run_id: 5, status: 500, settled: 1, bare: 0 },
    ],
  );
  assert.deepEqual(planted.column("SELECT value FROM extract"), ["2"]);
  assert.deepEqual(planted.column("SELECT cast(body AS TEXT) FROM robots"), ["# 5"]);
  planted.assertSound();
});

test("that a page was gone stays known while errors hide what came of it", (context) => {
  const planted = new Planted(context);
  const url = `${A}/`;
  for (const status of [200, 500, 404, 500, 500]) {
    const run = planted.begin(url);
    planted.page(run, { url, status });
    planted.finish(run);
  }
  const [urlId] = planted.column("SELECT id FROM url");
  const held = planted.db.frontier.heldContent(Number(urlId), "page");
  assert.equal(held?.isOvertaken, true);
  prune(planted, 1);
  assert.deepEqual(planted.db.frontier.heldContent(Number(urlId), "page"), held);
  assert.deepEqual(planted.column("SELECT run_id FROM fetch ORDER BY 1"), [1, 2, 3, 5]);
});

test("groups of similar pages go with the last version that was in them", (context) => {
  const planted = new Planted(context);
  const pages = 2_100;
  const random = randomOf(77);
  for (let at = 0; at < 2; at += 1) {
    const run = planted.begin(`${A}/`);
    planted.db.transaction(() => {
      for (let number = 0; number < pages; number += 1) {
        const parts = Array.from({ length: 4 }, () =>
          random(0x10000).toString(16).padStart(4, "0"),
        );
        const simhash = number % 10 === 0 ? "0".repeat(16) : parts.join("");
        const textHash = `${at}`.repeat(32);
        planted.page(run, { url: `${A}/${number}`, facts: { simhash, textHash } });
      }
    });
    planted.finish(run);
  }
  const count = (where: string): number =>
    Number(planted.column(`SELECT count(*) FROM ${where}`)[0]);
  const before = count("similar_group");
  const planned = prune(planted, 1, true);
  const removed = prune(planted, 1);
  assert.deepEqual(removed, planned);
  // All of the first run but the one that others are in too.
  assert.equal(removed.similar_group, (pages * 9) / 10);
  assert.equal(count("similar_group"), before - removed.similar_group);
  const ofNone = "similar_band WHERE group_id NOT IN (SELECT id FROM similar_group)";
  assert.equal(count(ofNone), 0);
  assert.ok(count("similar_band") > 0);
  planted.assertSound();
});
