import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { promisify } from "node:util";

const run = promisify(execFile);
const BIN = join(import.meta.dirname, "../../src/cli/bin.ts");

async function server(t: TestContext, set: (server: Server) => void): Promise<string> {
  const http = createServer((_req, res) => res.end("hello"));
  // Node adds a second to what it is told; the probe should find what is told.
  Object.assign(http, { keepAliveTimeoutBuffer: 0 });
  set(http);
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  t.after(() => {
    http.closeAllConnections();
    http.close();
  });
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}/`;
}

async function probe(...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [BIN, "probe", ...args]);
  return stdout;
}

test("probe finds the server's request limit", async (t) => {
  const url = await server(t, (http) => (http.maxRequestsPerSocket = 3));
  const text = await probe(url, "--count", "7");
  assert.match(text, /4 of 7 requests reused a connection; opened: 3\./);
  assert.match(text, /The server ended connections after 3 requests\./);
  assert.match(text, /#2 +1 .* new: response_said_close/);
});

test("probe finds the server's idle timeout", async (t) => {
  const url = await server(t, (http) => (http.keepAliveTimeout = 600));
  const lines = (await probe(url, "--count", "1", "--idle", "20s", "--json")).trim().split("\n");
  const { findings } = JSON.parse(lines.at(-1) ?? "") as {
    findings: { idleTimeoutMs: number | null; requestLimit: number | null };
  };
  assert.ok(
    findings.idleTimeoutMs !== null && findings.idleTimeoutMs >= 550,
    `${findings.idleTimeoutMs}`,
  );
  assert.equal(findings.requestLimit, null);
});

test("probe of a server that does not answer says so and exits 7", async (t) => {
  const url = await server(t, () => {});
  const { port } = new URL(url);
  const free = `http://127.0.0.1:${port === "1" ? 2 : 1}/`;
  await assert.rejects(
    run(process.execPath, [BIN, "probe", free]),
    (error: { code: number; stdout: string }) => {
      assert.equal(error.code, 7);
      assert.match(error.stdout, /connect_refused/);
      return true;
    },
  );
  await assert.rejects(run(process.execPath, [BIN, "probe", "example"]), { code: 2 });
});
