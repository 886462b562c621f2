import assert from "node:assert/strict";
import { test } from "node:test";
import { splitScript } from "../../src/storage/index.ts";

const parametersOf = (script: string): readonly string[] | undefined =>
  splitScript(script)[0]?.parameters;
const sqlOf = (script: string): string[] => splitScript(script).map(({ sql }) => sql);

test("a script is split at each semicolon that is in no text, name or comment", () => {
  assert.deepEqual(sqlOf("select 1; select 2"), ["select 1", "select 2"]);
  assert.deepEqual(sqlOf("select ';' ; select ';;'''"), ["select ';'", "select ';;'''"]);
  assert.deepEqual(sqlOf('select "a;""b", `c;``d`, [e;f]; select 2'), [
    'select "a;""b", `c;``d`, [e;f]',
    "select 2",
  ]);
  assert.deepEqual(sqlOf("select 1 -- no; end\n+ 1; select /* ; */ 2"), [
    "select 1 -- no; end\n+ 1",
    "select /* ; */ 2",
  ]);
  // A quote in a comment opens nothing, and two dashes in a text are no comment.
  assert.deepEqual(sqlOf("-- it's\nselect '--'; select 2"), ["select '--'", "select 2"]);
});

test("what is empty is no statement, and comments alone are one without words", () => {
  assert.deepEqual(splitScript(" ;\n; /* nothing */ ;"), []);
  const [only, ...more] = splitScript("\n-- only this\n");
  assert.deepEqual(more, []);
  assert.equal(only?.sql, "");
  assert.equal(only.line, 2);
  assert.equal(only.ended, false);
});

test("statements and comments know their lines, also behind texts and comments of several", () => {
  const script = "-- one\r\nselect 'a\n\nb';\n/* x\ny */ -- two\n\nselect 2 -- within\n;";
  assert.deepEqual(
    splitScript(script).map(({ line, ended, comments }) => ({ line, ended, comments })),
    [
      { line: 2, ended: true, comments: [{ text: "one", line: 1, within: false }] },
      {
        line: 8,
        ended: true,
        comments: [
          { text: "two", line: 6, within: false },
          { text: "within", line: 8, within: true },
        ],
      },
    ],
  );
});

test("parameters are found where SQLite sees some", () => {
  assert.deepEqual(parametersOf("select :a, @b, $c, :a, :größe_1"), ["a", "b", "c", "größe_1"]);
  assert.deepEqual(parametersOf("select ':a', \":b\", [:c], `:d` -- :e\n/* :f */"), []);
  assert.deepEqual(parametersOf("select ?, ?12, a$b"), ["?", "?12"]);
});

test("an open text or comment ends with the script, in a time that grows with its length only", () => {
  assert.deepEqual(sqlOf("select /* 1; 2"), ["select"]);
  // The quote stands alone, and what follows is read on: SQLite says what is wrong with it.
  assert.deepEqual(sqlOf("select 'a; b"), ["select 'a", "b"]);
  const long = `select '${"''".repeat(500_000)}'`;
  assert.deepEqual(sqlOf(long), [long]);
});
