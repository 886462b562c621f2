import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { UsageError } from "../../src/errors.ts";
import { CrawlDatabase } from "../../src/storage/index.ts";
import { attempt, facts, NOW, outcome, Planted, session, socket } from "./planted.ts";

const A = "https://a.example";

type StoredLink = Parameters<CrawlDatabase["recordLinks"]>[0]["links"][number];

test("attempts are numbered, the last settles, and sockets count them", (context) => {
  const planted = new Planted(context);
  const { db } = planted;
  const run = planted.begin(`${A}/`);
  const urlId = planted.add(run, `${A}/`);
  db.transaction(() => {
    const sessionId = db.recordSession(run, session(0), 1);
    db.recordConnections(sessionId, run, [socket(1)]);
    const record = (settled: boolean, ...attempts: ReturnType<typeof attempt>[]): number =>
      db.recordAttempts({
        runId: run,
        sessionId,
        outcome: outcome(urlId, "page", ...attempts),
        settled,
        redirectUrlId: null,
      });
    record(false, attempt({ status: 503, connection: 1, connectionSeq: 1, reused: false }));
    record(
      true,
      attempt({
        status: null,
        error: "connection_reset",
        connection: 1,
        connectionSeq: 2,
        reused: true,
        bytesWire: null,
      }),
      attempt({ connection: null }),
    );
    record(true, attempt({ connection: 1, connectionSeq: 3, reused: true }));
    db.frontier.settle(urlId, { runId: run, state: "done", reason: null, detail: null, now: NOW });
  });
  assert.deepEqual(planted.rows("SELECT attempt, settled, error FROM fetch ORDER BY id"), [
    { attempt: 1, settled: 0, error: null },
    { attempt: 2, settled: 0, error: "connection_reset" },
    { attempt: 3, settled: 0, error: null },
    { attempt: 4, settled: 1, error: null },
  ]);
  assert.deepEqual(
    planted.rows("SELECT requests, requests_reused, bytes_read, last_used_at FROM connection"),
    [{ requests: 3, requests_reused: 2, bytes_read: 2_400, last_used_at: NOW + 5 }],
  );
  planted.finish(run);
  planted.assertSound();
});

test("a socket reported twice, closed before its last request, or forgotten, has one row", (context) => {
  const planted = new Planted(context);
  const { db } = planted;
  const run = planted.begin(`${A}/`);
  const urlId = planted.add(run, `${A}/`);
  const sessionId = db.transaction(() => {
    const id = db.recordSession(run, session(0), 1);
    db.recordConnections(id, run, [
      socket(1),
      socket(2, { previousId: 1, openReason: "all_busy" }),
    ]);
    return id;
  });
  // A transaction that fails makes the database forget what it remembered.
  assert.throws(() =>
    db.transaction(() => {
      throw new Error("undo");
    }),
  );
  const closed = socket(1, {
    closedAt: NOW + 9,
    closeReason: "peer_closed",
    bytesRead: 5_000,
    keepAliveHintMs: 1_500.5,
  });
  db.transaction(() => {
    assert.equal(db.recordSession(run, session(0, { requests: 1 }), 1), sessionId);
    db.recordConnections(sessionId, run, [closed]);
    db.recordConnections(sessionId, run, [closed]);
    const late = attempt({ connection: 1, connectionSeq: 1, reused: false });
    db.recordAttempts({
      runId: run,
      sessionId,
      outcome: outcome(urlId, "page", late),
      settled: true,
      redirectUrlId: null,
    });
    db.frontier.settle(urlId, { runId: run, state: "done", reason: null, detail: null, now: NOW });
  });
  planted.finish(run);
  assert.deepEqual(
    planted.rows(
      "SELECT number, requests, bytes_read, previous_id, close_reason, keep_alive_hint_ms FROM connection",
    ),
    [
      {
        number: 1,
        requests: 1,
        bytes_read: 5_000,
        previous_id: null,
        close_reason: "peer_closed",
        keep_alive_hint_ms: 1_500.5,
      },
      {
        number: 2,
        requests: 0,
        bytes_read: 0,
        previous_id: 1,
        close_reason: "session_closed",
        keep_alive_hint_ms: null,
      },
    ],
  );
  planted.assertSound();
});

