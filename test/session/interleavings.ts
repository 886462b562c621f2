/**
 * Random interleavings of submit, answer, kill, abort, close idle and evict against one real
 * server, and what must hold after each step.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Session, type HTTPAdapter, type HTTPAdapterOptions } from "../../src/session/index.ts";

const HOSTS = 3;

interface Ticket {
  readonly id: number;
  readonly host: number;
  readonly abort: AbortController;
  state: "waiting" | "running" | "ended";
}

interface Running {
  readonly ticket: Ticket;
  readonly response: ServerResponse;
  readonly socket: Socket;
}

/** A small seeded generator (mulberry32): a failing run can be repeated. */
export function randomSource(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class Interleaving {
  readonly #session: Session;
  readonly #adapter: HTTPAdapter;
  readonly #options: HTTPAdapterOptions;
  readonly #random: () => number;
  /** Several steps at once now and then: requests are cut off before they reach the server. */
  readonly #bursts: boolean;
  #inBurst = false;
  readonly #tickets: Ticket[] = [];
  readonly #running = new Map<number, Running>();
  readonly #open = new Set<Socket>();
  readonly #violations: string[] = [];
  readonly #server = createServer((request, response) => {
    const ticket = this.#tickets[Number(request.headers["x-id"])];
    if (ticket === undefined) throw new Error("an unknown request");
    this.#arrived(ticket, response, request.socket);
  });
  #hits = 0;

  constructor(options: HTTPAdapterOptions, bursts: boolean, random: () => number) {
    this.#options = options;
    this.#bursts = bursts;
    this.#random = random;
    this.#session = new Session({
      adapter: options,
      silentRetry: "never",
      resolver: () => Promise.resolve([{ address: "127.0.0.1", family: 4 }]),
    });
    this.#adapter = this.#session.getAdapter("http://any/");
    this.#server.keepAliveTimeout = 0;
    this.#server.on("connection", (socket) => {
      this.#open.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => this.#open.delete(socket));
    });
  }

  async run(steps: number): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    try {
      for (let step = 0; step < steps; step += 1) {
        const atOnce = this.#bursts ? 1 + Math.floor(this.#random() * 4) : 1;
        this.#inBurst = atOnce > 1;
        for (let each = 0; each < atOnce; each += 1) this.#step();
        await this.#quiet();
        this.#check();
      }
      await this.#finish();
    } finally {
      await this.#session.close();
      this.#server.closeAllConnections();
      this.#server.close();
    }
  }

  #step(): void {
    const roll = this.#random();
    if (roll < 0.45) this.#submit(Math.floor(this.#random() * HOSTS));
    else if (roll < 0.65) this.#pick()?.response.end("answer");
    else if (roll < 0.72) {
      const running = this.#pick();
      running?.response.setHeader("connection", "close");
      running?.response.end("last answer");
    } else if (roll < 0.8) this.#pick()?.socket.destroy();
    else if (roll < 0.9) this.#pickTicket()?.abort.abort();
    else this.#dropIdle();
  }

  #submit(host: number): void {
    const id = this.#tickets.length;
    const ticket: Ticket = { id, host, abort: new AbortController(), state: "waiting" };
    this.#tickets.push(ticket);
    const { port } = this.#server.address() as AddressInfo;
    const options = { headers: { "x-id": String(id) }, signal: ticket.abort.signal };
    const ended = (): void => {
      ticket.state = "ended";
      this.#running.delete(id);
    };
    void this.#session.get(`http://h${host}.test:${port}/`, options).then(ended, ended);
  }

  #arrived(ticket: Ticket, response: ServerResponse, socket: Socket): void {
    this.#hits += 1;
    for (const other of this.#running.values()) {
      if (other.socket === socket) this.#violations.push(`#${ticket.id} shares a socket`);
    }
    // Two that start together may reach the server in either order.
    const before = this.#inBurst ? [] : this.#tickets.slice(0, ticket.id);
    for (const earlier of before) {
      if (earlier.state === "waiting" && (this.#oneLine || earlier.host === ticket.host)) {
        this.#violations.push(`#${ticket.id} overtook #${earlier.id}`);
      }
    }
    if (ticket.state === "ended") return;
    ticket.state = "running";
    this.#running.set(ticket.id, { ticket, response, socket });
  }

  /** Whether only the limit over all pools makes requests wait: then all hosts stand in one line. */
  get #oneLine(): boolean {
    return this.#options.poolBlock !== true && this.#options.limitPerHost === 0;
  }

  #dropIdle(): void {
    const busy = new Set(Array.from(this.#running.values(), ({ socket }) => socket));
    const idle = [...this.#open].filter((socket) => !busy.has(socket));
    idle[Math.floor(this.#random() * idle.length)]?.end();
  }

  /** Until both sides agree; what then does not hold is a fault. */
  async #quiet(): Promise<void> {
    const deadline = performance.now() + 2000;
    do {
      await new Promise((resolve) => setImmediate(resolve));
    } while (!this.#agreed() && performance.now() < deadline);
  }

  #agreed(): boolean {
    const answered = [...this.#running.values()].some(
      ({ response, socket }) => response.writableEnded || socket.destroyed,
    );
    return (
      !answered &&
      this.#adapter.inUse === this.#running.size &&
      this.#adapter.waiting === this.#waiting.length &&
      this.#session.connections().length === this.#open.size
    );
  }

  get #waiting(): Ticket[] {
    return this.#tickets.filter(({ state }) => state === "waiting");
  }

  #check(): void {
    const { poolMaxsize = 10, poolBlock, limitPerHost = 0 } = this.#options;
    const { limit = 0, maxOpen = 0 } = this.#options;
    assert.deepEqual(this.#violations, []);
    assert.equal(this.#adapter.inUse, this.#running.size, "connections in use");
    assert.equal(this.#adapter.waiting, this.#waiting.length, "requests waiting");
    assert.equal(this.#session.connections().length, this.#open.size, "open sockets");
    assert.ok(this.#adapter.poolCount <= (this.#options.poolConnections ?? 10), "pools kept");
    const most = Math.min(limit === 0 ? Infinity : limit, maxOpen === 0 ? Infinity : maxOpen);
    assert.ok(this.#running.size <= most, "limit");
    if (maxOpen > 0) assert.ok(this.#open.size <= maxOpen, "maxOpen");
    const full = this.#running.size >= most;
    for (let host = 0; host < HOSTS; host += 1) {
      const running = [...this.#running.values()].filter(({ ticket }) => ticket.host === host);
      const bounds = [poolBlock === true && poolMaxsize > 0 ? poolMaxsize : Infinity];
      if (limitPerHost > 0) bounds.push(limitPerHost);
      const bound = Math.min(...bounds);
      assert.ok(running.length <= bound, `limit of host ${host}`);
      const waits = this.#waiting.some((ticket) => ticket.host === host);
      assert.ok(!waits || full || running.length >= bound, `host ${host} waits without need`);
    }
    const requests = this.#session
      .connections({ closed: true })
      .reduce((sum, connection) => sum + connection.requests, 0);
    // What was cut off while it was written counts here and may never have arrived.
    if (this.#bursts) assert.ok(requests >= this.#hits, "requests over all connections");
    else assert.equal(requests, this.#hits, "requests over all connections");
  }

  /** Answers all that is left and closes: nothing may be lost. */
  async #finish(): Promise<void> {
    this.#inBurst = false;
    const deadline = performance.now() + 5000;
    while (this.#tickets.some(({ state }) => state !== "ended") && performance.now() < deadline) {
      // One by one: two that start together may reach the server in either order.
      for (const { response } of this.#running.values()) {
        response.end();
        break;
      }
      await this.#quiet();
    }
    await this.#quiet();
    this.#check();
    assert.equal(this.#adapter.inUse, 0);
    assert.equal(this.#session.stats().requests, this.#tickets.length, "attempts counted");
    await this.#session.close();
    const all = this.#session.connections({ closed: true });
    assert.equal(all.length, this.#session.stats().connectionsOpened);
    assert.ok(all.every(({ closeReason, closedAt }) => closeReason !== null && closedAt !== null));
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length, "numbers given once");
  }

  /** One that runs and was not answered yet. */
  #pick(): Running | undefined {
    const open = [...this.#running.values()].filter(
      ({ response, socket }) => !response.writableEnded && !socket.destroyed,
    );
    return open[Math.floor(this.#random() * open.length)];
  }

  #pickTicket(): Ticket | undefined {
    const alive = this.#tickets.filter(({ state }) => state !== "ended");
    return alive[Math.floor(this.#random() * alive.length)];
  }
}
