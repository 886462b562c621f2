/**
 * One place in a pool: an undici Client (urllib3's HTTPConnection object) and the record of the
 * socket it has now. The pool gives it to one request at a time; undici reconnects by itself where
 * the socket died in between, which urllib3 logs as "Resetting dropped connection".
 */
import { createRequire } from "node:module";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { buildConnector, Client as UndiciClient } from "undici";
import type { Attempt } from "./attempt.ts";
import { Dial } from "./connector.ts";
import { closeReasonOf, connectFailure, Failure } from "./failure.ts";
import type { HostPool } from "./host-pool.ts";
import { collectReads } from "./read-garbage.ts";
import type { CloseReason, ConnectionRecord, OpenReason } from "./records.ts";

/** Not through undici's own door, which opens its fetch, caches and mocks too: 91 files and 60 ms more. */
const Client = createRequire(import.meta.url)(
  "undici/lib/dispatcher/client.js",
) as typeof UndiciClient;

/** The record while the library still writes to it. */
export class ConnectionState implements ConnectionRecord {
  readonly id: number;
  readonly origin: string;
  readonly mount: string;
  readonly remoteIp: string | null;
  readonly remotePort: number | null;
  readonly localPort: number | null;
  readonly alpn: string | null;
  readonly tlsVersion: string | null;
  readonly tlsResumed: boolean | null;
  readonly openedAt = Date.now();
  readonly dnsMs: number | null;
  readonly connectMs: number | null;
  readonly tlsMs: number | null;
  readonly previousId: number | null;
  readonly openReason: OpenReason;
  requests = 0;
  lastUsedAt = Date.now();
  keepAliveHintMs: number | null = null;
  closedAt: number | null = null;
  closeReason: CloseReason | null = null;
  #socket: Socket | null;
  #bytesRead = 0;

  constructor(connection: Connection, id: number, mount: string, socket: Socket, dial: Dial) {
    const tls = (socket as Partial<TLSSocket>).encrypted === true ? (socket as TLSSocket) : null;
    this.id = id;
    this.origin = connection.pool.origin;
    this.mount = mount;
    this.remoteIp = socket.remoteAddress ?? null;
    this.remotePort = socket.remotePort ?? null;
    this.localPort = socket.localPort ?? null;
    this.alpn = tls?.alpnProtocol || null;
    this.tlsVersion = tls?.getProtocol() ?? null;
    this.tlsResumed = tls?.isSessionReused() ?? null;
    this.dnsMs = dial.dnsMs;
    this.connectMs = dial.connectMs;
    this.tlsMs = dial.tlsMs;
    this.previousId = connection.previousId;
    this.openReason = connection.openReason;
    this.#socket = socket;
  }

  get bytesRead(): number {
    return this.#socket?.bytesRead ?? this.#bytesRead;
  }

  /** The socket is gone: what only it knew is kept. */
  detach(): void {
    this.#bytesRead = this.bytesRead;
    this.#socket = null;
  }
}

/** What undici and Node's own servers allow by default. */
const MAX_HTTP2_STREAMS = 100;

export class Connection {
  readonly pool: HostPool;
  /** For the next socket: why it is opened and which one it replaces. */
  openReason: OpenReason;
  previousId: number | null;
  /** True where this place had a socket before: its next one is a reset, not a start. */
  reset: boolean;
  /** The requests that have the connection, or wait for its socket; several only on HTTP/2. */
  readonly attempts = new Set<Attempt>();
  record: ConnectionState | null = null;
  socket: Socket | null = null;
  /** What broke the socket that stands here, or stood here last. */
  broken: NodeJS.ErrnoException | null = null;
  /** Those that are not closed: after a GOAWAY an old one may end its requests beside the new. */
  readonly #sockets = new Set<Socket>();
  #client: UndiciClient | null = null;
  #dial: Dial | null = null;
  /** Why we are about to close the socket; told before we do, since undici's errors do not say. */
  #closing: CloseReason | null = null;

  constructor(pool: HostPool, openReason: OpenReason, previousId: number | null, reset: boolean) {
    this.pool = pool;
    this.openReason = openReason;
    this.previousId = previousId;
    this.reset = reset;
  }

  /** Whether a socket stands that can take a request. */
  get alive(): boolean {
    return this.socket !== null && !this.socket.destroyed;
  }

  /** Whether another request can run beside those that do. */
  get shareable(): boolean {
    return this.alive && this.record?.alpn === "h2" && this.attempts.size < MAX_HTTP2_STREAMS;
  }

