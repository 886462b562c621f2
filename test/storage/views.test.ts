import assert from "node:assert/strict";
import { test } from "node:test";
import { VIEWS } from "../../src/storage/index.ts";
import { attempt, NOW, outcome, Planted, session, socket } from "./planted.ts";

const A = "https://a.example";

test("every view has the columns it declares, and its example runs", (context) => {
  const planted = new Planted(context);
  for (const { name, columns, example } of VIEWS) {
    const { columns: actual } = planted.db.query(`SELECT * FROM ${name}`);
    assert.deepEqual(
      actual,
      columns.map(([column]) => column),
    );
    planted.db.query(example);
  }
  const named = VIEWS.map(({ name }) => name).filter((name) => !name.startsWith("v_issue_"));
  assert.deepEqual(named.toSorted(), [
    "v_audit_limit",
    "v_audit_page",
    "v_broken_link",
    "v_broken_link_history",
    "v_duplicate",
    "v_extract",
    "v_issues",
    "v_link",
    "v_near_duplicate",
    "v_new_connection",
    "v_page",
    "v_page_text",
    "v_redirect",
    "v_reuse_origin",
    "v_reuse_run",
    "v_reuse_thread",
    "v_run_diff",
    "v_time_ledger",
  ]);
});

test("v_link and v_page show what is there now", (context) => {
  const planted = new Planted(context);
  const first = planted.begin(`${A}/`);
  planted.page(first, {
    url: `${A}/`,
    facts: { title: "Old" },
    links: [[`${A}/stays`], [`${A}/goes`], [`${A}/logo.png`, "img"]],
  });
  planted.page(first, { url: `${A}/file.pdf` });
  planted.finish(first);
  const second = planted.begin(`${A}/`);
  planted.page(second, { url: `${A}/`, facts: { title: "New" }, links: [[`${A}/stays`]] });
  planted.finish(second);

  assert.deepEqual(
    planted.rows("SELECT source, target, kind, first_run_id, last_run_id FROM v_link"),
    [{ source: `${A}/`, target: `${A}/stays`, kind: "a", first_run_id: 1, last_run_id: 2 }],
  );
  assert.deepEqual(
    planted.rows("SELECT url, status, title, first_run_id, run_id FROM v_page ORDER BY url"),
    [
      { url: `${A}/`, status: 200, title: "New", first_run_id: 2, run_id: 2 },
      { url: `${A}/file.pdf`, status: 200, title: null, first_run_id: null, run_id: 1 },
    ],
  );
});

test("v_broken_link has what answers with an error, or not at all", (context) => {
  const planted = new Planted(context);
  const run = planted.begin(`${A}/`);
  const gone = "https://gone.example";
  planted.page(run, {
    url: `${A}/`,
    links: [[`${A}/fine`], [`${A}/404`], [`${gone}/1`], [`${gone}/2`], [`${A}/unasked`]],
  });
  planted.page(run, { url: `${A}/fine` });
  planted.page(run, { url: `${A}/404`, status: 404, kind: "asset" });
  planted.page(run, { url: `${gone}/1`, error: "connect_refused" });
  // Its host was given up before it was asked.
  planted.add(run, `${gone}/2`);
  const { db } = planted;
  const hostId = Number(planted.column("SELECT id FROM host WHERE origin = ?", gone)[0]);
  const to = { state: "failed", reason: "connect_refused", detail: null } as const;
  assert.equal(
    db.transaction(() => db.frontier.settlePending(run, hostId, { ...to, now: NOW, dueAt: NOW })),
    1,
  );
  assert.deepEqual(
    planted.rows("SELECT source, target, status, error FROM v_broken_link ORDER BY target"),
    [
      { source: `${A}/`, target: `${A}/404`, status: 404, error: null },
      { source: `${A}/`, target: `${gone}/1`, status: null, error: "connect_refused" },
      { source: `${A}/`, target: `${gone}/2`, status: null, error: "connect_refused" },
    ],
  );
});

test("v_redirect says where a redirect leads and what is there", (context) => {
  const planted = new Planted(context);
  const run = planted.begin(`${A}/`);
  planted.page(run, { url: `${A}/old`, status: 301, redirect: `${A}/new` });
  planted.page(run, { url: `${A}/new`, status: 404 });
  planted.page(run, { url: `${A}/away`, status: 302, redirect: "https://b.example/" });
  assert.deepEqual(planted.rows("SELECT * FROM v_redirect ORDER BY source"), [
    {
      source: `${A}/away`,
      target: "https://b.example/",
      status: 302,
      target_status: null,
      run_id: 1,
    },
    { source: `${A}/old`, target: `${A}/new`, status: 301, target_status: 404, run_id: 1 },
  ]);
});

