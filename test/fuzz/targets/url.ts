/** URLs as links, redirects, sitemaps and seeds bring them. */
import { strict as assert } from "node:assert";
import {
  canonicalUrl,
  createCanonicalizer,
  credentialsOf,
  hostNameOf,
  isPrivateHost,
  MAX_URL_CHARS,
  originOf,
  parameterNames,
  pathOf,
  pathShape,
  portOf,
  registrableDomain,
  Scope,
  trapReason,
  withoutSessionId,
} from "../../../src/url/index.ts";
import type { FuzzInput, FuzzTarget } from "../fuzz-target.ts";
import { damaged, joined, NUMBERS, ODD_CHARACTERS, pick, type Random } from "../random-text.ts";

const STARTS = [
  "",
  "http:",
  "https:",
  "HTTP:",
  "http",
  "ftp:",
  "javascript:",
  "//",
  "///",
  "/",
  "\\\\",
];
const SLASHES = ["//", "//", "//", "/", "\\\\", "", "///"];
const USERS = ["", "", "", "", "u@", "u:p@", "u:p@ss@", ":@", "@"];
const HOSTS = [
  ["example.com", "EXAMPLE.COM.", "a.b.co.uk", "localhost", "x..y", "a..", ".", "xn--nxasmq6b"],
  ["b\u00fccher.example", "stra\u00dfe.de", "\uff45xample.com", "a\u00adb.com", "xn--a", "%41.com"],
  ["127.0.0.1", "0x7f.1", "0177.0.0.1", "2130706433", "1.2.3.4.5", "256.1.1.1", "1.2.3.4."],
  ["[::1]", "[::ffff:127.0.0.1]", "[fe80::1%25eth0]", "[1::2::3]", "[", "a_b.com", "-a-.com"],
].flat();
const PORTS = ["", "", ":", ":80", ":443", ":8080", ":0", ":65535", ":65536", ":080", ":a"];
const PATH_PIECES = [
  ["/", "//", ".", "..", "../", "./", "/../", "%2e", "%2E%2e/", "a", "B", "a.html", "~", "%7E"],
  ["%", "%2", "%zz", "%41", "%2f", "%c3%a4", "%ff", "%00", "+", ";a=1", "=", "&", "@", ":", "!"],
  ["\\", "'", "\t", "\n", " ", "2024/01/31", "jsessionid=ABCDEF0123456789", "page/2"],
].flat();
const QUERY_PIECES = [
  "?",
  "a=1",
  "&",
  "b=%41",
  "=",
  "utm_source=x",
  "PHPSESSID=0123456789abcdef",
  "%",
];
const HASHES = ["", "", "#", "#a", "#%41", "#a#b", "#!"];

function reference(random: Random): string {
  const path = joined(random, random() < 0.1 ? [...PATH_PIECES, ...NUMBERS] : PATH_PIECES, 8);
  const query = random() < 0.5 ? `?${joined(random, [...QUERY_PIECES, ...PATH_PIECES], 6)}` : "";
  const rest = path + query + pick(random, HASHES);
  if (random() < 0.4) return damaged(random, rest);
  const host = random() < 0.1 ? joined(random, ODD_CHARACTERS, 4) : pick(random, HOSTS);
  const authority = pick(random, USERS) + host + pick(random, PORTS);
  const start = pick(random, STARTS) + pick(random, SLASHES) + authority;
  return damaged(random, start + (random() < 0.8 ? `/${rest}` : rest));
}

const NOW = Date.UTC(2026, 0, 1);
const sorted = createCanonicalizer({ sortQuery: true, dropQuery: ["utm_*", "a"] });
const scopes = (["host", "domain", "prefix", "any"] as const).map(
  (kind) => new Scope(kind, ["https://example.com/a/b?c"]),
);

function check([text = "", written = ""]: FuzzInput): void {
  const base = written === "" ? undefined : written;
  const url = canonicalUrl(text, base);
  // The short cut for plain references says what the parser says.
  const parsed = text.length > MAX_URL_CHARS ? undefined : URL.parse(text, base)?.href;
  const usable = base === undefined || base.length <= MAX_URL_CHARS;
  const plain = parsed !== undefined && parsed.length <= MAX_URL_CHARS && usable;
  if (plain) assert.equal(url, canonicalUrl(parsed), "the parser says otherwise");
  if (url === null) return;
  assert.match(url, /^https?:\/\/[^/@?#\s]+\/[\u0021-\u007e]*$/);
  assert.ok(url.length <= MAX_URL_CHARS && !url.includes("#"));
  assert.equal(canonicalUrl(url), url, "canonical once more is another");
  assert.equal(canonicalUrl(url, "http://other.test/x/y?z"), url, "its base matters");
  assert.equal(credentialsOf(url), null);
  const { origin, pathname, hostname, href } = new URL(url);
  assert.equal(href, url, "the parser writes it otherwise");
  assert.deepEqual([originOf(url), pathOf(url), hostNameOf(url)], [origin, pathname, hostname]);
  assert.ok(portOf(url) >= 0 && portOf(url) <= 65_535);
  const merged = sorted(text, base);
  assert.ok(merged !== null && sorted(merged) === merged, "merged once more is another");
  isPrivateHost(hostname);
  registrableDomain(hostname);
  trapReason(url, NOW);
  pathShape(url);
  parameterNames(url);
  for (const scope of scopes) scope.has(url);
  const bare = withoutSessionId(url);
  if (bare !== null)
    assert.equal(canonicalUrl(bare), bare, "without its session it is not canonical");
}

export const urlTarget: FuzzTarget = {
  name: "url",
  make: (random) => {
    const bases = [
      "",
      "https://example.com/a/b.html?q#f",
      "http://example.com",
      "http://[::1]:8/%/",
    ];
    return [reference(random), random() < 0.5 ? reference(random) : pick(random, bases)];
  },
  check,
};
