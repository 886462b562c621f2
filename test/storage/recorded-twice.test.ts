import assert from "node:assert/strict";
import { test } from "node:test";
import { attempt, NOW, outcome, Planted, session, socket } from "./planted.ts";

const A = "https://a.example";

test("an outcome recorded twice changes nothing the second time", (context) => {
  const planted = new Planted(context);
  const { db } = planted;
  const run = planted.begin(`${A}/`);
  const urlId = planted.add(run, `${A}/`);
  const came = outcome(
    urlId,
    "page",
    attempt({ connection: 1, connectionSeq: 2, reused: true, error: "connection_closed" }),
    attempt({ connection: 2, connectionSeq: 1, reused: false, startedAt: NOW + 1 }),
  );
  const record = (): number =>
    db.transaction(() => {
      const sessionId = db.recordSession(run, session(0), 1);
      db.recordConnections(sessionId, run, [socket(1), socket(2)]);
      const input = { runId: run, sessionId, settled: true, redirectUrlId: null };
      return db.recordAttempts({ ...input, outcome: came });
    });
  const everything = (): unknown[] =>
    ["fetch", "connection", "session"].map((table) => planted.rows(`SELECT * FROM ${table}`));
  const fetchId = record();
  const before = everything();
  assert.deepEqual(planted.column("SELECT settled FROM fetch ORDER BY attempt"), [0, 1]);
  assert.equal(record(), fetchId);
  assert.deepEqual(everything(), before);
});

test("attempts that never reached a socket are told apart by their start", (context) => {
  const planted = new Planted(context);
  const { db } = planted;
  const run = planted.begin(`${A}/`);
  const urlId = planted.add(run, `${A}/`);
  const failedAt = (startedAt: number): void =>
    db.transaction(() => {
      db.recordAttempts({
        runId: run,
        sessionId: null,
        outcome: outcome(urlId, "page", attempt({ error: "dns_failed", status: null, startedAt })),
        settled: true,
        redirectUrlId: null,
      });
    });
  for (const startedAt of [NOW, NOW, NOW + 500, NOW]) failedAt(startedAt);
  assert.deepEqual(
    planted.rows("SELECT attempt, settled, started_at FROM fetch ORDER BY attempt"),
    [
      { attempt: 1, settled: 0, started_at: NOW },
      { attempt: 2, settled: 1, started_at: NOW + 500 },
    ],
  );
});

test("a session is one row, also where a transaction undid its first sight", (context) => {
  const planted = new Planted(context);
  const { db } = planted;
  const run = planted.begin(`${A}/`);
  assert.throws(() =>
    db.transaction(() => {
      db.recordSession(run, session(0), 1);
      throw new Error("undone");
    }),
  );
  for (const requests of [1, 2]) {
    db.transaction(() => db.recordSession(run, session(0, { requests, waitMs: 1.5 }), 1));
  }
  db.transaction(() => db.recordSession(run, session(0, { requests: 9 }), 2));
  assert.deepEqual(planted.rows("SELECT pid, requests, wait_ms FROM session ORDER BY pid"), [
    { pid: 1, requests: 2, wait_ms: 1.5 },
    { pid: 2, requests: 9, wait_ms: 0 },
  ]);
});

test("a 304 confirms what was there: the page counts as 200 and as unchanged", (context) => {
  const planted = new Planted(context);
  const { db } = planted;
  const first = planted.begin(`${A}/`);
  planted.page(first, { url: `${A}/`, isSeed: true, facts: {} });
  planted.finish(first);
  const second = planted.begin(`${A}/`);
  const urlId = planted.add(second, `${A}/`, { isSeed: true });
  db.transaction(() => {
    db.recordAttempts({
      runId: second,
      sessionId: null,
      outcome: outcome(urlId, "page", attempt({ status: 304, notModified: true })),
      settled: true,
      redirectUrlId: null,
    });
    db.frontier.settle(urlId, {
      runId: second,
      state: "done",
      reason: null,
      detail: null,
      now: NOW,
    });
  });
  planted.finish(second);
  const third = planted.begin(`${A}/`);
  planted.page(third, { url: `${A}/`, isSeed: true, facts: {} });
  assert.deepEqual(planted.rows("SELECT status, title, run_id FROM v_page"), [
    { status: 200, title: "Title", run_id: third },
  ]);
  assert.deepEqual(
    planted.rows("SELECT run_id, change, status_before, status FROM v_run_diff ORDER BY run_id"),
    [
      { run_id: second, change: "unchanged", status_before: 200, status: 200 },
      { run_id: third, change: "unchanged", status_before: 200, status: 200 },
    ],
  );
});
