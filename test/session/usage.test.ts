import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "node:test";
import { Worker } from "node:worker_threads";
import { getSession, HTTPAdapter, Retry, Session } from "../../src/session/index.ts";
import { failure } from "../helpers/session-failures.ts";
import { SessionServer, until } from "../helpers/session-server.ts";

describe("wrong use", () => {
  it("of options is one sentence that names the option", async () => {
    const wrong: readonly [() => unknown, RegExp][] = [
      [() => new Session({ conn_limit: 50 } as object), /no option "conn_limit"/],
      [() => new HTTPAdapter({ limit_per_host: 1 } as object), /no option "limit_per_host"/],
      [() => new HTTPAdapter({ forceClose: true, keepAliveTimeoutMs: 5000 }), /forceClose/],
      [() => new HTTPAdapter({ poolMaxsize: -1 }), /poolMaxsize .* not -1/],
      [() => new HTTPAdapter({ poolConnections: 1.5 }), /poolConnections/],
      [() => new HTTPAdapter({ order: "random" as "lifo" }), /order takes "lifo" or "fifo"/],
      [() => new HTTPAdapter({ localAddress: "here" }), /localAddress/],
      [() => new HTTPAdapter({ proxy: "socks5://x" }), /proxy/],
      [() => new HTTPAdapter({ tls: { rejectUnauthorized: false } as object }), /HTTPAdapter tls/],
      [() => new HTTPAdapter({ keepAliveTimeoutMs: 0 }), /keepAliveTimeoutMs/],
      [() => new Retry({ total: -1 }), /total/],
      [() => new Retry({ method_whitelist: [] } as object), /Retry has no option/],
      [() => new Session({ timeout: 5 as unknown as object }), /timeout takes an object/],
      [() => new Session({ timeout: { total: 5 } as object }), /timeout has no option "total"/],
      [() => new Session({ cookies: "yes" as unknown as boolean }), /cookies/],
    ];
    for (const [run, message] of wrong) {
      const error = await failure(run);
      assert.equal(error.code, "invalid_option");
      assert.match(error.message, message);
    }
  });

  it("of a session has a code of its own", async () => {
    await using server = await SessionServer.start();
    const session = new Session();
    assert.equal((await failure(() => session.get("nowhere"))).code, "invalid_url");
    const none = await failure(() => session.get("ftp://127.0.0.1/"));
    assert.equal(none.code, "no_adapter");
    assert.match(none.message, /https:\/\/, http:\/\//);
    assert.equal((await failure(() => session.getAdapter("ftp://x/"))).code, "no_adapter");
    const own = new HTTPAdapter();
    session.mount("http://a/", own);
    await using other = new Session();
    assert.equal((await failure(() => other.mount("http://a/", own))).code, "adapter_in_use");
    const two = { body: "a", json: {} };
    assert.equal((await failure(() => session.post(server.url(), two))).code, "invalid_option");
    const upgrade = { headers: { upgrade: "h2c" } };
    assert.equal((await failure(() => session.get(server.url(), upgrade))).code, "invalid_option");
    // undici refused the header before anything was sent: the socket still serves.
    assert.equal((await session.get(server.url())).status, 200);
    await session.close();
    await session.close();
    assert.equal((await failure(() => session.get(server.url()))).code, "session_closed");
    assert.equal(server.hits.length, 1);
  });

  it("enableCleanupClosed is accepted, with a warning", async () => {
    const warned = once(process, "warning");
    assert.ok(new HTTPAdapter({ enableCleanupClosed: true }) instanceof HTTPAdapter);
    const [warning] = (await warned) as [Error];
    assert.match(warning.message, /enableCleanupClosed does nothing/);
  });
});

describe("mounts", () => {
  it("are replaced by mounting the prefix again: the old adapter's sockets close", async () => {
    await using server = await SessionServer.start();
    await using session = new Session();
    await session.get(server.url());
    const held = await session.get(server.url("/big/2000000"), { stream: true });
    const own = new HTTPAdapter({ poolMaxsize: 1 });
    session.mount("http://", own);
    assert.equal(session.getAdapter(server.url()), own);
    assert.equal((await session.get(server.url())).connection?.id, 2);
    assert.equal((await held.bytes()).length, 2_000_000);
    await until(() => server.open === 1);
    assert.equal(session.connections({ closed: true })[0]?.closeReason, "evicted");
  });

  it("are chosen by the longest prefix, again at each redirect", async () => {
    await using server = await SessionServer.start();
    await using session = new Session();
    session.mount(server.url("/end"), new HTTPAdapter());
    const { exchanges, url } = await session.get(server.url("/to/302"));
    assert.equal(url, server.url("/end"));
    assert.deepEqual(
      exchanges.map(({ connection }) => connection?.mount),
      ["http://", server.url("/end")],
    );
  });

  it("serve no listener that throws, but the request all the same", async (t) => {
    await using server = await SessionServer.start();
    await using session = new Session();
    const uncaught = new Promise<Error>((resolve) => {
      process.setUncaughtExceptionCaptureCallback(resolve);
    });
    t.after(() => process.setUncaughtExceptionCaptureCallback(null));
    session.on("connection:start", () => {
      throw new Error("a listener's own fault");
    });
    assert.equal((await session.get(server.url())).status, 200);
    assert.equal((await uncaught).message, "a listener's own fault");
  });
});

describe("getSession", () => {
  it("gives the thread's one session, and throws where the options differ", async () => {
    const first = getSession({ userAgent: "one" });
    assert.equal(getSession({ userAgent: "one" }), first);
    assert.equal(
      (await failure(() => getSession({ userAgent: "two" }))).code,
      "session_options_differ",
    );
    await first.close();
    const second = getSession({ userAgent: "two" });
    assert.notEqual(second, first);
    await second.close();
  });

  it("lets its thread end while sockets are idle", async () => {
    await using server = await SessionServer.start();
    const source = new URL("fixtures/idle-thread.ts", import.meta.url);
    const worker = new Worker(source, { workerData: { url: server.url() } });
    const [code] = (await once(worker, "exit")) as [number];
    assert.equal(code, 0);
    await until(() => server.open === 0);
    assert.equal(server.sockets(), "1x");
  });
});
