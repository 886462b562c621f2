import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { runCaptured, type Captured } from "../helpers/captured-terminal.ts";
import { runCli } from "../helpers/cli-process.ts";
import { newCrawl, temporaryDatabase } from "../helpers/crawl-run.ts";
import { startSite, type Site } from "../helpers/site-server.ts";

const folder = mkdtempSync(join(tmpdir(), "webspool-search-"));
const dbPath = join(folder, "crawl.db");
let site: Site;

const links = ["/docs/fs", "/docs/loop", "/blog/loop", "/hostile", "/gone"]
  .map((path) => `<a href="${path}">.</a>`)
  .join("");

before(async () => {
  let gone = false;
  site = await startSite({
    "/": `<title>Start</title>The start page.${links}`,
    "/docs/fs": "<title>node:fs</title><p>Read a file with node:fs in C++ (or not).</p>",
    "/docs/loop": "<title>Loops</title><h1>The event loop</h1><p>It turns; the loop, it turns.</p>",
    "/blog/loop": "<title>A walk</title><p>An event without equal, in a loop around the lake.</p>",
    "/hostile":
      "<title>=cmd()|\u001b[2J\u202e</title><p>danger \u001b]0;owned\u0007 \u202egnp.exe ahead</p>",
    "/gone": (_, res) => {
      res.writeHead(gone ? 404 : 200, { "content-type": "text/html" });
      res.end("<title>Gone</title>a loop once");
    },
  });
  const run = async (): Promise<void> => {
    const seeds = [`${site.origin}/`];
    await newCrawl(dbPath, { seeds, sitemaps: false, threads: 1, text: true }).run();
  };
  await run();
  gone = true;
  await run();
});
after(async () => {
  await site.close();
  rmSync(folder, { recursive: true, force: true });
});

async function search(...args: string[]): Promise<Captured> {
  return await runCaptured(["search", "--db", dbPath, ...args]);
}

async function urls(...args: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await search("--json", ...args);
  assert.equal(code, 0, stderr);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => new URL((JSON.parse(line) as { url: string }).url).pathname);
}

test("pages come with title, URL and the words in their text, the best first", async () => {
  const { code, stdout, stderr } = await search("event", "loop");
  assert.equal(code, 0);
  assert.equal(
    stdout,
    [
      " 1 Loops",
      `   ${site.origin}/docs/loop`,
      "   The [event] [loop] It turns; the [loop], it turns.",
      "",
      " 2 A walk",
      `   ${site.origin}/blog/loop`,
      "   An [event] without equal, in a [loop] around the lake.",
      "",
    ].join("\n"),
  );
  assert.equal(stderr, `${dbPath}: 2 pages of 6\n`);
});

test("signs in plain words are no syntax", async () => {
  for (const words of ["node:fs", "C++ (or", "read-a", "fs'", 'a "file', "node:fs *", "-file"]) {
    assert.deepEqual(await urls("--", words), ["/docs/fs"], words);
  }
});

test("phrases, beginnings, columns and operators are", async () => {
  assert.deepEqual(await urls('"event loop"'), ["/docs/loop"]);
  assert.deepEqual(await urls("eve* equ*"), ["/blog/loop"]);
  assert.deepEqual(await urls("title:loops"), ["/docs/loop"]);
  assert.deepEqual(await urls("heading:event"), ["/docs/loop"]);
  assert.deepEqual(await urls("event NOT lake"), ["/docs/loop"]);
  assert.deepEqual((await urls("lake OR file")).toSorted(), ["/blog/loop", "/docs/fs"]);
  assert.deepEqual(await urls("--expression", 'NEAR("event" "loop", 1)'), ["/docs/loop"]);
});

test("a wrong expression is refused with what it was taken for", async () => {
  for (const args of [
    ["loop AND"],
    ["(loop OR lake"],
    ["--expression", "node:fs"],
    ["--expression", '"x'],
    ["--expression", "NEAR(x"],
  ]) {
    const { code, stdout, stderr } = await search(...args);
    assert.equal(code, 2, args.join(" "));
    assert.equal(stdout, "");
    assert.match(stderr, /^webspool: The search cannot be understood as .*write plain words.*\n$/);
  }
  // What is beyond the bounds of SQLite is no defect, and is not told in full.
  for (const long of [
    "天".repeat(20_000),
    "天 ".repeat(1_200),
    `${"(".repeat(300)}a AND b${")".repeat(300)}`,
  ]) {
    const { code, stderr } = await search(long);
    assert.equal(code, 2, stderr.slice(0, 200));
    assert.ok(stderr.length < 500, stderr);
  }
  const none = await search("++");
  assert.equal(none.code, 2);
  assert.match(none.stderr, /got "\+\+", but takes at least one word/);
});

test("nothing found is said, and no failure", async () => {
  const { code, stdout, stderr } = await search("zebra");
  assert.deepEqual([code, stdout], [0, ""]);
  assert.equal(stderr, `${dbPath}: no page of 6 says that\n`);
});

test("pages that are gone come with --all only, a part of the site with --site", async () => {
  assert.deepEqual((await urls("loop")).toSorted(), ["/blog/loop", "/docs/loop"]);
  assert.ok((await urls("loop", "--all")).includes("/gone"));
  assert.deepEqual(await urls("loop", "--site", `${site.origin}/docs/`), ["/docs/loop"]);
  assert.deepEqual(await urls("loop", "--site", `${new URL(site.origin).host}/blog`), [
    "/blog/loop",
  ]);
  // A host is not the beginning of a longer one.
  assert.deepEqual(await urls("loop", "--site", site.origin.slice(0, -1)), []);
  const { code, stderr } = await search("loop", "--site", "http://");
  assert.equal(code, 2);
  assert.match(stderr, /--site got "http:\/\/", but takes the beginning of a URL/);
});

test("--limit cuts the list and says so", async () => {
  const { stdout, stderr } = await search("loop", "--limit", "1", "--csv");
  assert.deepEqual(stdout.split("\r\n").length, 3);
  assert.match(stdout, /^url,title,snippet,score,run_id\r\n/);
  assert.match(stderr, /2 pages of 6; these are the best 1 \(--limit\)/);
});

test("what a page says cannot control a terminal, nor a spreadsheet", async () => {
  const args = ["search", "danger", "--db", dbPath];
  const tty = await runCaptured(args, "", { isTty: true });
  // eslint-disable-next-line no-control-regex
  const rest = tty.stdout.replaceAll(/\u001b\[(1|22)m/g, "");
  // eslint-disable-next-line no-control-regex
  assert.doesNotMatch(rest, /[\u0000-\u0009\u000b-\u001f\u202e]/);
  assert.match(rest, /danger \\x1b\]0;owned\\x07 \\u202egnp\.exe ahead/);
  assert.doesNotMatch(rest, /\[danger\]/);
  const { stdout } = await runCaptured([...args, "--csv"]);
  assert.match(stdout, /'=cmd\(\)/);
});

test("without a text there is one sentence that says what to do", async (context) => {
  const bare = temporaryDatabase(context);
  await newCrawl(bare, { seeds: [`${site.origin}/`], sitemaps: false, maxPages: 1 }).run();
  const { code, stderr } = await runCli(context, dirname(bare), "search", "loop", "--db", bare);
  assert.equal(code, 2);
  assert.equal(
    stderr,
    `webspool: ${bare} holds no text of pages: crawl with --text to search it.\n`,
  );
});
