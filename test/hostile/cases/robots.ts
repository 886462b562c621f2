/** Files robots.txt that are too large, no text, or no file at all; and rules that are dear to match. */
import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { okPage, type Behaviour, type Bytes } from "../../helpers/hostile-server.ts";
import { answers, breaks, fails, HEAD, type Expected } from "../case.ts";
import { HONEST, PRIVATE, type Fate, type FileCase, type Origins } from "../file-case.ts";

const MIB = 1024 ** 2;
/** So much of a file is read (RFC 9309, 2.5). */
const READ_BYTES = 512 * 1024;
const RULES = "User-agent: *\nDisallow: /private/\n";

type Fates = Readonly<Record<string, Fate>>;
const OBEYED: Fates = { [PRIVATE]: ["excluded", "robots"] };
const NO_RULES: Fates = {};
/** RFC 9309, 2.3.1.4: what cannot be read forbids everything. The links were never seen. */
const FORBIDDEN: Fates = {
  "/": ["excluded", "robots_unreachable"],
  ...Object.fromEntries([...HONEST, PRIVATE].map((path) => [path, null] as const)),
};
const CUT = answers({ truncated: true, bytes: READ_BYTES });

function serves(
  name: string,
  does: string,
  behaviour: (origins: Origins) => Behaviour,
  expected: Expected,
  fates: Fates,
  links: readonly string[] = [],
): FileCase {
  const routes = (origins: Origins) => ({ "/robots.txt": behaviour(origins) });
  return { name, does, routes, file: "/robots.txt", expected, fates, links };
}

function says(
  name: string,
  does: string,
  body: () => Bytes,
  expected: Expected,
  fates: Fates,
): FileCase {
  const behaviour = (): Behaviour => {
    // Made beforehand: a server that is at work on its file would seem to be silent.
    const response = okPage(body());
    return (peer) => void peer.say(response);
  };
  return serves(name, does, behaviour, expected, fates);
}

const status = (code: number, fates: Fates, headers = ""): FileCase =>
  serves(
    `robots-${code}`,
    `answers ${code}`,
    () => (peer) =>
      void peer.say(
        `HTTP/1.1 ${code} Odd\r\n${headers}content-length: ${RULES.length}\r\n\r\n${RULES}`,
      ),
    { status: code, error: null },
    fates,
  );

const leads = (
  name: string,
  does: string,
  to: (origins: Origins) => string,
  expected: Expected,
  fates: Fates,
): FileCase =>
  serves(
    name,
    does,
    (origins) => (peer) =>
      void peer.say(`HTTP/1.1 302 Found\r\nlocation: ${to(origins)}\r\ncontent-length: 0\r\n\r\n`),
    expected,
    fates,
  );

const REDIRECTED: Expected = { status: 302, error: null };
const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, "utf16le");

/** Where a matcher that goes back would take for ever. */
const DEAR_PATH = `/honest/${"a".repeat(1_500)}`;

