import assert from "node:assert/strict";
import { test } from "node:test";
import { searchExpression } from "../../src/storage/index.ts";

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
  ["für 日本語 עברית", '"für" "日本語" "עברית"'],
] as const) {
  test(`${query} is asked as ${expression}`, () => {
    assert.equal(searchExpression(query), expression);
  });
}

for (const query of ["", "  ", "-", '"', '""', "( * )", "++ --", "\u{1f600}"]) {
  test(`${JSON.stringify(query)} has no word in it`, () => {
    assert.equal(searchExpression(query), null);
  });
}
