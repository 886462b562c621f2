/** Sockets that broke while idle: the request that meets one is sent once more, on one opened since or a new one. */
import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { describe, it, type TestContext } from "node:test";
import {
  Session,
  type ConnectionRecord,
  type HTTPAdapterOptions,
  type Response,
  type SessionOptions,
} from "../../src/session/index.ts";
import { failure, rawServer } from "../helpers/session-failures.ts";

const PAGE = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/** Answers the first requests of its first `together` sockets at once; `then` is for second ones. */
function serverOf(
  t: TestContext,
  together: number,
  then: (socket: Socket) => void,
  later: (socket: Socket) => void = (socket) => void socket.write(PAGE),
): Promise<string> {
  const sockets: Socket[] = [];
  return rawServer(t, (socket) => {
    socket.once("data", () => then(socket));
    sockets.push(socket);
    if (sockets.length > together) later(socket);
    else if (sockets.length === together) for (const each of sockets) each.write(PAGE);
  });
}

/** A session with as many idle sockets. */
async function withIdle(
  url: string,
  count: number,
  options: SessionOptions = {},
): Promise<Session> {
  const session = new Session(options);
  await Promise.all(Array.from({ length: count }, () => session.get(url)));
  assert.equal(session.connections().length, count);
  return session;
}

function ofHost(session: Session, url: string): readonly ConnectionRecord[] {
  return session.connections().filter(({ origin }) => url.startsWith(origin));
}

/** Of each exchange, how it ended and why its socket was opened; null on one that stood. */
function story({ exchanges }: Pick<Response, "exchanges">): unknown[] {
  return exchanges.map(({ error, newConnectionReason }) => [
    error?.code ?? "ok",
    newConnectionReason,
  ]);
}

describe("stale sockets", () => {
  for (const [does, breaks, code, reason] of [
    ["reset", (socket: Socket) => void socket.resetAndDestroy(), "connection_reset", "peer_reset"],
    ["closed", (socket: Socket) => void socket.end(), "connection_closed", "peer_closed"],
  ] as const) {
    it(`all ${does} at their next request: one more each, on a new socket`, async (t) => {
      const url = await serverOf(t, 3, breaks);
      await using session = await withIdle(url, 3);
      const response = await session.get(url);
      assert.deepEqual(story(response), [
        [code, null],
        ["ok", reason],
      ]);
      assert.equal(session.stats().staleRetries, 1);
      assert.equal(session.connections().length, 3);
    });
  }

  it("are not all tried where a server says nothing: it is asked twice", async (t) => {
    let silences = 0;
    const silent = (socket: Socket): void => {
      silences += 1;
      socket.end();
    };
    const url = await serverOf(t, 3, silent, silent);
    await using session = await withIdle(url, 3);
    assert.deepEqual(story(await failure(() => session.get(url))), [
      ["connection_closed", null],
      ["connection_closed", "peer_closed"],
    ]);
    assert.equal(silences, 2);
  });

  it("may follow one another where a retry may take any", async (t) => {
    const url = await serverOf(t, 2, (socket) => socket.end());
    await using session = await withIdle(url, 2, { silentRetry: "once" });
    assert.deepEqual(story(await failure(() => session.get(url))), [
      ["connection_closed", null],
      ["connection_closed", null],
    ]);
  });

  it("keep a retry from those that were idle, not from those that came since", async (t) => {
    let opened = 0;
    const url = await rawServer(t, (socket) => {
      opened += 1;
      if (opened === 1) socket.once("data", () => socket.resetAndDestroy());
      else socket.on("data", () => socket.write(PAGE));
      socket.write(PAGE);
    });
    await using session = await withIdle(url, 1, { adapter: { limitPerHost: 1 } });
    const responses = await Promise.all(Array.from({ length: 5 }, () => session.get(url)));
    assert.deepEqual(responses.map(story), [
      [
        ["connection_reset", null],
        ["ok", null],
      ],
      [["ok", "peer_reset"]],
      [["ok", null]],
      [["ok", null]],
      [["ok", null]],
    ]);
    assert.equal(opened, 2);
  });

  for (const adapter of [
    { limitPerHost: 2 },
    { limit: 2 },
    { poolMaxsize: 2, poolBlock: true },
    { limitPerHost: 2, maxOpen: 3 },
  ] satisfies HTTPAdapterOptions[]) {
    it(`are replaced within ${JSON.stringify(adapter)}: one that was idle makes room`, async (t) => {
      const open: number[] = [];
      const count = (): number => open.push(ofHost(session, url).length);
      /** The first breaks while the second still works; the third request gets its place, and keeps it. */
      const second = (socket: Socket): void => {
        if (count() === 1) socket.resetAndDestroy();
        else setTimeout(() => socket.write(PAGE), 30);
      };
      const url = await serverOf(t, 2, second, (socket) => {
        setTimeout(() => socket.write(PAGE), count() === 3 ? 90 : 0);
      });
      const other = await rawServer(t, (socket) => socket.write(PAGE));
      await using session = await withIdle(url, 2, { adapter });
      await session.get(other);
      const responses = await Promise.all([1, 2, 3].map(() => session.get(url)));
      assert.deepEqual(responses.map(story), [
        [
          ["connection_reset", null],
          ["ok", "pool_full_discard"],
        ],
        [["ok", null]],
        [["ok", "peer_reset"]],
      ]);
      assert.ok(count() === 5 && Math.max(...open) <= 2, String(open));
      assert.equal(ofHost(session, other).length, 1);
    });
  }
});
