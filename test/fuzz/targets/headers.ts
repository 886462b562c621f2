/** Response headers: each as its reader gets it. */
import { strict as assert } from "node:assert";
import {
  asksNotToFollow,
  MAX_RETRY_AFTER_MS,
  MAX_ROBOTS_AGE_MS,
  metaRobots,
  MIN_ROBOTS_AGE_MS,
  parseHttpDate,
  parseRetryAfter,
  robotsExpiry,
} from "../../../src/politeness/index.ts";
import { decodeBody, isHtml } from "../../../src/parsing/index.ts";
import { SessionCookies } from "../../../src/session/cookies.ts";
import { nextHop } from "../../../src/session/redirect.ts";
import { HeaderList } from "../../../src/session/request-headers.ts";
import { keepAliveHintMs } from "../../../src/session/response-headers.ts";
import { bytesOf, type FuzzInput, type FuzzTarget } from "../fuzz-target.ts";
import { damaged, joined, NUMBERS, pick } from "../random-text.ts";

const NOW = Date.UTC(2026, 0, 31, 12);
const PIECES: readonly string[] = [
  ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"],
  [
    "text/html",
    "; charset=",
    "utf-8",
    "utf-16le",
    "shift_jis",
    "iso-2022-kr",
    '"',
    "\\",
    "x-user-defined",
  ],
  [
    "application/xhtml+xml",
    "image/png",
    "noindex",
    "nofollow",
    "none",
    "webspool:",
    "other:",
    "*:",
  ],
  [
    "unavailable_after: ",
    "max-age=",
    "no-store",
    "no-cache",
    "private",
    "s-maxage=",
    "timeout=",
    "max=",
  ],
  [
    "a=b",
    "; Path=/",
    "; Domain=h.test",
    "; Domain=.test",
    "; Max-Age=",
    "; Expires=",
    "; Secure",
    "; HttpOnly",
  ],
  [
    "__Host-",
    "__Secure-",
    "http://h.test/",
    "//",
    "/x",
    "../",
    "?q",
    "#f",
    "http:",
    "javascript:",
    "[::1]",
  ],
  [
    ",",
    ", ",
    ";",
    "=",
    ":",
    " ",
    "\t",
    "\u0080",
    "\u00ff",
    "\u00c3\u00a4",
    "%41",
    "%",
    "@",
    "-",
    "GMT",
  ],
].flat();
const BODIES = [
  "",
  "<!doctype html>",
  "\u00ef\u00bb\u00bf<p>",
  "\u00ff\u00fea\0",
  '<meta charset="utf-7">',
  "\u0089PNG",
];

/** What reads a header's value, each alone. */
const READERS: Readonly<Record<string, (value: string, body: Uint8Array) => void>> = {
  "retry-after": (value) => {
    const ms = parseRetryAfter(value, NOW);
    assert.ok(ms === null || (ms >= 0 && ms <= MAX_RETRY_AFTER_MS), `Retry-After of ${ms}`);
  },
  date: (value) => {
    const at = parseHttpDate(value, NOW);
    assert.ok(at === null || Number.isSafeInteger(at), `a date of ${at}`);
  },
  "cache-control": (value) => {
    for (const age of ["1", value]) {
      const lists = [
        [["cache-control", value]],
        [
          ["Cache-Control", `max-age=${value}`],
          ["Age", age],
        ],
        [
          ["expires", value],
          ["date", age],
        ],
      ] as const;
      for (const headers of lists) {
        const expiry = robotsExpiry(NOW, headers);
        assert.ok(
          expiry >= NOW + MIN_ROBOTS_AGE_MS && expiry <= NOW + MAX_ROBOTS_AGE_MS,
          `robots.txt expires at ${expiry}`,
        );
      }
    }
  },
  "keep-alive": (value) => {
    const ms = keepAliveHintMs(value);
    assert.ok(ms === null || Number.isSafeInteger(ms), `a Keep-Alive of ${ms}`);
  },
  "content-type": (value, body) => {
    const { text, charset } = decodeBody(body, value);
    assert.equal(charset, charset.toLowerCase());
    assert.ok(text.length <= body.length);
    isHtml(value, body);
  },
  "x-robots-tag": (value) => {
    const { nofollow } = metaRobots(value, [value], "webspool/1.0");
    if (/^\s*(?:none|nofollow)\s*$/i.test(value)) assert.ok(nofollow);
    asksNotToFollow(value);
  },
  "set-cookie": (value) => {
    const cookies = new SessionCookies(null, true, { inAll: 10, perHost: 5, length: 4096 });
    cookies.store(new URL("http://x.h.test/a/b"), [value, value, "last=1"]);
    const sent = cookies.header(new URL("http://x.h.test/a/c"));
    assert.ok(sent.includes("last=1"), "a cookie beside it is lost");
    // eslint-disable-next-line no-control-regex
    assert.doesNotMatch(sent, /[\u0000-\u0008\u000a-\u001f\u007f]/);
    for (const foreign of ["http://y.test/", "http://test/", "http://127.0.0.1/"]) {
      assert.equal(cookies.header(new URL(foreign)), "", `sent to ${foreign}`);
    }
  },
  location: (value) => {
    for (const rules of ["standard", "requests"] as const) {
      const headers = new HeaderList([
        ["authorization", "secret"],
        ["cookie", "secret"],
      ]);
      const hop = { method: "POST", url: FROM, headers, body: null, extraCookies: "secret" };
      const next = nextHop(hop, 302, value, rules);
      if (next === null) continue;
      assert.equal(next.headers.get("cookie"), null);
      if (next.url.origin !== FROM.origin) {
        assert.equal(next.headers.get("authorization"), null, `sent to ${next.url.href}`);
        assert.equal(next.extraCookies, "");
      }
    }
  },
};
const FROM = new URL("http://h.test:8080/a/b#c");
const NAMES = Object.keys(READERS);

function check([name = "", value = "", body = ""]: FuzzInput): void {
  READERS[name]?.(value, bytesOf(body));
}

export const headersTarget: FuzzTarget = {
  name: "headers",
  make: (random) => {
    const value = damaged(random, joined(random, [...PIECES, ...NUMBERS], 6));
    // A header is Latin-1 by the time it is read.
    const latin1 = Buffer.from(value, "latin1").toString("latin1");
    return [pick(random, NAMES), latin1, damaged(random, pick(random, BODIES)).slice(0, 2_000)];
  },
  check,
  growth: {
    pieces: (random) => joined(random, [...PIECES, ...NUMBERS], random() < 0.3 ? 1 : 4),
    run: (text) => {
      const body = bytesOf("<!doctype html>");
      for (const value of [text, `${text}!`, `max-age=${text}x`, `a=b; Expires=${text}x`]) {
        for (const [name, reader] of Object.entries(READERS)) {
          // That a cookie is sent to nobody else is not what is measured.
          if (name !== "set-cookie" || value.length <= 4_096) reader(value, body);
        }
      }
    },
    // No more than this of headers is taken (session/client-options.ts).
    most: 64 * 1024,
  },
};
