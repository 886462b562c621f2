/**
 * One record as one member of a gzip file (WARC 1.1, annex D), so that a reader can begin at any record. Its
 * header tells how long the member is, in the extra field `sl` ("skip lengths") that the drafts of WARC
 * proposed: all readers pass over it, and after a crash the last whole record is found without inflating.
 */
import { promisify } from "node:util";
import { gunzipSync, gzip } from "node:zlib";

const compress = promisify(gzip);

const PLAIN_HEADER_BYTES = 10;
const FLAG_EXTRA = 4;
/** Two bytes for the length of all extra fields, two for the name, two for its length, two numbers. */
const EXTRA_BYTES = 14;
const HEADER_BYTES = PLAIN_HEADER_BYTES + EXTRA_BYTES;

export async function gzipMember(record: Uint8Array): Promise<Buffer> {
  const plain = await compress(record);
  const member = Buffer.allocUnsafe(plain.length + EXTRA_BYTES);
  plain.copy(member, 0, 0, PLAIN_HEADER_BYTES);
  plain.copy(member, HEADER_BYTES, PLAIN_HEADER_BYTES);
  member[3] = (member[3] ?? 0) | FLAG_EXTRA;
  member.writeUInt16LE(EXTRA_BYTES - 2, 10);
  member.write("sl", 12, "latin1");
  member.writeUInt16LE(8, 14);
  member.writeUInt32LE(member.length, 16);
  member.writeUInt32LE(record.length, 20);
  return member;
}

/** How many bytes of a member `memberLength` has to see. */
export const MEMBER_HEADER_BYTES = HEADER_BYTES;

/** The length of the member that begins here; null where none of ours does. */
export function memberLength(head: Buffer): number | null {
  if (head.length < HEADER_BYTES || head.readUInt32BE(0) !== 0x1f8b0804) return null;
  if (head.toString("latin1", 12, 14) !== "sl") return null;
  const length = head.readUInt32LE(16);
  // After a loss of power the rest of a header may be zeros.
  return length > HEADER_BYTES ? length : null;
}

/** Whether a member is whole, by its checksum. */
export function isWholeMember(member: Buffer): boolean {
  try {
    gunzipSync(member);
    return true;
  } catch {
    // Whatever is wrong with it: it is no record.
    return false;
  }
}
