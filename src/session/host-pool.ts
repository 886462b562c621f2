/**
 * The connections to one host under one set of TLS, proxy and address settings: urllib3's
 * HTTPConnectionPool with aiohttp's limits.
 *
 * A request takes an idle connection (newest or oldest first), else a new one; where `poolBlock`,
 * `limitPerHost` or the adapter's `limit` forbid that, it waits, first come first served. A
 * connection that comes back is handed to the first who waits, kept idle, or, when `poolMaxsize`
 * are idle already, discarded: the bound is on what is kept, and the last to return loses.
 */
import type { Socket } from "node:net";
import type { Client } from "undici";
import type { Attempt } from "./attempt.ts";
import { Connection, type ConnectionState } from "./connection.ts";
import type { Dial } from "./connector.ts";
import type { HTTPAdapter } from "./http-adapter.ts";
import type { OpenReason } from "./records.ts";
import { Vacancies } from "./vacancies.ts";
import { WaitQueue } from "./wait-queue.ts";

export class HostPool {
  readonly key: string;
  readonly origin: string;
  readonly hostname: string;
  readonly port: number;
  readonly protocol: "http:" | "https:";
  readonly adapter: HTTPAdapter;
  readonly clientOptions: Client.Options;
  readonly waiters = new WaitQueue<Attempt>();
  /** Left the adapter's LRU: nothing is kept here any more. */
  evicted = false;
  /** Connections that requests have. */
  inUse = 0;
  /** The most that were in use at one time. */
  peak = 0;
  /** Connection objects made so far: the N of "Starting new HTTP connection (N)". */
  started = 0;
  /** Sockets closed on return because enough were idle. */
  discarded = 0;
  /** The newest of the sockets that were opened: two connects may end in another order than they began. */
  newestConnectionId: number | null = null;
  readonly #idle: Connection[] = [];
  readonly #busy = new Set<Connection>();
  readonly #vacancies = new Vacancies();
  readonly #open: (dial: Dial, allowAddress: boolean) => Promise<Socket>;
  /** Whether sockets may turn out to be HTTP/2, and whether the last did; null: not known yet. */
  readonly #mayShare: boolean;
  #http2: boolean | null = null;
  #firstReason: OpenReason;
  #firstPrevious: number | null;

  constructor(
    adapter: HTTPAdapter,
    key: string,
    url: URL,
    open: HostPool["open"],
    clientOptions: Client.Options,
    first: { reason: OpenReason; previousId: number | null },
  ) {
    this.adapter = adapter;
    this.key = key;
    this.origin = url.origin;
    this.hostname = url.hostname.replace(/^\[|\]$/g, "");
    this.protocol = url.protocol === "https:" ? "https:" : "http:";
    this.port = url.port === "" ? (this.protocol === "https:" ? 443 : 80) : Number(url.port);
    this.#open = open;
    this.clientOptions = clientOptions;
    this.#mayShare = adapter.options.http2 && this.protocol === "https:";
    this.#firstReason = first.reason;
    this.#firstPrevious = first.previousId;
  }

  get idle(): number {
    return this.#idle.length;
  }

  /** Nothing in it, nobody waits: it can be forgotten. */
  get unused(): boolean {
    return this.inUse === 0 && this.waiters.size === 0;
  }

