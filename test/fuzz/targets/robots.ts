/** robots.txt files, whole and broken. */
import { strict as assert } from "node:assert";
import { MAX_ROBOTS_BYTES, parseRobots } from "../../../src/politeness/index.ts";
import { bytesOf, type FuzzInput, type FuzzTarget } from "../fuzz-target.ts";
import { damaged, joined, NUMBERS, ODD_CHARACTERS, pick } from "../random-text.ts";

const FIELDS = [
  "User-agent",
  "Disallow",
  "Allow",
  "Sitemap",
  "Crawl-delay",
  "Disalow",
  "useragent",
  "Host",
];
const COLONS = [":", ": ", " : ", ":\t", "", "::"];
const AGENTS = ["*", "webspool", "WebSpool/1.0", "other", "web spool", ""];
const PATHS = [
  "/",
  "*",
  "$",
  "/*",
  "/a",
  "a",
  "%41",
  "%2f",
  "%",
  ".php",
  "?",
  "/a*b*c$",
  "**",
  "\u00c3\u00a4",
  "#",
];
const ENDS = ["\n", "\n", "\r\n", "\r", "", "\n\n"];
const URLS = [
  "http://h.test/",
  "http://h.test/a",
  "http://h.test/robots.txt",
  "http://h.test/a.php?a=%41%2f",
];
const AGENT = "webspool/1.0 (+https://example.com/)";

const GROWING = [...FIELDS, ...COLONS, ...PATHS, ...ENDS, ...ODD_CHARACTERS, ...NUMBERS];

function check([text = "", path = ""]: FuzzInput): void {
  const robots = parseRobots(bytesOf(text));
  const delay = robots.crawlDelayMs(AGENT);
  assert.ok(delay === null || (delay >= 0 && delay <= 86_400_000), `a delay of ${delay}`);
  assert.equal(new Set(robots.sitemaps).size, robots.sitemaps.length);
  const asked = [...URLS, URL.parse(path, "http://h.test/")?.href ?? "http://h.test/"];
  for (const url of asked) {
    const { allowed, line, rule } = robots.decide(url, AGENT);
    assert.equal(robots.allows(url, AGENT), allowed);
    assert.equal(line === null, rule === null);
    assert.ok(allowed || line !== null, "forbidden by no line");
    if (new URL(url).pathname === "/robots.txt" && !url.includes("?")) assert.ok(allowed, url);
  }
  // A last line of nothing says nothing, whether or not the file ended in a line end.
  const longer = parseRobots(bytesOf(`${text}\n# end\n`));
  if (text.length < MAX_ROBOTS_BYTES - 8 && !/^(?:\u00ff\u00fe|\u00fe\u00ff)/.test(text)) {
    for (const url of asked) {
      assert.deepEqual(longer.decide(url, AGENT), robots.decide(url, AGENT), url);
    }
  }
}

export const robotsTarget: FuzzTarget = {
  name: "robots",
  make: (random) => {
    let file =
      random() < 0.05 ? pick(random, ["\u00ef\u00bb\u00bf", "\u00ff\u00fe", "\u00fe\u00ff"]) : "";
    for (let lines = random() * 12; lines > 0; lines -= 1) {
      const value =
        random() < 0.3 ? pick(random, AGENTS) : joined(random, [...PATHS, ...NUMBERS], 5);
      file += pick(random, FIELDS) + pick(random, COLONS) + value + pick(random, ENDS);
    }
    return [damaged(random, file), joined(random, PATHS, 4)];
  },
  check,
  growth: {
    pieces: (random) => joined(random, GROWING, random() < 0.3 ? 1 : 6),
    run: (text) => {
      for (const field of ["", "Crawl-delay: ", "Disallow: /", "Sitemap: ", "User-agent: "]) {
        const robots = parseRobots(bytesOf(`User-agent: *\n${field}${text}x`));
        for (const url of URLS) robots.decide(url, AGENT);
      }
    },
    most: MAX_ROBOTS_BYTES,
  },
};
