import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { scanPage } from "../../src/parsing/index.ts";

const PAGE = "http://h.test/dir/page.html";

/** Each link as "kind url", with what else is known in brackets. */
function links(text: string): string[] {
  return scanPage(text, PAGE, "utf-8").links.map((link) => {
    const more = [
      link.rel === null ? [] : `rel=${link.rel}`,
      link.anchor === null ? [] : `"${link.anchor}"`,
      link.hreflang === null ? [] : `lang=${link.hreflang}`,
      link.count === 1 ? [] : `x${link.count}`,
    ].flat();
    const url = link.url.replace("http://h.test/dir/", "");
    return [link.kind, url, ...more].join(" ");
  });
}

const cases: Record<string, [text: string, ...links: string[]][]> = {
  kinds: [
    ["<a href=x>t</a>", 'a x "t"'],
    ['<a href=x rel=" NoFollow\n UGC " hreflang=de>t</a>', 'a x rel=nofollow ugc "t" lang=de'],
    ["<map><area href=x alt=A rel=next></map>", 'area x rel=next "A"'],
    ["<iframe src=x></iframe>", "iframe x"],
    ["<frameset><frame src=x></frameset>", "frame x"],
    ["<script src=x></script>", "script x"],
    ["<img src=x>", "img x"],
    ["<img src=x alt>", 'img x ""'],
    ["<img src=x alt=' a\n b '>", 'img x "a b"'],
    ["<image src=x>", "img x"],
    ["<img srcset='a 1x, b,c 2x,  d'>", "img a", "img b,c", "img d"],
    ["<img src=a srcset='a, b 100w (1,2), c'>", "img a x2", "img b", "img c"],
    [
      "<picture><source srcset='a 1x,b 2x'><img src=c alt=''></picture>",
      "img a",
      "img b",
      'img c ""',
    ],
    ["<link rel=stylesheet href=x>", "stylesheet x rel=stylesheet"],
    ["<link rel='Alternate StyleSheet' href=x>", "stylesheet x rel=alternate stylesheet"],
    ["<link rel=canonical href=x>", "canonical x rel=canonical"],
    ["<link rel=alternate hreflang=fr href=x>", "alternate x rel=alternate lang=fr"],
    ["<link rel=next href=x><link rel=prev href=y>", "next x rel=next", "prev y rel=prev"],
    ["<link rel='shortcut icon' href=x>", "other x rel=shortcut icon"],
    ["<link href=x>"],
    [
      "<video src=a poster=b><source src=c><track src=d></video>",
      "other a",
      "other b",
      "other c",
      "other d",
    ],
    ["<audio src=a></audio><embed src=b><object data=c></object>", "other a", "other b", "other c"],
    ["<input type=IMAGE src=a alt=go><input src=b>", 'other a "go"'],
    ['<meta http-equiv=Refresh content="5; URL=x">', "other x rel=refresh"],
    ["<meta http-equiv=refresh content=\"0;url='x y'\">", "other x%20y rel=refresh"],
    ['<meta http-equiv=refresh content="5">'],
    ["<form action=x></form><blockquote cite=y></blockquote>"],
    ["<svg><a href=x>s</a><a xlink:href=y>t</a><image href=z /></svg>", 'a x "s"', 'a y "t"'],
  ],
  references: [
    ["<a href=''>t</a>", 'a page.html "t"'],
    ["<a href>t</a>", 'a page.html "t"'],
    ["<a href='#top'>t</a>", 'a page.html "t"'],
    ["<a>t</a><a name=x>t</a>"],
    ["<img src=''><link rel=icon href=''><iframe src=' '></iframe>"],
    ["<a href=' \n x\ty '>t</a>", 'a xy "t"'],
    ["<a href='x #f'>t</a>", 'a x%20 "t"'],
    ["<a href='../a?b=1&amp;c=2&copy=3&copy;'>t</a>", 'a http://h.test/a?b=1&c=2&copy=3%C2%A9 "t"'],
    ["<a href=&#x78;&#121;>t</a>", 'a xy "t"'],
    ["<a href=//o.test/x>t</a>", 'a http://o.test/x "t"'],
    [
      "<a href=javascript:x()>t</a><a href=mailto:a@b>t</a><a href=' DATA:x'>t</a><a href=tel:1>t</a>",
    ],
    ["<a href=http://[bad>t</a><a href=ftp://h.test/>t</a>"],
    ["<base href=/b/><a href=x>t</a>", 'a http://h.test/b/x "t"'],
    [
      "<a href=x>t</a><base target=_top><base href=//o.test/b/><base href=/c/>",
      'a http://o.test/b/x "t"',
    ],
    ["<base href='javascript:0'><a href=x>t</a>", 'a x "t"'],
  ],
  distinct: [
    ["<a href=x>t</a><a href='x#f'> t </a><a href=./x>t</a>", 'a x "t" x3'],
    [
      "<a href=x>t</a><a href=x>u</a><a href=x rel=ugc>t</a>",
      'a x "t"',
      'a x "u"',
      'a x rel=ugc "t"',
    ],
  ],
  anchors: [
    ["<a href=x> a <b>b</b>\n&amp;&nbsp;c<br>d<p>e </a>", 'a x "a b & c d e"'],
    ["<a href=x>a<script>b</script><style>c</style><!-- d --></a>", 'a x "a"'],
    ["<a href=x>a<a href=y>b</a>c</a>", 'a x "a"', 'a y "b"'],
    ["<a href=x>unclosed", 'a x "unclosed"'],
    ["<a href=x><img src=y alt=z></a>", 'img y "z"', 'a x ""'],
    [`<a href=x>${"ab ".repeat(300)}</a>`, `a x "${"ab ".repeat(300).slice(0, 500)}"`],
  ],
};

for (const [group, rows] of Object.entries(cases)) {
  describe(group, () => {
    for (const [text, ...expected] of rows) {
      test(text.slice(0, 90), () => assert.deepEqual(links(text), expected));
    }
  });
}

test("at most 50,000 distinct links are kept, and what is not followed does not count", () => {
  const many = Array.from({ length: 50_000 }, (_, i) => `<a href=p${i}>t</a>`).join("");
  const full = scanPage(`${many}<a href=p0>t</a><a href=mailto:x>m</a>`, PAGE, "utf-8");
  assert.equal(full.links.length, 50_000);
  assert.equal(full.links[0]?.count, 2);
  assert.equal(full.linksTruncated, false);
  const over = scanPage(`${many}<a href=more>t</a>`, PAGE, "utf-8");
  assert.equal(over.links.length, 50_000);
  assert.equal(over.linksTruncated, true);
});