  /** Whether the pool's own limits let one more request run. */
  get hasRoom(): boolean {
    // Until the first socket has told the protocol, the others wait: on HTTP/2 they share it.
    if (this.#mayShare && this.#http2 === null && this.#busy.size > 0) return false;
    return this.inUse < this.adapter.mostPerPool;
  }

  /** Gives the attempt a connection and starts it. The caller has checked the limits. */
  start(attempt: Attempt): void {
    const connection = this.#checkout(attempt.request.newerThan);
    this.inUse += 1;
    if (this.inUse > this.peak) this.peak = this.inUse;
    this.#busy.add(connection);
    attempt.onAcquired(connection);
    connection.dispatch(attempt);
  }

  /** An attempt that waits is given up. */
  cancel(attempt: Attempt): void {
    if (this.waiters.remove(attempt)) this.adapter.onWaitEnded(this, attempt, false);
  }

  /** The attempt has ended: its connection goes to the next, to the idle ones, or away. */
  finish(connection: Connection, attempt: Attempt): void {
    connection.attempts.delete(attempt);
    this.inUse -= 1;
    const { record } = connection;
    if (connection.attempts.size > 0) {
      // Others still share it.
      this.adapter.onFreed(this);
      return;
    }
    this.#busy.delete(connection);
    // On HTTP/2 a request fails alone; on HTTP/1.1 its socket is unusable after it.
    const spoiled = attempt.failure !== null && attempt.started && record?.alpn !== "h2";
    const broken = spoiled || (attempt.failure !== null && !connection.alive);
    if (record === null) {
      void connection.destroy("error");
      this.#vacancies.add(connection.openReason, connection.previousId, connection.reset);
    } else if (broken || !connection.alive) {
      void connection.destroy("error");
      this.#vacancies.add(connection.lastCloseReason, record.id, !broken);
    } else {
      record.lastUsedAt = Date.now();
      this.#idle.push(connection);
    }
    this.adapter.onFreed(this);
    this.#trim();
  }

  /** The adapter's LRU has let it go: idle sockets close now, the others when they come back. */
  evict(): number {
    this.evicted = true;
    const idle = this.#idle.splice(0);
    for (const connection of idle) void connection.destroy("evicted");
    return idle.length;
  }

  /** Gives up the connection idle for longest; false when none is. */
  closeOldestIdle(): boolean {
    const oldest = this.#idle.shift();
    if (oldest === undefined) return false;
    this.#vacancies.add("evicted", oldest.record?.id ?? null, false);
    void oldest.destroy("evicted");
    return true;
  }

  /** Ends everything: waiting and running requests fail, sockets close as `session_closed`. */
  async close(end: (attempt: Attempt) => void): Promise<void> {
    this.evicted = true;
    for (let waiter = this.waiters.shift(); waiter !== undefined; waiter = this.waiters.shift()) {
      end(waiter);
    }
    const connections = [...this.#idle.splice(0), ...this.#busy];
    const closing: Promise<void>[] = [];
    for (const connection of connections) {
      connection.tag("session_closed");
      for (const attempt of connection.attempts) end(attempt);
      closing.push(connection.destroy("session_closed"));
    }
    await Promise.all(closing);
  }

  // The connection's side.

  get open(): (dial: Dial, allowAddress: boolean) => Promise<Socket> {
    return this.#open;
  }

  nextConnectionId(): number {
    return this.adapter.context.nextConnectionId();
  }

  logOpening(connection: Connection, id: number): void {
    const { log } = this.adapter.context;
    if (connection.reset) {
      log?.resetting(this.hostname, id);
    } else {
      this.started += 1;
      log?.starting(this.protocol, this.started, this.hostname, this.port, id);
    }
  }

  onOpened(record: ConnectionState): void {
    this.newestConnectionId = Math.max(this.newestConnectionId ?? 0, record.id);
    this.#http2 = record.alpn === "h2";
    this.adapter.context.onOpened(record);
    if (this.#mayShare) this.adapter.onRoom(this);
  }

  onClosed(connection: Connection, record: ConnectionState): void {
    // Not where another socket has taken its place already (HTTP/2, after a GOAWAY).
    const index = connection.record === record ? this.#idle.indexOf(connection) : -1;
    if (index >= 0) {
      this.#idle.splice(index, 1);
      this.#vacancies.add(record.closeReason ?? "error", record.id, true);
      void connection.destroy("error");
    }
    this.adapter.context.onClosed(record);
  }

  warnUnread(attempt: Attempt): void {
    this.adapter.context.warnUnread(attempt, this);
  }

  #checkout(newerThan: number | null): Connection {
    if (this.#http2 === true) {
      for (const connection of this.#busy) if (connection.shareable) return connection;
    }
    const kept = this.#takeIdle(newerThan);
    if (kept !== null) return kept;
    let vacancy = this.#vacancies.take();
    this.#makeRoom();
    this.adapter.onOpening(this);
    vacancy ??= this.#vacancies.take();
    if (vacancy !== undefined) {
      return new Connection(this, vacancy.reason, vacancy.previousId, vacancy.reset);
    }
    if (this.inUse > 0) return new Connection(this, "all_busy", null, false);
    return new Connection(this, this.#firstReason, this.#firstPrevious, false);
  }

  #takeIdle(newerThan: number | null): Connection | null {
    const lifo = this.adapter.options.order === "lifo";
    for (;;) {
      const connection =
        newerThan !== null
          ? this.#takeNewer(newerThan)
          : lifo
            ? this.#idle.pop()
            : this.#idle.shift();
      if (connection === undefined) return null;
      if (connection.alive) return connection;
      this.#vacancies.add(connection.lastCloseReason, connection.record?.id ?? null, true);
      void connection.destroy("error");
    }
  }

  #takeNewer(than: number): Connection | undefined {
    const index = this.#idle.findIndex(({ record }) => record !== null && record.id > than);
    return index < 0 ? undefined : this.#idle.splice(index, 1)[0];
  }

  /** Where idle ones were passed over: no more are open than may be in use. */
  #makeRoom(): void {
    while (this.idle + this.inUse >= this.adapter.mostPerPool) {
      const oldest = this.#idle.shift();
      if (oldest === undefined) return;
      this.#discard(oldest);
    }
  }

  /** After the waiters had their turn: what is idle beyond the bound goes. */
  #trim(): void {
    const { poolMaxsize } = this.adapter.options;
    if (this.evicted) {
      this.evict();
      return;
    }
    const keep = poolMaxsize === 0 ? Infinity : poolMaxsize;
    while (this.#idle.length > keep) {
      const last = this.#idle.pop();
      if (last === undefined) return;
      this.#discard(last);
    }
  }

  #discard(connection: Connection): void {
    this.discarded += 1;
    this.#vacancies.add("pool_full_discard", connection.record?.id ?? null, false);
    this.adapter.onDiscarded(this, connection);
    void connection.destroy("pool_full_discard");
  }
}
