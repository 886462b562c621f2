/**
 * A real HTTP server that counts what each of its sockets served. `sockets()` gives `2o 1x`: the
 * first socket served 2 requests and is open, the second served 1 and is closed.
 */
import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { TlsOptions as ServerTlsOptions } from "node:tls";

interface Served {
  readonly socket: Socket;
  requests: number;
  open: boolean;
  closedAt: number | null;
  readonly openedAt: number;
}

export interface Hit {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  /** 1 for the first request of its socket. */
  readonly seq: number;
}

/** Answers one path; `seq` is the request's number on its socket. */
export type Route = (
  request: IncomingMessage,
  response: ServerResponse,
  seq: number,
) => void | Promise<void>;

export class SessionServer {
  readonly hits: Hit[] = [];
  readonly served: Served[] = [];
  readonly #server: Server;
  readonly #secure: boolean;
  readonly #bySocket = new WeakMap<Socket, Served>();

  private constructor(route: Route, tls: ServerTlsOptions | null) {
    this.#secure = tls !== null;
    const listener: RequestListener = (request, response) => {
      const served = this.#bySocket.get(request.socket);
      if (served === undefined) throw new Error("a request on an unknown socket");
      served.requests += 1;
      this.hits.push({
        method: request.method ?? "",
        path: request.url ?? "",
        headers: request.headers,
        seq: served.requests,
      });
      void route(request, response, served.requests);
    };
    this.#server = tls === null ? createServer(listener) : createTlsServer(tls, listener);
    // 0: neither an idle timeout nor a Keep-Alive header.
    this.#server.keepAliveTimeout = 0;
    this.#server.on(tls === null ? "connection" : "secureConnection", (socket: Socket) => {
      const served = { socket, requests: 0, open: true, openedAt: Date.now(), closedAt: null };
      const entry: Served = served;
      this.served.push(entry);
      this.#bySocket.set(socket, entry);
      socket.on("error", () => {});
      socket.on("close", () => {
        entry.open = false;
        entry.closedAt = Date.now();
      });
    });
  }

  static async start(
    route: Route = standardRoute,
    tls: ServerTlsOptions | null = null,
  ): Promise<SessionServer> {
    const server = new SessionServer(route, tls);
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  url(path = "/", host = "127.0.0.1"): string {
    return `${this.#secure ? "https" : "http"}://${host}:${this.port}${path}`;
  }

  sockets(): string {
    return this.served.map(({ requests, open }) => `${requests}${open ? "o" : "x"}`).join(" ");
  }

  get open(): number {
    return this.served.filter((each) => each.open).length;
  }

  /** Closes what is idle: with a FIN, or with a RST. */
  dropSockets(how: "fin" | "rst"): void {
    for (const { socket, open } of this.served) {
      if (!open) continue;
      if (how === "fin") socket.end();
      else socket.resetAndDestroy();
    }
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    for (const { socket } of this.served) socket.destroy();
    if (this.#server.listening) await once(this.#server, "close");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/**
 * `/wait/150` answers after that time, `/big/2000000` sends that many bytes, `/close` says
 * Connection: close, `/hint/1` sends Keep-Alive: timeout=1, `/status/503?ra=1` a status with
 * Retry-After, `/to/302?url=...&n=3` redirects, `/cookie?set=a=1` sets a cookie, `/kill` ends the
 * socket, `/kill-reused` unless it is the socket's first request, `/never` does not answer.
 */
export const standardRoute: Route = (request, response, seq) => {
  const url = new URL(request.url ?? "/", "http://server");
  const [, kind, argument = ""] = url.pathname.split("/");
  switch (kind) {
    case "wait":
      setTimeout(() => response.end("waited"), Number(argument));
      return;
    case "big":
      response.setHeader("content-length", argument);
      response.end(Buffer.alloc(Number(argument), "x"));
      return;
    case "close":
      response.setHeader("connection", "close");
      response.end("bye");
      return;
    case "hint":
      response.setHeader("keep-alive", `timeout=${argument}`);
      response.end("hint");
      return;
    case "status":
      if (url.searchParams.has("ra")) {
        response.setHeader("retry-after", url.searchParams.get("ra") ?? "");
      }
      response.statusCode = Number(argument);
      response.end("status");
      return;
    case "to":
      redirect(url, Number(argument), response);
      return;
    case "cookie":
      response.setHeader("set-cookie", url.searchParams.getAll("set"));
      response.end("cookie");
      return;
    case "kill":
      request.socket.destroy();
      return;
    case "kill-reused":
      if (seq > 1) request.socket.destroy();
      else response.end("alive");
      return;
    case "never":
      return;
    default:
      response.end("ok");
  }
};

function redirect(url: URL, status: number, response: ServerResponse): void {
  const left = Number(url.searchParams.get("n") ?? 0);
  const target = left > 1 ? `/to/${status}?n=${left - 1}` : (url.searchParams.get("url") ?? "/end");
  response.writeHead(status, { location: target });
  response.end("moved");
}

/** Waits until it is so, at most 3 s; the assertion that follows tells when it is not. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 3000;
  while (!condition() && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
