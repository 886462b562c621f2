/** How far a run is, by the indexes, against what plain counting says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { attempt, NOW, outcome, Planted, socket, session } from "./planted.ts";

const MINUTE = 60_000;

test("what waits is counted per host, most first, with all hosts and URLs in the totals", (context) => {
  const planted = new Planted(context);
  const runId = planted.begin("https://h0.example/");
  for (let host = 0; host < 5; host++) {
    for (let page = 0; page <= host; page++) planted.add(runId, `https://h${host}.example/${page}`);
  }
  planted.page(runId, { url: "https://h4.example/settled" });
  planted.add(runId, "https://h4.example/left-out", { state: "excluded", reason: "scope" });
  const inFlight = planted.add(runId, "https://h4.example/now");
  planted.db.transaction(() => planted.db.frontier.claim(inFlight));

  const status = planted.db.reports.runStatus(runId, { at: NOW, mostHosts: 3 });
  assert.equal(status.pending, 15);
  assert.equal(status.fetching, 1);
  assert.equal(status.hosts, 5);
  assert.deepEqual(
    status.waitingHosts.map(({ origin, pending }) => [origin, pending]),
    [
      ["https://h4.example", 5],
      ["https://h3.example", 4],
      ["https://h2.example", 3],
    ],
  );
  assert.equal(planted.db.reports.runStatus(runId + 1, { at: NOW, mostHosts: 3 }).pending, 0);
});

test("errors are told by kind, and come to those of the run", (context) => {
  const planted = new Planted(context);
  const earlier = planted.begin("https://a.example/");
  planted.page(earlier, { url: "https://a.example/earlier", status: 500 });
  planted.finish(earlier);
  const runId = planted.begin("https://a.example/");
  planted.page(runId, { url: "https://a.example/", status: 200 });
  planted.page(runId, { url: "https://a.example/1", status: 404 });
  planted.page(runId, { url: "https://a.example/2", status: 404 });
  planted.page(runId, { url: "https://a.example/i.png", status: 410, kind: "asset" });
  planted.page(runId, { url: "https://a.example/3", error: "connect_refused" });
  planted.page(runId, { url: "https://a.example/robots.txt", status: 404, kind: "robots" });
  assert.deepEqual(planted.db.reports.errorKinds(runId), [
    { error: null, status: 404, count: 2 },
    { error: null, status: 410, count: 1 },
    { error: "connect_refused", status: null, count: 1 },
  ]);
  assert.deepEqual(planted.db.reports.errorKinds(earlier), [
    { error: null, status: 500, count: 1 },
  ]);
});

test("the present rate is what ended in the last minute, or since the process began", (context) => {
  const planted = new Planted(context);
  const { db } = planted;
  const runId = planted.begin("https://a.example/");
  const sessionId = db.transaction(() => db.recordSession(runId, session(1), 1));
  db.transaction(() => db.recordConnections(sessionId, runId, [socket(1)]));
  // One every 10 s for two minutes, each taking a second.
  for (let at = 0; at < 120; at += 10) {
    const urlId = planted.add(runId, `https://a.example/${at}`, { state: "excluded" });
    db.transaction(() =>
      db.recordAttempts({
        runId,
        sessionId,
        outcome: outcome(
          urlId,
          at === 100 ? "sitemap" : "page",
          attempt({ startedAt: NOW + at * 1_000, totalMs: 1_000, connection: 1, connectionSeq: 1 }),
        ),
        settled: true,
        redirectUrlId: null,
      }),
    );
  }
  planted.add(runId, "https://a.example/waits");
  const status = db.reports.runStatus(runId, { at: NOW + 2 * MINUTE, mostHosts: 10 });
  assert.deepEqual(status.recent, { pages: 5, requests: 6, ms: MINUTE });
  const [host] = status.waitingHosts;
  assert.equal(host?.recentRequests, 6);
  assert.equal(host.recentSince, NOW + 61_000);
  assert.equal(host.latencyMs, 1_000);
  assert.equal(status.processStartedAt, NOW);
  const early = db.reports.runStatus(runId, { at: NOW + 20_000, mostHosts: 10 });
  assert.equal(early.recent.ms, 20_000);
});

test("the last find is told by the page that it was found on, among what is or was asked", (context) => {
  const planted = new Planted(context);
  const runId = planted.begin("https://a.example/");
  const found = (): number | null =>
    planted.db.reports.runStatus(runId, { at: NOW, mostHosts: 1 }).lastFoundAt;
  const page = planted.page(runId, { url: "https://a.example/", isSeed: true });
  assert.equal(found(), null);
  planted.add(runId, "https://b.example/", {
    viaUrlId: page,
    state: "excluded",
    reason: "scope",
  });
  assert.equal(found(), null);
  planted.add(runId, "https://a.example/next", { viaUrlId: page });
  assert.equal(found(), NOW + 5.25);
});

test("a success is a run that finished and of which a seed answered", (context) => {
  const planted = new Planted(context);
  const { db } = planted;
  assert.equal(db.reports.lastSuccessAt(), null);
  const first = planted.begin("https://a.example/");
  assert.equal(db.reports.lastSuccessAt(), null);
  planted.finish(first);
  assert.equal(db.reports.lastSuccessAt(), NOW + MINUTE);
  const later = { detail: null, now: NOW + 5 * MINUTE, activeMs: 1 };
  const second = planted.begin("https://a.example/");
  db.transaction(() =>
    db.endRun(second, { ...later, state: "finished", reason: "all_seeds_failed" }),
  );
  const third = planted.begin("https://a.example/");
  db.transaction(() => db.endRun(third, { ...later, state: "interrupted", reason: "signal" }));
  assert.equal(db.reports.lastSuccessAt(), NOW + MINUTE);
});
