/**
 * One attempt at one URL: undici's dispatch handler, its timers and its exchange record.
 *
 * States: queued (waits in a pool) -> acquired (has a connection, perhaps without a socket yet)
 * -> started (the head was written) -> settled (body ended or failed, the connection went back).
 * `ready` resolves when it is settled or, for streams, when the headers are there.
 */
import type { Dispatcher } from "undici";
import { AttemptTimeouts } from "./attempt-timeouts.ts";
import { BodyBuffer } from "./body-buffer.ts";
import { BodyStream } from "./body-stream.ts";
import type { Connection } from "./connection.ts";
import type { Dial } from "./connector.ts";
import { ExchangeState } from "./exchange.ts";
import { exchangeFailure, Failure, type ExchangeProgress } from "./failure.ts";
import type { HostPool } from "./host-pool.ts";
import type { PreparedRequest } from "./prepared-request.ts";
import type { CloseReason } from "./records.ts";
import { keepAliveHintMs, ResponseHeaders } from "./response-headers.ts";
import { readNextHead, type RecordedExchange } from "./recorded-exchange.ts";
import { settleSoon } from "./settle-soon.ts";

type Controller = Dispatcher.DispatchController;
type ParsedHeaders = Parameters<NonNullable<Dispatcher.DispatchHandler["onResponseStart"]>>[2];

export class Attempt implements Dispatcher.DispatchHandler {
  readonly request: PreparedRequest;
  readonly mount: string;
  readonly exchange: ExchangeState;
  readonly ready: Promise<void>;
  readonly dispatchOptions: Dispatcher.DispatchOptions;
  /** Where it stands in the order of arrival, for fair waiting across pools. */
  sequence = 0;
  pool: HostPool | null = null;
  failure: Failure | null = null;
  status = 0;
  statusText = "";
  headers: ResponseHeaders | null = null;
  /** Where the body of a non-stream request is collected. */
  body: BodyBuffer | null = null;
  stream: BodyStream | null = null;
  truncated = false;
  /** As it was sent, where the exchange is recorded. */
  requestHead: string | null = null;
  #resolve: () => void = () => {};
  #state: "queued" | "acquired" | "started" | "ended" | "settled" = "queued";
  #connection: Connection | null = null;
  #controller: Controller | null = null;
  readonly #timeouts: AttemptTimeouts;
  /** We ended the body ourselves: what undici then reports is not a failure. */
  #cut = false;
  #http2 = false;
  #metDeadSocket = false;
  /** Responses 1xx so far. */
  #interim = 0;
  #drainTimer: NodeJS.Timeout | null = null;

  constructor(request: PreparedRequest, mount: string, options: Dispatcher.DispatchOptions) {
    this.request = request;
    this.mount = mount;
    this.dispatchOptions = options;
    this.exchange = new ExchangeState(request.url.href, request.method);
    this.ready = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#timeouts = new AttemptTimeouts(request, this.exchange.queuedAt, this);
    // The object itself listens (`handleEvent`): no closure for each request.
    request.signal?.addEventListener("abort", this, { once: true });
  }

  get allowAddress(): boolean {
    return this.request.allowAddress;
  }

  /** Whether the head was written to a socket. */
  get started(): boolean {
    return this.#controller !== null;
  }

  // The pool's side.

  /** It has to wait, for at most that long. */
  onQueued(poolTimeoutMs: number): void {
    this.#timeouts.poolTimeoutMs = poolTimeoutMs;
    this.#timeouts.arm();
  }

  onAcquired(connection: Connection): void {
    this.#state = "acquired";
    this.#timeouts.phase = "connecting";
    this.#connection = connection;
  }

  onConnecting(dial: Dial): void {
    this.#timeouts.dial = dial;
    this.#timeouts.arm();
  }

  onConnected(): void {
    this.#timeouts.arm();
  }

