/** Servers that fail at TLS, each on a port of its own: there are no honest pages behind them. */
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { join } from "node:path";
import { duplexPair } from "node:stream";
import { TLSSocket, type TlsOptions } from "node:tls";
import { okPage, type HostileServerOptions } from "../../helpers/hostile-server.ts";
import { answers, bodyOf, breaks, fails, HEAD, type Expected } from "../case.ts";

const FOLDER = join(import.meta.dirname, "../../helpers/hostile-tls");
const read = (name: string): string => readFileSync(join(FOLDER, name), "utf8");

/** What the crawl trusts. */
export const CA_FILE = join(FOLDER, "ca.pem");

/** A server whose only page is its root. */
export interface HostCase {
  readonly name: string;
  readonly does: string;
  readonly server: HostileServerOptions;
  /** The scheme it is asked with where that is not what it speaks. */
  readonly scheme?: "http" | "https";
  readonly expected: Expected;
}

const serverTls = (cert: string, more: TlsOptions = {}): TlsOptions => ({
  key: read("server.key"),
  cert: read(`${cert}.pem`),
  ALPNProtocols: ["http/1.1"],
  ...more,
});

const page = okPage(bodyOf("secret"));
const answer = (socket: Socket): void => void socket.once("data", () => socket.write(page));
const withCertificate = (cert: string): HostileServerOptions => ({
  tls: serverTls(cert),
  greet: answer,
});
const raw = (greet: (socket: Socket) => void): Pick<HostCase, "server" | "scheme"> => ({
  server: { greet },
  scheme: "https",
});

/** Sends what is no TLS in the middle of a body: the socket is kept, and TLS is spoken through it. */
function breakTls(socket: Socket): void {
  const [inner, outer] = duplexPair();
  socket.pipe(outer).pipe(socket);
  const tls = new TLSSocket(inner, { isServer: true, ...serverTls("good") });
  tls.on("error", () => socket.destroy());
  tls.once("data", () => {
    tls.write(`${HEAD}content-length: 500\r\n\r\n${bodyOf("x")}`);
    setTimeout(() => socket.write(Buffer.alloc(64, 0xf7)), 100);
  });
}