test("a page gets a version when a fact differs, and none for its depth or fetch", (context) => {
  const planted = new Planted(context);
  const { db } = planted;
  const versions = (): unknown[] =>
    planted.rows("SELECT first_run_id, last_run_id, title, depth FROM page ORDER BY first_run_id");
  const runs = Array.from({ length: 4 }, () => {
    const run = planted.begin(`${A}/`);
    planted.finish(run);
    return run;
  });
  const urlId = planted.add(runs[0] ?? 0, `${A}/`);
  const record = (run: number, title: string | null, depth: number): void => {
    db.transaction(() => {
      const fetched = outcome(urlId, "page", attempt());
      const fetchId = db.recordAttempts({
        runId: run,
        sessionId: null,
        outcome: fetched,
        settled: true,
        redirectUrlId: null,
      });
      db.recordPage({ runId: run, urlId, fetchId, depth, facts: facts({ title }) });
      db.recordPage({ runId: run, urlId, fetchId, depth, facts: facts({ title }) });
    });
  };
  record(1, "A", 1);
  record(2, "A", 2);
  assert.deepEqual(versions(), [{ first_run_id: 1, last_run_id: 2, title: "A", depth: 2 }]);
  record(3, null, 2);
  record(4, "", 2);
  assert.deepEqual(versions(), [
    { first_run_id: 1, last_run_id: 2, title: "A", depth: 2 },
    { first_run_id: 3, last_run_id: 3, title: null, depth: 2 },
    { first_run_id: 4, last_run_id: 4, title: "", depth: 2 },
  ]);
});

function link(toUrlId: number, anchor: string | null, count = 1): StoredLink {
  return { toUrlId, kind: "img", rel: null, anchor, hreflang: null, count };
}

test("links stay, go, come back and are added; NULL and empty anchors differ", (context) => {
  const planted = new Planted(context);
  const { db } = planted;
  const first = planted.begin(`${A}/`);
  const from = planted.add(first, `${A}/`);
  const [one, two] = [planted.add(first, `${A}/1`), planted.add(first, `${A}/2`)];
  const record = (runId: number, ...links: StoredLink[]): void => {
    db.transaction(() => db.recordLinks({ runId, fromUrlId: from, links }));
  };
  const rows = (): unknown[] =>
    planted.db.query(
      "SELECT ordinal, to_url_id, anchor, count, first_run_id, last_run_id, gone_run_id FROM link ORDER BY ordinal",
    ).rows;
  record(first, link(one, null), link(one, ""), link(two, "x"));
  planted.finish(first);
  const second = planted.begin(`${A}/`);
  record(second, link(two, "new"), link(one, "", 3), link(two, "x"));
  record(second, link(two, "new"), link(one, "", 3), link(two, "x"));
  assert.deepEqual(rows(), [
    [0, one, null, 1, 1, 1, 2],
    [1, one, "", 3, 1, 2, null],
    [2, two, "x", 1, 1, 2, null],
    [3, two, "new", 1, 2, 2, null],
  ]);
  planted.finish(second);
  const third = planted.begin(`${A}/`);
  record(third, link(one, null));
  assert.deepEqual(rows(), [
    [0, one, null, 1, 1, 1, 2],
    [1, one, "", 3, 1, 2, 3],
    [2, two, "x", 1, 1, 2, 3],
    [3, two, "new", 1, 2, 2, 3],
    [4, one, null, 1, 3, 3, null],
  ]);
  // What a run sees gone and then there again it has not seen gone.
  record(third);
  record(third, link(one, null));
  assert.deepEqual(rows().at(-1), [4, one, null, 1, 3, 3, null]);
});

test("fields of a run are replaced by what it found last", (context) => {
  const planted = new Planted(context);
  const { db } = planted;
  const run = planted.begin(`${A}/`);
  const urlId = planted.add(run, `${A}/`);
  db.transaction(() => {
    db.recordFields(run, urlId, [
      { name: "price", index: 0, value: "1" },
      { name: "price", index: 1, value: "2" },
    ]);
    db.recordFields(run, urlId, [{ name: "price", index: 0, value: "3" }]);
  });
  assert.deepEqual(planted.rows("SELECT name, idx, value FROM extract"), [
    { name: "price", idx: 0, value: "3" },
  ]);
});

