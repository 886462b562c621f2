/** The records of one exchange: the response, or what it repeats, and the request. */
import type { RecordedExchange, RecordedResponse } from "../session/index.ts";
import { requestHead, responseHead } from "./http-heads.ts";
import { digestOf, makeRecord, newRecordId } from "./make-record.ts";
import type { FirstCapture, SeenPayloads } from "./seen-payloads.ts";

const REVISIT = "http://netpreserve.org/warc/1.1/revisit/";

/** Why a record does not hold all of a response (WARC 1.1, section 5.13). */
const TRUNCATED: Readonly<Record<string, string>> = {
  length: "length",
  read_timeout: "time",
  total_timeout: "time",
  connection_closed: "disconnect",
  connection_reset: "disconnect",
};

/** What only who sent the request knows of it. */
export interface AboutRequest {
  /** Request headers whose values are not written, in lower case. */
  readonly secretNames: ReadonlySet<string>;
  /** When the answer was asked for that a 304 confirms; null where nobody knows. */
  readonly heldAt: number | null;
}

/** What the archive knows. */
export interface ArchiveState {
  readonly infoId: string;
  readonly seen: SeenPayloads;
}

/** In the order in which they are written; none where no response began. */
export async function exchangeRecords(
  { exchange, requestHead: sent, response }: RecordedExchange,
  about: AboutRequest,
  { infoId, seen }: ArchiveState,
): Promise<Uint8Array[]> {
  if (response === null) return [];
  const { url } = exchange;
  const date = dateOf(exchange.startedAt);
  const recordId = newRecordId();
  const common = {
    "WARC-Warcinfo-ID": infoId,
    "WARC-IP-Address": exchange.connection?.remoteIp ?? null,
  };
  const { type, fields, block } = captured(response, { url, date, recordId }, about, seen);
  const records = [
    await makeRecord({ type, recordId, url, date, fields: { ...common, ...fields }, block }),
  ];
  if (sent === null) return records;
  const head = Buffer.from(requestHead(sent, about.secretNames), "latin1");
  records.push(
    await makeRecord({
      type: "request",
      recordId: newRecordId(),
      url,
      date,
      fields: { ...common, "WARC-Concurrent-To": recordId, "WARC-Payload-Digest": digestOf() },
      block: head,
    }),
  );
  return records;
}

interface Captured {
  readonly type: "response" | "revisit";
  readonly fields: Readonly<Record<string, string | null>>;
  readonly block: Buffer;
}

function captured(
  response: RecordedResponse,
  capture: FirstCapture,
  { heldAt }: AboutRequest,
  seen: SeenPayloads,
): Captured {
  const head = Buffer.from(responseHead(response), "latin1");
  const { body, cut, status } = response;
  if (status === 304) {
    return {
      type: "revisit",
      fields: {
        "WARC-Profile": `${REVISIT}server-not-modified`,
        "WARC-Refers-To-Target-URI": capture.url,
        "WARC-Refers-To-Date": heldAt === null ? null : dateOf(heldAt),
      },
      block: head,
    };
  }
  const digest = digestOf(body);
  const first = cut === null && body.length > 0 ? seen.get(digest) : null;
  if (first !== null) {
    return {
      type: "revisit",
      fields: {
        "WARC-Profile": `${REVISIT}identical-payload-digest`,
        "WARC-Payload-Digest": digest,
        "WARC-Refers-To": first.recordId,
        "WARC-Refers-To-Target-URI": first.url,
        "WARC-Refers-To-Date": first.date,
        // Section 6.7.2: of the response only the head is repeated.
        "WARC-Truncated": "length",
      },
      block: head,
    };
  }
  if (cut === null && body.length > 0) seen.add(digest, capture);
  return {
    type: "response",
    fields: {
      "WARC-Payload-Digest": digest,
      "WARC-Truncated": cut === null ? null : (TRUNCATED[cut] ?? "unspecified"),
    },
    block: Buffer.concat([head, body]),
  };
}

/** To the millisecond; `fetch.started_at` has the same moment. */
function dateOf(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
