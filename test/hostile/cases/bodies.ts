/** Bodies that are not what they are declared to be, or far more. */
import {
  brotliCompressSync,
  constants,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";
import { okPage, type Bytes } from "../../helpers/hostile-server.ts";
import {
  answers,
  bodyOf,
  breaks,
  CHUNKED,
  HEAD,
  sends,
  type Expected,
  type HostileCase,
} from "../case.ts";

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
/** The crawl's `--max-body`. */
const MAX_BODY = 10 * MIB;

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
};

const coded = (
  name: string,
  does: string,
  coding: string,
  body: () => Buffer,
  expected: Expected,
): HostileCase => {
  // Made beforehand: a server that is at work on its bomb would seem to be silent.
  const page = okPage(body(), `content-encoding: ${coding}\r\n`);
  return sends(name, does, page, expected, "keeps");
};

const typed = (
  name: string,
  does: string,
  type: string,
  body: Bytes,
  expected: Expected,
): HostileCase =>
  sends(
    name,
    does,
    Buffer.from(okPage(body).toString("latin1").replace("text/html", type), "latin1"),
    expected,
    "keeps",
  );

const text = bodyOf("decoded", 3_000);
const OK = answers({ title: "decoded", bytes: 3_000 });
const CORRUPT = breaks("content_decoding");
const CUT = answers({ truncated: true, bytes: MAX_BODY });

const zeros = once(() => Buffer.alloc(100 * MIB));
const repeated = (part: Buffer, bytes: number): Buffer =>
  Buffer.alloc(Math.floor(bytes / part.length) * part.length, part);
const half = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length >> 1);
const flipped = (bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes);
  for (let i = copy.length >> 1; i < copy.length - 12; i += 1) copy[i] = ~(copy[i] ?? 0) & 0xff;
  return copy;
};
const mixed = Buffer.from(Array.from({ length: 3_000 }, (_, n) => (n * n * 31) % 251));

/** 10 MB that decode to 10 GB. */
const gzipBomb = once(() => repeated(gzipSync(zeros(), { level: 9 }), 10 * MIB));
/** 10 MB that decode to 10 GB, and those to nothing. */
const emptyBomb = once(() => repeated(gzipSync(repeated(gzipSync(""), 100 * MIB)), 10 * MIB));
/** A frame that wants a window of 128 MiB (RFC 8878, 3.1.1.1.2): one raw block. */
const wideZstd = (content: string): Buffer => {
  const size = (content.length << 3) | 1;
  const head = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x88, size & 0xff, (size >> 8) & 0xff, size >> 16];
  return Buffer.concat([Buffer.from(head), Buffer.from(content)]);
};
const utf16 = (content: string): Buffer => Buffer.from(content, "utf16le");

