/** Sitemaps that are bombs, lead astray, nest without end, or are none. */
import { gzipSync } from "node:zlib";
import { okPage, type Behaviour, type Bytes } from "../../helpers/hostile-server.ts";
import { answers, breaks, type Expected } from "../case.ts";
import type { Fate, FileCase, Origins } from "../file-case.ts";

const MIB = 1024 ** 2;
const MAX_BYTES = 50 * MIB;
/** What the honest entry of each file leads to; nothing else does. */
export const LISTED = "/honest/listed";

type Fates = Readonly<Record<string, Fate>>;
const READ: Fates = { [LISTED]: ["done"] };
const UNREAD: Fates = { [LISTED]: null };
const BAD = (detail: RegExp): Expected => breaks("parse_failed", { detail });
const NO_SITEMAP = BAD(/is not a sitemap/);
const PRIVATE: Fate = ["excluded", "private_address"];

const loc = (url: string, more = ""): string => `<url><loc>${url}</loc>${more}</url>`;
const xml = (body: string, head = '<?xml version="1.0"?>'): string =>
  `${head}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${body}</urlset>`;
const index = (...urls: string[]): string =>
  `<sitemapindex>${urls.map((url) => `<sitemap><loc>${url}</loc></sitemap>`).join("")}</sitemapindex>`;

function lists(
  name: string,
  does: string,
  body: (origins: Origins) => Bytes,
  expected: Expected,
  fates: Fates,
  more: (origins: Origins) => Readonly<Record<string, Behaviour>> = () => ({}),
  headers = "",
): FileCase {
  const routes = (origins: Origins) => {
    // Made beforehand: a server that is at work on its bomb would seem to be silent.
    const response = okPage(body(origins), headers);
    const sitemap: Behaviour = (peer) => void peer.say(response);
    return { "/sitemap.xml": sitemap, ...more(origins) };
  };
  return { name, does, routes, file: "/sitemap.xml", expected, fates };
}

const page =
  (body: string): Behaviour =>
  (peer) =>
    void peer.say(okPage(body));

