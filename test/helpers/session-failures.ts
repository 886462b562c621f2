/** What the session's tests share: a server that speaks whatever it is given, errors as values. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { SessionError, type Exchange } from "../../src/session/index.ts";

/** What it fails with. */
export async function failure(run: () => unknown): Promise<SessionError> {
  try {
    await run();
  } catch (error) {
    assert.ok(error instanceof SessionError, String(error));
    return error;
  }
  assert.fail("no error");
}

/** A server that speaks whatever it is given. */
export async function rawServer(
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

/** The phases that happened make up the whole, but for what the event loop itself takes. */
export function assertPhases(exchange: Exchange | undefined): void {
  assert.ok(exchange !== undefined);
  const { queueMs, dnsMs, connectMs, tlsMs, ttfbMs, bodyMs, totalMs } = exchange;
  const phases = [queueMs, dnsMs, connectMs, tlsMs, ttfbMs, bodyMs].map((each) => each ?? 0);
  for (const phase of phases) assert.ok(phase >= 0, JSON.stringify(phases));
  const sum = phases.reduce((total, each) => total + each, 0);
  assert.ok(sum <= totalMs + 0.01, `${sum} of ${totalMs}`);
}
