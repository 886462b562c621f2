/** Records as bytes. The only importer of warcio. */
import { createHash, randomUUID } from "node:crypto";
import { WARCRecord, WARCSerializer, type WARCType } from "warcio";

export interface RecordParts {
  readonly type: Exclude<WARCType, "warcinfo">;
  readonly recordId: string;
  readonly url: string;
  /** ISO 8601, in UTC. */
  readonly date: string;
  /** Further fields of the record, in order; what is null is left out. */
  readonly fields: Readonly<Record<string, string | null>>;
  readonly block: Buffer;
}

export function newRecordId(): string {
  return `<urn:uuid:${randomUUID()}>`;
}

export function digestOf(...parts: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return `sha256:${hash.digest("hex")}`;
}

export async function makeRecord(parts: RecordParts): Promise<Uint8Array> {
  const { type, recordId, url, date, block } = parts;
  const fields = Object.entries(parts.fields).filter(([, value]) => value !== null);
  const warcHeaders = {
    "WARC-Type": type,
    "WARC-Record-ID": recordId,
    ...Object.fromEntries(fields as [string, string][]),
    "WARC-Block-Digest": digestOf(block),
  };
  const record = WARCRecord.create({ type, url, date, warcHeaders, warcVersion: "WARC/1.1" }, [
    block,
  ]);
  // It would write UTF-8, and one line for several headers of a name: the block has the bytes that came.
  record.httpHeaders = null;
  for (const [name, value] of fields) record.warcHeaders.headers.set(name, value ?? "");
  return await serialized(record);
}

export async function makeInfo(
  recordId: string,
  filename: string,
  info: Readonly<Record<string, string>>,
): Promise<Uint8Array> {
  const options = {
    filename,
    warcHeaders: { "WARC-Type": "warcinfo", "WARC-Record-ID": recordId },
    warcVersion: "WARC/1.1",
  } as const;
  return await serialized(WARCRecord.createWARCInfo(options, { ...info }));
}

async function serialized(record: WARCRecord): Promise<Uint8Array> {
  return await WARCSerializer.serialize(record, { gzip: false, digest: { algo: "sha-256" } });
}