/** Each entity is ten of the one before: a gigabyte in all. */
const LAUGHS = `<!DOCTYPE urlset [<!ENTITY l0 "ha">${Array.from(
  { length: 9 },
  (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`,
).join("")}]>`;

const zeros = (): Buffer => {
  const member = gzipSync(Buffer.alloc(100 * MIB), { level: 9 });
  return Buffer.concat(Array<Buffer>(100).fill(member));
};

export const sitemapCases: readonly FileCase[] = [
  lists(
    "sitemap-gzip-bomb",
    "is a gzip file of 10 MB that decodes to 10 GB",
    zeros,
    BAD(/larger than 50 MiB/),
    UNREAD,
  ),
  lists(
    "sitemap-coded-bomb",
    "sends 10 MB of gzip that decode to 10 GB",
    zeros,
    breaks("parse_failed", { truncated: true, bytes: MAX_BYTES, detail: /is not a sitemap/ }),
    UNREAD,
    undefined,
    "content-encoding: gzip\r\n",
  ),
  lists(
    "sitemap-gzip-cut",
    "is a gzip file that is cut off",
    () => {
      const file = gzipSync(xml(loc(LISTED) + loc("/honest/more").repeat(1_000)), { level: 0 });
      return file.subarray(0, file.length >> 1);
    },
    answers(),
    READ,
  ),
  lists(
    "sitemap-laughs",
    "has entities that come to a gigabyte",
    () => xml(loc("/honest/&l9;") + loc(LISTED), LAUGHS),
    answers(),
    { ...READ, "/honest/&l9;": ["done"] },
  ),
  lists(
    "sitemap-external",
    "has entities, a DTD and a style sheet of an own network",
    ({ forbidden }) =>
      xml(
        `${loc("/honest/&file;")}<xi:include href="${forbidden}/x"/>${loc(LISTED)}`,
        `<?xml-stylesheet href="${forbidden}/xsl"?><!DOCTYPE urlset SYSTEM "${forbidden}/dtd" [
          <!ENTITY file SYSTEM "file:///etc/passwd"><!ENTITY % x SYSTEM "${forbidden}/e">%x;]>`,
      ),
    answers(),
    { ...READ, "/honest/&file;": ["done"] },
  ),
  lists(
    "sitemap-1000000-locs",
    "lists 1,000,000 URLs",
    () => xml(loc(LISTED) + "<url><loc>http://elsewhere.invalid/x</loc></url>".repeat(900_000)),
    BAD(/more than 50,000/),
    { ...READ, "http://elsewhere.invalid/x": ["excluded", "scope"] },
  ),
  lists(
    "sitemap-50001-urls",
    "lists more URLs than a file may",
    () =>
      xml(
        loc(LISTED) +
          Array.from({ length: 60_000 }, (_, n) => loc(`http://elsewhere.invalid/${n}`)).join(""),
      ),
    BAD(/more than 50,000/),
    READ,
  ),
  lists(
    "sitemap-astray",
    "lists what is private, of other schemes, or no URL",
    ({ forbidden }) =>
      xml(
        [
          `${forbidden}/listed`,
          "http://169.254.169.254/latest/listed",
          "http://[::ffff:10.0.0.1]/listed",
          "http://2852039166/decimal-listed",
          "http://10.0.0.1/listed",
          "http://localhost/listed",
          "javascript:alert(1)",
          "data:text/html,x",
          "file:///etc/passwd",
          "ftp://127.0.0.1/x",
          "http://",
          "",
          `/${"x".repeat(100_000)}`,
          LISTED,
        ]
          .map((url) => loc(url))
          .join(""),
      ),
    answers({ links: 7 }),
    {
      ...READ,
      "http://169.254.169.254/latest/listed": PRIVATE,
      "http://169.254.169.254/decimal-listed": PRIVATE,
      "http://[::ffff:a00:1]/listed": PRIVATE,
      "http://10.0.0.1/listed": PRIVATE,
      "http://localhost/listed": PRIVATE,
    },
  ),
  lists(
    "sitemap-index-astray",
    "names sitemaps of own networks",
    ({ forbidden }) =>
      index(`${forbidden}/map.xml`, "http://10.0.0.2/map.xml", "file:///map.xml", "/good.xml"),
    answers(),
    { ...READ, "http://10.0.0.2/map.xml": PRIVATE },
    () => ({ "/good.xml": page(xml(loc(LISTED))) }),
  ),
  lists(
    "sitemap-nests",
    "is an index that leads to an index, a thousand times",
    () => index("/map-1.xml"),
    answers(),
    { "/map-5.xml": ["done"], "/map-9.xml": null },
    () =>
      Object.fromEntries(
        Array.from({ length: 1_000 }, (_, n) => [
          `/map-${n}.xml`,
          page(index(`/map-${n + 1}.xml`)),
        ]),
      ),
  ),
  lists(
    "sitemap-of-itself",
    "is an index of itself",
    () => index("/sitemap.xml", "/sitemap.xml#x", "/back.xml"),
    answers(),
    { "/back.xml": ["done"] },
    () => ({ "/back.xml": page(index("/sitemap.xml", "/back.xml")) }),
  ),
  lists(
    "sitemap-encoding-lies",
    "says UTF-16 and sends UTF-8",
    () => xml(loc(LISTED), '<?xml version="1.0" encoding="UTF-16"?>'),
    NO_SITEMAP,
    UNREAD,
  ),
  lists(
    "sitemap-encoding-unknown",
    "says an unknown encoding",
    () => xml(loc(LISTED), '<?xml version="1.0" encoding="magic"?>'),
    answers(),
    READ,
  ),
  lists(
    "sitemap-utf-16",
    "sends UTF-16",
    () => Buffer.from(`\ufeff${xml(loc(LISTED))}`, "utf16le"),
    answers(),
    READ,
  ),
  lists(
    "sitemap-cut",
    "ends in the middle of an entry",
    () => `${xml(loc(LISTED)).slice(0, -9)}<url><loc>http://h.te`,
    answers(),
    READ,
  ),
  lists(
    "sitemap-lines",
    "is a list of lines, most of them nothing",
    ({ own }) =>
      [
        "\ufeff",
        "# x",
        "javascript:x",
        "/relative",
        `http://${"x".repeat(200_000)}`,
        `${own}${LISTED}`,
      ].join("\r\n"),
    answers(),
    { ...READ, "/relative": null },
  ),
  lists(
    "sitemap-line-12mb",
    "is one line of 12 MB",
    () => Buffer.alloc(12 * MIB, "http://elsewhere.invalid/"),
    NO_SITEMAP,
    UNREAD,
  ),
  lists(
    "sitemap-html",
    "is a page",
    () => `<!doctype html><a href=${LISTED}>x</a>`,
    NO_SITEMAP,
    UNREAD,
  ),
  lists("sitemap-binary", "is noise", () => Buffer.alloc(1_000_000, 0xf7), NO_SITEMAP, UNREAD),
  lists("sitemap-nuls", "is 5 MB of NULs", () => Buffer.alloc(5_000_000), NO_SITEMAP, UNREAD),
  lists(
    "sitemap-odd-values",
    "has dates and priorities that are none",
    () =>
      xml(
        ["NaN", "-5", "1e308", "Infinity", "", "0x1", "1,0"]
          .map((value, n) =>
            loc(`/honest/odd-${n}`, `<lastmod>${value}</lastmod><priority>${value}</priority>`),
          )
          .join("") + loc(LISTED, "<lastmod>9999999-99-99</lastmod><priority>2</priority>"),
      ),
    answers({ links: 8 }),
    { ...READ, "/honest/odd-0": ["done"], "/honest/odd-6": ["done"] },
  ),
  lists(
    "sitemap-deep",
    "nests 1,000,000 elements",
    () => xml(loc(LISTED) + "<a>".repeat(1_000_000)),
    BAD(/nested too deeply/),
    READ,
  ),
  lists(
    "sitemap-loc-10mb",
    "has a URL of 10 MB",
    () => xml(loc(LISTED) + loc(`/${"x".repeat(10_000_000)}`)),
    answers({ links: 1 }),
    READ,
  ),
  lists(
    "sitemap-comment",
    "never ends its comment",
    () => `${xml(loc(LISTED)).slice(0, -9)}<!--${"-".repeat(5_000_000)}`,
    answers(),
    READ,
  ),
  lists(
    "sitemap-cdata",
    "begins CDATA sections again and again",
    () => xml(`${loc(LISTED)}<url><loc>${"<![CDATA[".repeat(500_000)}`),
    answers(),
    READ,
  ),
  lists(
    "sitemap-attributes",
    "has 1,000,000 attributes in one tag",
    () =>
      xml(
        `${loc(LISTED)}<url ${Array.from({ length: 1_000_000 }, (_, n) => `a${n}="x" `).join("")}>`,
      ),
    answers(),
    READ,
  ),
  lists(
    "sitemap-tag-name",
    "has a tag's name of 10 MB",
    () => xml(`${loc(LISTED)}<${"u".repeat(10_000_000)}>`),
    answers(),
    READ,
  ),
  lists(
    "sitemap-references",
    "has nothing but references",
    () => xml(`${loc(LISTED)}<url><loc>${"&amp;".repeat(2_000_000)}`),
    answers(),
    READ,
  ),
  {
    ...lists(
      "sitemap-drips",
      "sends a byte a second",
      () => "",
      breaks("total_timeout"),
      UNREAD,
      () => ({
        "/sitemap.xml": (peer) => peer.say("HTTP/1.1 200 OK\r\n\r\n").drip(xml(loc(LISTED))),
      }),
    ),
  },
  {
    ...lists(
      "sitemap-500mb",
      "sends 500 MB of entries",
      () => "",
      breaks("parse_failed", { truncated: true }),
      READ,
      () => ({
        "/sitemap.xml": (peer) =>
          peer
            .say("HTTP/1.1 200 OK\r\n\r\n", xml(loc(LISTED)).slice(0, -9))
            .pour(
              Buffer.from("<url><loc>http://elsewhere.invalid/y</loc></url>".repeat(20_000)),
              500,
            ),
      }),
    ),
  },
];
