/** One hop of a request as it goes to an adapter: everything resolved, nothing left to default. */
import type { Readable } from "node:stream";
import type { ExchangeRecorder } from "./recorded-exchange.ts";
import type { TlsOptions } from "./tls-options.ts";

export type RequestBody = Buffer | Readable | AsyncIterable<Uint8Array> | null;

export interface PreparedRequest {
  readonly method: string;
  readonly url: URL;
  /** Names and values in turn, as they are sent. */
  readonly headers: string[];
  readonly body: RequestBody;
  /** False once a body stream has been started: it cannot be sent again. */
  readonly replayable: boolean;
  /** Where not null, no idle socket up to that number may carry it: one broke while idle, others may have. */
  readonly newerThan: number | null;
  readonly stream: boolean;
  readonly decompress: boolean;
  readonly allowAddress: boolean;
  readonly tls: TlsOptions | undefined;
  readonly signal: AbortSignal | null;
  readonly record: ExchangeRecorder | null;
  readonly acquireMs: number;
  readonly connectMs: number;
  readonly readMs: number;
  /** On the clock of `performance.now()`; Infinity without a total timeout. */
  readonly totalDeadline: number;
  readonly totalMs: number;
  /** Decoded bytes; Infinity without a bound. */
  readonly maxBodyBytes: number;
  /** A streamed body is read ahead that far; 0 reads nothing before the user asks. */
  readonly readAheadBytes: number;
  /** A rest of at most that many bytes is read away to keep the socket. */
  readonly drainBytes: number;
  /** How long an unread streamed body may hold its socket before a warning. */
  readonly unreadWarningMs: number;
}
