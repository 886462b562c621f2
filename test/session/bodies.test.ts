import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";
import { Session, SessionError, type RequestOptions } from "../../src/session/index.ts";
import { SessionServer, type Route } from "../helpers/session-server.ts";

const TEXT = "Ein Satz, der sich wiederholt. ".repeat(3000);
const PLAIN = Buffer.from(TEXT);

const ENCODED: Readonly<Record<string, readonly [string, Buffer]>> = {
  gzip: ["gzip", gzipSync(PLAIN)],
  "x-gzip": ["x-gzip", gzipSync(PLAIN)],
  deflate: ["deflate", deflateSync(PLAIN)],
  raw: ["deflate", deflateRawSync(PLAIN)],
  br: ["br", brotliCompressSync(PLAIN)],
  zstd: ["zstd", zstdCompressSync(PLAIN)],
  stacked: ["gzip, br", brotliCompressSync(gzipSync(PLAIN))],
  corrupt: ["gzip", Buffer.from("this is not gzip at all")],
  short: ["gzip", gzipSync(PLAIN).subarray(0, -20)],
  unknown: ["rot13", PLAIN],
  empty: ["gzip", Buffer.alloc(0)],
  tower: [Array.from({ length: 6 }, () => "gzip").join(","), PLAIN],
  bomb: ["gzip", gzipSync(Buffer.alloc(50_000_000))],
};

const route: Route = (request, response) => {
  const [coding, body] = ENCODED[(request.url ?? "").slice(1)] ?? ["identity", PLAIN];
  response.setHeader("content-encoding", coding);
  response.setHeader("content-length", body.length);
  response.end(body);
};

async function* chunks(): AsyncGenerator<Uint8Array, void, void> {
  yield Buffer.from("one ");
  yield Buffer.from("two");
}

async function failure(promise: Promise<unknown>): Promise<SessionError> {
  const error: unknown = await promise.then(
    () => assert.fail("no error"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof SessionError, String(error));
  return error;
}

async function read(session: Session, url: string, options: RequestOptions): Promise<Buffer> {
  return await (await session.get(url, options)).bytes();
}

describe("content codings", () => {
  for (const stream of [false, true]) {
    it(`are undone, ${stream ? "streamed" : "as a whole"}`, async () => {
      await using server = await SessionServer.start(route);
      await using session = new Session();
      for (const name of ["gzip", "x-gzip", "deflate", "raw", "br", "zstd", "stacked", "unknown"]) {
        const body = await read(session, server.url(`/${name}`), { stream });
        assert.equal(body.toString(), TEXT, name);
      }
      assert.equal((await read(session, server.url("/empty"), { stream })).length, 0);
      assert.equal(server.hits[0]?.headers["accept-encoding"], "gzip, deflate, br, zstd");
      assert.equal(server.served.length, 1);
    });

    it(`that are corrupt or cut short are errors, ${stream ? "streamed" : "as a whole"}`, async () => {
      await using server = await SessionServer.start(route);
      await using session = new Session();
      for (const name of ["corrupt", "short", "tower"]) {
        const error = await failure(read(session, server.url(`/${name}`), { stream }));
        assert.equal(error.code, "content_decoding", name);
      }
      assert.equal(session.stats().requests, 3);
    });
  }

  it("are left alone when told so", async () => {
    await using server = await SessionServer.start(route);
    await using session = new Session();
    const body = await read(session, server.url("/gzip"), { decompress: false });
    assert.deepEqual(body, ENCODED["gzip"]?.[1]);
  });
});

describe("maxBodyBytes", () => {
  it("cuts a body at that many decoded bytes, a bomb too", async () => {
    await using server = await SessionServer.start(route);
    await using session = new Session();
    for (const [name, stream] of [
      ["plain", false],
      ["gzip", false],
      ["bomb", false],
      ["plain", true],
      ["bomb", true],
    ] as const) {
      const response = await session.get(server.url(`/${name}`), { maxBodyBytes: 1000, stream });
      assert.equal((await response.bytes()).length, 1000, name);
      assert.equal(response.truncated, true, name);
    }
    const whole = await session.get(server.url("/gzip"), { maxBodyBytes: PLAIN.length });
    assert.equal((await whole.bytes()).length, PLAIN.length);
    assert.equal(whole.truncated, false);
  });

  it("keeps the socket where a small rest is there, and closes it where it is not", async () => {
    await using server = await SessionServer.start();
    await using session = new Session();
    const small = await session.get(server.url("/big/3000"), { maxBodyBytes: 1000 });
    assert.equal(small.exchanges[0]?.bytesBody, 1000);
    const after = await session.get(server.url("/big/3000000"), { maxBodyBytes: 1000 });
    assert.equal(after.connection?.reused, true);
    assert.equal((await after.bytes()).length, 1000);
    const last = await session.get(server.url());
    assert.equal(last.connection?.newConnectionReason, "body_not_drained");
  });
});

describe("responses", () => {
  it("keep headers in order, apart, and byte for byte", async () => {
    await using server = await SessionServer.start((_request, response) => {
      response.sendDate = false;
      response.writeHead(200, [
        ["X-B", "1"],
        ["Set-Cookie", "a=1"],
        ["x-a", Buffer.from("grün").toString("latin1")],
        ["Set-Cookie", "b=2"],
        ["constructor", "yes"],
      ]);
      response.end();
    });
    await using session = new Session();
    const { headers, rawHeaders } = await session.get(server.url());
    assert.deepEqual(
      rawHeaders.slice(0, 5).map(([name]) => name),
      ["X-B", "Set-Cookie", "x-a", "Set-Cookie", "constructor"],
    );
    assert.deepEqual(headers.getSetCookie(), ["a=1", "b=2"]);
    assert.equal(headers.get("SET-COOKIE"), "a=1, b=2");
    assert.equal(Buffer.from(headers.get("X-A") ?? "", "latin1").toString(), "grün");
    assert.equal(headers.get("constructor"), "yes");
    assert.equal(headers.get("tostring"), null);
    assert.equal(headers.has("toString"), false);
  });

  it("give their body once, as text, JSON, bytes or chunks", async () => {
    await using server = await SessionServer.start((_request, response) => {
      response.setHeader("content-type", "application/json; charset=iso-8859-1");
      response.end(Buffer.from('{"name":"grün"}', "latin1"));
    });
    await using session = new Session();
    assert.deepEqual(await (await session.get(server.url())).json(), { name: "grün" });
    for (const stream of [false, true]) {
      const response = await session.get(server.url(), { stream });
      let length = 0;
      for await (const chunk of response.body) length += chunk.length;
      assert.equal(length, 15);
      assert.equal(response.bodyUsed, true);
      assert.equal((await failure(response.text())).code, "body_used");
    }
  });

  it("send JSON, forms and text with their Content-Type", async () => {
    await using server = await SessionServer.start(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += String(chunk);
      response.end(`${request.headers["content-type"]} ${body}`);
    });
    await using session = new Session();
    const sent = async (options: RequestOptions): Promise<string> =>
      await (await session.post(server.url(), options)).text();
    assert.equal(await sent({ json: { a: 1 } }), 'application/json {"a":1}');
    assert.equal(await sent({ form: { a: "1 2" } }), "application/x-www-form-urlencoded a=1+2");
    assert.equal(await sent({ body: "text" }), "text/plain;charset=UTF-8 text");
    assert.equal(await sent({ body: chunks() }), "undefined one two");
  });
});
