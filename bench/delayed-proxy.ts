/**
 * Distance for a server on this machine: a TCP proxy on loopback that holds what a client sends for one
 * round trip before it passes it on. The first bytes of a connection wait twice, since loopback's own
 * connect takes no time and a distant one takes a round trip. So a request on an open connection takes one
 * round trip more, one on a new plain connection two, and one over TLS 1.3 three, as from afar.
 */
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

export interface DelayedProxy {
  readonly port: number;
  /** Connections that were accepted. */
  connections(): number;
  close(): Promise<void>;
}

/**
 * @param address where it listens
 * @param port where it passes everything on to, on 127.0.0.1
 */
export async function startDelayedProxy(
  address: string,
  port: number,
  roundTripMs: number,
): Promise<DelayedProxy> {
  const open = new Set<Socket>();
  let accepted = 0;
  const proxy = createServer({ noDelay: true }, (client) => {
    accepted += 1;
    const server = connect({ port, host: "127.0.0.1", noDelay: true });
    let waitMs = 2 * roundTripMs;
    let passedOn = Promise.resolve();
    // What was sent first arrives first.
    const passOn = async (
      before: Promise<void>,
      arrives: Promise<void> | undefined,
      bytes: Buffer,
    ) => {
      await before;
      await arrives;
      server.write(bytes);
    };
    client.on("data", (bytes) => {
      const arrives = roundTripMs === 0 ? undefined : pause(waitMs);
      waitMs = roundTripMs;
      passedOn = passOn(passedOn, arrives, bytes);
    });
    server.on("data", (bytes) => client.write(bytes));
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      open.add(socket);
      socket.on("end", () => other.end());
      // Either side may reset; the other one is told by a close, as a network would.
      socket.on("error", () => other.destroy());
      socket.on("close", () => open.delete(socket));
    }
  });
  proxy.listen(0, address);
  await once(proxy, "listening");
  return {
    port: (proxy.address() as AddressInfo).port,
    connections: () => accepted,
    async close() {
      proxy.close();
      for (const socket of open) socket.destroy();
      await once(proxy, "close");
    },
  };
}
