import assert from "node:assert/strict";
import { test } from "node:test";
import { isHtml } from "../../src/parsing/index.ts";

const cases: [type: string | null, body: string, html: boolean][] = [
  ["text/html", "", true],
  ["TEXT/HTML; charset=utf-8", "", true],
  ["application/xhtml+xml", "", true],
  ["text/plain", "<!DOCTYPE html>", false],
  ["application/json", "<html>", false],
  ["image/svg+xml", "<html>", false],
  [null, "<!DOCTYPE HTML><p>", true],
  [null, " \n\t<html>", true],
  [null, "\u00ef\u00bb\u00bf<html >", true],
  [null, "<HTMLX>", false],
  [null, "<!-- x -->", true],
  [null, "<?xml version='1.0'?><urlset>", false],
  [null, "%PDF-1.4", false],
  [null, "", false],
  ["", "<body>", true],
  ["nonsense", "<p >", true],
  ["unknown/unknown", "<br>", true],
];
for (const [type, body, html] of cases) {
  test(`${type}: ${JSON.stringify(body)} is ${html ? "" : "not "}HTML`, () => {
    assert.equal(isHtml(type, Buffer.from(body, "latin1")), html);
  });
}
