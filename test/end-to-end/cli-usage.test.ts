/** How the program ends as a process when it was called wrongly; every case is in cli/usage.test.ts. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";

const bin = join(import.meta.dirname, "../../src/cli/bin.ts");
const start = join(import.meta.dirname, "../../src/cli/start.ts");
const folder = mkdtempSync(join(tmpdir(), "webspool-cli-"));
after(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(program: string, args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await closed, stdout, stderr };
}

async function refused(program: string, args: readonly string[], expected: RegExp): Promise<void> {
  const { code, stdout, stderr } = await run(program, args);
  assert.match(stderr, expected);
  assert.match(stderr, /^webspool: [^\n]+[.?]\n$/, "one sentence");
  assert.equal(stdout, "");
  assert.equal(code, 2);
  assert.deepEqual(readdirSync(folder), [], "nothing was created");
}

test("bad usage is one sentence on stderr and exit code 2", async () => {
  await Promise.all([
    refused(bin, ["crwal"], /did you mean crawl\?/),
    refused(bin, ["crawl", "http://127.0.0.1:1/", "--threads", "0"], /--threads got "0"/),
    refused(bin, ["crawl"], /No seed was given/),
    refused(bin, ["report"], /no database data\/crawl\.db/),
  ]);
});

test("webspool alone shows its usage on stderr and exits with 2", async () => {
  const { code, stdout, stderr } = await run(bin, []);
  assert.match(stderr, /^Usage: webspool <command> \[options\]$/m);
  assert.equal(stdout, "");
  assert.equal(code, 2);
});

test("npm start takes a command, or else what crawl takes", async () => {
  const version = await run(start, ["--version"]);
  assert.match(version.stdout, /^webspool \d+\.\d+\.\d+\n$/);
  assert.equal(version.code, 0);
  await refused(start, ["example.com"], /^webspool: The seed "example\.com" has no scheme/);
});
