import assert from "node:assert/strict";
import { once } from "node:events";
import { createSecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";
import { describe, it } from "node:test";
import { Session, SessionError, type RecordedExchange } from "../../src/session/index.ts";
import { SessionServer, standardRoute, until } from "../helpers/session-server.ts";
import { CLIENT_TLS, SERVER_TLS, TEST_CA } from "../helpers/session-tls.ts";

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "no error";
  } catch (error) {
    assert.ok(error instanceof SessionError, String(error));
    return error.code;
  }
}

describe("TLS", () => {
  it("checks certificates, and says what failed", async () => {
    await using server = await SessionServer.start(standardRoute, SERVER_TLS);
    await using plain = await SessionServer.start();
    await using session = new Session();
    assert.equal(await codeOf(session.get(server.url())), "tls_certificate");
    const misnamed = { ca: TEST_CA, servername: "c.test" };
    assert.equal(await codeOf(session.get(server.url(), { tls: misnamed })), "tls_certificate");
    const asTls = plain.url().replace("http:", "https:");
    assert.equal(await codeOf(session.get(asTls)), "tls_failed");
    assert.equal((await session.get(server.url(), { tls: { ca: TEST_CA } })).status, 200);
  });

  it("resumes TLS sessions across the sockets of a pool, and times the handshake", async () => {
    await using server = await SessionServer.start(standardRoute, SERVER_TLS);
    await using session = new Session({ adapter: { tls: { ca: TEST_CA } } });
    await session.get(server.url());
    await until(() => session.connections()[0]?.requests === 1);
    server.dropSockets("fin");
    await until(() => session.connections().length === 0);
    const { connection } = await session.get(server.url());
    assert.equal(connection?.record.tlsResumed, true);
    assert.equal(connection?.record.tlsVersion, "TLSv1.3");
    assert.equal(connection?.record.alpn, "http/1.1");
    assert.ok((connection?.record.tlsMs ?? 0) > 0);
    assert.equal(connection?.newConnectionReason, "peer_closed");
    assert.equal(connection?.record.previousId, 1);
  });

  it("keeps the socket where the Host header of a request is another", async () => {
    await using server = await SessionServer.start(standardRoute, SERVER_TLS);
    await using session = new Session({ adapter: { tls: { ca: TEST_CA } } });
    for (const host of ["a.test", "b.test", "a.test"]) {
      await session.get(server.url(), { headers: { host } });
    }
    assert.equal(server.sockets(), "3o");
    assert.equal(server.hits[1]?.headers.host, "b.test");
  });

  it("counts decrypted bytes, headers included", async () => {
    await using secure = await SessionServer.start(standardRoute, SERVER_TLS);
    await using plain = await SessionServer.start();
    await using session = new Session({ adapter: { tls: { ca: TEST_CA } } });
    const over = await session.get(secure.url("/big/100000"));
    const under = await session.get(plain.url("/big/100000"));
    assert.equal(over.exchanges[0]?.bytesWire, under.exchanges[0]?.bytesWire);
    assert.ok((over.exchanges[0]?.bytesWire ?? 0) > 100_000);
  });

  it("shows a client certificate where it is told to", async () => {
    const tls = { ...SERVER_TLS, ca: TEST_CA, requestCert: true, rejectUnauthorized: true };
    await using server = await SessionServer.start(standardRoute, tls);
    await using session = new Session({ adapter: { tls: { ca: TEST_CA } } });
    const refused = await codeOf(session.get(server.url()));
    assert.ok(["tls_failed", "connection_reset", "connection_closed"].includes(refused), refused);
    const own = { ca: TEST_CA, ...CLIENT_TLS };
    assert.equal((await session.get(server.url(), { tls: own })).status, 200);
  });

  it("shares one HTTP/2 socket between requests, where it is asked for", async () => {
    const sockets = new Set<Socket>();
    const server = createSecureServer({ ...SERVER_TLS, allowHTTP1: true }, (request, response) => {
      if (request.url === "/reset") request.stream.close(2);
      else setTimeout(() => response.end(request.httpVersion), 20);
    });
    server.on("secureConnection", (socket: Socket) => sockets.add(socket));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const session = new Session({ adapter: { http2: true, tls: { ca: TEST_CA } } });
    try {
      const responses = await Promise.all(
        Array.from({ length: 5 }, (_each, n) => session.get(`${url}/${n}`)),
      );
      for (const response of responses) assert.equal(await response.text(), "2.0");
      assert.equal(sockets.size, 1);
      assert.deepEqual(
        responses.map(({ connection }) => connection?.seq),
        [1, 2, 3, 4, 5],
      );
      assert.equal(responses[0]?.exchanges[0]?.bytesWire, null);
      const heads: (string | null)[] = [];
      const broken = codeOf(session.get(`${url}/reset`));
      const keepHead = async ({ requestHead }: RecordedExchange): Promise<void> => {
        heads.push(requestHead);
      };
      assert.equal((await session.get(`${url}/beside`, { record: keepHead })).status, 200);
      assert.deepEqual(heads, [null], "there is no head in text");
      assert.equal(await broken, "connection_closed");
      assert.equal((await session.get(`${url}/after`)).connection?.id, 1);
      const [record] = session.connections();
      assert.equal(record?.alpn, "h2");
      assert.equal(record?.requests, 8);
    } finally {
      await session.close();
      server.close();
    }
    assert.equal(session.connections({ closed: true })[0]?.closeReason, "session_closed");
  });
});

describe("proxy", () => {
  it("forwards http and tunnels https, with credentials", async () => {
    await using plain = await SessionServer.start();
    await using secure = await SessionServer.start(standardRoute, SERVER_TLS);
    const heads: string[] = [];
    const proxy = createServer((client) => {
      client.on("error", () => {});
      client.once("data", (head) => {
        heads.push(head.toString("latin1"));
        const [method, target = ""] = head.toString("latin1").split(" ");
        if (method === "CONNECT") {
          const upstream = connect(Number(target.split(":")[1]), "127.0.0.1", () => {
            client.write("HTTP/1.1 200 OK\r\n\r\n");
            client.pipe(upstream).pipe(client);
          });
          upstream.on("error", () => client.destroy());
        } else {
          client.end("HTTP/1.1 200 OK\r\ncontent-length: 7\r\nconnection: close\r\n\r\nproxied");
        }
      });
    });
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
    const { port } = proxy.address() as AddressInfo;
    const session = new Session({
      adapter: { proxy: `http://user:secret@127.0.0.1:${port}`, tls: { ca: TEST_CA } },
    });
    try {
      assert.equal(await (await session.get(plain.url("/path"))).text(), "proxied");
      assert.match(heads[0] ?? "", new RegExp(`^GET http://127.0.0.1:${plain.port}/path HTTP/1.1`));
      assert.match(heads[0] ?? "", /proxy-authorization: Basic dXNlcjpzZWNyZXQ=/i);
      assert.equal(await (await session.get(secure.url())).text(), "ok");
      assert.match(heads[1] ?? "", new RegExp(`^CONNECT 127.0.0.1:${secure.port} HTTP/1.1`));
      assert.match(heads[1] ?? "", /proxy-authorization: Basic dXNlcjpzZWNyZXQ=/);
      assert.equal(plain.hits.length, 0);
      assert.equal(secure.hits[0]?.headers["proxy-authorization"], undefined);
    } finally {
      await session.close();
      proxy.close();
    }
  });
});
