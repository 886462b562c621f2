/** A response, as `session.request` gives it. */
import { TextDecoder } from "node:util";
import type { Attempt } from "./attempt.ts";
import type { BodyStream } from "./body-stream.ts";
import type { ConnectionRecord, Exchange, OpenReason } from "./records.ts";
import type { ResponseHeaders } from "./response-headers.ts";
import { SessionError, SessionUsageError, failureError } from "./session-error.ts";
import { Failure } from "./failure.ts";

/** Which socket carried a response, and why that one. */
export interface ResponseConnection {
  readonly id: number;
  /** 1 for the first request on that socket. */
  readonly seq: number;
  readonly reused: boolean;
  /** Why the request did not get a socket that was already open; null when it did. */
  readonly newConnectionReason: OpenReason | null;
  readonly record: ConnectionRecord;
}

export interface ResponseParts {
  readonly attempt: Attempt;
  readonly history: readonly Response[];
  readonly exchanges: readonly Exchange[];
  /** The whole decoded body; null for a streamed response. */
  readonly bytes: Buffer | null;
  readonly truncated: boolean;
}

const NOTHING = Buffer.alloc(0);

/**
 * A streamed response that was dropped unread would hold its connection for ever, as it does in
 * requests: when it is collected, its stream is closed.
 */
const dropped = new FinalizationRegistry<BodyStream>((stream) => void stream.close());

export class Response {
  readonly status: number;
  readonly statusText: string;
  readonly headers: ResponseHeaders;
  /** The URL that answered, after redirects. */
  readonly url: string;
  readonly method: string;
  /** The responses that redirected here, oldest first. */
  readonly history: readonly Response[];
  /** One record for each attempt made for this response, redirects and retries included, in order. */
  readonly exchanges: readonly Exchange[];
  readonly connection: ResponseConnection | null;
  readonly #attempt: Attempt;
  readonly #stream: BodyStream | null;
  readonly #truncated: boolean;
  #bytes: Buffer | null;
  #used = false;

  constructor(parts: ResponseParts) {
    const { attempt } = parts;
    this.#attempt = attempt;
    this.#stream = parts.bytes === null ? attempt.stream : null;
    if (this.#stream !== null && !this.#stream.finished) dropped.register(this, this.#stream);
    this.#bytes = parts.bytes;
    this.#truncated = parts.truncated;
    this.status = attempt.status;
    this.statusText = attempt.statusText;
    if (attempt.headers === null) throw new TypeError("a response without headers");
    this.headers = attempt.headers;
    this.url = attempt.request.url.href;
    this.method = attempt.request.method;
    this.history = parts.history;
    this.exchanges = parts.exchanges;
    this.connection = connectionOf(attempt.exchange);
  }

  /** Whether the status is 200 to 299. */
  get ok(): boolean {
    return this.status >= 200 && this.status <= 299;
  }

  /** Whether the body was longer than `maxBodyBytes` and cut there. */
  get truncated(): boolean {
    return this.#truncated || this.#attempt.truncated;
  }

  /** Whether the body was read; it can be read once. */
  get bodyUsed(): boolean {
    return this.#used;
  }

  /** The headers as `[name, value]`, spelled and ordered as received. */
  get rawHeaders(): readonly (readonly [string, string])[] {
    return this.headers.raw;
  }

  /**
   * The body in chunks, decoded. Leaving the loop early gives the socket back (a small rest is read
   * away) or closes it.
   */
  get body(): AsyncIterable<Uint8Array> {
    return { [Symbol.asyncIterator]: () => this.#read() };
  }

  /** The whole body. Throws `body_used` the second time, or what went wrong while reading. */
  async bytes(): Promise<Buffer> {
    if (this.#stream === null) {
      this.#use();
      const bytes = this.#bytes ?? NOTHING;
      this.#bytes = null;
      return bytes;
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.#read()) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** The body as text, in the charset of Content-Type (default UTF-8). */
  async text(): Promise<string> {
    const bytes = await this.bytes();
    const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(this.headers.get("content-type") ?? "");
    return decoder(charset?.[1]).decode(bytes);
  }

  /** The body as JSON. Throws a SyntaxError when it is not. */
  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  /**
   * Gives the connection back without reading on: a small rest is read away, otherwise the socket
   * is closed. Nothing to do where the body was read as a whole.
   */
  async close(): Promise<void> {
    this.#used = true;
    this.#bytes = null;
    await this.#stream?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #use(): void {
    if (this.#used) {
      throw new SessionUsageError(
        "body_used",
        `The body of ${this.url} was already read or closed; keep what the first reading gave.`,
        { exchanges: this.exchanges },
      );
    }
    this.#used = true;
  }

  async *#read(): AsyncGenerator<Uint8Array, void, void> {
    this.#use();
    if (this.#stream === null) {
      const bytes = this.#bytes ?? NOTHING;
      this.#bytes = null;
      if (bytes.length > 0) yield bytes;
      return;
    }
    try {
      yield* this.#stream.read();
    } catch (error) {
      if (error instanceof SessionError) throw error;
      const failure = error instanceof Failure ? error : this.#attempt.failure;
      if (failure === null) throw error;
      throw failureError(failure.code, `${this.method} ${this.url}: ${failure.detail}`, {
        cause: error,
        exchanges: this.exchanges,
      });
    }
  }
}

function connectionOf(exchange: Exchange): ResponseConnection | null {
  const { connection, connectionSeq, reused, newConnectionReason } = exchange;
  if (connection === null || connectionSeq === null || reused === null) return null;
  return { id: connection.id, seq: connectionSeq, reused, newConnectionReason, record: connection };
}

function decoder(label: string | undefined): TextDecoder {
  try {
    return new TextDecoder(label);
  } catch {
    // A charset nobody knows: read as UTF-8, as browsers do.
    return new TextDecoder();
  }
}
