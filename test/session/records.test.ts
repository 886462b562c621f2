import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Session, type SessionEventMap } from "../../src/session/index.ts";
import { assertPhases, failure } from "../helpers/session-failures.ts";
import { SessionServer, standardRoute, until } from "../helpers/session-server.ts";
import { SERVER_TLS } from "../helpers/session-tls.ts";

describe("records", () => {
  it("have phases that add up and never overlap", async () => {
    await using server = await SessionServer.start();
    await using session = new Session();
    const url = server.url("/big/300000", "localhost");
    const [fresh] = (await session.get(url)).exchanges;
    const [reused] = (await session.get(url)).exchanges;
    assert.ok(fresh !== undefined && reused !== undefined);
    for (const phase of ["queueMs", "dnsMs", "connectMs", "ttfbMs", "bodyMs"] as const) {
      assert.ok(fresh[phase] !== null, phase);
    }
    assert.deepEqual([reused.dnsMs, reused.connectMs, reused.tlsMs], [null, null, null]);
    assert.ok((reused.bytesWire ?? 0) > 300_000);
    assertPhases(fresh);
    assertPhases(reused);
  });

  it("tell the silent retry apart", async () => {
    await using server = await SessionServer.start();
    await using session = new Session();
    await session.get(server.url("/kill-reused"));
    const { exchanges, connection } = await session.get(server.url("/kill-reused"));
    assert.deepEqual(
      exchanges.map(({ error, status, reused }) => [error?.code ?? null, status, reused]),
      [
        ["connection_closed", null, true],
        [null, 200, false],
      ],
    );
    assert.equal(connection?.newConnectionReason, "peer_closed");
    assert.equal(connection?.record.previousId, 1);
  });

  it("keep the server's hint, and honour it", async () => {
    await using server = await SessionServer.start();
    await using session = new Session();
    await session.get(server.url("/hint/1"));
    assert.equal(session.connections()[0]?.keepAliveHintMs, 1000);
    await until(() => session.connections().length === 0);
    const { connection } = await session.get(server.url());
    assert.equal(connection?.newConnectionReason, "idle_expired");
    assert.equal(server.sockets(), "1x 1o");
  });

  it("show every event with its socket", async () => {
    await using server = await SessionServer.start();
    const session = new Session({ adapter: { poolMaxsize: 1, poolConnections: 1, maxRetries: 1 } });
    const seen: string[] = [];
    const names = [
      "connection:start",
      "connection:reuse",
      "connection:close",
      "pool:full",
      "pool:evict",
      "retry",
      "redirect",
      "dns",
    ] as const satisfies readonly (keyof SessionEventMap)[];
    for (const name of names) session.on(name, () => seen.push(name));
    await session.get(server.url("/to/302?n=1"));
    await Promise.all([session.get(server.url("/wait/30")), session.get(server.url("/wait/30"))]);
    await session.get(server.url("/", "localhost"));
    await failure(() => session.get("http://127.0.0.1:1/"));
    await session.close();
    for (const name of names) assert.ok(seen.includes(name), name);
    const count = (name: string): number => seen.filter((each) => each === name).length;
    assert.equal(count("connection:start"), count("connection:close"));
  });

  it("log in urllib3's words, with the socket's number", async () => {
    await using server = await SessionServer.start(standardRoute, SERVER_TLS);
    const lines: string[] = [];
    const logger = {
      debug: (line: string) => lines.push(line),
      warn: (line: string) => lines.push(line),
    };
    await using session = new Session({
      logger,
      adapter: { poolMaxsize: 1, tls: { verify: false } },
    });
    await session.get(server.url("/close"));
    await Promise.all([session.get(server.url("/wait/30")), session.get(server.url("/wait/30"))]);
    const { port } = server;
    assert.deepEqual(lines.slice(0, 5), [
      `Starting new HTTPS connection (1): 127.0.0.1:${port} [#1]`,
      `https://127.0.0.1:${port} "GET /close HTTP/1.1" 200 3 [#1]`,
      "Resetting dropped connection: 127.0.0.1 [#2]",
      `Starting new HTTPS connection (2): 127.0.0.1:${port} [#3]`,
      `https://127.0.0.1:${port} "GET /wait/30 HTTP/1.1" 200 6 [#2]`,
    ]);
    const full =
      /^Connection pool is full, discarding connection: 127\.0\.0\.1\. Connection pool size: 1 \[#[23]\]$/;
    assert.equal(lines.filter((line) => full.test(line)).length, 1);
  });
});
