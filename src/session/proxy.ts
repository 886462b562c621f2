/** HTTP and HTTPS proxies: absolute-form requests for http, a CONNECT tunnel for https (RFC 9110). */
import type { Socket } from "node:net";
import { Failure } from "./failure.ts";

export interface ProxyTarget {
  readonly protocol: "http:" | "https:";
  readonly hostname: string;
  readonly port: number;
  /** Value of Proxy-Authorization; null without credentials. */
  readonly authorization: string | null;
}

const MAX_CONNECT_RESPONSE_BYTES = 16 * 1024;

/** A proxy from its URL. The caller has checked that it is http or https. */
export function proxyTarget(url: URL): ProxyTarget {
  const secure = url.protocol === "https:";
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return {
    protocol: secure ? "https:" : "http:",
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? (secure ? 443 : 80) : Number(url.port),
    authorization:
      url.username === "" && url.password === ""
        ? null
        : `Basic ${Buffer.from(credentials).toString("base64")}`,
  };
}

/** Asks the proxy for a tunnel; resolves when the socket speaks to the target. */
export function openTunnel(
  socket: Socket,
  proxy: ProxyTarget,
  target: { readonly hostname: string; readonly port: number },
): Promise<void> {
  const host = target.hostname.includes(":") ? `[${target.hostname}]` : target.hostname;
  const authority = `${host}:${target.port}`;
  let head = `CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n`;
  if (proxy.authorization !== null) head += `proxy-authorization: ${proxy.authorization}\r\n`;
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const done = (failure: Failure | null): void => {
      socket.off("data", onData).off("error", onError).off("close", onClose);
      socket.pause();
      if (failure === null) {
        resolve();
      } else {
        socket.destroy();
        reject(failure);
      }
    };
    const onData = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk]);
      const end = received.indexOf("\r\n\r\n");
      if (end < 0) {
        if (received.length > MAX_CONNECT_RESPONSE_BYTES) {
          done(new Failure("connect_failed", "the proxy's answer to CONNECT does not end"));
        }
        return;
      }
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(received.toString("latin1", 0, 16))?.[1];
      if (status?.startsWith("2") !== true) {
        done(
          new Failure("connect_failed", `the proxy answered CONNECT with ${status ?? "no status"}`),
        );
        return;
      }
      const rest = received.subarray(end + 4);
      done(null);
      if (rest.length > 0) socket.unshift(rest);
    };
    const onError = (error: Error): void =>
      done(new Failure("connect_failed", `the proxy: ${error.message}`, { cause: error }));
    const onClose = (): void =>
      done(new Failure("connect_failed", "the proxy closed the socket before the tunnel stood"));
    socket.on("data", onData).on("error", onError).on("close", onClose);
    socket.write(`${head}\r\n`);
  });
}
