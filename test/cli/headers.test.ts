import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readHeaders } from "../../src/cli/headers.ts";

const folder = mkdtempSync(join(tmpdir(), "webspool-headers-"));
after(() => rmSync(folder, { recursive: true }));

test("lines become names in lower case and trimmed values, those of files too", () => {
  const file = join(folder, "headers.txt");
  writeFileSync(file, "# secret things\nAuthorization: Bearer a:b\r\n\nX-Empty:\n");
  assert.deepEqual(readHeaders(["Accept-Language:  de ", `@${file}`]), [
    ["accept-language", "de"],
    ["authorization", "Bearer a:b"],
    ["x-empty", ""],
  ]);
});

test("what is wrong is told by name or line, never with the value", () => {
  const file = join(folder, "bad.txt");
  writeFileSync(file, "X-A: 1\ns3cret\n");
  for (const [lines, expected] of [
    [[`@${file}`], /^--header, line 2 of ".*bad\.txt", got "\*\*\*"/],
    [
      [`@${join(folder, "missing")}`],
      /^--header cannot read ".*missing": there is no such file\.$/,
    ],
    [["Content-Length: s3cret"], /^--header got content-length, which webspool sets itself\.$/],
    [["X-A: s3cret \u{1f600}"], /^--header got a value for x-a with characters/],
    [["X-A: s3cret \u0007"], /^--header got a value for x-a with characters/],
  ] as const) {
    assert.throws(
      () => readHeaders(lines),
      (error: Error) => {
        assert.match(error.message, expected);
        assert.ok(!error.message.includes("s3cret"), error.message);
        return true;
      },
    );
  }
});
