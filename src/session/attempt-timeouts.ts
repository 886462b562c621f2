/** When an attempt is late: its deadlines by phase, on one timer. */
import type { Dial } from "./connector.ts";
import { Deadline } from "./deadline.ts";
import { Failure } from "./failure.ts";
import type { PreparedRequest } from "./prepared-request.ts";

/** `waiting`: in a pool's queue. `connecting`: has its place, no socket yet. `sent`: on the wire. */
export type AttemptPhase = "waiting" | "connecting" | "sent";

/** So many times its total timeout a request is held up at most; it ends as late then. */
const MOST_HELD_TIMEOUTS = 4;

interface ReadCounter {
  readonly bytesRead: number;
}

export class AttemptTimeouts {
  phase: AttemptPhase = "waiting";
  /** Longest wait in the queue. */
  poolTimeoutMs = Infinity;
  /** The connect the attempt waits for. */
  dial: Dial | null = null;
  /** The reader is behind: silence is not the peer's fault. */
  paused = false;
  readonly #request: PreparedRequest;
  readonly #startedAt: number;
  readonly #subject: { onLate(failure: Failure): void };
  readonly #deadline = new Deadline(this);
  /** Last sign of life, on the clock of `performance.now()`. */
  #lastActivityAt = 0;
  /** Since when it has been held up by other bodies of its session; null while it is not. */
  #heldSince: number | null = null;
  #heldMs = 0;
  #socket: ReadCounter | null = null;
  /** What the socket had read then. */
  #bytesRead = 0;

  constructor(
    request: PreparedRequest,
    startedAt: number,
    subject: { onLate(failure: Failure): void },
  ) {
    this.#request = request;
    this.#startedAt = startedAt;
    this.#subject = subject;
  }

  /** The next moment at which it is late; a deadline may have come nearer: see `arm`. */
  get dueAt(): number {
    const request = this.#request;
    const total = this.#totalDeadline;
    if (this.phase === "sent") {
      return this.paused ? total : Math.min(total, this.#lastActivityAt + request.readMs);
    }
    const acquire = Math.min(total, this.#startedAt + request.acquireMs);
    if (this.phase === "waiting") return Math.min(acquire, this.#startedAt + this.poolTimeoutMs);
    return this.dial === null
      ? acquire
      : Math.min(acquire, this.dial.startedAt + request.connectMs);
  }

  /**
   * There is no room for more of its body: until `release` no clock of it runs. But it ends when it was held
   * for too long: servers that drip, one after the other, would make a run last the longer the more they are.
   */
  hold(now: number): void {
    this.#heldSince ??= now;
  }

  release(now: number): void {
    if (this.#heldSince !== null) this.#heldMs += now - this.#heldSince;
    this.#heldSince = null;
  }

  get #totalDeadline(): number {
    const { totalDeadline, totalMs } = this.#request;
    const mostHeldMs = MOST_HELD_TIMEOUTS * totalMs;
    const heldMs = this.#heldSince === null ? this.#heldMs : mostHeldMs;
    return totalDeadline + Math.min(heldMs, mostHeldMs);
  }

  /** The head is about to be written; `socket` null where others share it. */
  onSent(now: number, socket: ReadCounter | null): void {
    this.phase = "sent";
    this.#socket = socket;
    this.alive(now);
  }

  /** A sign of life. */
  alive(now: number): void {
    this.#lastActivityAt = now;
    if (this.#socket !== null) this.#bytesRead = this.#socket.bytesRead;
  }

  arm(): void {
    this.#deadline.arm();
  }

  clear(): void {
    this.#deadline.clear();
  }

  onLate(now: number): void {
    const { phase } = this;
    if (phase === "sent" && now < this.#totalDeadline && this.#hasReadMore()) {
      this.alive(now);
      this.arm();
      return;
    }
    this.#subject.onLate(this.#failure(now));
  }

  /**
   * undici says nothing of headers, trailers and chunk lines before they are complete. That the socket
   * has read some is seen only here, so a silence behind them is noticed after twice the time at most.
   */
  #hasReadMore(): boolean {
    return this.#socket !== null && this.#socket.bytesRead > this.#bytesRead;
  }

  #failure(now: number): Failure {
    const request = this.#request;
    if (now >= this.#totalDeadline) {
      const held = this.#heldSince === null ? "" : ", most of it behind other large bodies";
      return new Failure(
        "total_timeout",
        `the request took longer than ${request.totalMs} ms${held}`,
      );
    }
    if (this.phase === "sent") {
      return new Failure("read_timeout", `nothing came for ${request.readMs} ms`);
    }
    const waitedMs = now - this.#startedAt;
    if (this.phase === "waiting" && waitedMs >= this.poolTimeoutMs) {
      return new Failure("pool_timeout", `no connection was free for ${this.poolTimeoutMs} ms`);
    }
    return waitedMs >= request.acquireMs
      ? new Failure("connect_timeout", `no connection stood after ${request.acquireMs} ms`)
      : new Failure("connect_timeout", `the connect took longer than ${request.connectMs} ms`);
  }
}
