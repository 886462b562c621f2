/** The record of one attempt while it is written. */
import type { Connection, ConnectionState } from "./connection.ts";
import type { Dial } from "./connector.ts";
import type { Failure } from "./failure.ts";
import { preciseNow } from "./precise-now.ts";
import type { ConnectionRecord, Exchange, ExchangeError, OpenReason } from "./records.ts";

export class ExchangeState implements Exchange {
  readonly url: string;
  readonly method: string;
  readonly startedAt = preciseNow();
  status: number | null = null;
  error: ExchangeError | null = null;
  connection: ConnectionRecord | null = null;
  connectionSeq: number | null = null;
  reused: boolean | null = null;
  newConnectionReason: OpenReason | null = null;
  queueMs: number | null = null;
  dnsMs: number | null = null;
  connectMs: number | null = null;
  tlsMs: number | null = null;
  ttfbMs: number | null = null;
  bodyMs: number | null = null;
  totalMs = 0;
  bytesWire: number | null = null;
  bytesBody: number | null = null;

  // On the clock of performance.now(); not part of the record.
  readonly #queuedAt = performance.now();
  #sentAt: number | null = null;
  #firstByteAt: number | null = null;
  #endedAt = 0;
  #bytesAtStart = 0;
  #http2 = false;

  constructor(url: string, method: string) {
    this.url = url;
    this.method = method;
  }

  get queuedAt(): number {
    return this.#queuedAt;
  }

  set sentAt(at: number) {
    this.#sentAt = at;
  }

  get firstByteAt(): number | null {
    return this.#firstByteAt;
  }

  set firstByteAt(at: number) {
    this.#firstByteAt = at;
  }

  set endedAt(at: number) {
    this.#endedAt = at;
  }

  /** The head is about to be written to that socket. */
  onStart(record: ConnectionState, dial: Dial | null, now: number, http2: boolean): void {
    record.requests += 1;
    this.connection = record;
    this.connectionSeq = record.requests;
    this.reused = record.requests > 1;
    this.newConnectionReason = this.reused ? null : record.openReason;
    this.queueMs = Math.max(0, now - this.#queuedAt - (dial?.totalMs ?? 0));
    this.#sentAt = now;
    this.#bytesAtStart = record.bytesRead;
    this.#http2 = http2;
  }

  onEnd(dial: Dial | null, connection: Connection | null, failure: Failure | null): void {
    const endedAt = this.#endedAt;
    this.totalMs = endedAt - this.#queuedAt;
    if (dial !== null) {
      this.dnsMs = dial.dnsMs;
      this.connectMs = dial.connectMs;
      this.tlsMs = dial.tlsMs;
    }
    this.queueMs ??= (dial?.startedAt ?? endedAt) - this.#queuedAt;
    if (this.#firstByteAt !== null && this.#sentAt !== null) {
      // A server may answer before it has read the whole request.
      this.ttfbMs = Math.max(0, this.#firstByteAt - this.#sentAt);
      this.bodyMs = endedAt - Math.max(this.#firstByteAt, this.#sentAt);
    }
    const record = this.connection;
    if (record !== null) {
      if (!this.#http2) this.bytesWire = record.bytesRead - this.#bytesAtStart;
    } else if (connection !== null) {
      this.newConnectionReason = connection.openReason;
    }
    if (failure !== null) this.error = { code: failure.code, detail: failure.detail };
  }
}