export const robotsCases: readonly FileCase[] = [
  serves(
    "robots-500mb",
    "sends a file of 500 MB, its rules first",
    () => (peer) =>
      peer.say(HEAD, "\r\n", RULES).pour(Buffer.alloc(MIB, "# all work and no play\n"), 500),
    CUT,
    OBEYED,
  ),
  serves(
    "robots-drips",
    "sends a byte a second",
    () => (peer) => peer.say(HEAD, "\r\n").drip(RULES),
    breaks("total_timeout"),
    FORBIDDEN,
  ),
  serves(
    "robots-never-ends",
    "sends its rules and then nothing, not even the end",
    () => (peer) => void peer.say(HEAD, "\r\n", RULES),
    breaks("read_timeout"),
    FORBIDDEN,
  ),
  serves("robots-never-answers", "never answers", () => () => {}, fails("read_timeout"), FORBIDDEN),
  serves(
    "robots-length-lies",
    "closes before its Content-Length",
    () => (peer) => peer.say(HEAD, `content-length: 9000\r\n\r\n${RULES}`).close(),
    breaks("connection_closed"),
    FORBIDDEN,
  ),
  serves(
    "robots-resets",
    "resets in the middle",
    () => (peer) => peer.say(HEAD, `content-length: 9000\r\n\r\n${RULES}`).reset(),
    breaks("connection_reset"),
    FORBIDDEN,
  ),
  serves(
    "robots-no-http",
    "answers with what is no HTTP",
    () => (peer) => peer.say(RULES).close(),
    fails("invalid_response"),
    FORBIDDEN,
  ),
  says("robots-binary", "sends noise", () => randomBytes(100_000), answers(), NO_RULES),
  says("robots-empty", "sends nothing", () => "", answers({ bytes: 0 }), NO_RULES),
  says("robots-html", "sends a page", () => "<title>x</title><p>Disallow: /", answers(), NO_RULES),
  says("robots-utf-16", "sends UTF-16", () => utf16(RULES), answers(), OBEYED),
  says("robots-utf-16-be", "sends UTF-16BE", () => utf16(RULES).swap16(), answers(), OBEYED),
  says("robots-bom", "begins with a mark", () => `\xef\xbb\xbf${RULES}`, answers(), OBEYED),
  says("robots-bom-cut", "begins with half a mark", () => `\xef\xbb${RULES}`, answers(), OBEYED),
  says(
    "robots-nuls",
    "sends NULs around its words",
    () => RULES.replaceAll(": ", ":\0").replaceAll("\n", "\0\n"),
    answers(),
    OBEYED,
  ),
  says(
    "robots-cr",
    "ends its lines with CR",
    () => RULES.replaceAll("\n", "\r"),
    answers(),
    OBEYED,
  ),
  says(
    "robots-groups-100000",
    "has 100,000 groups",
    () =>
      RULES +
      Array.from({ length: 100_000 }, (_, n) => `User-agent: b${n}\nDisallow: /\n`).join(""),
    CUT,
    OBEYED,
  ),
  says(
    "robots-names-of-one-group",
    "names a group as often as fits",
    () => `${"User-agent: other\n".repeat(20_000)}Disallow: /\n\n${RULES}`,
    answers(),
    OBEYED,
  ),
  says(
    "robots-line-10mb",
    "has a line of 10 MB, cut off",
    () => `${RULES}Disallow: /${"x".repeat(10_000_000)}`,
    CUT,
    OBEYED,
  ),
  says(
    "robots-line-cut",
    "is cut off in a line that would forbid all",
    () => `${RULES}${"#".repeat(READ_BYTES - RULES.length - 12)}\nDisallow: /archive/\n`,
    CUT,
    OBEYED,
  ),
  says(
    "robots-allows-1000000",
    "has 1,000,000 lines",
    () => `${RULES}${"Allow: /n\n".repeat(1_000_000)}`,
    CUT,
    OBEYED,
  ),
  {
    ...says(
      "robots-wildcards",
      "has wildcards that take for ever to match by trial",
      () => `${RULES}${`Disallow: /*${"a*".repeat(40)}b\n`.repeat(4_000)}`,
      answers(),
      { ...OBEYED, [DEAR_PATH]: ["done"] },
    ),
    links: [DEAR_PATH],
  },
  says(
    "robots-wildcard-alone",
    "has nothing but wildcards in a line",
    () => `${RULES}Disallow: /x${"*".repeat(400_000)}$\n`,
    answers(),
    OBEYED,
  ),
  says(
    "robots-sitemaps-100000",
    "names 100,000 sitemaps that are none",
    () => `${RULES}${Array.from({ length: 100_000 }, (_, n) => `Sitemap: data:${n}\n`).join("")}`,
    CUT,
    OBEYED,
  ),
  says(
    "robots-delays",
    "asks for delays that are no numbers",
    () =>
      `User-agent: *\n${[
        "nan",
        "-1",
        "1e308",
        "0x10",
        "Infinity",
        "",
        "1,5",
        `${"9".repeat(9_000)}x`,
      ]
        .map((delay) => `Crawl-delay: ${delay}\n`)
        .join("")}Disallow: /private/\n`,
    answers(),
    OBEYED,
  ),
  serves(
    "robots-gzip-bomb",
    "sends gzip that decodes to 1 GB",
    () => {
      const member = gzipSync(Buffer.alloc(10 * MIB, "# x\n"), { level: 9 });
      const bomb = okPage(
        Buffer.concat([gzipSync(RULES), ...Array<Buffer>(100).fill(member)]),
        "content-encoding: gzip\r\n",
      );
      return (peer) => void peer.say(bomb);
    },
    CUT,
    OBEYED,
  ),
  serves(
    "robots-gzip-corrupt",
    "says gzip and sends text",
    () => (peer) => void peer.say(okPage(RULES, "content-encoding: gzip\r\n")),
    breaks("content_decoding"),
    FORBIDDEN,
  ),
  leads("robots-loop", "redirects to itself", () => "/robots.txt", REDIRECTED, NO_RULES),
  leads("robots-to-file", "redirects to a file", () => "file:///etc/passwd", REDIRECTED, NO_RULES),
  leads(
    "robots-to-data",
    "redirects to data",
    () => "data:,User-agent:*%0ADisallow:/",
    REDIRECTED,
    NO_RULES,
  ),
  leads(
    "robots-to-private",
    "redirects to an address of an own network",
    ({ forbidden }) => `${forbidden}/robots.txt`,
    fails("private_address"),
    { ...FORBIDDEN, "/": ["failed", "private_address"] },
  ),
  leads(
    "robots-to-metadata",
    "redirects to a cloud's metadata",
    () => "http://169.254.169.254/latest/",
    fails("private_address"),
    { ...FORBIDDEN, "/": ["failed", "private_address"] },
  ),
  status(401, NO_RULES),
  status(403, NO_RULES),
  status(404, NO_RULES),
  status(410, NO_RULES),
  status(429, FORBIDDEN),
  status(500, FORBIDDEN),
  status(503, FORBIDDEN, "retry-after: 1\r\n"),
  status(599, FORBIDDEN),
  status(999, FORBIDDEN),
  status(204, NO_RULES),
  status(304, NO_RULES),
  serves(
    "robots-storm-103",
    "gives early hints a hundred thousand times",
    () => (peer) => void peer.say("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(100_000)),
    fails("invalid_response"),
    FORBIDDEN,
  ),
];
