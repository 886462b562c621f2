/**
 * What is known to make readers slow, each repeated to several sizes: four times of it may take no more
 * than ten times as long. Random pieces are tried by the fuzzing itself.
 */
import { describe, test } from "node:test";
import { parseSitemap, scanPage } from "../../src/parsing/index.ts";
import {
  MAX_ROBOTS_BYTES,
  metaRobots,
  parseRetryAfter,
  parseRobots,
  robotsExpiry,
} from "../../src/politeness/index.ts";
import { SessionCookies } from "../../src/session/cookies.ts";
import { keepAliveHintMs } from "../../src/session/response-headers.ts";
import { canonicalUrl, createCanonicalizer, trapReason } from "../../src/url/index.ts";
import { checkGrowth } from "./growth.ts";

interface Reader {
  readonly reads: string;
  readonly run: (text: string) => void;
  /** What is repeated. */
  readonly pieces: readonly string[];
  /** Characters that ever reach the reader. */
  readonly most: number;
}

const PAGE = "http://h.test/d/p";
const MIB = 2 ** 20;
/** All headers of a response together (session/client-options.ts). */
const HEADER_CHARS = 64 * 1024;

const scans =
  (before: string, after = "") =>
  (text: string): void =>
    void scanPage(before + text + after, PAGE, "utf-8");

function storeCookies(text: string): void {
  const cookies = new SessionCookies(null, true, { inAll: 3_000, perHost: 180, length: 4_096 });
  const url = new URL("http://a.h.test/");
  cookies.store(url, text.split("\n"));
  cookies.header(url);
}

let number = 0;
const merge = createCanonicalizer({ sortQuery: true, dropQuery: ["utm_*", "a"] });

const READERS: readonly Reader[] = [
  {
    reads: "a page",
    run: scans(""),
    pieces: [
      "<",
      "<b>",
      "</x>",
      "<!--",
      "<a b='",
      "<svg>",
      "&am",
      "<title>",
      "<![CDATA[",
      "</",
      " ",
    ],
    most: 2 * MIB,
  },
  {
    reads: "links",
    run: scans("<base href=http://x.test/>"),
    pieces: ["<a href=x>t", "<a href=#y>t", `<a href=${"../".repeat(500)}>`, "<a href='?a&"],
    most: 2 * MIB,
  },
  {
    reads: "a srcset",
    run: scans("<img srcset='", "'>"),
    pieces: [",", "a 1x, ", "(", "a (", " ", "data:,"],
    most: 2 * MIB,
  },
  {
    reads: "a refresh",
    run: scans("<meta http-equiv=refresh content='0;", "'>"),
    pieces: [" ", "url=", "'", ";"],
    most: 2 * MIB,
  },
  {
    reads: "robots.txt",
    run: (text) => {
      const robots = parseRobots(Buffer.from(`User-agent: *\nDisallow: /${text}b`, "latin1"));
      robots.decide(`${PAGE}/${"a".repeat(1_500)}`, "webspool");
      robots.crawlDelayMs("webspool");
    },
    pieces: [
      "*",
      "*a",
      "a",
      "%41",
      "$",
      "\nDisallow: /*a*a*a*b",
      "\nUser-agent: x",
      "\nCrawl-delay: 9",
      " ",
      "\0",
    ],
    most: MAX_ROBOTS_BYTES,
  },
  {
    reads: "a sitemap",
    run: (text) => void parseSitemap(Buffer.from(`<urlset><url><loc>${text}`), PAGE),
    pieces: [
      "<",
      "<a>",
      "&amp;",
      "<![CDATA[",
      "<!--",
      "x",
      "<a b='",
      "</loc></url><url><loc>/x",
      "<?x ",
    ],
    most: 2 * MIB,
  },
  {
    reads: "a sitemap of lines",
    run: (text) => void parseSitemap(Buffer.from(`# x\n${text}`), PAGE),
    pieces: ["http://", " ", "\n", "\r", "http://h.test/x\n"],
    most: 2 * MIB,
  },
  {
    reads: "a URL",
    run: (text) => {
      for (const url of [`/${text}`, `/?${text}`, `http://${text}`, `http://a@${text}`, text]) {
        canonicalUrl(url, PAGE);
        merge(url, PAGE);
        trapReason(`http://h.test/${text}`, 0);
      }
    },
    pieces: ["../", "%", "%41", "&a=1", "/a", ".", "@", "\t", "\u00e9", "a=%", ";sid=1", "?"],
    most: 2 * MIB,
  },
  {
    reads: "cookies",
    run: storeCookies,
    pieces: ["c=v\n", "=", ";", "c=v; Path=/a; ", "; Expires=9", "a=b; Domain=.h.test\n", "\n"],
    most: HEADER_CHARS,
  },
  {
    reads: "cookies of different names",
    run: (text) => storeCookies(text.replaceAll("#", () => `c${number++}`)),
    pieces: ["#=v\n"],
    most: HEADER_CHARS,
  },
  {
    reads: "headers",
    run: (text) => {
      for (const value of [text, `max-age=${text}`, `timeout=${text}`]) {
        keepAliveHintMs(value);
        parseRetryAfter(value, 0);
        robotsExpiry(0, [["cache-control", value]]);
        metaRobots(value, [value], "webspool");
      }
    },
    pieces: ["9", " ", ",", "no-cache ", "max-age=", "a:", "none,", "webspool:"],
    most: HEADER_CHARS,
  },
];

void describe("time grows no faster than the input", () => {
  for (const { reads, run, pieces, most } of READERS) {
    void test(`in reading ${reads}`, () => {
      for (const piece of pieces) checkGrowth(piece, run, most);
    });
  }
});
