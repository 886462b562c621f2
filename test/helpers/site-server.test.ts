import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import { Agent as TlsAgent, get as getTls } from "node:https";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { startSite } from "./site-server.ts";
import { testCertificate } from "./test-certificate.ts";

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const tlsAgent = new TlsAgent({ keepAlive: true, maxSockets: 1, ca: testCertificate });
after(() => {
  agent.destroy();
  tlsAgent.destroy();
});

async function ask(url: string): Promise<{ response: IncomingMessage; body: string }> {
  const request = url.startsWith("https:") ? getTls(url, { agent: tlsAgent }) : get(url, { agent });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once("response", resolve).once("error", reject);
  });
  return { response, body: await text(response) };
}

void test("routes: strings, fixed responses, functions, queries, and 404 for the rest", async () => {
  const site = await startSite({
    "/": "<h1>home</h1>",
    "/gone": { status: 410, headers: { "content-type": "text/plain" }, body: "gone" },
    "/q?a=1": "one",
    "/q": "any",
    "/late": { delayMs: 20, body: "late" },
    "/own": (_req, res) => void res.writeHead(204).end(),
  });
  try {
    const home = await ask(`${site.origin}/`);
    assert.equal(home.body, "<h1>home</h1>");
    assert.equal(home.response.headers["content-type"], "text/html; charset=utf-8");
    assert.equal(home.response.headers["content-length"], "13");
    const gone = await ask(`${site.origin}/gone`);
    assert.equal(gone.response.statusCode, 410);
    assert.equal(gone.response.headers["content-type"], "text/plain");
    assert.equal((await ask(`${site.origin}/q?a=1`)).body, "one");
    assert.equal((await ask(`${site.origin}/q?a=2`)).body, "any");
    assert.equal((await ask(`${site.origin}/late`)).body, "late");
    assert.equal((await ask(`${site.origin}/own`)).response.statusCode, 204);
    const missing = await ask(`${site.origin}/constructor`);
    assert.equal(missing.response.statusCode, 404);
    assert.match(missing.response.headers["content-type"] ?? "", /^text\/html/);
  } finally {
    await site.close();
  }
});

for (const tls of [false, true]) {
  void test(`sockets are counted and numbered, tls: ${tls}`, async () => {
    const site = await startSite({ "/": "x" }, { tls });
    try {
      for (let i = 0; i < 3; i++) await ask(`${site.origin}/?${i}`);
      assert.equal(site.connections, 1);
      assert.equal(site.openConnections, 1);
      assert.deepEqual(
        site.requests.map(({ method, url, socketId, socketNth }) => [
          method,
          url,
          socketId,
          socketNth,
        ]),
        [
          ["GET", "/?0", 1, 1],
          ["GET", "/?1", 1, 2],
          ["GET", "/?2", 1, 3],
        ],
      );
    } finally {
      await site.close();
      await site.close();
    }
    const refused = once(connect(Number(new URL(site.origin).port), "127.0.0.1"), "connect");
    await assert.rejects(refused, { code: "ECONNREFUSED" });
  });
}

void test("close cuts a response that is still held back", async () => {
  const site = await startSite({ "/": { delayMs: 60_000, body: "never" } });
  const answer = ask(`${site.origin}/`);
  const rejected = assert.rejects(answer, { code: "ECONNRESET" });
  while (site.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await site.close();
  await rejected;
});
