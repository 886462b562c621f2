/** Pages that make a parser slow, deep or large, of any size. */
import { answers, type Expected } from "../case.ts";

/** No robots rule, no scope and no resolver lets these be asked. */
const ELSEWHERE = "<base href=http://elsewhere.invalid/>";

/** `unit` until the page has its size. */
function filled(size: number, unit: string, begin = "", end = ""): Buffer {
  return Buffer.concat([Buffer.from(begin), Buffer.alloc(size, unit), Buffer.from(end)]);
}

/** Numbered parts until the page has its size. */
function numbered(size: number, part: (n: string) => string, begin = ""): Buffer {
  const parts = [begin];
  for (let n = 0, length = 0; length < size; n += 1) {
    const next = part(n.toString(36));
    parts.push(next);
    length += next.length;
  }
  return Buffer.from(parts.join(""));
}

type Body = (size: number) => Buffer;

/** The bodies by the names of their cases. */
export const htmlBodies: readonly (readonly [
  name: string,
  does: string,
  body: Body,
  expected?: Expected,
])[] = [
  ["nested-tags", "nests 1,000,000 elements", (size) => Buffer.alloc(size / 2, "<div>")],
  ["nested-tags-full", "nests as many elements as fit", (size) => filled(size, "<b>")],
  [
    "nested-formatting",
    "nests formatting elements that a tree builder would repeat",
    (size) => numbered(size, (n) => `<font id=${n}><p>`),
  ],
  ["nested-tables", "nests tables", (size) => filled(size, "<table><tr><td>")],
  ["nested-svg", "nests elements of svg, and closes none", (size) => filled(size, "<g>", "<svg>")],
  ["svg-and-html", "goes in and out of svg", (size) => filled(size, "<svg><g><p>")],
  ["end-tags", "closes what was never opened", (size) => filled(size, "</x>", "<svg>")],
  ["templates", "nests templates", (size) => filled(size, "<template>")],
  [
    "attribute-10mb",
    "has 10 MB in one attribute",
    (size) => filled(size, "x", "<a href='", "'>t</a>"),
  ],
  [
    "attribute-references",
    "has nothing but references in one attribute",
    (size) => filled(size, "&amp;", "<a href='", "'>t</a>"),
  ],
  [
    "attribute-unquoted",
    "has megabytes in one attribute without quotes",
    (size) => filled(size, "x&", "<a href=", ">t</a>"),
  ],
  [
    "attribute-name",
    "has megabytes in one attribute's name",
    (size) => filled(size, "x", "<a ", "=y>t</a>"),
  ],
  [
    "attributes-100000",
    "has 100,000 attributes in one tag",
    (size) => numbered(Math.min(size, 790_000), (n) => `a${n}=b `, "<a "),
  ],
  [
    "attributes-same",
    "has one attribute as often as fits",
    (size) => filled(size, "href=x ", "<a "),
  ],
  ["tag-name", "has a tag's name of megabytes", (size) => filled(size, "x", "<")],
  [
    "links-1000000",
    "has 1,000,000 links",
    (size) => numbered(1.5 * size, (n) => `<a href=${n}>t`, ELSEWHERE),
    answers({ links: 50_000, truncated: true }),
  ],
  [
    "links-one-page",
    "links to one page with a text of its own each time",
    (size) => numbered(size, (n) => `<a href=x>${n}`, ELSEWHERE),
    answers({ links: 50_000, truncated: true }),
  ],
  [
    "links-long",
    "has links of 8,000 characters",
    (size) => filled(size, `<a href=/${"x".repeat(8_000)}>t`, ELSEWHERE),
  ],
  [
    "links-fragments",
    "links to a million places of one page",
    (size) => numbered(size, (n) => `<a href=#${n}>t`, ELSEWHERE),
    answers({ links: 1 }),
  ],
  [
    "links-parents",
    "links with 2,000 steps up",
    (size) => filled(size, `<a href=${"../".repeat(2_000)}x>t`, ELSEWHERE),
  ],
  [
    "srcset",
    "has a srcset of 10 MB",
    (size) => filled(size, "a 1x, ", `${ELSEWHERE}<img srcset='`, "'>"),
  ],
  [
    "srcset-commas",
    "has a srcset of commas",
    (size) => filled(size, ",", `${ELSEWHERE}<img srcset='`, "'>"),
  ],
  [
    "srcset-parentheses",
    "has a srcset of open parentheses",
    (size) => filled(size, "(", `${ELSEWHERE}<img srcset='a `, "'>"),
  ],
  [
    "refresh",
    "has a refresh of 10 MB of white space",
    (size) => filled(size, " ", "<meta http-equiv=refresh content='5;", "'>"),
  ],
  [
    "rel",
    "has a rel of 10 MB of white space",
    (size) => filled(size, " ", "<a rel='", "' href=x>"),
  ],
  [
    "description",
    "has a description of 10 MB",
    (size) => filled(size, " a", "<meta name=description content='", "'>"),
  ],
  ["title-10mb", "has a title of 10 MB", (size) => filled(size, "a ", "<title>", "</title>")],
  [
    "titles-almost-ended",
    "ends its title almost, again and again",
    (size) => filled(size, "</titl", "<title>"),
  ],
  ["bases", "has bases without end", (size) => filled(size, "<base href=x>")],
  [
    "robots-rules",
    "has robots rules without end",
    (size) => filled(size, "<meta name=robots content=a>"),
  ],
  ["comment-unclosed", "never ends its comment", (size) => filled(size, "-", "<!--")],
  [
    "comments-unclosed",
    "begins comments again and again",
    (size) => filled(size, "<!--x--!", "<!--"),
  ],
  ["comments", "has nothing but comments", (size) => filled(size, "<!--x--!>")],
  ["doctypes", "begins doctypes again and again", (size) => filled(size, "<!doctype ")],
  ["cdata", "begins CDATA sections again and again", (size) => filled(size, "<![CDATA[", "<svg>")],
  [
    "cdata-html",
    "has CDATA sections where none are",
    (size) => filled(size, "<![CDATA[<a href=/never>]]>"),
  ],
  ["processing-instructions", "begins processing instructions", (size) => filled(size, "<?x ")],
  [
    "script-end-in-string",
    "has end tags in its scripts",
    (size) => filled(size, "<script>'</a href=/never>'</script>"),
  ],
  [
    "scripts-escaped",
    "escapes its scripts twice, again and again",
    (size) => filled(size, "<script></script>", "<script><!--"),
  ],
  ["scripts-unclosed", "begins escaped scripts", (size) => filled(size, "<script><!--")],
  ["scripts-almost-ended", "ends its script almost", (size) => filled(size, "</scrip", "<script>")],
  ["less-than", "has less-than signs and nothing else", (size) => filled(size, "<")],
  ["end-tags-cut", "begins end tags", (size) => filled(size, "</")],
  ["quotes-open", "opens quotes again and again", (size) => filled(size, "<a b='")],
  ["ampersands", "has ampersands and nothing else", (size) => filled(size, "&")],
  ["references-cut", "begins references", (size) => filled(size, "&am")],
  ["references-numbers", "has numbers for characters", (size) => filled(size, "&#x1F600;")],
  ["references-long", "has a reference of ten million digits", (size) => filled(size, "9", "&#")],
  ["words", "has words and nothing else", (size) => numbered(size, (n) => `${n} `)],
  ["one-word", "has one word of 10 MB", (size) => filled(size, "x")],
  ["white-space", "has white space and nothing else", (size) => filled(size, " \n")],
  ["wide-text", "has text beyond the first plane", (size) => filled(size, "😀 ")],
  ["headings", "opens headings and closes none", (size) => filled(size, "<h1>x")],
  ["dates", "has dates and times as words", (size) => filled(size, "2026-11-21T12:00:00 12:30 ")],
];
