import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Session, type RequestOptions } from "../../src/session/index.ts";
import { assertPhases, failure, rawServer } from "../helpers/session-failures.ts";
import { SessionServer, until } from "../helpers/session-server.ts";

describe("failures", () => {
  it("have a code, a record, and their place in the sum of phases", async (t) => {
    const garbage = await rawServer(t, (socket) => socket.end("this is not HTTP\r\n\r\n"));
    const cut = await rawServer(t, (socket) => {
      socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort");
    });
    const chunk = await rawServer(t, (socket) => {
      socket.end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n");
    });
    const reset = await rawServer(t, (socket) => socket.resetAndDestroy());
    const silent = await rawServer(t, (socket) => void socket);
    await using session = new Session({
      timeout: { readMs: 200 },
      addressFilter: (ip) => ip !== "127.0.0.2",
      resolver: (host) =>
        host === "private.test"
          ? Promise.resolve([{ address: "127.0.0.2", family: 4 }])
          : Promise.reject(
              Object.assign(new Error(`getaddrinfo ${host}`), {
                code: host === "gone.test" ? "ENOTFOUND" : "EAI_AGAIN",
              }),
            ),
    });
    const expected: readonly [string, string, boolean][] = [
      [garbage, "invalid_response", true],
      [cut, "connection_closed", true],
      [chunk, "connection_closed", true],
      [reset, "connection_reset", true],
      [silent, "read_timeout", true],
      ["http://127.0.0.1:1/", "connect_refused", false],
      ["http://gone.test/", "dns_not_found", false],
      ["http://busy.test/", "dns_failed", false],
      ["http://private.test/", "private_address", false],
      ["http://127.0.0.2:1/", "private_address", false],
    ];
    for (const [url, code, reached] of expected) {
      const error = await failure(() => session.get(url));
      assert.equal(error.code, code, url);
      const exchange = error.exchanges.at(-1);
      assert.equal(exchange?.error?.code, code);
      assert.equal(exchange?.connection !== null, reached, url);
      assertPhases(exchange);
    }
    const allowed = await failure(() => session.get("http://127.0.0.2:1/", { allowAddress: true }));
    assert.equal(allowed.code, "connect_refused");
  });

  it("of a streamed body reach its reader", async (t) => {
    let closes = true;
    const url = await rawServer(t, (socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nbegin");
      if (closes) setTimeout(() => socket.destroy(), 20);
    });
    await using session = new Session();
    const response = await session.get(url, { stream: true });
    closes = false;
    const error = await failure(() => response.bytes());
    assert.equal(error.code, "connection_closed");
    assert.equal(error.exchanges[0]?.error?.code, "connection_closed");
    const aborting = new AbortController();
    const aborted = await session.get(url, { stream: true, signal: aborting.signal });
    aborting.abort();
    assert.equal((await failure(() => aborted.bytes())).code, "aborted");
  });

  it("by abort leave nothing behind, wherever the request stands", async () => {
    await using server = await SessionServer.start();
    await using session = new Session({ adapter: { poolMaxsize: 1, poolBlock: true } });
    const before = AbortSignal.abort();
    assert.equal(
      (await failure(() => session.get(server.url(), { signal: before }))).code,
      "aborted",
    );
    const running = new AbortController();
    const queued = new AbortController();
    const first = failure(() => session.get(server.url("/never"), { signal: running.signal }));
    const second = failure(() => session.get(server.url(), { signal: queued.signal }));
    const third = session.get(server.url());
    await until(() => server.hits.length === 1);
    queued.abort();
    assert.equal((await second).exchanges[0]?.connection, null);
    running.abort();
    assert.equal((await first).code, "aborted");
    const response = await third;
    assert.equal(response.connection?.newConnectionReason, "aborted");
    assert.equal(session.getAdapter(server.url()).inUse, 0);
    assert.equal(session.getAdapter(server.url()).waiting, 0);
  });

  it("by closing the session end what runs, waits and connects", async () => {
    await using server = await SessionServer.start();
    const session = new Session({
      adapter: { poolMaxsize: 1, poolBlock: true },
      resolver: () => new Promise(() => {}),
    });
    const options: RequestOptions = {};
    const pending = ["/never", "/queued"].map((path) =>
      failure(() => session.get(server.url(path), options)),
    );
    pending.push(failure(() => session.get("http://resolving.test/")));
    await until(() => server.hits.length === 1);
    await session.close();
    for (const error of await Promise.all(pending)) assert.equal(error.code, "aborted");
    assert.deepEqual(
      session.connections({ closed: true }).map(({ closeReason }) => closeReason),
      ["session_closed"],
    );
  });

  it("are waited for, for a while, where close is told so", async () => {
    await using server = await SessionServer.start();
    const session = new Session();
    const slow = session.get(server.url("/wait/60"));
    await until(() => server.hits.length === 1);
    await session.close({ graceMs: 2000 });
    assert.equal((await slow).status, 200);
  });
});
