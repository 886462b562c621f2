import assert from "node:assert/strict";
import { test } from "node:test";
import { searchTerms } from "../../src/storage/index.ts";

for (const [query, expression] of [
  ["event loop", '"event" "loop"'],
  ["node:fs don't C++ well-known a/b (x)", '"node:fs" "don\'t" "C++" "well-known" "a/b" "(x)"'],
  ['"context manager" exit', '"context manager" "exit"'],
  ["asyn*", '"asyn" *'],
  ['"event lo"*', '"event lo" *'],
  ["title:http", 'title : "http"'],
  ['heading:"read me" text:x*', 'heading : "read me" text : "x" *'],
  ["Title:http url:x", '"Title:http" "url:x"'],
  ["and or not near", '"and" "or" "not" "near"'],
  ["http OR tls", '"http" OR "tls"'],
  ["(http OR tls) NOT proxy", '( "http" OR "tls" ) NOT "proxy"'],
  ['"x AND y" z', '"x AND y" "z"'],
  ["f(x) OR g(y)", '"f" ( "x" ) OR "g" ( "y" )'],
  ["http OR ++", '"http" OR "++"'],
  ['say "hello', '"say" "hello"'],
  ['5" disk', '"5" "disk"'],
  ["-x --y ^z {a} +b", '"-x" "--y" "^z" "{a}" "+b"'],
  ["* - ++ x", '"x"'],
  ["für עברית 한국어", '"für" "עברית" "한국어"'],
  ["日本語 OR x", '"日本語" OR "x"'],
] as const) {
  test(`${query} is asked as ${expression}`, () => {
    assert.deepEqual(searchTerms(query), { expression, parts: [] });
  });
}

test("what is written without spaces is looked for as it stands", () => {
  assert.deepEqual(searchTerms('python 入門 "機械 学習" 日本*'), {
    expression: '"python"',
    parts: ["入門", "機械 学習", "日本"],
  });
  assert.deepEqual(searchTerms("入門"), { expression: null, parts: ["入門"] });
});

for (const query of ["", "  ", "-", '"', '""', "( * )", "++ --", "\u{1f600}"]) {
  test(`${JSON.stringify(query)} has no word in it`, () => {
    assert.equal(searchTerms(query), null);
  });
}
