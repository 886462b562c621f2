/**
 * A server of raw sockets, for what HTTP libraries are too polite to send. Each path has a behaviour of
 * its own; `/honest/...` is a page as it should be.
 */
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";

/** What answers one request, or refuses to. */
export type Behaviour = (peer: Peer) => void;

export interface HostileServerOptions {
  /** By the path of the request; others get a 404. */
  readonly routes?: ReadonlyMap<string, Behaviour>;
  /** Gets each socket as it is accepted, in place of the routes. */
  readonly greet?: (socket: Socket) => void;
  readonly tls?: TlsOptions;
  /** Where it listens; 127.0.0.1 by default. */
  readonly host?: string;
}

/** Bytes as they are: each character of a string is one byte. */
export type Bytes = string | Buffer;

/** One request, and the socket it came on. */
export class Peer {
  readonly socket: Socket;
  readonly method: string;
  readonly path: string;
  /** Request line and headers. */
  readonly head: string;

  constructor(socket: Socket, head: string) {
    const [method = "", target = ""] = head.split(" ", 2);
    this.socket = socket;
    this.method = method;
    this.path = target.split("?", 1)[0] ?? "";
    this.head = head;
  }

  say(...parts: readonly Bytes[]): this {
    for (const part of parts) this.socket.write(bytesOf(part));
    return this;
  }

  close(): void {
    this.socket.end();
  }

  /** A RST, once what was said is on its way, and before anything else is answered on this socket. */
  reset(): void {
    const cut = (): void => void this.socket.resetAndDestroy();
    setTimeout(cut, SETTLE_MS);
    this.socket.prependOnceListener("data", cut);
  }

  /** One byte a second, until the other side has had enough. */
  drip(text: string, everyMs = 1_000): void {
    let at = 0;
    const timer = setInterval(() => this.socket.write(text.charAt(at++ % text.length)), everyMs);
    this.socket.once("close", () => clearInterval(timer));
  }

  /** `chunk` again and again, as fast as it is taken, then the end. */
  pour(chunk: Bytes, times: number, last: Bytes = ""): void {
    const bytes = bytesOf(chunk);
    let left = times;
    const go = (): void => {
      while (left > 0 && !this.socket.destroyed) {
        left -= 1;
        if (!this.socket.write(bytes)) {
          this.socket.once("drain", go);
          return;
        }
      }
      this.socket.end(bytesOf(last));
    };
    go();
  }
}

/** How long what was written gets before the socket is cut. */
const SETTLE_MS = 100;
/** A head that is longer is not one of ours. */
const MAX_HEAD_CHARS = 1024 * 1024;

export class HostileServer {
  readonly origin: string;
  /** Sockets accepted so far. */
  connections = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, tls: boolean, options: HostileServerOptions) {
    this.#server = server;
    const { address, port } = server.address() as AddressInfo;
    this.origin = `${tls ? "https" : "http"}://${address}:${port}`;
    server.on("connection", (socket: Socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on("error", ignore);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    server.on(tls ? "secureConnection" : "connection", (socket: Socket) => {
      socket.on("error", ignore);
      if (options.greet === undefined) listen(socket, options.routes ?? new Map());
      else options.greet(socket);
    });
    server.on("tlsClientError", ignore);
  }

  static async start(options: HostileServerOptions): Promise<HostileServer> {
    const how = { allowHalfOpen: true };
    const { tls, host = "127.0.0.1" } = options;
    const server = tls === undefined ? createServer(how) : createTlsServer({ ...how, ...tls });
    server.listen(0, host);
    await once(server, "listening");
    return new HostileServer(server, tls !== undefined, options);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const closed = once(this.#server, "close");
    this.#server.close();
    await closed;
  }
}

/** The peer of a hostile server goes away in every way there is. */
function ignore(): void {}

function listen(socket: Socket, routes: ReadonlyMap<string, Behaviour>): void {
  let received = "";
  socket.on("data", (data) => {
    received += data.toString("latin1");
    if (received.length > MAX_HEAD_CHARS) socket.destroy();
    for (let end = received.indexOf("\r\n\r\n"); end >= 0; end = received.indexOf("\r\n\r\n")) {
      const peer = new Peer(socket, received.slice(0, end));
      received = received.slice(end + 4);
      const behaviour = routes.get(peer.path) ?? (isHonest(peer.path) ? honest : missing);
      behaviour(peer);
    }
  });
  socket.on("end", () => socket.end());
}

function isHonest(path: string): boolean {
  return path.startsWith("/honest/");
}

const honest: Behaviour = (peer) => void peer.say(okPage(`<title>${peer.path}</title>`));
const missing: Behaviour = (peer) =>
  void peer.say("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");

/** A whole response: 200, text/html, with its length. */
export function okPage(body: Bytes, headers = ""): Buffer {
  const bytes = bytesOf(body);
  const head = `HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: ${bytes.length}\r\n`;
  return Buffer.concat([bytesOf(`${head}${headers}\r\n`), bytes]);
}

function bytesOf(part: Bytes): Buffer {
  return typeof part === "string" ? Buffer.from(part, "latin1") : part;
}
