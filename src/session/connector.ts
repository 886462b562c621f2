/**
 * Opens sockets: DNS, TCP, proxy tunnel, TLS, each timed. Own code instead of undici's
 * buildConnector because each connect needs its own address check and its own clock; undici takes
 * the finished socket. One connector serves all sockets of one TLS configuration, so that TLS
 * sessions are resumed across them.
 */
import { connect as tcpConnect, isIP, type LookupFunction, type Socket } from "node:net";
import { connect as tlsConnect, type ConnectionOptions, type TLSSocket } from "node:tls";
import type { DnsCache, ResolvedAddress } from "./dns-cache.ts";
import { connectFailure, dnsFailure, Failure } from "./failure.ts";
import { openTunnel, type ProxyTarget } from "./proxy.ts";
import type { TlsOptions } from "./tls-options.ts";

/** May a connection go to this address? Asked with the address really used. */
export type AddressFilter = (ip: string, host: string) => boolean;

export interface ConnectTarget {
  readonly protocol: "http:" | "https:";
  /** Without the brackets of an IPv6 literal. */
  readonly hostname: string;
  readonly port: number;
}

export interface ConnectorOptions {
  readonly dns: DnsCache;
  readonly tls: TlsOptions | undefined;
  readonly proxy: ProxyTarget | null;
  readonly localAddress: string | undefined;
  readonly http2: boolean;
  /** Delay before the next address is tried as well (RFC 8305); 0 tries them one after another. */
  readonly happyEyeballsDelayMs: number;
}

type DialPhase = "dnsMs" | "connectMs" | "tlsMs";

/** One connect under way, with the phases measured so far; the last may have been cut short. */
export class Dial {
  readonly startedAt = performance.now();
  dnsMs: number | null = null;
  connectMs: number | null = null;
  tlsMs: number | null = null;
  socket: Socket | null = null;
  #phase: DialPhase | null = null;
  #phaseStartedAt = 0;
  #cancelled = false;

  get cancelled(): boolean {
    return this.#cancelled;
  }

  /** A phase may come twice (TLS to a proxy, then through it): the times add up. */
  begin(phase: DialPhase): void {
    this.#phase = phase;
    this.#phaseStartedAt = performance.now();
  }

  end(): void {
    if (this.#phase === null) return;
    this[this.#phase] = (this[this.#phase] ?? 0) + performance.now() - this.#phaseStartedAt;
    this.#phase = null;
  }

  /** Ends the connect; nobody waits for its socket any more. */
  cancel(): void {
    this.end();
    this.#cancelled = true;
    this.socket?.destroy();
  }

  /** Time from the start that the phases account for. */
  get totalMs(): number {
    return (this.dnsMs ?? 0) + (this.connectMs ?? 0) + (this.tlsMs ?? 0);
  }
}

const TCP_KEEP_ALIVE_MS = 60_000;
const MAX_TLS_SESSIONS = 100;

export class Connector {
  readonly #options: ConnectorOptions;
  readonly #sessions = new Map<string, Buffer>();

  constructor(options: ConnectorOptions) {
    this.#options = options;
  }

  /** Resolves with a socket ready for HTTP, rejects with a Failure. */
  async open(target: ConnectTarget, filter: AddressFilter | null, dial: Dial): Promise<Socket> {
    const { proxy } = this.#options;
    const peer = proxy ?? target;
    // A proxy resolves names itself; an address that is written out can still be refused.
    if (proxy !== null && filter !== null && isIP(target.hostname) !== 0) {
      if (!filter(target.hostname, target.hostname)) throw notAllowed(target.hostname, []);
    }
    const addresses = await this.#addresses(peer.hostname, proxy === null ? filter : null, dial);
    let socket = await this.#tcp(peer.hostname, peer.port, addresses, dial);
    if (proxy !== null && proxy.protocol === "https:") {
      socket = await this.#tls(socket, proxy.hostname, proxy.port, dial, false);
    }
    if (target.protocol === "http:") return socket;
    if (proxy !== null) {
      dial.begin("connectMs");
      await openTunnel(socket, proxy, target);
      dial.end();
    }
    return await this.#tls(socket, target.hostname, target.port, dial, true);
  }

  async #addresses(
    hostname: string,
    filter: AddressFilter | null,
    dial: Dial,
  ): Promise<readonly ResolvedAddress[]> {
    const family = isIP(hostname);
    let addresses: readonly ResolvedAddress[];
    if (family !== 0) {
      addresses = [{ address: hostname, family: family as 4 | 6 }];
    } else {
      dial.begin("dnsMs");
      try {
        addresses = await this.#options.dns.resolve(hostname);
      } catch (error) {
        throw dnsFailure(error);
      } finally {
        dial.end();
      }
    }
    if (dial.cancelled) throw new Failure("aborted", "the connect was given up");
    if (filter === null) return addresses;
    const allowed = addresses.filter((each) => filter(each.address, hostname));
    if (allowed.length > 0) return allowed;
    throw notAllowed(hostname, addresses);
  }

  #tcp(
    hostname: string,
    port: number,
    addresses: readonly ResolvedAddress[],
    dial: Dial,
  ): Promise<Socket> {
    const { localAddress, happyEyeballsDelayMs } = this.#options;
    dial.begin("connectMs");
    const [first] = addresses;
    const several = addresses.length > 1;
    const socket = tcpConnect({
      host: several || first === undefined ? hostname : first.address,
      port,
      ...(localAddress === undefined ? {} : { localAddress }),
      ...(several
        ? {
            lookup: fixedLookup(addresses),
            autoSelectFamily: true,
            autoSelectFamilyAttemptTimeout: Math.max(10, happyEyeballsDelayMs),
          }
        : { autoSelectFamily: false }),
    });
    dial.socket = socket;
    socket.setNoDelay(true).setKeepAlive(true, TCP_KEEP_ALIVE_MS).on("error", ignore);
    return new Promise((resolve, reject) => {
      const onError = (error: Error): void => {
        dial.end();
        reject(connectFailure(error, false));
      };
      socket.once("error", onError);
      socket.once("connect", () => {
        dial.end();
        socket.off("error", onError);
        resolve(socket);
      });
    });
  }

