import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Retry, Session, type RequestOptions } from "../../src/session/index.ts";
import { failure, rawServer } from "../helpers/session-failures.ts";
import { SessionServer } from "../helpers/session-server.ts";

describe("timeouts", () => {
  it("fire in each phase: queue, DNS, TLS, headers, body, and the whole", async (t) => {
    const silent = await rawServer(t, (socket) => void socket);
    const trickle = await rawServer(t, (socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
      const timer = setInterval(() => socket.write("."), 20);
      socket.on("close", () => clearInterval(timer));
    });
    await using session = new Session({
      adapter: { poolMaxsize: 1, poolBlock: true, poolTimeoutMs: 80 },
      resolver: () => new Promise(() => {}),
    });
    const secure = silent.replace("http:", "https:");
    const late: readonly [string, RequestOptions, string][] = [
      ["http://resolving.test/", { timeout: { connectMs: 80 } }, "connect_timeout"],
      [secure, { timeout: { connectMs: 80 } }, "connect_timeout"],
      [secure, { timeout: { acquireMs: 80 } }, "connect_timeout"],
      [silent, { timeout: { readMs: 80 } }, "read_timeout"],
      [silent, { timeout: { totalMs: 80 } }, "total_timeout"],
      [trickle, { timeout: { readMs: 500, totalMs: 150 } }, "total_timeout"],
    ];
    for (const [url, options, code] of late) {
      const error = await failure(() => session.get(url, options));
      assert.equal(error.code, code, `${url} ${JSON.stringify(options)}`);
      // Generous: the machine may be busy.
      assert.ok((error.exchanges[0]?.totalMs ?? Infinity) < 2000, code);
    }
    const holder = failure(() => session.get(silent, { timeout: { totalMs: 300 } }));
    assert.equal((await failure(() => session.get(silent))).code, "pool_timeout");
    await holder;
    const waits = new Session({ adapter: { maxRetries: new Retry({ statusForcelist: [503] }) } });
    await using server = await SessionServer.start();
    const retried = await failure(() =>
      waits.get(server.url("/status/503?ra=60"), { timeout: { totalMs: 100 } }),
    );
    assert.equal(retried.code, "total_timeout");
    await waits.close();
  });

  it("do not count while the reader is behind", async () => {
    await using server = await SessionServer.start();
    await using session = new Session();
    const response = await session.get(server.url("/big/3000000"), {
      stream: true,
      timeout: { readMs: 60 },
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal((await response.bytes()).length, 3_000_000);
  });
});
