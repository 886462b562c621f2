/**
 * A web server for tests, on a free loopback port, described by a table of paths. It notes every
 * request with the socket it came on, so that a test can see how connections were reused.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import { isIPv6, type Socket } from "node:net";
import { testCertificate, testCertificateKey } from "./test-certificate.ts";

/** What answers a request by hand. What it throws or rejects with fails the running test. */
export type Handler = (req: IncomingMessage, res: ServerResponse) => void | Promise<void>;

/** A string is the body of a 200 page. */
export type Route = string | FixedResponse | Handler;

export interface FixedResponse {
  /** 200 by default. */
  readonly status?: number;
  /** `content-type: text/html; charset=utf-8` is added unless one is named here. */
  readonly headers?: OutgoingHttpHeaders;
  /** Empty by default; sent with its content-length. */
  readonly body?: string | Buffer;
  /** How long the whole response is held back. */
  readonly delayMs?: number;
}

export interface SeenRequest {
  readonly method: string;
  /** The request target as sent: path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Epoch milliseconds when the request's head had arrived. */
  readonly at: number;
  /** The socket's number in the order of acceptance, from 1. */
  readonly socketId: number;
  /** 1 for the first request on that socket. */
  readonly socketNth: number;
}

export interface Site {
  /** Scheme, host and port, without a slash at the end. */
  readonly origin: string;
  /** In order of arrival. */
  readonly requests: readonly SeenRequest[];
  /** Sockets accepted so far, those that failed their TLS handshake included. */
  readonly connections: number;
  /** Sockets accepted and not yet closed. */
  readonly openConnections: number;
  /** Cuts every open connection and stops listening; harmless when repeated. */
  close(): Promise<void>;
}

/**
 * Starts a site. A route's key is a path, or a path with its query, which is tried first; any other
 * path answers 404 text/html. HEAD is answered as GET without the body.
 *
 * @param options.tls serve https with `testCertificate`; HTTP/1.1 only
 * @param options.host the address to listen on, `127.0.0.1` by default
 */
export async function startSite(
  routes: Readonly<Record<string, Route>> | Handler,
  options: { readonly tls?: boolean; readonly host?: string } = {},
): Promise<Site> {
  const { tls = false, host = "127.0.0.1" } = options;
  const requests: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  // A request over TLS arrives on the TLSSocket, which the "connection" event does not show: the
  // client's port is what both sockets have in common.
  const idByPort = new Map<number, number>();
  const seenOn = new WeakMap<Socket, { readonly id: number; count: number }>();
  const timers = new Set<NodeJS.Timeout>();
  let connections = 0;

  const note = (req: IncomingMessage): void => {
    let seen = seenOn.get(req.socket);
    if (seen === undefined) {
      const id = idByPort.get(req.socket.remotePort ?? -1);
      assert(id !== undefined, "a request came on a socket that was never accepted");
      seen = { id, count: 0 };
      seenOn.set(req.socket, seen);
    }
    seen.count++;
    const { method = "", url = "", headers } = req;
    requests.push({
      method,
      url,
      headers,
      at: Date.now(),
      socketId: seen.id,
      socketNth: seen.count,
    });
  };

  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    note(req);
    const route = typeof routes === "function" ? routes : findRoute(routes, req.url ?? "");
    if (typeof route === "function") {
      await route(req, res);
      return;
    }
    const response = typeof route === "string" ? { body: route } : route;
    const { delayMs = 0 } = response;
    if (delayMs === 0) {
      send(res, response);
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      send(res, response);
    }, delayMs);
    timers.add(timer);
  };

  const listener = (req: IncomingMessage, res: ServerResponse): void => void answer(req, res);
  const server = tls
    ? createTlsServer({ key: testCertificateKey, cert: testCertificate }, listener)
    : createServer(listener);
  server.on("connection", (socket: Socket) => {
    connections++;
    sockets.add(socket);
    idByPort.set(socket.remotePort ?? -1, connections);
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(0, host);
  await once(server, "listening");
  const address = server.address();
  assert(address !== null && typeof address === "object");

  return {
    origin: `${tls ? "https" : "http"}://${isIPv6(host) ? `[${host}]` : host}:${address.port}`,
    requests,
    get connections() {
      return connections;
    },
    get openConnections() {
      return sockets.size;
    },
    async close() {
      for (const timer of timers) clearTimeout(timer);
      for (const socket of sockets) socket.destroy();
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      await closed;
    },
  };
}

function findRoute(routes: Readonly<Record<string, Route>>, target: string): Route {
  const path = target.split("?", 1)[0] ?? "";
  for (const key of [target, path]) {
    const route = Object.hasOwn(routes, key) ? routes[key] : undefined;
    if (route !== undefined) return route;
  }
  return { status: 404, body: "<!doctype html><title>Not found</title><h1>Not found</h1>" };
}

function send(res: ServerResponse, { status = 200, headers = {}, body = "" }: FixedResponse): void {
  res.statusCode = status;
  res.setHeader("content-type", "text/html; charset=utf-8");
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) res.setHeader(name, value);
  }
  if (res.req.method === "HEAD" && !res.hasHeader("content-length")) {
    res.setHeader("content-length", Buffer.byteLength(body));
  }
  // One write with the head still unsent: Node then adds the content-length itself.
  res.end(body);
}