  /** Ends the attempt with that failure, wherever it stands. */
  fail(failure: Failure, closeReason: CloseReason): void {
    if (this.#state === "ended" || this.#state === "settled") return;
    if (this.#cut) {
      this.#destroyBody();
      return;
    }
    this.failure ??= failure;
    const connection = this.#connection;
    if (this.#controller !== null) {
      if (!this.#http2) connection?.tag(closeReason);
      this.#controller.abort(failure);
    } else if (connection !== null && !connection.shared) {
      void connection.destroy(closeReason, failure);
    } else if (connection === null) {
      this.pool?.cancel(this);
    }
    // undici has told us by now, unless it had not got the request yet.
    this.#end();
  }

  // undici's side.

  onRequestStart(controller: Controller): void {
    const now = performance.now();
    this.#controller = controller;
    if (this.#state === "ended" || this.#state === "settled") {
      // It ended while it waited for a place on a shared socket.
      controller.abort(this.failure ?? new Failure("aborted", "the request has ended"));
      return;
    }
    this.#state = "started";
    if (this.request.record !== null) readNextHead(this);
    const record = this.#connection?.record ?? null;
    if (record !== null) {
      this.#http2 = record.alpn === "h2";
      this.exchange.onStart(record, this.#timeouts.dial, now, this.#http2);
      if (this.exchange.reused === true) this.pool?.adapter.context.onReused(this);
    }
    this.#timeouts.onSent(now, this.#http2 ? null : record);
    this.#timeouts.arm();
  }

  onBodySent(): void {
    this.#timeouts.alive(performance.now());
  }

  onRequestSent(): void {
    this.exchange.sentAt = performance.now();
  }

  onResponseStarted(): void {
    const now = performance.now();
    this.exchange.firstByteAt = now;
    this.#timeouts.alive(now);
  }

  onResponseStart(
    controller: Controller,
    status: number,
    parsed: ParsedHeaders,
    statusText?: string,
  ): void {
    const now = performance.now();
    this.#timeouts.alive(now);
    this.exchange.firstByteAt ??= now;
    if (status < 200) {
      this.#interim += 1;
      if (this.#interim > MAX_INTERIM) this.fail(tooManyInterim(), "error");
      return;
    }
    const raw = Array.isArray(controller.rawHeaders) ? controller.rawHeaders : null;
    this.status = this.exchange.status = status;
    this.statusText = statusText ?? "";
    this.headers = new ResponseHeaders(raw, parsed);
    const record = this.#connection?.record ?? null;
    const hintMs = keepAliveHintMs(parsed["keep-alive"]);
    if (record !== null && hintMs !== null) record.keepAliveHintMs = hintMs;
    if (this.request.stream) {
      this.stream = new BodyStream(this, this.headers);
      this.#resolve();
    } else {
      this.body = new BodyBuffer(this.request, this.headers);
    }
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    this.#timeouts.alive(performance.now());
    if (this.#cut) return;
    if (this.stream !== null) {
      this.stream.push(chunk);
    } else if (this.body !== null) {
      if (this.body.push(chunk)) {
        this.pool?.adapter.context.largeBodies.grow(this, this.body.bytes);
      } else {
        this.truncated = true;
        this.giveUpBody(this.body.restBytes);
      }
    }
  }

  onResponseEnd(): void {
    if (this.#reset !== null) {
      this.onResponseError(null, this.#reset);
      return;
    }
    this.stream?.end(null);
    this.#end();
  }

  onResponseError(_controller: Controller | null, error: Error): void {
    if (this.#meetsDeadSocket(error)) return;
    if (!this.#cut) this.failure ??= exchangeFailure(this.#reset ?? error, this.#progress);
    this.stream?.end(this.failure);
    this.#end();
  }

  /**
   * The idle socket broke between checkout and the first byte: nothing was sent, so the request
   * goes to a new one. undici reconnects by itself after a FIN, but fails the request on a RST.
   */
  #meetsDeadSocket(error: Error): boolean {
    const connection = this.#connection;
    if (this.started || this.failure !== null || connection?.record == null) return false;
    if (this.#metDeadSocket || exchangeFailure(error).code !== "connection_reset") return false;
    this.#metDeadSocket = true;
    // undici is still clearing its queue.
    queueMicrotask(() => {
      if (this.#state === "acquired") connection.dispatch(this);
    });
    return true;
  }

  /** undici takes a reset for the end of a body where the socket was to be closed behind it anyhow. */
  get #reset(): Error | null {
    const error = this.#connection?.broken ?? null;
    return !this.#http2 && error?.code === "ECONNRESET" ? error : null;
  }

  get #progress(): ExchangeProgress {
    return {
      responded: this.status !== 0,
      peerEnded: this.#connection?.socket?.readableEnded === true,
    };
  }

  // The body's side.

  /** Backpressure: the reader is behind. A paused body is not late. */
  pause(): void {
    if (this.#timeouts.paused) return;
    this.#timeouts.paused = true;
    this.#controller?.pause();
  }

  /** Other large bodies come first. */
  hold(): void {
    this.#timeouts.hold(performance.now());
    this.pause();
  }

  release(): void {
    this.#timeouts.release(performance.now());
    this.resume();
  }

  resume(): void {
    if (!this.#timeouts.paused) return;
    this.#timeouts.paused = false;
    this.#timeouts.alive(performance.now());
    this.#timeouts.arm();
    this.#controller?.resume();
  }

  /**
   * The rest of the body is not wanted. A small rest of known size is read away so that the socket
   * can serve again, for at most DRAIN_MS; otherwise the socket is closed (`body_not_drained`).
   */
  giveUpBody(restBytes: number): void {
    if (this.#cut || this.#state !== "started") return;
    this.#cut = true;
    if (restBytes > this.request.drainBytes) {
      this.#destroyBody();
      return;
    }
    this.#drainTimer = setTimeout(() => this.#destroyBody(), DRAIN_MS);
    this.#timeouts.paused = false;
    this.#controller?.resume();
  }

  #destroyBody(): void {
    if (this.#state !== "started") return;
    if (!this.#http2) this.#connection?.tag("body_not_drained");
    this.#controller?.abort(new Failure("aborted", "the rest of the body was not wanted"));
  }

  /** What went over the wire; not once the body was decoded. */
  recorded(): RecordedExchange {
    const { exchange, requestHead, status, statusText } = this;
    const response =
      this.headers === null
        ? null
        : {
            status,
            statusText,
            headers: this.headers.raw,
            body: this.body?.received ?? Buffer.alloc(0),
            cut: this.truncated ? ("length" as const) : (this.failure?.code ?? null),
          };
    // Of HTTP/2, which has no head in text, undici tells names and values.
    return { exchange, requestHead: this.#http2 ? null : requestHead, response };
  }

  // Timers.

  onLate(failure: Failure): void {
    this.fail(failure, "timeout");
  }

  // The end.

  #end(): void {
    if (this.#state === "ended" || this.#state === "settled") return;
    this.#state = "ended";
    this.exchange.endedAt = performance.now();
    settleSoon(this);
  }

  /** Gives the connection back and completes the record. */
  settle(): void {
    if (this.#state === "settled") return;
    this.#state = "settled";
    this.#timeouts.clear();
    if (this.#drainTimer !== null) clearTimeout(this.#drainTimer);
    this.request.signal?.removeEventListener("abort", this);
    this.exchange.onEnd(this.#timeouts.dial, this.#connection, this.failure);
    const connection = this.#connection;
    if (connection !== null) connection.pool.finish(connection, this);
    if (this.stream !== null) {
      this.stream.onSettled();
      this.pool?.adapter.context.onExchange(this);
    }
    this.#resolve();
  }

  /** The caller's signal was aborted. */
  handleEvent(): void {
    const reason: unknown = this.request.signal?.reason;
    const detail = reason instanceof Error ? reason.message : "the signal was aborted";
    this.fail(new Failure("aborted", detail, { cause: reason }), "aborted");
  }
}

/** How long the rest of an unwanted body may take to arrive. */
const DRAIN_MS = 100;
/** Responses 1xx before the one that counts; in earnest there are two or three. */
const MAX_INTERIM = 100;

function tooManyInterim(): Failure {
  return new Failure("invalid_response", `more than ${MAX_INTERIM} responses 1xx came first`);
}
