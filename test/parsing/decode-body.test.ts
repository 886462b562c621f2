import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { decodeBody } from "../../src/parsing/index.ts";

const latin1 = (text: string): Uint8Array => Buffer.from(text, "latin1");

describe("decodeBody", () => {
  const cases: [
    name: string,
    bytes: Uint8Array,
    type: string | null,
    charset: string,
    text: string,
  ][] = [
    ["header", latin1("\xe9"), "text/html; charset=ISO-8859-1", "windows-1252", "é"],
    ["quoted header", latin1("\xe9"), 'text/html; Charset="latin1"', "windows-1252", "é"],
    [
      "header before meta",
      latin1("<meta charset=koi8-r>\xc3\xa9"),
      "text/html;charset=utf-8",
      "utf-8",
      "<meta charset=koi8-r>é",
    ],
    [
      "byte order mark before header",
      latin1("\xef\xbb\xbf\xc3\xa9"),
      "text/html; charset=koi8-r",
      "utf-8",
      "é",
    ],
    ["UTF-16 mark", latin1("\xff\xfea\0b\0"), "text/html; charset=utf-8", "utf-16le", "ab"],
    ["big-endian UTF-16 mark", latin1("\xfe\xff\0a\0b"), null, "utf-16be", "ab"],
    [
      "meta",
      latin1("<meta charset=windows-1251>\xcf"),
      "text/html",
      "windows-1251",
      "<meta charset=windows-1251>П",
    ],
    [
      "pragma",
      latin1('<meta http-equiv=content-type content="text/html; charset=koi8-r">\xf0'),
      null,
      "koi8-r",
      '<meta http-equiv=content-type content="text/html; charset=koi8-r">П',
    ],
    [
      "UTF-16 in a meta means UTF-8",
      latin1("<meta charset=utf-16>\xc3\xa9"),
      null,
      "utf-8",
      "<meta charset=utf-16>é",
    ],
    [
      "x-user-defined in a meta means windows-1252",
      latin1("<meta charset=x-user-defined>\x80"),
      null,
      "windows-1252",
      "<meta charset=x-user-defined>€",
    ],
    ["nothing said", latin1("\x80\xe9"), null, "windows-1252", "€é"],
    [
      "unknown label in the header",
      latin1("\xe9"),
      "text/html; charset=nonsense",
      "windows-1252",
      "é",
    ],
    [
      "meta in a comment",
      latin1("<!--<meta charset=utf-8>-->\xe9"),
      null,
      "windows-1252",
      "<!--<meta charset=utf-8>-->é",
    ],
    [
      "Big5 by the standard's table",
      latin1("\x87\x40\xa4\x40"),
      "text/html; charset=big5",
      "big5",
      "䏰一",
    ],
    ["Shift_JIS", latin1("\x82\xa0"), "text/html; charset=x-sjis", "shift_jis", "あ"],
    ["GB2312 means GBK", latin1("\xc4\xe3"), "text/html; charset=gb2312", "gbk", "你"],
    ["EUC-KR", latin1("\xb0\xa1"), "text/html; charset=ks_c_5601-1987", "euc-kr", "가"],
    [
      "replacement",
      latin1("<a href=x>"),
      "text/html; charset=iso-2022-kr",
      "replacement",
      "\uFFFD",
    ],
    ["bad UTF-8", latin1("a\xff\xc3"), "text/html; charset=utf-8", "utf-8", "a\uFFFD\uFFFD"],
    ["empty", new Uint8Array(), null, "windows-1252", ""],
  ];
  for (const [name, bytes, type, charset, text] of cases) {
    test(name, () => {
      const body = decodeBody(bytes, type);
      assert.deepEqual({ text: body.text, charset: body.charset }, { text, charset });
      assert.equal(Buffer.from(body.utf8).toString(), text, "as UTF-8");
    });
  }

  test("every byte pair of every encoding decodes to something", () => {
    const bytes = new Uint8Array(131072).map((_, i) => (i & 1 ? i >> 1 : i >> 9));
    for (const label of "utf-8 utf-16le utf-16be ibm866 iso-8859-8-i iso-8859-16 windows-874 macintosh gb18030 big5 euc-jp iso-2022-jp shift_jis euc-kr x-user-defined".split(
      " ",
    )) {
      const { text, charset } = decodeBody(bytes, `text/html; charset=${label}`);
      assert.equal(charset, label);
      assert.ok(text.length > 1000, label);
    }
  });
});

const corpus = join(import.meta.dirname, "../../../shared/corpora/encoding");

test("html5lib's encoding tests", { skip: !existsSync(corpus) && `there is no ${corpus}` }, () => {
  let tried = 0;
  const late: string[] = [];
  for (const file of readdirSync(corpus).filter((name) => name.endsWith(".dat"))) {
    const blocks = readFileSync(join(corpus, file), "latin1")
      .split(/^#data\n/m)
      .slice(1);
    for (const [number, block] of blocks.entries()) {
      const [data = "", charset = ""] = block.split("\n#encoding\n");
      // Out of scope: a declaration behind the first 1024 bytes. There a browser changes the
      // encoding as it parses (or runs a script that writes one); the standard's prescan, which
      // is what we promise, ends before it.
      if (!/charset|encoding/i.test(data.slice(0, 1024)) && /charset/i.test(data)) {
        late.push(`${file} ${number + 1}`);
        continue;
      }
      tried++;
      const found = decodeBody(Buffer.from(data, "latin1"), null).charset;
      assert.equal(found, charset.trim().split("\n")[0]?.toLowerCase(), `${file} ${number + 1}`);
    }
  }
  assert.deepEqual(
    late,
    ["48", "49", "50", "51", "52", "53", "54"].map((n) => `tests1.dat ${n}`),
  );
  assert.equal(tried, 75);
});
