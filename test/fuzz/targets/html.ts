/** Pages: real ones that were damaged, and ones made of nothing but constructs. Judged by parse5. */
import { strict as assert } from "node:assert";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { mutate } from "../../../bench/mutate-page.ts";
import { differences } from "../../../bench/parse-agreement.ts";
import { PageExtractor } from "../../../src/parsing/extraction.ts";
import { decodeBody, PageTree, scanPage } from "../../../src/parsing/index.ts";
import { canonicalUrl } from "../../../src/url/index.ts";
import { bytesOf, type FuzzInput, type FuzzTarget } from "../fuzz-target.ts";
import { joined, ODD_CHARACTERS, pick, type Random } from "../random-text.ts";

const URL_OF_PAGE = "http://h.test/d/p";
const SITE = join(import.meta.dirname, "../../../data/demo-site");
const PAGES = readdirSync(SITE, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".html"))
  .toSorted()
  .map((file) => readFileSync(join(SITE, file), "utf8"));
const SMALL = `<!doctype html><html lang=en><head><title>T &amp; t</title><meta name=robots content=all>
  <link rel=canonical href=c><script>if (a < b) "</p>"</script></head><body><p class="x">Hello
  <a href=1>one</a> <b>two <a href='2?a=1&amp;b=2'>x</a></b><table><tr><td><a href="3">y</a></td></tr></table>
  <img src=z alt=q><svg><path d="M0"/><a href=s>s</a></svg><textarea>a</textarea></body></html>`;

const CONSTRUCTS = [
  [
    "<",
    ">",
    "</",
    "/>",
    "<a",
    "<a ",
    "<a href=",
    "<a href='",
    '<a href="',
    "</a>",
    "</a >",
    "<!--",
    "-->",
  ],
  [
    "<!",
    "<?",
    "<!doctype",
    "<![CDATA[",
    "]]>",
    "<script>",
    "</script>",
    "<style>",
    "</style>",
    "<title>",
  ],
  [
    "</title>",
    "<textarea>",
    "</textarea>",
    "<xmp>",
    "</xmp>",
    "<plaintext>",
    "<template>",
    "</template>",
  ],
  [
    "<svg>",
    "</svg>",
    "<math>",
    "</math>",
    "<mi>",
    "<foreignObject>",
    "<desc>",
    "<p>",
    "</p>",
    "<table>",
  ],
  [
    "<td>",
    "<select>",
    "<option>",
    "<noscript>",
    "</noscript>",
    "<iframe>",
    "</iframe>",
    "<base href=/b/>",
  ],
  [
    "<meta name=robots content=",
    "<meta http-equiv=refresh content='0;url=x'>",
    "<link rel=next href=n>",
  ],
  [
    "<img src=x alt=",
    "<img srcset='",
    " 1x, ",
    "<area href=x>",
    "<h1>",
    "</h1>",
    "<html lang=x>",
    "<body>",
  ],
  [
    "=",
    "'",
    '"',
    "&",
    "&amp",
    "&#x",
    "&#0;",
    "&notin;",
    "text",
    " ",
    "\n",
    "href=x",
    "x='",
    "/",
    "//h/",
    "#",
  ],
].flat();

/**
 * Where only a tree of all elements tells what is a link, which the scanner does without on purpose (see
 * `ForeignContent`, `HtmlScanner`): templates in tables and selects, HTML within svg and math, and an svg or
 * math without its end, which an end tag of what is around it closes.
 */
function needsTree(text: string): boolean {
  const has = (names: string): boolean => new RegExp(`<(?:${names})(?:[\\s/>]|$)`, "i").test(text);
  return (
    (has("template") &&
      has("table|caption|colgroup|col|tbody|thead|tfoot|tr|td|th|select|frameset")) ||
    isUnclosed(text, "svg") ||
    isUnclosed(text, "math") ||
    (has("svg") && has("foreignobject|desc")) ||
    (has("math") && has("mi|mo|mn|ms|mtext|annotation-xml"))
  );
}

function check([text = ""]: FuzzInput): void {
  const { links, linksTruncated } = scanPage(text, URL_OF_PAGE, "utf-8");
  assert.ok(links.length <= 50_000 && !linksTruncated);
  for (const { url, count } of links) {
    assert.equal(canonicalUrl(url), url, "not canonical");
    assert.ok(count >= 1);
  }
  if (needsTree(text)) return;
  assert.deepEqual(differences(text, URL_OF_PAGE, { onlyWhich: true }), []);
}

function isUnclosed(text: string, name: string): boolean {
  const count = (pattern: string): number => text.match(new RegExp(pattern, "gi"))?.length ?? 0;
  return count(`<${name}\\b`) !== count(`</${name}\\s*>`);
}

function damagedPage(random: Random): string {
  return mutate(random() < 0.5 ? SMALL : pick(random, PAGES), random);
}

/** Pages of links, facts and damage that parse5 and ours must read alike. */
export const htmlTarget: FuzzTarget = {
  name: "html",
  make: (random) => [damagedPage(random)],
  check,
};

const EXTRACTOR = new PageExtractor(
  [{ name: "a", selector: "a[href]", attribute: "href" }],
  ["jsonld", "opengraph", "microdata"],
);

/** Any bytes at all: what is asked is only that nothing throws, and that time is linear. */
export const bytesTarget: FuzzTarget = {
  name: "html-bytes",
  make: (random) => [
    Buffer.from(joined(random, [...CONSTRUCTS, ...ODD_CHARACTERS], 60)).toString("latin1"),
    pick(random, ["text/html", "text/html; charset=utf-16", "text/html; charset=big5", ""]),
  ],
  check: ([bytes = "", contentType = ""]) => {
    const { text, charset } = decodeBody(bytesOf(bytes), contentType === "" ? null : contentType);
    const { links, facts } = scanPage(text, URL_OF_PAGE, charset);
    for (const { url } of links) assert.equal(canonicalUrl(url), url, "not canonical");
    assert.match(facts.textHash, /^[\da-f]{32}$/);
    const { problem } = EXTRACTOR.extract(new PageTree(text, URL_OF_PAGE, canonicalUrl));
    assert.equal(problem, null);
  },
  growth: {
    pieces: (random) => joined(random, [...CONSTRUCTS, ...ODD_CHARACTERS], 5),
    run: (text) => {
      scanPage(text, URL_OF_PAGE, "utf-8");
      scanPage(`<svg>${text}`, URL_OF_PAGE, "utf-8");
      scanPage(`<a href='${text}`, URL_OF_PAGE, "utf-8");
      EXTRACTOR.extract(new PageTree(text, URL_OF_PAGE, canonicalUrl));
    },
    most: 2 * 2 ** 20,
  },
};