  #tls(
    under: Socket,
    hostname: string,
    port: number,
    dial: Dial,
    isTarget: boolean,
  ): Promise<TLSSocket> {
    dial.begin("tlsMs");
    const options = this.#options.tls ?? {};
    const servername = options.servername ?? (isIP(hostname) === 0 ? hostname : "");
    const sessionKey = `${servername}|${hostname}:${port}`;
    const session = this.#sessions.get(sessionKey);
    const alpn = this.#options.http2 && isTarget ? ["h2", "http/1.1"] : ["http/1.1"];
    const socket = tlsConnect({
      ...pemOptions(options),
      socket: under,
      host: hostname,
      servername,
      rejectUnauthorized: options.verify ?? true,
      ALPNProtocols: alpn,
      ...(session === undefined ? {} : { session }),
    });
    dial.socket = socket;
    socket.on("error", ignore);
    if (isTarget) socket.on("session", (fresh) => this.#remember(sessionKey, fresh));
    return new Promise((resolve, reject) => {
      const onError = (error: Error): void => {
        dial.end();
        // A session the server no longer likes must not fail the next try as well.
        this.#sessions.delete(sessionKey);
        reject(connectFailure(error, true));
      };
      socket.once("error", onError);
      socket.once("secureConnect", () => {
        dial.end();
        socket.off("error", onError);
        resolve(socket);
      });
    });
  }

  #remember(key: string, session: Buffer): void {
    this.#sessions.delete(key);
    this.#sessions.set(key, session);
    if (this.#sessions.size > MAX_TLS_SESSIONS) {
      const oldest = this.#sessions.keys().next();
      if (!oldest.done) this.#sessions.delete(oldest.value);
    }
  }
}

/** Errors are told by the promise, or by `Connection`; between the two none may go uncaught. */
function ignore(): void {}

function notAllowed(hostname: string, addresses: readonly ResolvedAddress[]): Failure {
  const listed = addresses.map((each) => each.address).join(", ") || hostname;
  return new Failure("private_address", `${hostname} is at ${listed}, which is not allowed`);
}

function fixedLookup(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    if (options.all === true) callback(null, [...addresses]);
    else callback(null, addresses[0]?.address ?? "", addresses[0]?.family);
  };
}

function pemOptions(options: TlsOptions): ConnectionOptions {
  const { ca, cert, key, passphrase, minVersion, maxVersion } = options;
  return {
    ...(ca === undefined ? {} : { ca: Array.isArray(ca) ? [...ca] : (ca as string | Buffer) }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
  };
}
