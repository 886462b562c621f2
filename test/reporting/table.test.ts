import assert from "node:assert/strict";
import { test } from "node:test";
import { csvRecord, formatTable } from "../../src/reporting/table.ts";
import { fitText, padText, textWidth, wrapText } from "../../src/reporting/text-width.ts";

test("columns line up, numbers to the right, NULL as nothing", () => {
  assert.deepEqual(
    formatTable(
      ["url", "pages"],
      [
        ["/a", 5],
        ["/longer", 1200],
        ["/none", null],
      ],
    ),
    ["url      pages", "-------  -----", "/a           5", "/longer   1200", "/none"],
  );
});

test("wide characters take two cells, marks none", () => {
  assert.equal(textWidth("東京"), 4);
  assert.equal(textWidth("e\u0301"), 1);
  assert.equal(textWidth("👍"), 2);
  const lines = formatTable(
    ["a", "b"],
    [
      ["東京", "x"],
      ["ab", "x"],
    ],
  );
  assert.deepEqual(lines.slice(2), ["東京  x", "ab    x"]);
});

test("a table too wide for the terminal loses its widest columns' ends", () => {
  const lines = formatTable(["id", "url"], [[1, "u".repeat(200)]], 40);
  for (const line of lines) assert.ok(textWidth(line) <= 40, line);
  assert.equal(lines[2], ` 1  ${"u".repeat(35)}…`);
});

test("many columns keep a readable width even where that is too wide", () => {
  const names = Array.from({ length: 12 }, (_, at) => `column_number_${at}`);
  const [head = ""] = formatTable(names, [], 40);
  assert.equal(head.split("  ").length, 12);
});

test("nothing in a table can control the terminal, column names neither", () => {
  const lines = formatTable(["a\u001b]0;x\u0007"], [["\u001b[31m\nsecond line"]]);
  assert.equal(lines.length, 3);
  for (const line of lines) assert.match(line, /^[\u0020-\u007e]*$/);
});

test("CSV is quoted as RFC 4180 says", () => {
  assert.equal(
    csvRecord(["a", 'say "hi"', "x,y", "two\r\nlines"]),
    'a,"say ""hi""","x,y","two\r\nlines"\r\n',
  );
  assert.equal(csvRecord([null, 0, -1.5, 10n]), ",0,-1.5,10\r\n");
  assert.equal(csvRecord([new Uint8Array([0, 255])]), "00ff\r\n");
});

test("a text that a spreadsheet would run begins with ', a number stays one", () => {
  for (const first of ["=", "+", "-", "@", "＝", "＋", "－", "＠"]) {
    assert.equal(csvRecord([`${first}1`]), `'${first}1\r\n`);
    assert.equal(csvRecord([`${first}1`], { raw: true }), `${first}1\r\n`);
  }
  for (const first of ["\t", "\r", "\n"]) {
    assert.equal(csvRecord([`${first}=1`]), `"'${first}=1"\r\n`);
  }
  assert.equal(csvRecord(["a;=1"]), '"a;=1"\r\n');
  assert.equal(csvRecord(['=HYPERLINK("x")']), `"'=HYPERLINK(""x"")"\r\n`);
  assert.equal(csvRecord([-1]), "-1\r\n");
});

test("text is cut, filled and wrapped by cells", () => {
  assert.equal(fitText("東京都", 5), "東京…");
  assert.equal(fitText("abc", 3), "abc");
  assert.equal(fitText("abc", 0), "");
  assert.equal(padText("東", 4, "right"), "  東");
  assert.deepEqual(wrapText("one two three", 7), ["one two", "three"]);
  assert.deepEqual(wrapText("a verylongword b", 5), ["a", "verylongword", "b"]);
});
