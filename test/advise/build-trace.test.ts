/** What is taken from the rows of a run: servers' habits, mounts, sessions, waits. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildTrace, type Trace } from "../../src/advise/index.ts";
import type { RecordedAttempt, RecordedSocket } from "../../src/storage/index.ts";
import { SETTINGS } from "./traced.ts";

const A = "http://a.example";

function attempt(of: Partial<RecordedAttempt>): RecordedAttempt {
  return {
    sessionId: 1,
    pid: 4711,
    thread: 1,
    sessionWaited: 0,
    urlId: 1,
    kind: "page",
    viaUrlId: null,
    hostId: 1,
    crawlDelayMs: null,
    url: null,
    origin: A,
    mount: "http://",
    startedAt: 1_000,
    totalMs: 50,
    queueMs: 5,
    handshakeMs: 0,
    failed: 0,
    connectionId: 1,
    connectionSeq: 1,
    ...of,
  };
}

function socket(id: number, of: Partial<RecordedSocket> = {}): RecordedSocket {
  return {
    id,
    origin: A,
    handshakeMs: 10,
    requests: 1,
    keepAliveHintMs: null,
    closeReason: "session_closed",
    idleMs: 3,
    ...of,
  };
}

const traced = (
  attempts: readonly RecordedAttempt[],
  sockets: readonly RecordedSocket[],
  mounts: Trace["mounts"] = [],
): Trace => buildTrace({ attempts, sockets, leftOut: 0 }, SETTINGS, mounts);

function factsOf(...sockets: readonly Partial<RecordedSocket>[]): Trace["origins"][number] {
  const rows = sockets.map((of, index) => socket(index + 1, of));
  const attempts = rows.map(({ id }) => attempt({ connectionId: id, startedAt: 1_000 + id }));
  return traced(attempts, rows).origins[0]!;
}

const closed = (idleMs: number) => ({ closeReason: "peer_closed", idleMs }) as const;

const said = (requests: number) => ({ closeReason: "response_said_close", requests }) as const;

const took = (of: Partial<RecordedAttempt>): number =>
  traced([attempt(of)], [socket(1)]).requests[0]!.serviceMs;

const spoils = (of: Partial<RecordedAttempt>, its: Partial<RecordedSocket>): boolean =>
  traced([attempt(of)], [socket(1, its)]).requests[0]!.spoils;

test("a server's idle limit is its hint less our margin, or what it was seen to do", () => {
  assert.equal(factsOf({}).idleLimitMs, Infinity);
  assert.equal(factsOf({}).toldLimit, false);
  assert.equal(factsOf({ keepAliveHintMs: 5_000 }).idleLimitMs, 4_500);
  assert.equal(factsOf({ keepAliveHintMs: 300 }).idleLimitMs, 0);
  // One that closed for another reason is outvoted.
  assert.equal(factsOf(closed(2_001), closed(2_000), closed(3)).idleLimitMs, 2_000);
  assert.equal(factsOf(closed(2_000), { keepAliveHintMs: 2_000 }).idleLimitMs, 1_500);
  assert.equal(factsOf(closed(2_000)).toldLimit, true);
});

test("a server that always closes after n requests has that limit; a single response has not", () => {
  assert.equal(factsOf(said(100), said(100), { requests: 7 }).requestLimit, 100);
  assert.equal(factsOf(said(1), said(1)).requestLimit, 1);
  assert.equal(factsOf(said(3), said(3), { requests: 9 }).requestLimit, Infinity);
  assert.equal(factsOf(said(3), said(4)).requestLimit, Infinity);
  assert.equal(factsOf(said(3)).requestLimit, Infinity);
});

test("the handshake is the mean of an origin's sockets, else of all", () => {
  const sockets = [
    socket(1),
    socket(2, { handshakeMs: 30 }),
    socket(3, { origin: "http://b.example", handshakeMs: null }),
  ];
  const trace = traced(
    [
      attempt({ connectionId: 1 }),
      attempt({ connectionId: 2, startedAt: 1_001 }),
      attempt({ connectionId: 3, origin: "http://b.example", startedAt: 1_002 }),
      attempt({ connectionId: null, origin: "http://c.example", startedAt: 1_003 }),
    ],
    sockets,
  );
  assert.deepEqual(
    trace.origins.map(({ handshakeMs }) => handshakeMs),
    [20, 20, 20],
  );
  assert.deepEqual([trace.opened, trace.handshakeMs], [3, 40]);
  assert.deepEqual(
    trace.requests.map(({ connected }) => connected),
    [true, true, true, false],
  );
});

test("what a request took is without its handshake, and without its wait where its session waited", () => {
  assert.equal(took({}), 50);
  assert.equal(took({ handshakeMs: 20 }), 30);
  assert.equal(took({ sessionWaited: 1 }), 45);
  assert.equal(took({ sessionWaited: 1, queueMs: 0.5 }), 50);
  // A connect that failed takes its time whatever the settings.
  assert.equal(took({ handshakeMs: 20, connectionId: null }), 50);
});

test("a socket is spoiled by a request that failed, or was its last and cut off", () => {
  assert.equal(spoils({}, {}), false);
  assert.equal(spoils({ failed: 1 }, {}), true);
  assert.equal(spoils({}, { closeReason: "body_not_drained" }), true);
  assert.equal(spoils({}, { closeReason: "body_not_drained", requests: 2 }), false);
  assert.equal(spoils({}, { closeReason: "idle_expired" }), false);
  assert.equal(spoils({}, { closeReason: "response_said_close" }), true);
});

test("each request goes through the mount that its socket says, else the longest that fits its URL", () => {
  const mounts = [
    { prefix: "http://a.example/", overrides: { poolMaxsize: 1 } },
    { prefix: "https://", overrides: { poolMaxsize: 2 } },
  ];
  const trace = traced(
    [
      attempt({ mount: "http://a.example/" }),
      attempt({ connectionId: null, mount: null, url: "http://A.example/x", startedAt: 1_001 }),
      attempt({ connectionId: null, mount: null, url: "http://b.example/", startedAt: 1_002 }),
      attempt({ connectionId: null, mount: null, url: "https://b.example/", startedAt: 1_003 }),
    ],
    [socket(1)],
    mounts,
  );
  assert.deepEqual(
    trace.requests.map(({ mount }) => trace.mounts[mount]),
    [mounts[0], mounts[0], { prefix: "http://", overrides: {} }, mounts[1]],
  );
});

test("attempts are taken in the order in which sessions got them, and times count from the first", () => {
  const trace = traced(
    [
      attempt({ sessionId: 8, thread: 2, startedAt: 1_700, totalMs: 10 }),
      attempt({ sessionId: 9, thread: 3, startedAt: 1_500.25, totalMs: 300, pid: 4712 }),
    ],
    [socket(1)],
  );
  assert.deepEqual(
    trace.requests.map(({ startedAt, session, process }) => [startedAt, session, process]),
    [
      [0, 0, 0],
      [199.75, 1, 1],
    ],
  );
  assert.deepEqual(trace.threads, [3, 2]);
});
