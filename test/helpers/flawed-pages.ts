/** One page for every issue that a page can have, sound but for that. */
import { alternate, series, textOf, type PageParts } from "./sound-page.ts";

/** Origins of the sites that it needs beside its own. */
export interface OtherSites {
  /** The site over plain http, to be crawled too. */
  readonly plain: string;
  /** The site without a readable robots.txt. */
  readonly unreadable: string;
  /** A site that has nothing. */
  readonly elsewhere: string;
}

const VERSIONS = (self: string): string => alternate("en", self) + alternate("x-default", self);

/** Pages that the home page links to and the sitemap lists. */
export function flawedPages({
  plain,
  unreadable,
  elsewhere,
}: OtherSites): Readonly<Record<string, PageParts>> {
  return {
    // Statuses and broken links
    "/link-gone": { links: ["/", "/gone"] },
    "/link-error": { links: ["/", "/error"] },
    "/link-reset": { links: ["/", "/reset"] },
    "/link-external": { links: ["/", `${elsewhere}/gone`] },
    "/image-broken": { body: '<img src="/no.png" alt="No">' },
    "/script-broken": { body: '<script src="/no.js"></script>' },
    // Redirects
    "/link-redirects": {
      links: ["/", "/moved", "/to-gone", "/chain-1", "/loop-1", "/temporary", "/downgrade"],
    },
    "/refresh": { head: '<meta http-equiv="refresh" content="5; url=/thin">' },
    // Canonicals
    "/canonical-missing": { canonical: null },
    "/canonical-elsewhere": { canonical: "/thin" },
    "/canonical-conflict": { head: '<link rel="canonical" href="/thin">' },
    "/canonical-gone": { canonical: "/gone" },
    "/canonical-moved": { canonical: "/moved" },
    "/canonical-noindex": { canonical: "/noindex-meta" },
    "/canonical-chain": { canonical: "/canonical-elsewhere" },
    "/canonical-http": { canonical: `${plain}/` },
    // Texts
    "/title-missing": { title: null },
    "/title-short": { title: "Rope" },
    "/title-long": { title: "Rope ".repeat(13).trim() },
    "/title-twice-1": { title: "The same title on both of two pages" },
    "/title-twice-2": { title: "The same title on both of two pages" },
    "/title-h1": {
      title: "A title that is the heading too, alas",
      h1: "A title that is the heading too, alas",
    },
    "/description-missing": { description: null },
    "/description-short": { description: "Rope." },
    "/description-long": { description: "Rope and twine. ".repeat(10).trim() },
    "/description-twice-1": {
      description:
        "The same description of two pages, which tells nobody how they differ from each other.",
    },
    "/description-twice-2": {
      description:
        "The same description of two pages, which tells nobody how they differ from each other.",
    },
    "/h1-missing": { h1: null },
    "/h1-long": { h1: "Rope and twine ".repeat(5).trim() },
    "/h1-twice-1": { h1: "Ropes" },
    "/h1-twice-2": { h1: "Ropes" },
    // Directives
    "/noindex-meta": { head: '<meta name="robots" content="NoIndex, follow">' },
    "/noindex-header": { headers: { "x-robots-tag": "noarchive, noindex" } },
    "/noindex-for-another": { headers: { "x-robots-tag": "otherbot: noindex, nofollow" } },
    "/nofollow": { head: '<meta name="robots" content="nofollow">' },
    "/noindex-canonical": { head: '<meta name="robots" content="none">', canonical: "/thin" },
    "/nofollow-link": { body: '<a rel="nofollow" href="/thin">thin</a>' },
    "/blocked": {
      links: ["/", "/private/page"],
      body: `<script src="/private/x.js"></script><a href="${unreadable}/">there</a>`,
    },
    // Languages
    "/hreflang-one-way": { head: VERSIONS("/hreflang-one-way") + alternate("de", "/thin") },
    "/hreflang-gone": { head: VERSIONS("/hreflang-gone") + alternate("de", "/gone") },
    "/hreflang-noindex": {
      head: VERSIONS("/hreflang-noindex") + alternate("de", "/hreflang-noindex-de"),
    },
    "/hreflang-noindex-de": {
      head: `<meta name="robots" content="noindex">${alternate("de", "/hreflang-noindex-de")}
        ${alternate("en", "/hreflang-noindex")}${alternate("x-default", "/hreflang-noindex")}`,
    },
    "/hreflang-invalid": {
      head: VERSIONS("/hreflang-invalid") + alternate("en-UK", "/hreflang-invalid"),
    },
    "/hreflang-conflict": {
      head: VERSIONS("/hreflang-conflict") + alternate("EN", "/hreflang-other"),
    },
    "/hreflang-other": {
      head:
        alternate("de", "/hreflang-other") +
        alternate("en", "/hreflang-conflict") +
        alternate("x-default", "/hreflang-conflict"),
    },
    "/hreflang-no-self": {
      head: alternate("de", "/hreflang-self") + alternate("x-default", "/hreflang-self"),
    },
    "/hreflang-self": {
      head:
        alternate("de", "/hreflang-self") +
        alternate("en", "/hreflang-no-self") +
        alternate("x-default", "/hreflang-self"),
    },
    "/hreflang-no-default": { head: alternate("en", "/hreflang-no-default") },
    "/lang-missing": { lang: null },
    // Pagination
    "/series-gone": series("next", "/gone"),
    "/series-noindex": series("next", "/series-noindex-2"),
    "/series-noindex-2": {
      ...series("prev", "/series-noindex"),
      headers: { "x-robots-tag": "noindex" },
    },
    "/series-one-way": series("next", "/thin"),
    "/series-forked": {
      head: '<link rel="next" href="/series-forked-2"><link rel="next" href="/series-forked-3">',
      links: ["/", "/series-forked-2", "/series-forked-3"],
    },
    "/series-forked-2": series("prev", "/series-forked"),
    "/series-forked-3": series("prev", "/series-forked"),
    "/series-unlinked": { head: '<link rel="next" href="/series-unlinked-2">' },
    "/series-unlinked-2": series("prev", "/series-unlinked"),
    // Images
    "/image-no-alt": { body: '<img src="/image.png"><img src="/image.png?2" alt="">' },
    "/image-long-alt": { body: `<img src="/image.png" alt="${"A rope. ".repeat(14).trim()}">` },
    "/image-large": { body: '<img src="/large.png" alt="A large one">' },
    // Security
    "/mixed-active": { body: `<script src="${plain}/script.js"></script>` },
    "/mixed-passive": { body: `<img src="${plain}/image.png" alt="Passive">` },
    "/link-http": { links: ["/", `${plain}/`] },
    "/no-hsts": { headers: { "strict-transport-security": undefined } },
    "/no-csp": { headers: { "content-security-policy": undefined } },
    "/no-nosniff": { headers: { "x-content-type-options": "sniff" } },
    "/no-frame-options": {
      headers: { "x-frame-options": undefined, "content-security-policy": "default-src 'self'" },
    },
    "/no-referrer-policy": { headers: { "referrer-policy": undefined } },
    // URLs
    [`/${"long-".repeat(22)}url`]: {},
    "/Upper": {},
    "/under_score": {},
    "/a%20space": {},
    "/caf%C3%A9": {},
    "/two//slashes": {},
    "/parameters?a=1": {},
    "/trap": { links: ["/", `/t${"/same".repeat(8)}`] },
    // Depth
    "/deep-1": { links: ["/", "/deep-2"] },
    "/dead-end": { links: [] },
    // Duplicates, speed, size
    "/copy-1": { h1: "Copies", text: textOf("copy", 150) },
    "/copy-2": { h1: "Copies", text: textOf("copy", 150) },
    "/near-1": { text: textOf("near", 2_000) },
    "/near-2": { text: `${textOf("near", 2_000)} and one sentence more` },
    "/uncompressed": { gzip: false, body: `<!--${"-".repeat(1_400)}-->` },
    "/large": { body: `<!--${" ".repeat(2_200_000)}-->` },
    "/thin": { text: textOf("thin", 90) },
  };
}

/** Pages that only other pages lead to: a sitemap would make them near. */
export const DEEP: Readonly<Record<string, PageParts>> = {
  "/deep-2": { links: ["/", "/deep-3"] },
  "/deep-3": { links: ["/", "/deep-4"] },
  "/deep-4": { links: ["/", "/deep-5"] },
  "/deep-5": {},
};

/** What may not be indexed does not belong into a sitemap; /noindex-meta is there to be found. */
export const NOT_LISTED =
  /noindex(?!$|-for|-2$)|^\/canonical-(?:elsewhere|gone|moved|noindex|chain|http)$|^\/(?:hreflang-noindex-de|series-noindex-2)$/;
