/**
 * Reads an archive by means that are not ours: the records by the package `warc`, gzip by zlib. What the
 * format promises (one record a member, digests, lengths) is checked on the way.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Transform } from "node:stream";
import { gunzipSync, inflateRawSync } from "node:zlib";

interface ParsedRecord {
  readonly protocol: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: Buffer;
}

const WarcStream = createRequire(import.meta.url)("warc") as new () => Transform;

export interface ArchivedRecord {
  readonly file: string;
  readonly type: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the request or response, in Latin-1, with the empty line at its end; "" for others. */
  readonly head: string;
  readonly body: Buffer;
}

/** All records, file by file, of the files that are finished. */
export async function readArchive(folder: string): Promise<ArchivedRecord[]> {
  const records: ArchivedRecord[] = [];
  for (const file of readdirSync(folder).toSorted()) {
    if (file.endsWith(".warc.gz")) records.push(...(await readFile(join(folder, file), file)));
  }
  return records;
}

async function readFile(path: string, file: string): Promise<ArchivedRecord[]> {
  const bytes = readFileSync(path);
  const members = membersOf(bytes);
  const parsed = await parse(gunzipSync(bytes));
  assert.equal(parsed.length, members.length, "each record is a member of its own");
  for (const [at, member] of members.entries()) {
    assert.ok(member.includes(parsed[at]!.headers["WARC-Record-ID"]!), `member ${at} of ${file}`);
  }
  const records = parsed.map((record) => checked(record, file));
  assert.equal(records[0]?.type, "warcinfo");
  assert.equal(records[0]?.headers["WARC-Filename"], file);
  return records;
}

/** The members of a gzip file (RFC 1952), each decompressed alone. */
function membersOf(bytes: Buffer): Buffer[] {
  const members: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    assert.equal(bytes.readUInt32BE(at), 0x1f8b0804, "a deflated member with an extra field");
    const start = at + 12 + bytes.readUInt16LE(at + 10);
    const { buffer, engine } = inflateRawSync(bytes.subarray(start), {
      info: true,
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    const end = start + engine.bytesWritten + 8;
    assert.equal(bytes.readUInt32LE(at + 16), end - at, "the extra field tells the length");
    assert.equal(bytes.readUInt32LE(at + 20), buffer.length, "and that of the record");
    assert.deepEqual(gunzipSync(bytes.subarray(at, end)), buffer);
    members.push(buffer);
    at = end;
  }
  return members;
}

async function parse(bytes: Buffer): Promise<ParsedRecord[]> {
  const stream = new WarcStream();
  const records: ParsedRecord[] = [];
  stream.on("data", (record: ParsedRecord) => records.push(record));
  stream.end(bytes);
  await once(stream, "end");
  return records;
}

function checked({ protocol, headers, content }: ParsedRecord, file: string): ArchivedRecord {
  assert.equal(protocol, "WARC/1.1");
  assert.equal(Number(headers["Content-Length"]), content.length);
  assert.match(headers["WARC-Record-ID"] ?? "", /^<urn:uuid:[0-9a-f-]{36}>$/);
  assert.match(headers["WARC-Date"] ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const type = headers["WARC-Type"] ?? "";
  const isHttp = headers["Content-Type"]?.startsWith("application/http") === true;
  const end = isHttp ? content.indexOf("\r\n\r\n") + 4 : 0;
  const body = content.subarray(end);
  if (type !== "warcinfo") assert.equal(headers["WARC-Block-Digest"], digest(content));
  if (type === "response" || type === "request") {
    assert.equal(headers["WARC-Payload-Digest"], digest(body));
  }
  return {
    file,
    type,
    url: headers["WARC-Target-URI"] ?? "",
    headers,
    head: content.toString("latin1", 0, end),
    body,
  };
}

function digest(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
