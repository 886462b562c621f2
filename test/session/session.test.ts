import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { describe, it } from "node:test";
import { Worker } from "node:worker_threads";
import {
  getSession,
  HTTPAdapter,
  Retry,
  Session,
  SessionError,
  type Exchange,
  type RequestOptions,
  type SessionEventMap,
} from "../../src/session/index.ts";
import { SessionServer, standardRoute, until } from "../helpers/session-server.ts";
import { SERVER_TLS } from "../helpers/session-tls.ts";

async function failure(run: () => unknown): Promise<SessionError> {
  try {
    await run();
  } catch (error) {
    assert.ok(error instanceof SessionError, String(error));
    return error;
  }
  assert.fail("no error");
}

/** A server that speaks whatever it is given. */
async function rawServer(
  t: { after(fn: () => void): void },
  serve: (socket: Socket) => void,
): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("data", () => serve(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

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
    const url = await rawServer(t, (socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nbegin");
      setTimeout(() => socket.destroy(), 20);
    });
    await using session = new Session();
    const response = await session.get(url, { stream: true });
    const error = await failure(() => response.bytes());
    assert.equal(error.code, "connection_closed");
    assert.equal(error.exchanges[0]?.error?.code, "connection_closed");
    const aborted = await session.get(url, { stream: true, signal: AbortSignal.timeout(5) });
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

/** The phases that happened make up the whole, but for what the event loop itself takes. */
function assertPhases(exchange: Exchange | undefined): void {
  assert.ok(exchange !== undefined);
  const { queueMs, dnsMs, connectMs, tlsMs, ttfbMs, bodyMs, totalMs } = exchange;
  const phases = [queueMs, dnsMs, connectMs, tlsMs, ttfbMs, bodyMs].map((each) => each ?? 0);
  for (const phase of phases) assert.ok(phase >= 0, JSON.stringify(phases));
  const sum = phases.reduce((total, each) => total + each, 0);
  assert.ok(sum <= totalMs + 0.01, `${sum} of ${totalMs}`);
}
