/** Status lines and headers that are too long, too many, or malformed. */
import { okPage } from "../../helpers/hostile-server.ts";
import {
  answers,
  AT_MOST_MS,
  bodyOf,
  fails,
  HEAD,
  sends,
  type Expected,
  type HostileCase,
} from "../case.ts";

const MIB = 1024 ** 2;
const BODY = `content-length: 100\r\n\r\n${bodyOf("ok")}`;

const status = (name: string, does: string, line: string, expected: Expected): HostileCase =>
  sends(name, does, `${line}\r\ncontent-type: text/html\r\n${BODY}`, expected, "keeps");

const header = (name: string, does: string, lines: string, expected: Expected): HostileCase =>
  sends(name, does, () => `${HEAD}${lines}\r\n${BODY}`, expected, "keeps");

const INVALID = fails("invalid_response");
const OK = answers({ title: "ok" });

export const headCases: readonly HostileCase[] = [
  status("status-0", "answers with status 0", "HTTP/1.1 0 None", INVALID),
  status("status-000", "answers with status 000", "HTTP/1.1 000 None", INVALID),
  status("status-20", "answers with a status of two digits", "HTTP/1.1 20 Short", INVALID),
  status("status-99", "answers with status 99", "HTTP/1.1 99 Low", INVALID),
  status("status-099", "answers with status 099", "HTTP/1.1 099 Low", INVALID),
  status("status-1000", "answers with a status of four digits", "HTTP/1.1 1000 Long", INVALID),
  status("status-negative", "answers with a negative status", "HTTP/1.1 -20 Odd", INVALID),
  status("status-word", "answers with a status that is a word", "HTTP/1.1 OK 200", INVALID),
  status("status-600", "answers with status 600", "HTTP/1.1 600 High", {
    status: 600,
    error: null,
  }),
  status("status-999", "answers with status 999", "HTTP/1.1 999 Denied", {
    status: 999,
    error: null,
  }),
  status(
    "status-407",
    "asks for a proxy's credentials",
    "HTTP/1.1 407 Proxy\r\nproxy-authenticate: Basic",
    { status: 407, error: null },
  ),
  status("status-421", "says that the request was misdirected", "HTTP/1.1 421 Misdirected", {
    status: 421,
    error: null,
  }),
  status("reason-missing", "leaves the reason out", "HTTP/1.1 200", OK),
  status("reason-1mb", "gives a reason of 1 MB", `HTTP/1.1 200 ${"x".repeat(MIB)}`, OK),
  status("reason-odd", "gives a reason in Latin-1 and escapes", "HTTP/1.1 200 \x1b[31m\xe9", OK),
  sends(
    "status-line-only",
    "sends a status line and closes",
    "HTTP/1.1 200 OK\r\n",
    fails("connection_closed"),
  ),
  sends(
    "status-101",
    "switches to a protocol nobody asked for",
    "HTTP/1.1 101 Switching\r\nupgrade: magic\r\nconnection: upgrade\r\n\r\nmagic",
    INVALID,
    "keeps",
  ),
  sends(
    "status-101-bare",
    "answers 101 without an Upgrade, then 200",
    ["HTTP/1.1 101 Switching\r\n\r\n", okPage(bodyOf("ok"))],
    INVALID,
    "keeps",
  ),
  sends(
    "status-100",
    "says 100 Continue, unasked, then answers",
    ["HTTP/1.1 100 Continue\r\n\r\n", okPage(bodyOf("ok"))],
    INVALID,
    "keeps",
  ),
  sends(
    "storm-100",
    "says 100 Continue a hundred thousand times",
    () => "HTTP/1.1 100 Continue\r\n\r\n".repeat(100_000),
    INVALID,
    "keeps",
  ),
  sends(
    "some-103",
    "gives five early hints, then answers",
    ["1", "2", "3", "4", "5"]
      .map((n) => `HTTP/1.1 103 Early Hints\r\nlink: </${n}.css>\r\n\r\n`)
      .concat(okPage(bodyOf("ok")).toString()),
    OK,
    "keeps",
  ),
  sends(
    "storm-103",
    "gives early hints a hundred thousand times",
    () => "HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n".repeat(100_000),
    INVALID,
    "keeps",
  ),
  {
    name: "storm-103-slow",
    does: "gives early hints without end, five a second",
    serve: (peer) => {
      const timer = setInterval(() => peer.say("HTTP/1.1 103 Early Hints\r\n\r\n"), 200);
      peer.socket.once("close", () => clearInterval(timer));
    },
    expected: fails("total_timeout", { atMostMs: AT_MOST_MS }),
  },
  header("header-1mb", "sends a header line of 1 MB", `x-long: ${"x".repeat(MIB)}`, INVALID),
  header("header-name-1mb", "sends a header name of 1 MB", `${"x".repeat(MIB)}: y`, INVALID),
  header(
    "headers-100000",
    "sends 100,000 header lines",
    Array.from({ length: 100_000 }, (_, n) => `x-${n}: y`).join("\r\n"),
    INVALID,
  ),
  header(
    "headers-empty-100000",
    "sends 100,000 empty headers",
    Array(100_000).fill("a:").join("\r\n"),
    INVALID,
  ),
  {
    name: "headers-endless",
    does: "sends header lines without end",
    serve: (peer) => peer.say(HEAD).pour("x: y\r\n".repeat(10_000), 32_768),
    expected: INVALID,
  },
  header("header-nul", "sends NUL in a header's value", "x-odd: a\0b", INVALID),
  header("header-name-nul", "sends NUL in a header's name", "x\0odd: a", INVALID),
  header("header-bare-lf", "ends a header line with LF", "x-odd: a\nx-more: b", INVALID),
  header("header-bare-cr", "sends CR in a header's value", "x-odd: a\rb", INVALID),
  sends(
    "headers-lf-only",
    "ends all its lines with LF",
    `${HEAD}${BODY}`.replaceAll("\r", ""),
    INVALID,
    "keeps",
  ),
  header("header-fold", "folds a header over two lines", "x-odd: a\r\n  b", INVALID),
  header("header-bytes", "sends bytes beyond ASCII in a header", "x-odd: \xe9\xff\x80", OK),
  header("header-space-colon", "sends a space before the colon", "x-odd : a", INVALID),
  header("header-no-name", "sends a header without name", ": a", INVALID),
  header("header-no-colon", "sends a header without colon", "x-odd", INVALID),
  header(
    "header-prototype",
    "sends headers that are named as JavaScript's own",
    "__proto__: a\r\nconstructor: b\r\ntoString: c",
    OK,
  ),
  header(
    "cookies-1000",
    "sets 1,000 cookies",
    Array.from({ length: 1_000 }, (_, n) => `set-cookie: c${n}=v; path=/elsewhere`).join("\r\n"),
    OK,
  ),
  header(
    "cookie-odd",
    "sets cookies that are none",
    "set-cookie: =\r\nset-cookie: ;;;\r\nset-cookie: \xff=\x80; expires=never; path=/elsewhere",
    OK,
  ),
  header("types-two", "says two content types", "content-type: image/png", OK),
  header("keep-alive-zero", "keeps alive for 0 s", "keep-alive: timeout=0", OK),
  header("keep-alive-ages", "keeps alive for ages", `keep-alive: timeout=${"9".repeat(20)}`, OK),
  header("close-but-open", "says close and keeps the socket open", "connection: close", OK),
  header("retry-after-odd", "says Retry-After with a 200", `retry-after: ${"9".repeat(20)}`, OK),
];
