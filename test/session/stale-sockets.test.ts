/** Sockets that broke while idle: the request that meets one is sent once more, on a new socket. */
import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { Session, type Response } from "../../src/session/index.ts";
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
async function withIdle(url: string, count: number, limitPerHost = 0): Promise<Session> {
  const session = new Session({ adapter: { limitPerHost } });
  await Promise.all(Array.from({ length: count }, () => session.get(url)));
  assert.equal(session.connections().length, count);
  return session;
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

  it("are replaced within the limits: an idle one that is passed over makes room", async (t) => {
    const open: number[] = [];
    const count = (): number => open.push(session.connections().length);
    const second = (socket: Socket): void => {
      // The first breaks while the second still works: the third request gets its place.
      if (count() === 1) socket.resetAndDestroy();
      else setTimeout(() => socket.write(PAGE), 30);
    };
    const url = await serverOf(t, 2, second, (socket) => {
      count();
      socket.write(PAGE);
    });
    await using session = await withIdle(url, 2, 2);
    const responses = await Promise.all([1, 2, 3].map(() => session.get(url)));
    const stories = responses.map((response) => JSON.stringify(story(response)));
    assert.deepEqual(
      new Set(stories),
      new Set([
        '[["connection_reset",null],["ok","evicted"]]',
        '[["ok","peer_reset"]]',
        '[["ok",null]]',
      ]),
    );
    assert.ok(count() === 5 && Math.max(...open) <= 2, String(open));
  });
});
