/** v_time_ledger: where the time of attempts went. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FetchAttempt } from "../../src/messages.ts";
import { attempt, NOW, outcome, Planted, session, socket } from "../storage/planted.ts";

const A = "https://a.example";
const B = "https://b.example";

test("v_time_ledger adds up each phase per run and host, failed attempts included", (context) => {
  const planted = new Planted(context);
  const { db } = planted;
  const run = planted.begin(`${A}/`);
  const record = (sessionId: number, url: string, one: Partial<FetchAttempt>): void => {
    const urlId = planted.add(run, url);
    const error = one.error ?? null;
    db.transaction(() => {
      db.recordAttempts({
        runId: run,
        sessionId,
        outcome: outcome(urlId, "page", attempt(one)),
        settled: true,
        redirectUrlId: null,
      });
      const state = error === null ? "done" : "failed";
      db.frontier.settle(urlId, { runId: run, state, reason: error, detail: null, now: NOW });
    });
  };
  const sessionId = db.transaction(() => {
    const id = db.recordSession(run, session(0), 1);
    db.recordConnections(id, run, [socket(1)]);
    return id;
  });
  const phases = { queueMs: 1, ttfbMs: 20, bodyMs: 4 };
  const handshake = { dnsMs: 2, connectMs: 10, tlsMs: 23.5 };
  const first = { connection: 1, connectionSeq: 1, reused: false };
  record(sessionId, `${A}/1`, { ...phases, ...handshake, ...first, totalMs: 60.5 });
  record(sessionId, `${A}/2`, {
    ...phases,
    connection: 1,
    connectionSeq: 2,
    reused: true,
    totalMs: 25,
  });
  // No answer within the time: what it waited for has no phase of its own.
  const none = { ttfbMs: null, bodyMs: null, status: null } as const;
  record(sessionId, `${A}/3`, { ...none, queueMs: 0, error: "read_timeout", totalMs: 114.5 });
  record(sessionId, `${B}/`, {
    ...none,
    queueMs: 0,
    connectMs: 5,
    error: "connect_timeout",
    totalMs: 5,
  });
  record(sessionId, "https://c.example/", {
    ...none,
    queueMs: 0,
    error: "connect_timeout",
    totalMs: 0,
  });

  assert.deepEqual(planted.rows("SELECT * FROM v_time_ledger ORDER BY origin"), [
    {
      run_id: run,
      origin: A,
      attempts: 3,
      connections_opened: 1,
      queue_ms: 2,
      dns_ms: 2,
      connect_ms: 10,
      tls_ms: 23.5,
      ttfb_ms: 40,
      body_ms: 8,
      other_ms: 114.5,
      total_ms: 200,
      handshake_ms: 35.5,
      handshake_ratio: 0.1775,
    },
    {
      run_id: run,
      origin: B,
      attempts: 1,
      connections_opened: 0,
      queue_ms: 0,
      dns_ms: null,
      connect_ms: 5,
      tls_ms: null,
      ttfb_ms: null,
      body_ms: null,
      other_ms: 0,
      total_ms: 5,
      handshake_ms: 5,
      handshake_ratio: 1,
    },
    {
      run_id: run,
      origin: "https://c.example",
      attempts: 1,
      connections_opened: 0,
      queue_ms: 0,
      dns_ms: null,
      connect_ms: null,
      tls_ms: null,
      ttfb_ms: null,
      body_ms: null,
      other_ms: 0,
      total_ms: 0,
      handshake_ms: 0,
      handshake_ratio: null,
    },
  ]);
});
