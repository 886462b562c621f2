/**
 * The body of a streamed response: read ahead up to a bound, then the socket waits for the reader.
 * While it waits, it holds its place in the pool; a warning says so when nobody reads.
 */
import type { Attempt } from "./attempt.ts";
import { declaredLength } from "./body-buffer.ts";
import { contentCodings, decodeChunks } from "./content-decoding.ts";
import type { Failure } from "./failure.ts";
import type { ResponseHeaders } from "./response-headers.ts";

type Result = IteratorResult<Uint8Array, void>;

export class BodyStream {
  readonly #attempt: Attempt;
  readonly #headers: ResponseHeaders;
  readonly #settled: Promise<void>;
  #resolveSettled: () => void = () => {};
  #chunks: Uint8Array[] = [];
  #buffered = 0;
  #received = 0;
  #ended = false;
  #closed = false;
  #failure: Failure | null = null;
  #waiting: { resolve: (result: Result) => void; reject: (error: unknown) => void } | null = null;
  #warning: NodeJS.Timeout | null = null;
  #reading = false;

  constructor(attempt: Attempt, headers: ResponseHeaders) {
    this.#attempt = attempt;
    this.#headers = headers;
    this.#settled = new Promise((resolve) => {
      this.#resolveSettled = resolve;
    });
    if (attempt.request.readAheadBytes === 0) this.#hold();
  }

  /** Whether the last byte was received or the stream was closed. */
  get finished(): boolean {
    return this.#ended || this.#closed;
  }

  // The network's side.

  push(chunk: Uint8Array): void {
    this.#received += chunk.length;
    if (this.#closed) return;
    if (this.#waiting !== null) {
      const { resolve } = this.#waiting;
      this.#waiting = null;
      resolve({ done: false, value: chunk });
      return;
    }
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    if (this.#buffered > this.#attempt.request.readAheadBytes) this.#hold();
  }

  end(failure: Failure | null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#failure = failure;
    this.#stopWarning();
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting === null) return;
    if (failure === null) waiting.resolve({ done: true, value: undefined });
    else waiting.reject(failure);
  }

  /** The connection went back to its pool. */
  onSettled(): void {
    this.#stopWarning();
    this.#resolveSettled();
  }

  // The reader's side.

  /** The body's chunks, decoded. Leaving the loop early closes the stream. */
  async *read(): AsyncGenerator<Uint8Array, void, void> {
    const { request } = this.#attempt;
    let handedOn = 0;
    try {
      const codings = request.decompress ? contentCodings(this.#headers) : [];
      const source = this.#raw();
      const decoded =
        codings.length === 0 ? source : decodeChunks(source, codings, request.maxBodyBytes);
      for await (const chunk of decoded) {
        const room = request.maxBodyBytes - handedOn;
        const part = chunk.length > room ? chunk.subarray(0, room) : chunk;
        handedOn += part.length;
        this.#attempt.exchange.bytesBody = handedOn;
        if (part.length > 0) yield part;
        if (part.length < chunk.length) {
          this.#attempt.truncated = true;
          return;
        }
      }
      this.#attempt.exchange.bytesBody = handedOn;
    } finally {
      await this.close();
    }
  }

  /**
   * Ends the stream: a small rest of known size is read away and the socket kept, otherwise it is
   * closed. Resolves when the connection is back in its pool.
   */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#chunks = [];
      this.#stopWarning();
      if (!this.#ended) {
        this.#attempt.giveUpBody(declaredLength(this.#headers) - this.#received);
      }
    }
    await this.#settled;
  }

  async *#raw(): AsyncGenerator<Uint8Array, void, void> {
    this.#reading = true;
    this.#stopWarning();
    for (;;) {
      const result = await this.#next();
      if (result.done === true) return;
      yield result.value;
    }
  }

  #next(): Promise<Result> {
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) {
      this.#buffered -= chunk.length;
      if (this.#buffered <= this.#attempt.request.readAheadBytes) this.#attempt.resume();
      return Promise.resolve({ done: false, value: chunk });
    }
    if (this.#ended) {
      return this.#failure === null
        ? Promise.resolve({ done: true, value: undefined })
        : Promise.reject(this.#failure);
    }
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#attempt.resume();
    });
  }

  #hold(): void {
    this.#attempt.pause();
    if (this.#reading || this.#warning !== null) return;
    const { unreadWarningMs } = this.#attempt.request;
    if (unreadWarningMs === Infinity) return;
    this.#warning = setTimeout(
      () => this.#attempt.pool?.warnUnread(this.#attempt),
      unreadWarningMs,
    );
    this.#warning.unref();
  }

  #stopWarning(): void {
    if (this.#warning !== null) clearTimeout(this.#warning);
    this.#warning = null;
  }
}