test("invariants find what they are there to find", (context) => {
  const planted = new Planted(context);
  const { db } = planted;
  const run = planted.begin(`${A}/`);
  const done = planted.add(run, `${A}/done`);
  const failed = planted.add(run, `${A}/failed`);
  const flying = planted.add(run, `${A}/flying`);
  planted.assertSound();
  db.transaction(() => {
    db.frontier.settle(done, { runId: run, state: "done", reason: null, detail: null, now: NOW });
    db.frontier.settle(failed, {
      runId: run,
      state: "failed",
      reason: "connect_refused",
      detail: null,
      now: NOW,
    });
    db.frontier.intern(`${A}/nowhere`, run, null);
    db.recordLinks({
      runId: run,
      fromUrlId: flying,
      links: [{ toUrlId: 999, kind: "a", rel: null, anchor: null, hreflang: null, count: 1 }],
    });
    const unseen = attempt({ connection: null });
    db.recordAttempts({
      runId: run,
      sessionId: null,
      outcome: outcome(flying, "page", unseen),
      settled: true,
      redirectUrlId: null,
    });
    db.recordAttempts({
      runId: run,
      sessionId: null,
      outcome: outcome(flying, "page", attempt({ startedAt: NOW + 1 })),
      settled: false,
      redirectUrlId: null,
    });
  });
  planted.finish(run);
  db.transaction(() => db.frontier.claim(flying));
  const broken = db.upkeep.checkInvariants().filter(({ count }) => count > 0);
  assert.deepEqual(Object.fromEntries(broken.map(({ name, count }) => [name, count])), {
    references_hold: 1,
    settled_is_last: 1,
    counters_agree: 1,
    urls_known: 1,
    done_settled: 1,
    failures_seen: 1,
    waiting_unsettled: 1,
    nothing_in_flight: 1,
  });
});

test("questions only read, and wrong ones say so", (context) => {
  const planted = new Planted(context);
  planted.begin(`${A}/`);
  const { db } = planted;
  assert.deepEqual(db.query("SELECT id, 9007199254740993 AS big, ? AS given FROM run", ["x"]), {
    columns: ["id", "big", "given"],
    rows: [[1, 9_007_199_254_740_993n, "x"]],
  });
  for (const sql of [
    "SELEC 1",
    "SELECT 1; SELECT 2",
    "",
    "DELETE FROM run",
    "INSERT INTO meta VALUES ('a', 'b') RETURNING key",
    "SELECT nothing FROM run",
  ]) {
    assert.throws(() => db.query(sql), UsageError, sql);
  }
  assert.deepEqual(planted.column("SELECT count(*) FROM run"), [1]);
});

test("a snapshot is one file, whole, and never replaces another", (context) => {
  const planted = new Planted(context);
  const run = planted.begin(`${A}/`);
  planted.page(run, { url: `${A}/`, facts: {} });
  const target = join(dirname(planted.path), "copy.db");
  const reader = CrawlDatabase.openReadOnly(planted.path);
  try {
    reader.upkeep.snapshot(target);
    assert.throws(() => reader.upkeep.snapshot(target), UsageError);
    assert.throws(
      () => reader.upkeep.snapshot(`${target}.d/copy.db`),
      /there is no folder .*\.d\.$/,
    );
  } finally {
    reader.close();
  }
  // Bytes 18 and 19 of the header: 1 is a rollback journal, 2 is WAL.
  assert.deepEqual([...readFileSync(target).subarray(18, 20)], [1, 1]);
  assert.ok(!readdirSync(dirname(target)).some((name) => name.includes("partial")));
  const copy = CrawlDatabase.openReadOnly(target);
  try {
    assert.deepEqual(copy.query("SELECT url FROM v_page").rows, [[`${A}/`]]);
  } finally {
    copy.close();
  }
  assert.equal(existsSync(`${target}-wal`), false);
});

test("tables are STRICT, the file is WAL and says what it is", (context) => {
  const planted = new Planted(context);
  assert.deepEqual(planted.column("SELECT journal_mode FROM pragma_journal_mode"), ["wal"]);
  assert.deepEqual(planted.column("SELECT user_version FROM pragma_user_version"), [1]);
  assert.deepEqual(
    planted.column(
      "SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND NOT strict AND name NOT LIKE 'sqlite%'",
    ),
    [],
  );
  assert.deepEqual(planted.column("SELECT value FROM meta WHERE key = 'schema_version'"), ["1"]);
});
