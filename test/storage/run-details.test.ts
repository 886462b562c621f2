/** What reports list of a run: only of that run, bounded, and of a moment. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunDetails } from "../../src/storage/index.ts";
import { attempt, NOW, outcome, Planted, session, socket } from "./planted.ts";

function ask<T>({ db }: Planted, read: (details: RunDetails) => T): T {
  return db.reports.readDetails(read);
}

function at(path: string): string {
  return `https://a.example${path}`;
}

test("the attempts are those of the run, the unsettled ones at its edges included", (context) => {
  const planted = new Planted(context);
  const of: number[][] = [];
  for (let run = 0; run < 3; run += 1) {
    const runId = planted.begin("https://a.example/");
    const ids = ["/first", "/page", "/last"].map((path) =>
      planted.add(runId, `https://a.example${path}?${run}`, { depth: 2 }),
    );
    const [first = 0, page = 0, last = 0] = ids;
    planted.db.transaction(() => {
      const rest = { runId, sessionId: null, redirectUrlId: null };
      const failed = attempt({ status: null, error: "connection_reset" });
      planted.db.recordAttempts({
        ...rest,
        outcome: outcome(first, "page", failed),
        settled: false,
      });
      planted.db.recordAttempts({
        ...rest,
        outcome: outcome(page, "page", attempt()),
        settled: true,
      });
      planted.db.recordAttempts({
        ...rest,
        outcome: outcome(last, "page", failed),
        settled: false,
      });
    });
    planted.finish(runId);
    of.push(ids);
  }
  for (const [before, ids] of of.entries()) {
    const rows = ask(planted, (details) => [...details.attempts(before + 1)]);
    assert.deepEqual(
      rows.map(({ urlId }) => urlId),
      ids,
    );
    assert.deepEqual(
      rows.map(({ settled, status }) => [settled, status]),
      [
        [0, null],
        [1, 200],
        [0, null],
      ],
    );
    assert.deepEqual(rows[1], {
      urlId: ids[1],
      kind: "page",
      settled: 1,
      status: 200,
      notModified: 0,
      error: null,
      startedAt: NOW,
      queueMs: 0.25,
      dnsMs: null,
      connectMs: null,
      tlsMs: null,
      ttfbMs: 3.5,
      bodyMs: 1.5,
      totalMs: 5.25,
      bytesBody: 1_000,
      contentType: "text/html",
      depth: 2,
    });
  }
  assert.deepEqual(
    ask(planted, (details) => [...details.attempts(99)]),
    [],
  );
});

test("sockets are summed by origin, thread and reason, as many rows as were asked for", (context) => {
  const planted = new Planted(context);
  const runId = planted.begin("https://a.example/");
  assert.equal(
    ask(planted, (details) => details.reuseOfRun(runId)),
    null,
  );
  planted.db.transaction(() => {
    for (const thread of [2, 1]) {
      const sessionId = planted.db.recordSession(runId, session(thread), 4711);
      planted.db.recordConnections(sessionId, runId, [
        socket(1),
        socket(2, { origin: "https://b.example", closedAt: NOW + 9, closeReason: "idle_expired" }),
      ]);
    }
  });
  const run = ask(planted, (details) => details.reuseOfRun(runId));
  assert.deepEqual([run?.opened, run?.spentMs], [4, 120]);
  const origins = ask(planted, (details) => details.reuseByOrigin(runId, 1));
  assert.equal(origins.count, 2);
  assert.deepEqual(
    origins.rows.map(({ origin, opened }) => [origin, opened]),
    [["https://a.example", 2]],
  );
  const threads = ask(planted, (details) => details.reuseByThread(runId, 10));
  assert.equal(threads.count, 2);
  assert.deepEqual(
    threads.rows.map(({ thread, opened, spentMs }) => [thread, opened, spentMs]),
    [
      [1, 2, 60],
      [2, 2, 60],
    ],
  );
  assert.deepEqual(
    ask(planted, (details) => details.closeReasons(runId)),
    [
      { reason: null, count: 2 },
      { reason: "idle_expired", count: 2 },
    ],
  );
  assert.deepEqual(
    ask(planted, (details) => details.closeReasons(99)),
    [],
  );
});

test("broken targets come with how many links lead there, the most linked first", (context) => {
  const planted = new Planted(context);
  const runId = planted.begin("https://a.example/");
  planted.page(runId, { url: at("/"), links: [[at("/gone")], [at("/down")], [at("/b")]] });
  planted.page(runId, { url: at("/b"), links: [[at("/down")]] });
  planted.page(runId, { url: at("/gone"), status: 404 });
  planted.page(runId, { url: at("/down"), error: "connect_refused" });
  const gone = { target: at("/gone"), status: 404, error: null, links: 1, source: at("/") };
  const down = { target: at("/down"), status: null, error: "connect_refused", links: 2 };
  const found = ask(planted, (details) => details.brokenTargets(10));
  assert.equal(found.count, 2);
  assert.deepEqual(found.rows, [
    { ...down, source: at("/"), anchor: `to ${at("/down")}` },
    { ...gone, anchor: `to ${at("/gone")}` },
  ]);
  const first = ask(planted, (details) => details.brokenTargets(1));
  assert.deepEqual([first.rows.length, first.count], [1, 2]);
});

test("each reason to leave URLs out has one of them, with its detail", (context) => {
  const planted = new Planted(context);
  const runId = planted.begin("https://a.example/");
  for (const number of [1, 2, 3]) {
    planted.add(runId, at(`/private/${number}`), {
      state: "excluded",
      reason: "robots",
      detail: `line ${number}`,
    });
  }
  planted.add(runId, "https://b.example/", { state: "excluded", reason: "scope" });
  assert.deepEqual(
    ask(planted, (details) => details.excludedExamples(runId)),
    [
      { reason: "robots", url: "https://a.example/private/1", detail: "line 1" },
      { reason: "scope", url: "https://b.example/", detail: null },
    ],
  );
});

test("an issue's examples are rows of its view, with what each column says", (context) => {
  const planted = new Planted(context);
  const runId = planted.begin("https://a.example/");
  for (const number of [1, 2, 3]) planted.page(runId, { url: at(`/${number}`), status: 404 });
  const examples = ask(planted, (details) =>
    details.issueExamples(["client_error", "no_such_issue"], 2),
  );
  assert.deepEqual([...examples.keys()], ["client_error"]);
  const { columns = [], rows = [] } = examples.get("client_error") ?? {};
  assert.deepEqual(
    columns.map(({ name }) => name),
    ["url", "status", "links", "source"],
  );
  assert.deepEqual(rows, [
    ["https://a.example/1", 404, 0, null],
    ["https://a.example/2", 404, 0, null],
  ]);
});