export const tlsCases: readonly HostCase[] = [
  {
    name: "tls-stalls",
    does: "never answers the ClientHello",
    ...raw((socket) => void socket.resume()),
    expected: fails("connect_timeout", { atMostMs: 3_000 }),
  },
  {
    name: "tls-drips",
    does: "sends its handshake at a byte a second",
    ...raw((socket) => {
      const timer = setInterval(() => socket.write("\x16"), 1_000);
      socket.resume().once("close", () => clearInterval(timer));
    }),
    expected: fails("connect_timeout", { atMostMs: 3_000 }),
  },
  {
    name: "tls-closes",
    does: "closes in the handshake",
    ...raw((socket) => void socket.once("data", () => socket.end())),
    expected: fails("tls_failed"),
  },
  {
    name: "tls-resets",
    does: "resets in the handshake",
    ...raw((socket) => void socket.once("data", () => socket.resetAndDestroy())),
    expected: fails("tls_failed"),
  },
  {
    name: "tls-noise",
    does: "answers the ClientHello with noise",
    ...raw((socket) => void socket.once("data", () => socket.write(Buffer.alloc(1_000, 0x80)))),
    expected: fails("tls_failed"),
  },
  {
    name: "tls-echo",
    does: "sends the ClientHello back",
    ...raw((socket) => void socket.on("data", (data) => socket.write(data))),
    expected: fails("tls_failed"),
  },
  {
    name: "tls-plain",
    does: "speaks HTTP where TLS is due",
    ...raw((socket) => void socket.once("data", () => socket.end(page))),
    expected: fails("tls_failed"),
  },
  {
    name: "tls-alert",
    does: "answers with a fatal alert",
    ...raw(
      (socket) =>
        void socket.once("data", () => socket.write(Buffer.from([21, 3, 3, 0, 2, 2, 40]))),
    ),
    expected: fails("tls_failed"),
  },
  {
    name: "tls-expired",
    does: "has a certificate that has expired",
    server: withCertificate("expired"),
    expected: fails("tls_certificate"),
  },
  {
    name: "tls-early",
    does: "has a certificate of the next century",
    server: withCertificate("early"),
    expected: fails("tls_certificate"),
  },
  {
    name: "tls-other-name",
    does: "has another host's certificate",
    server: withCertificate("other"),
    expected: fails("tls_certificate"),
  },
  {
    name: "tls-self-signed",
    does: "has signed its certificate itself",
    server: withCertificate("self"),
    expected: fails("tls_certificate"),
  },
  {
    name: "tls-old",
    does: "speaks TLS 1.1 only",
    server: {
      tls: serverTls("good", {
        minVersion: "TLSv1.1",
        maxVersion: "TLSv1.1",
        ciphers: "DEFAULT@SECLEVEL=0",
      }),
      greet: answer,
    },
    expected: fails("tls_failed"),
  },
  {
    name: "tls-wants-certificate",
    does: "wants a client's certificate",
    server: {
      tls: serverTls("good", { requestCert: true, rejectUnauthorized: true }),
      greet: answer,
    },
    expected: fails("tls_failed"),
  },
  {
    name: "alpn-h2-only",
    does: "speaks only HTTP/2",
    server: { tls: serverTls("good", { ALPNProtocols: ["h2"] }), greet: answer },
    expected: fails("tls_failed"),
  },
  {
    name: "alpn-silent",
    does: "says nothing of ALPN",
    server: { tls: { key: read("server.key"), cert: read("good.pem") }, greet: answer },
    expected: answers({ title: "secret" }),
  },
  {
    name: "alpn-h2-frames",
    does: "agrees on HTTP/1.1 and speaks HTTP/2",
    server: {
      tls: serverTls("good"),
      greet: (socket) =>
        void socket.once("data", () => socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]))),
    },
    expected: fails("invalid_response"),
  },
  {
    name: "tls-breaks",
    does: "sends what is no TLS in the middle of a body",
    ...raw(breakTls),
    expected: breaks("tls_failed"),
  },
  {
    name: "tls-closes-in-body",
    does: "closes in the middle of a body",
    server: {
      tls: serverTls("good"),
      greet: (socket) =>
        void socket.once("data", () =>
          socket.end(`${HEAD}content-length: 500\r\n\r\n${bodyOf("x")}`),
        ),
    },
    expected: breaks("connection_closed"),
  },
  {
    name: "tls-for-http",
    does: "speaks TLS where HTTP is due",
    scheme: "http",
    server: withCertificate("good"),
    expected: fails("connection_closed"),
  },
  {
    name: "tls-alert-for-http",
    does: "answers HTTP with an alert of TLS",
    server: {
      greet: (socket) =>
        void socket.once("data", () => socket.end(Buffer.from([21, 3, 1, 0, 2, 2, 70]))),
    },
    expected: fails("invalid_response"),
  },
];

export const otherHostCases: readonly HostCase[] = [
  {
    name: "answers-before-request",
    does: "answers before it was asked",
    server: { greet: (socket) => void socket.write(page) },
    expected: answers({ title: "secret" }),
  },
  {
    // On a socket that is not idle, it would be taken for the answer to the next request there.
    name: "answers-once-more",
    does: "answers once more when the socket is idle",
    server: {
      greet: (socket) => {
        answer(socket);
        socket.once("data", () => setTimeout(() => socket.write(page), 50));
      },
    },
    expected: answers({ title: "secret" }),
  },
  {
    name: "closes-on-accept",
    does: "closes each connection as it comes",
    server: { greet: (socket) => void socket.end() },
    expected: fails("connection_closed"),
  },
  {
    name: "resets-on-accept",
    does: "resets each connection as it comes",
    server: { greet: (socket) => void socket.resetAndDestroy() },
    expected: fails("connection_reset"),
  },
  {
    name: "echo-service",
    does: "sends the request back",
    server: { greet: (socket) => void socket.pipe(socket) },
    expected: fails("invalid_response"),
  },
];
