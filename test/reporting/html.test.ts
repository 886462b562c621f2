import assert from "node:assert/strict";
import { test } from "node:test";
import { cut, foreign, html, link, type Html } from "../../src/reporting/html-report/html.ts";

const markup = (value: Html): string => value.toString();

function href(url: string): string | undefined {
  return /href="([^"]*)"/.exec(markup(link(url)))?.[1];
}

test("every value of a template is escaped, but for markup that came out of one", () => {
  const inner = html`<b>${"<i>&\"'`</i>"}</b>`;
  assert.equal(
    markup(html`<p title="${'" onmouseover="alert(1)'}">${inner}${[inner, 1, null, false]}</p>`),
    '<p title="&quot; onmouseover=&quot;alert(1)"><b>&lt;i&gt;&amp;&quot;&#39;&#96;&lt;/i&gt;</b>' +
      "<b>&lt;i&gt;&amp;&quot;&#39;&#96;&lt;/i&gt;</b>1</p>",
  );
});

test("markup that has become text is text again", () => {
  assert.equal(markup(html`${String(html`<b>bold</b>`)}`), "&lt;b&gt;bold&lt;/b&gt;");
});

test("controls and characters that turn text around stand as their escapes", () => {
  assert.equal(
    markup(html`${"a\u0000b\u001b[2J\u202ec\u2066\ud800\u2028"}`),
    String.raw`a\x00b\x1b[2J\u202ec\u2066\ud800\u2028`,
  );
});

test("a link leads to http and https only", () => {
  assert.equal(href("https://a.example/b?c=1&d=2"), "https://a.example/b?c=1&amp;d=2");
  assert.equal(href("HTTP://a.example"), "http://a.example/");
  for (const url of [
    "javascript:alert(1)",
    "JAVASCRIPT:alert(1)//http://a.example",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "//a.example",
    "ftp://a.example",
    "http://",
    "https://a b/",
    "",
    `https://a.example/${"x".repeat(2_000)}`,
  ]) {
    assert.equal(href(url), undefined, url.slice(0, 60));
  }
});

test("a link tells its target nothing and is shown apart from the text around it", () => {
  assert.match(
    markup(link("https://a.example/")),
    /^<bdi\s*><a href="https:\/\/a\.example\/" target="_blank" rel="noopener noreferrer nofollow">/,
  );
});

test("a text is cut so that its markup is no longer than it may be", () => {
  assert.equal(cut("short", 100), "short");
  assert.equal(cut("x".repeat(20), 20), "x".repeat(20));
  assert.equal(cut("x".repeat(21), 20), `${"x".repeat(19)}…`);
  for (const character of ["&", '"', "\u202e", "\u0000", "😀", "x"]) {
    const kept = cut(character.repeat(10_000), 180);
    assert.ok(markup(html`${kept}`).length <= 180, `${character} is cut`);
    assert.ok(kept.endsWith("…"));
    assert.ok(markup(foreign(character.repeat(100_000))).length < 220);
    assert.ok(markup(link(`https://a.example/${character.repeat(100_000)}`)).length < 900);
  }
});

test("a character of two halves is cut off whole", () => {
  for (const most of [10, 11, 12, 13])
    assert.doesNotMatch(markup(html`${cut("😀".repeat(9), most)}`), /\\u/);
});