  /** Whether others may have requests here: then none may close it for its own sake. */
  get shared(): boolean {
    return this.record?.alpn === "h2";
  }

  /** Gives the request to undici, which connects first where no socket stands. */
  dispatch(attempt: Attempt): void {
    this.attempts.add(attempt);
    this.#client ??= new Client(this.pool.origin, {
      ...this.pool.clientOptions,
      connect: (_options, callback) => void this.#connect(callback),
    });
    this.#client.dispatch(attempt.dispatchOptions, attempt);
  }

  /** The phases of the connect that is under way or was the last. */
  get dial(): Dial | null {
    return this.#dial;
  }

  /** Tags the coming close. The first reason wins, and what has closed already has its own. */
  tag(reason: CloseReason): void {
    if (this.socket?.destroyed !== true) this.#closing ??= reason;
  }

  /** Closes the socket, or ends the connect, for that reason. Resolves when it is closed. */
  async destroy(reason: CloseReason, failure?: Failure): Promise<void> {
    this.tag(reason);
    const client = this.#client;
    this.#client = null;
    this.#dial?.cancel();
    if (client === null) return;
    if (this.record?.alpn === "h2") {
      // undici's assertions do not survive destroying an HTTP/2 client with requests on it: its
      // socket is enough, and those who had requests here have ended them.
      const closing = Array.from(this.#sockets, (socket) => {
        socket.destroy();
        return new Promise((resolve) => socket.once("close", resolve));
      });
      await Promise.all(closing);
      return;
    }
    await client.destroy(failure ?? new Failure("aborted", reason));
  }

  /** Why the socket that stood here last was closed, as soon as undici has destroyed it. */
  get lastCloseReason(): CloseReason {
    return this.record?.closeReason ?? this.#reason();
  }

  #reason(): CloseReason {
    const reason = this.#closing ?? closeReasonOf(this.socket?.errored ?? null);
    if (reason !== "response_said_close") return reason;
    // undici's "reset" is also what it says when we asked for the close.
    const { forceClose, maxRequestsPerConnection: most } = this.pool.adapter.options;
    const ours = forceClose || (most > 0 && (this.record?.requests ?? 0) >= most);
    return ours ? "force_close" : reason;
  }

  async #connect(callback: buildConnector.Callback): Promise<void> {
    const { pool } = this;
    if (this.#client === null) {
      // Given up: undici would connect again for what is left in its queue.
      queueMicrotask(() => callback(new Failure("aborted", "the connection was given up"), null));
      return;
    }
    // Only the first request waits for a socket; those that share one come later.
    const attempt = firstOf(this.attempts);
    if (this.record !== null) {
      // The socket died between checkout and the first byte: undici opens another by itself.
      this.previousId = this.record.id;
      const reason = this.lastCloseReason;
      this.openReason = reason === "session_closed" ? "session_replaced" : reason;
      this.reset = true;
    }
    const dial = new Dial();
    this.#dial = dial;
    this.#closing = null;
    const id = pool.nextConnectionId();
    pool.logOpening(this, id);
    attempt?.onConnecting(dial);
    try {
      const socket = await pool.open(dial, attempt?.allowAddress === true);
      if (dial.cancelled) {
        socket.destroy();
        return;
      }
      this.#adopt(socket, id, dial);
      callback(null, socket);
    } catch (error) {
      const failure = connectFailure(error, false);
      if (!dial.cancelled) callback(failure, null);
    }
  }

  #adopt(socket: Socket, id: number, dial: Dial): void {
    const { pool } = this;
    const record = new ConnectionState(this, id, firstOf(this.attempts)?.mount ?? "", socket, dial);
    this.socket = socket;
    this.broken = null;
    this.record = record;
    this.#sockets.add(socket);
    if (record.alpn !== "h2") collectReads(socket);
    // What breaks TLS behind its handshake is told by Node, and the socket left open.
    socket.on("error", (error) => {
      if (this.socket === socket) this.broken = error;
      if (socket.destroyed) return;
      if (this.socket === socket) this.tag("error");
      socket.destroy();
    });
    socket.on("close", () => {
      this.#sockets.delete(socket);
      // The reason is read before `socket` may be another one's.
      record.closeReason ??=
        this.socket === socket ? this.#reason() : closeReasonOf(socket.errored);
      record.detach();
      record.closedAt = Date.now();
      if (this.socket === socket) this.socket = null;
      pool.onClosed(this, record);
    });
    pool.onOpened(record);
    for (const attempt of this.attempts) attempt.onConnected();
  }
}

function firstOf<T>(items: Iterable<T>): T | undefined {
  for (const item of items) return item;
  return undefined;
}