const cases: readonly HostileCase[] = [
  coded("gzip", "sends gzip", "gzip", () => gzipSync(text), OK),
  coded("deflate", "sends deflate as the standard says", "deflate", () => deflateSync(text), OK),
  coded(
    "deflate-raw",
    "sends deflate without zlib's frame",
    "deflate",
    () => deflateRawSync(text),
    OK,
  ),
  coded("br", "sends br", "br", () => brotliCompressSync(text), OK),
  coded("zstd", "sends zstd", "zstd", () => zstdCompressSync(text), OK),
  coded(
    "stacked",
    "stacks four codings",
    "gzip, br, deflate, zstd",
    () => zstdCompressSync(deflateSync(brotliCompressSync(gzipSync(text)))),
    OK,
  ),
  coded(
    "stacked-6",
    "stacks six codings",
    Array(6).fill("gzip").join(", "),
    () => gzipSync(text),
    CORRUPT,
  ),
  coded("coding-unknown", "says an unknown coding", "magic", () => Buffer.from(text), OK),
  coded("coding-odd", "says its coding oddly", ",, GZIP ,identity,", () => gzipSync(text), OK),
  coded(
    "coding-empty-body",
    "says gzip and sends nothing",
    "gzip",
    () => Buffer.alloc(0),
    answers({ bytes: 0 }),
  ),
  coded("coding-lies", "says gzip and sends a page", "gzip", () => Buffer.from(text), CORRUPT),
  coded("br-lies", "says br and sends a page", "br", () => Buffer.from(text), CORRUPT),
  coded("gzip-cut", "cuts gzip off", "gzip", () => half(gzipSync(mixed)), CORRUPT),
  coded("deflate-cut", "cuts deflate off", "deflate", () => half(deflateSync(mixed)), CORRUPT),
  coded("br-cut", "cuts br off", "br", () => half(brotliCompressSync(mixed)), CORRUPT),
  coded("zstd-cut", "cuts zstd off", "zstd", () => half(zstdCompressSync(mixed)), CORRUPT),
  coded("gzip-corrupt", "corrupts gzip", "gzip", () => flipped(gzipSync(mixed)), CORRUPT),
  coded(
    "deflate-corrupt",
    "corrupts deflate",
    "deflate",
    () => flipped(deflateSync(mixed)),
    CORRUPT,
  ),
  coded("br-corrupt", "corrupts br", "br", () => flipped(brotliCompressSync(mixed)), CORRUPT),
  coded(
    "zstd-corrupt",
    "corrupts zstd",
    "zstd",
    () => Buffer.concat([zstdCompressSync(mixed).subarray(0, 8), Buffer.alloc(3_000, 0xff)]),
    CORRUPT,
  ),
  coded(
    "gzip-tail",
    "sends zeros behind gzip",
    "gzip",
    () => Buffer.concat([gzipSync(text), Buffer.alloc(1_000)]),
    OK,
  ),
  coded("gzip-bomb", "sends 10 MB of gzip that decode to 10 GB", "gzip", gzipBomb, CUT),
  coded(
    "deflate-bomb",
    "sends deflate that decodes to 100 MiB",
    "deflate",
    () => deflateSync(zeros()),
    CUT,
  ),
  coded(
    "br-bomb",
    "sends br that decodes to 100 MiB",
    "br",
    () => brotliCompressSync(zeros(), { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
    CUT,
  ),
  coded(
    "zstd-bomb",
    "sends 10 MB of zstd that decode to 100 GB",
    "zstd",
    () => repeated(zstdCompressSync(zeros()), 10 * MIB),
    CUT,
  ),
  coded(
    "gzip-bomb-nested",
    "packs the bomb once more",
    "gzip, gzip",
    () => gzipSync(gzipBomb()),
    CUT,
  ),
  coded(
    "gzip-bomb-in-5",
    "packs the bomb four times",
    "gzip, gzip, gzip, gzip, gzip",
    () => gzipSync(gzipSync(gzipSync(gzipSync(gzipBomb())))),
    CUT,
  ),
  coded(
    "empty-bomb",
    "sends 10 MB that decode to 10 GB, and those to nothing",
    "gzip, gzip",
    emptyBomb,
    CORRUPT,
  ),
  coded(
    "empty-bomb-in-5",
    "packs that three times more",
    "gzip, gzip, gzip, gzip, gzip",
    () => gzipSync(gzipSync(gzipSync(emptyBomb()))),
    CORRUPT,
  ),
  coded(
    "empty-members",
    "sends 10 MB of gzip members without content",
    "gzip",
    () => repeated(gzipSync(""), 10 * MIB),
    answers({ bytes: 0 }),
  ),
  coded(
    "zstd-window",
    "wants a window of 128 MiB to undo zstd",
    "zstd",
    () => wideZstd(text),
    CORRUPT,
  ),
  {
    name: "stream-2gib",
    does: "streams 2 GiB of a page, with its length",
    serve: (peer) =>
      peer
        .say(HEAD, `content-length: ${2 * GIB}\r\n\r\n`)
        .pour(Buffer.alloc(MIB, "<p>all work "), 2_048),
    expected: answers({ truncated: true, bytes: MAX_BODY }),
  },
  {
    name: "stream-2gib-open",
    does: "streams 2 GiB of a page, without length",
    serve: (peer) => peer.say(HEAD, "\r\n").pour(Buffer.alloc(MIB, "<p>and no play "), 2_048),
    expected: answers({ truncated: true, bytes: MAX_BODY }),
  },
  {
    name: "stream-2gib-chunks",
    does: "streams 2 GiB of a page in chunks",
    serve: (peer) =>
      peer.say(CHUNKED).pour(`1000\r\n${"makes Jack ".repeat(400).slice(0, 4_096)}\r\n`, 524_288),
    expected: answers({ truncated: true, bytes: MAX_BODY }),
  },
  {
    name: "stream-2gib-404",
    does: "streams 2 GiB with a 404",
    serve: (peer) =>
      peer
        .say("HTTP/1.1 404 Gone\r\ncontent-type: text/html\r\n\r\n")
        .pour(Buffer.alloc(MIB, "<p>a dull boy "), 2_048),
    expected: { status: 404, error: null, truncated: true, bytes: MAX_BODY },
  },
  typed(
    "image-as-html",
    "says text/html and sends an image",
    "text/html",
    Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), mixed]),
    answers({ bytes: 3_008 }),
  ),
  typed(
    "html-as-image",
    "says image/png and sends a page",
    "image/png",
    `${text}<a href=/never>`,
    answers({ links: 0 }),
  ),
  typed(
    "type-odd",
    "says a type that is none",
    "\xff;;=/",
    `${text}<a href=/honest/odd>`,
    answers(),
  ),
  typed(
    "charset-unknown",
    "says an unknown charset",
    "text/html; charset=magic",
    text,
    answers({ title: "decoded", charset: "windows-1252" }),
  ),
  typed(
    "charset-lies",
    "says UTF-8 and sends Latin-1",
    "text/html; charset=utf-8",
    "<title>caf\xe9</title>",
    answers({ title: "caf\ufffd" }),
  ),
  typed(
    "charset-utf-7",
    "says UTF-7",
    "text/html; charset=utf-7",
    "<title>x</title>+ADw-a href=+ACI-/never+ACI-+AD4-",
    answers({ title: "x", charset: "windows-1252", links: 0 }),
  ),
  typed(
    "charset-replaced",
    "says a charset that smuggles markup",
    "text/html; charset=iso-2022-kr",
    text,
    answers({ title: null, charset: "replacement" }),
  ),
  typed(
    "utf-16-said",
    "says UTF-16 and sends it without a mark",
    "text/html; charset=utf-16le",
    utf16("<title>wide</title>"),
    answers({ title: "wide", charset: "utf-16le" }),
  ),
  typed(
    "utf-16-unsaid",
    "sends UTF-16 without a mark and does not say so",
    "text/html",
    utf16("<title>wide</title><a href=/never>"),
    answers({ links: 0 }),
  ),
  typed(
    "utf-16-odd",
    "sends UTF-16 with half a unit at its end",
    "text/html; charset=utf-16be",
    Buffer.concat([utf16("<title>x").swap16(), Buffer.from("\xd8", "latin1")]),
    answers(),
  ),
  typed(
    "surrogates",
    "sends lone surrogates in UTF-16",
    "text/html; charset=utf-16le",
    utf16("<title>a\ud800b\udc00</title>"),
    answers({ title: "a\ufffdb\ufffd" }),
  ),
  typed(
    "surrogates-utf-8",
    "sends lone surrogates in UTF-8 and as references",
    "text/html; charset=utf-8",
    "<title>a\xed\xa0\x80&#xd800;</title>",
    answers({ title: "a\ufffd\ufffd\ufffd\ufffd" }),
  ),
  typed(
    "nuls-in-page",
    "sends NULs in text, tags and attributes",
    "text/html",
    "<ti\0tle>x</title><title>a\0b</title><a href='/hon\0est/x'>\0</a>",
    answers(),
  ),
  typed(
    "only-nuls",
    "sends a page of 10 MB of NULs",
    "text/html",
    Buffer.alloc(10_000_000),
    answers({ bytes: 10_000_000 }),
  ),
];

export const bodyCases: readonly HostileCase[] = cases.map((each) =>
  /bomb|stream|members|only/.test(each.name) ? { ...each, isLarge: true } : each,
);
