import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, test } from "node:test";
import { areLoopback, readSeeds } from "../../src/cli/seeds.ts";
import { UsageError } from "../../src/errors.ts";

const folder = mkdtempSync(join(tmpdir(), "webspool-seeds-"));
after(() => rmSync(folder, { recursive: true }));

const NO_INPUT = Readable.from([]);

async function refusal(seed: string): Promise<string> {
  let message = "";
  await assert.rejects(readSeeds([seed], undefined, NO_INPUT), (error) => {
    assert.ok(error instanceof UsageError);
    message = error.message;
    return true;
  });
  return message;
}

test("seeds become canonical, in their order; credentials stay with theirs", async () => {
  assert.deepEqual(
    await readSeeds(
      ["HTTP://Example.com:80/a/../b#x", "https://me:pw@example.org/"],
      undefined,
      NO_INPUT,
    ),
    ["http://example.com/b", "https://me:pw@example.org/"],
  );
});

test("a file's seeds come after the others; blank lines, comments, CRLF and BOM are no seeds", async () => {
  const file = join(folder, "seeds.txt");
  writeFileSync(file, "\ufeffhttp://a/\r\n\r\n# no\r\n  http://b/#c  \n");
  assert.deepEqual(await readSeeds(["http://z/"], file, NO_INPUT), [
    "http://z/",
    "http://a/",
    "http://b/",
  ]);
});

test("- reads standard input", async () => {
  assert.deepEqual(await readSeeds([], "-", Readable.from(["http://a/\nhttp:", "//b/\n"])), [
    "http://a/",
    "http://b/",
  ]);
});

test("a mistake in a file is told with its line", async () => {
  const file = join(folder, "bad.txt");
  writeFileSync(file, "http://a/\n\nexample.com/x\n");
  await assert.rejects(readSeeds([], file, NO_INPUT), {
    message: `${file}, line 3: the seed "example.com/x" has no scheme: did you mean https://example.com/x?`,
  });
});

test("a file that names no URL, or is none, is an error", async () => {
  const file = join(folder, "empty.txt");
  writeFileSync(file, "# nothing\n");
  await assert.rejects(readSeeds(["http://a/"], file, NO_INPUT), { code: "no_seeds" });
  await assert.rejects(
    readSeeds([], join(folder, "missing"), NO_INPUT),
    /there is no such file\.$/,
  );
  await assert.rejects(readSeeds([], folder, NO_INPUT), /it is a folder\.$/);
});

test("a seed without a scheme gets the one that was likely meant", async () => {
  for (const [seed, meant] of [
    ["example.com", "https://example.com"],
    ["example.com:8443/a?b", "https://example.com:8443/a?b"],
    ["www.münchen.example/x", "https://www.münchen.example/x"],
    ["localhost:8080", "http://localhost:8080"],
    ["127.0.0.1:9001/index.html", "http://127.0.0.1:9001/index.html"],
    ["[::1]:80/", "http://[::1]:80/"],
  ] as const) {
    assert.equal(await refusal(seed), `The seed "${seed}" has no scheme: did you mean ${meant}?`);
  }
});

test("what is no http or https URL is told as what it is", async () => {
  assert.match(
    await refusal("ftp://example.com/"),
    /has the scheme ftp, but takes http:\/\/ or https:\/\/\.$/,
  );
  assert.match(await refusal("mailto:a@b"), /has the scheme mailto/);
  assert.match(await refusal("nonsense"), /^The seed "nonsense" is not a URL: /);
  assert.match(await refusal("http://"), /is not a URL/);
  assert.match(await refusal("http://a b/"), /is not a URL/);
  assert.match(await refusal("-"), /write --seeds -\.$/);
  assert.match(await refusal(`http://a/${"x".repeat(9_000)}`), /is 9009 characters long/);
});

test("no message holds a password or a control character", async () => {
  assert.ok(!(await refusal("ftp://me:s3cret@example.com/")).includes("s3cret"));
  assert.match(await refusal("http://\u001b[2J\u202e"), /^[\u0020-\u007e]*$/);
});

test("loopback is known by address and by name", () => {
  assert.ok(
    areLoopback([
      "http://127.0.0.1:1/",
      "http://127.9.9.9/",
      "http://[::1]/",
      "http://a.localhost/",
    ]),
  );
  assert.ok(areLoopback(["http://me:pw@localhost:8080/"]));
  assert.ok(!areLoopback(["http://localhost/", "https://example.com/"]));
  assert.ok(!areLoopback(["http://127.0.0.1.example.com/", "http://10.0.0.1/"]));
  assert.ok(!areLoopback([]));
});
