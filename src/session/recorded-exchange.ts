/** One exchange as it went over the wire, for who keeps a record of it: see `RequestOptions.record`. */
import { channel } from "node:diagnostics_channel";
import type { Exchange } from "./records.ts";
import type { SessionErrorCode } from "./records.ts";

export interface RecordedExchange {
  readonly exchange: Exchange;
  /** The request's head as it was sent, with the empty line at its end, in Latin-1; null on HTTP/2. */
  readonly requestHead: string | null;
  /** Null when no response began. */
  readonly response: RecordedResponse | null;
}

export interface RecordedResponse {
  readonly status: number;
  readonly statusText: string;
  /** As they came: order, spelling and duplicates kept, in Latin-1. */
  readonly headers: readonly (readonly [string, string])[];
  /** As it came, without its transfer coding, its content codings not undone. */
  readonly body: Buffer;
  /** Why the body is not whole: longer than `maxBodyBytes`, or what the exchange failed with. */
  readonly cut: "length" | SessionErrorCode | null;
}

/** What becomes of a record; the request goes on when it is done, and fails with it. */
export type ExchangeRecorder = (recorded: RecordedExchange) => Promise<void>;

/** Who takes part in an exchange that undici is about to write the head of. */
interface HeadReader {
  requestHead: string | null;
}

let next: HeadReader | null = null;
let isSubscribed = false;

/** undici tells the head it writes in the same turn in which it tells that it starts. */
export function readNextHead(reader: HeadReader): void {
  if (!isSubscribed) {
    channel("undici:client:sendHeaders").subscribe((message) => {
      if (next !== null) next.requestHead = `${(message as { headers: string }).headers}\r\n`;
      next = null;
    });
    isSubscribed = true;
  }
  next = reader;
}