test("the reuse views add up requests, handshakes and reasons", (context) => {
  const planted = new Planted(context);
  const { db } = planted;
  const run = planted.begin(`${A}/`);
  const urlIds = Array.from({ length: 7 }, (_, index) => planted.add(run, `${A}/${index}`));
  const B = "https://b.example";
  db.transaction(() => {
    const one = db.recordSession(run, session(0), 1);
    const two = db.recordSession(run, session(1), 1);
    db.recordSession(run, session(2), 1);
    db.recordConnections(one, run, [
      // 30 ms and 10 ms: a mean of 20 ms to this origin, over both threads.
      socket(1, { connectMs: 10, tlsMs: 20 }),
      socket(2, { origin: B, connectMs: null, tlsMs: null }),
    ]);
    db.recordConnections(two, run, [
      socket(1, { connectMs: 4, tlsMs: 6, closedAt: NOW + 50, closeReason: "peer_closed" }),
      socket(2, {
        openReason: "peer_closed",
        previousId: 1,
        openedAt: NOW + 100,
        connectMs: null,
        tlsMs: null,
      }),
    ]);
    const use = (sessionId: number, connection: number, connectionSeq: number): void => {
      const urlId = urlIds.shift();
      assert.ok(urlId !== undefined);
      const one = attempt({ connection, connectionSeq, reused: connectionSeq > 1, totalMs: 5 });
      db.recordAttempts({
        runId: run,
        sessionId,
        outcome: outcome(urlId, "page", one),
        settled: true,
        redirectUrlId: null,
      });
      db.frontier.settle(urlId, {
        runId: run,
        state: "done",
        reason: null,
        detail: null,
        now: NOW,
      });
    };
    use(one, 1, 1);
    use(one, 1, 2);
    use(one, 1, 3);
    use(one, 2, 1);
    use(one, 2, 2);
    use(two, 1, 1);
    use(two, 2, 1);
  });
  planted.finish(run);
  planted.begin(`${A}/`);

  const columns =
    "requests, reused, reuse_ratio, connections_opened, handshake_ms_spent, handshake_ms_saved, by_reason";
  assert.deepEqual(planted.rows(`SELECT run_id, ${columns} FROM v_reuse_run ORDER BY run_id`), [
    {
      run_id: 1,
      requests: 7,
      reused: 3,
      reuse_ratio: 0.4286,
      connections_opened: 4,
      handshake_ms_spent: 40,
      handshake_ms_saved: 40,
      by_reason: '{"first_use":3,"peer_closed":1}',
    },
    {
      run_id: 2,
      requests: 0,
      reused: 0,
      reuse_ratio: null,
      connections_opened: 0,
      handshake_ms_spent: null,
      handshake_ms_saved: null,
      by_reason: "{}",
    },
  ]);
  assert.deepEqual(
    planted.rows(
      "SELECT thread, requests, reused, handshake_ms_saved FROM v_reuse_thread ORDER BY thread",
    ),
    [
      { thread: 0, requests: 5, reused: 3, handshake_ms_saved: 40 },
      { thread: 1, requests: 2, reused: 0, handshake_ms_saved: 0 },
      { thread: 2, requests: 0, reused: 0, handshake_ms_saved: null },
    ],
  );
  assert.deepEqual(
    planted.rows(
      "SELECT origin, requests, reused, handshake_ms_spent, handshake_ms_saved FROM v_reuse_origin ORDER BY origin",
    ),
    [
      { origin: A, requests: 5, reused: 2, handshake_ms_spent: 40, handshake_ms_saved: 40 },
      // No handshake of this origin is known, so nothing is said of what was saved.
      { origin: B, requests: 2, reused: 1, handshake_ms_spent: null, handshake_ms_saved: null },
    ],
  );
  assert.deepEqual(
    planted.rows(`SELECT thread, reason, previous_close_reason, previous_requests, previous_idle_ms, requests
      FROM v_new_connection WHERE previous_id IS NOT NULL`),
    [
      {
        thread: 1,
        reason: "peer_closed",
        previous_close_reason: "peer_closed",
        previous_requests: 1,
        previous_idle_ms: 95,
        requests: 1,
      },
    ],
  );
  planted.assertSound();
});

test("v_run_diff compares with the last run that asked", (context) => {
  const planted = new Planted(context);
  const first = planted.begin(`${A}/`);
  const links = ["same", "404", "500", "text", "unlinked", "refused", "unasked"];
  planted.page(first, {
    url: `${A}/`,
    isSeed: true,
    facts: {},
    links: links.map((name) => [`${A}/${name}`] as const),
  });
  for (const name of links) planted.page(first, { url: `${A}/${name}`, facts: {} });
  planted.finish(first);
  assert.deepEqual(planted.rows("SELECT * FROM v_run_diff"), []);

  const second = planted.begin(`${A}/`);
  const now = ["same", "404", "500", "text", "refused", "unasked", "new"];
  planted.page(second, {
    url: `${A}/`,
    isSeed: true,
    facts: {},
    links: now.map((name) => [`${A}/${name}`] as const),
  });
  planted.page(second, { url: `${A}/same`, facts: {} });
  planted.page(second, { url: `${A}/404`, status: 404 });
  planted.page(second, { url: `${A}/500`, status: 500 });
  planted.page(second, { url: `${A}/text`, facts: { textHash: "f".repeat(32) } });
  planted.page(second, { url: `${A}/unlinked`, facts: {} });
  planted.page(second, { url: `${A}/refused`, error: "connect_refused" });
  planted.page(second, { url: `${A}/new`, facts: {} });
  planted.finish(second);
  const changes = (run: number): Record<string, unknown> =>
    Object.fromEntries(
      planted
        .rows("SELECT url, change FROM v_run_diff WHERE run_id = ?", run)
        .map(({ url, change }) => [String(url).slice(A.length + 1), change]),
    );
  assert.deepEqual(changes(second), {
    "": "unchanged",
    same: "unchanged",
    "404": "gone",
    "500": "status_changed",
    text: "changed",
    unlinked: "gone",
    refused: "status_changed",
    new: "added",
  });

  // Not asked in the second run: the third is compared with the first.
  const third = planted.begin(`${A}/`);
  planted.page(third, { url: `${A}/unasked`, facts: {} });
  planted.page(third, { url: `${A}/404`, status: 404 });
  planted.finish(third);
  assert.deepEqual(changes(third), { unasked: "unchanged", "404": "unchanged" });
});
