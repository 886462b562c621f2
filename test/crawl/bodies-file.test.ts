/** The second file of `--store-bodies`: copied, lost, damaged, somebody else's, without room. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import Database from "better-sqlite3";
import { runCaptured } from "../helpers/captured-terminal.ts";
import { runCli, startCliAs } from "../helpers/cli-process.ts";
import { questions, temporaryDatabase } from "../helpers/crawl-run.ts";
import { bodyOf, brokenRules, crawl, find, serve, versioned } from "../helpers/kept-bodies.ts";

void describe("the file of bodies", { concurrency: 3 }, () => {
  void test("a snapshot says that it has no bodies, or has them too", async (t) => {
    const site = await serve(t, { "/": "<title>Home</title>home" });
    const dbPath = temporaryDatabase(t);
    await crawl(t, site, dbPath);
    const [bare, whole] = ["bare.db", "whole.db"].map((name) => join(dirname(dbPath), name));
    assert.ok(bare !== undefined && whole !== undefined);
    const told = await runCaptured(["snapshot", bare, "--db", dbPath]);
    assert.match(told.stderr, /without the bodies of pages: --bodies copies them too/);
    assert.ok(!existsSync(`${bare}-bodies`));
    assert.deepEqual(brokenRules(bare), [], "left out is not lost");
    assert.deepEqual(find(bare, `${site.origin}/`), { why: "left_out" });
    const copied = await runCaptured(["snapshot", whole, "--bodies", "--db", dbPath]);
    assert.equal(copied.code, 0, copied.stderr);
    assert.deepEqual(brokenRules(whole), []);
    assert.equal(bodyOf(whole, `${site.origin}/`), "<title>Home</title>home");
    writeFileSync(`${dirname(dbPath)}/c.db-bodies`, "mine");
    const refused = await runCaptured([
      "snapshot",
      `${dirname(dbPath)}/c.db`,
      "--bodies",
      "--db",
      dbPath,
    ]);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /c\.db-bodies exists/);
    assert.ok(!existsSync(`${dirname(dbPath)}/c.db`));
    // A crawl into the copy begins with a file of its own.
    await crawl(t, site, bare);
    assert.equal(bodyOf(bare, `${site.origin}/`), "<title>Home</title>home");
  });

  void test("fsck finds bodies that are lost or damaged; the next crawl brings what a repair forgot", async (t) => {
    const site = await serve(t, { "/": versioned(`<title>Home</title>${"home ".repeat(100)}`) });
    const dbPath = temporaryDatabase(t);
    await crawl(t, site, dbPath);
    const url = `${site.origin}/`;
    const sqlite = new Database(`${dbPath}-bodies`);
    sqlite.exec("UPDATE body SET content = substr(content, 1, 10)");
    sqlite.close();
    assert.deepEqual(brokenRules(dbPath), ["bodies_agree"]);
    const damaged = await runCaptured(["body", url, "--db", dbPath]);
    assert.equal(damaged.code, 5);
    assert.match(damaged.stderr, /is damaged/);
    rmSync(`${dbPath}-bodies`);
    assert.deepEqual(brokenRules(dbPath), ["bodies_there"]);
    assert.deepEqual(find(dbPath, url), { why: "file_missing" });
    const repaired = await runCaptured(["fsck", "--repair", "--db", dbPath]);
    assert.equal(repaired.code, 0, repaired.stdout);
    await crawl(t, site, dbPath);
    assert.equal(bodyOf(dbPath, url).length, 519);
  });

  void test("a file of somebody else's in the place of the bodies is refused before the crawl", async (t) => {
    const site = await serve(t, { "/": "home" });
    const dbPath = temporaryDatabase(t);
    writeFileSync(
      `${dbPath}-bodies`,
      "my own notes, longer than a header of SQLite would be\n".repeat(30),
    );
    const args = ["crawl", `${site.origin}/`, "--db", dbPath, "--store-bodies", "--quiet"];
    const { code, stderr } = await runCaptured(args);
    assert.equal(code, 2);
    assert.match(stderr, /crawl\.db-bodies cannot be used: it is not an SQLite database/);
    assert.equal(site.requests.length, 0);
    assert.match(readFileSync(`${dbPath}-bodies`, "utf8"), /^my own notes/);
  });

  void test("no room for a body ends the run with 5, and what was committed is sound", async (t) => {
    const site = await serve(t, (req, res) => {
      const number = Number(req.url?.slice(1) ?? 0) || 0;
      const links = Array.from({ length: 4 }, (_, at) => `<a href=/${number * 4 + at + 1}>x</a>`);
      res.writeHead(200, { "content-type": "text/html" });
      res.end(
        `<title>${number}</title>${links.join("")}<!--${randomBytes(60_000).toString("hex")}-->`,
      );
    });
    const dbPath = temporaryDatabase(t);
    const args = ["crawl", `${site.origin}/0`, "--db", dbPath, "--store-bodies", "--no-sitemaps"];
    // No file of this process may be larger than 2 MB: the bodies' is the first to come there.
    const ended = await startCliAs(
      t,
      dirname(dbPath),
      { shell: 'ulimit -f 4000; exec "$0" "$@"' },
      ...args,
      "--max-pages=300",
      "--quiet",
    ).ended;
    assert.equal(ended.code, 5, ended.stderr);
    assert.match(
      ended.stderr,
      /crawl\.db-bodies could not be written|crawl\.db-bodies cannot grow/,
    );
    assert.deepEqual(
      brokenRules(dbPath).filter((rule) => rule.startsWith("bod")),
      [],
    );
    const { column } = questions(dbPath);
    assert.ok(Number(column("SELECT count(*) FROM fetch_body")[0]) > 0);
    const again = await runCli(t, dirname(dbPath), ...args, "--max-pages=60", "--quiet");
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual(brokenRules(dbPath), []);
  });

  void test("a snapshot whose bodies cannot be copied leaves nothing behind", async (t) => {
    const site = await serve(t, {
      "/": `<title>Home</title>${randomBytes(100_000).toString("hex")}`,
    });
    const dbPath = temporaryDatabase(t);
    await crawl(t, site, dbPath);
    const bodies = readFileSync(`${dbPath}-bodies`);
    writeFileSync(`${dbPath}-bodies`, bodies.fill(0xff, 16_384));
    const copy = join(dirname(dbPath), "copy.db");
    const { code, stderr } = await runCaptured(["snapshot", copy, "--bodies", "--db", dbPath]);
    assert.equal(code, 5, stderr);
    assert.match(stderr, /crawl\.db-bodies is damaged/);
    assert.ok(!existsSync(copy) && !existsSync(`${copy}-bodies`));
  });

  void test("an empty file, as a kill may leave it, is none: all is read and said as without it", async (t) => {
    const site = await serve(t, { "/": versioned(`<title>Home</title>${"home ".repeat(100)}`) });
    const dbPath = temporaryDatabase(t);
    await crawl(t, site, dbPath);
    const url = `${site.origin}/`;
    truncateSync(`${dbPath}-bodies`);
    assert.deepEqual(find(dbPath, url), { why: "file_missing" });
    assert.deepEqual(brokenRules(dbPath), ["bodies_there"]);
    const copy = await runCaptured(["snapshot", join(dirname(dbPath), "copy.db"), "--db", dbPath]);
    assert.equal(copy.code, 0, copy.stderr);
    // The next crawl asks for what it lacks, and not whether it changed.
    await crawl(t, site, dbPath);
    assert.equal(bodyOf(dbPath, url).length, 519);
  });
});
