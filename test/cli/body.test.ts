import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runCaptured, type Captured } from "../helpers/captured-terminal.ts";
import { newCrawl } from "../helpers/crawl-run.ts";
import { startSite, type Site } from "../helpers/site-server.ts";

const MAIN = join(import.meta.dirname, "../../src/cli/bin.ts");
const folder = mkdtempSync(join(tmpdir(), "webspool-body-"));
const dbPath = join(folder, "crawl.db");
/** Every byte there is, none of it text. */
const BINARY = Buffer.from(Array.from({ length: 256 }, (_, at) => at));
let site: Site;

before(async () => {
  let version = 0;
  site = await startSite({
    "/": (_, res) => {
      version += 1;
      res.writeHead(200, {
        "content-type": "text/html",
        "x-version": String(version),
        "x-evil": "\u009bevil",
      });
      res.end(`<title>${version}</title>\u001b[2J\tübung\n<a href=/bin>b</a><a href=/no>n</a>`);
    },
    "/bin": { body: BINARY, headers: { "content-type": "application/octet-stream" } },
    "/robots.txt": "User-agent: *\nDisallow: /no\n",
  });
  for (const storeBodies of [true, true, false]) {
    const seeds = [`${site.origin}/`];
    await newCrawl(dbPath, { seeds, sitemaps: false, threads: 1, storeBodies }).run();
  }
});
after(async () => {
  await site.close();
  rmSync(folder, { recursive: true, force: true });
});

async function body(path: string, ...args: string[]): Promise<Captured> {
  return await runCaptured(["body", `${site.origin}${path}`, "--db", dbPath, ...args]);
}

async function inTerminal(path: string, ...args: string[]): Promise<Captured> {
  const given = ["body", `${site.origin}${path}`, "--db", dbPath, ...args];
  return await runCaptured(given, "", { isTty: true });
}

test("the newest body comes as its bytes, and a note says that a later run kept none", async () => {
  const { code, stdout, stderr } = await body("/");
  assert.equal(code, 0);
  assert.ok(stdout.startsWith("<title>2</title>\u001b[2J\tübung\n"), stdout);
  assert.match(stderr, /the body is of run 2; run 3 asked again and kept none/);
  const first = await body("/", "--run", "1");
  assert.match(first.stdout, /^<title>1</);
  assert.equal(first.stderr, "");
});

test("bytes that are no text come through a pipe as they are", () => {
  const args = [MAIN, "body", `${site.origin}/bin`, "--db", dbPath, "--run", "1"];
  assert.deepEqual(execFileSync(process.execPath, args, { timeout: 30_000 }), BINARY);
});

test("--headers puts the status and the headers before it", async () => {
  const { stdout } = await body("/", "--headers", "--run", "1");
  assert.match(stdout, /^HTTP\/1\.1 200\r\n/);
  assert.match(stdout, /\r\nx-version: 1\r\n/i);
  assert.match(stdout, /\r\n\r\n<title>1</);
});

test("--output writes a file, and replaces one only with --force", async () => {
  const file = join(folder, "out.bin");
  assert.equal((await body("/bin", "--output", file)).code, 0);
  assert.deepEqual(readFileSync(file), BINARY);
  writeFileSync(file, "mine");
  const refused = await body("/bin", "--output", file);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /--output cannot write .*: it exists.*--force/);
  assert.equal(readFileSync(file, "utf8"), "mine");
  assert.equal((await body("/bin", "--output", file, "--force")).code, 0);
  assert.deepEqual(readFileSync(file), BINARY);
  const own = await body("/bin", "--output", dbPath, "--force");
  assert.equal(own.code, 2);
  assert.match(own.stderr, /it is what is read here/);
  const bodies = await body("/bin", "--output", `${dbPath}-bodies`, "--force");
  assert.equal(bodies.code, 2);
});

test("a terminal gets text that cannot control it, and nothing binary", async () => {
  const page = await inTerminal("/", "--headers");
  // eslint-disable-next-line no-control-regex
  assert.doesNotMatch(page.stdout, /[\u0000-\u0008\u000b-\u001f\u0080-\u009f]/);
  assert.equal(page.code, 0, page.stderr);
  assert.match(page.stdout, /\\x1b\[2J\tübung\n/);
  const binary = await inTerminal("/bin");
  assert.deepEqual([binary.code, binary.stdout], [2, ""]);
  assert.match(binary.stderr, /is no text.*--output FILE, or pipe it/);
});

test("what is not there is told in one sentence that says why", async () => {
  for (const [path, args, said] of [
    ["/unknown", [], /does not know this URL/],
    ["/no", [], /no crawl into .* has asked for it as a page; webspool explain says why/],
    ["/", ["--run", "3"], /run 3 asked for it without --store-bodies/],
    ["/", ["--run", "9"], /There is no run 9/],
    ["/no", ["--run", "2"], /in run 2, which did not ask for it/],
  ] as const) {
    const { code, stdout, stderr } = await body(path, ...args);
    assert.deepEqual([code, stdout], [2, ""], path);
    assert.match(stderr, said);
    assert.equal(stderr.trimEnd().split("\n").length, 1);
  }
  const wrong = await runCaptured(["body", "ftp//x y", "--db", dbPath]);
  assert.equal(wrong.code, 2);
});
