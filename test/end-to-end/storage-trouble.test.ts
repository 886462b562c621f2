/** Storage that fails under a crawl: one sentence, exit code 5, nothing committed is lost, and it goes on. */
import assert from "node:assert/strict";
import {
  chmodSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import Database from "better-sqlite3";
import { setTimeout as pause } from "node:timers/promises";
import {
  runCli,
  startCli,
  startCliAs,
  temporaryFolder,
  type CliProcess,
  type Ended,
} from "../helpers/cli-process.ts";
import { questions } from "../helpers/crawl-run.ts";
import { startSite, type Site } from "../helpers/site-server.ts";

const PAGES = 400;
/** Any user that is not root; root may write everywhere. */
const NOBODY = 65_534;

/** Pages that each link to the next two; `delayMs` is how long each takes. */
async function pagesOf(t: TestContext, delayMs = 0): Promise<Site> {
  const site = await startSite((req, res) => {
    const number = Number(/^\/(\d+)$/.exec(req.url ?? "")?.[1] ?? NaN);
    setTimeout(() => {
      res.setHeader("content-type", "text/html");
      if (!(number < PAGES)) res.writeHead(404).end();
      else
        res.end(
          `<title>${number}</title><a href="/${number + 1}">1</a><a href="/${number + 2}">2</a>`,
        );
    }, delayMs);
  });
  t.after(() => site.close());
  return site;
}

const OPTIONS = "--db t.db --threads 1 --no-sitemaps --quiet --max-depth 1000".split(" ");

const crawlOf = (site: Site, ...more: string[]): string[] => [
  "crawl",
  `${site.origin}/0`,
  ...OPTIONS,
  ...more,
];

function assertStorageFailed({ code, stderr, stdout }: Ended, why: RegExp): void {
  assert.equal(code, 5, stderr);
  assert.match(stderr, /^webspool: [^\n]+\n$/);
  assert.match(stderr, why);
  assert.equal(stdout, "");
}

/** The run goes on where it was, and ends with all pages. */
async function assertGoesOn(t: TestContext, cwd: string, site: Site): Promise<void> {
  const again = await runCli(t, cwd, ...crawlOf(site));
  assert.equal(again.code, 0, again.stderr);
  const { rows, column } = questions(join(cwd, "t.db"));
  assert.deepEqual(rows("select id, state, reason from run"), [
    { id: 1, state: "finished", reason: "frontier_empty" },
  ]);
  assert.deepEqual(column("select count(*) from v_page where status = 200"), [PAGES]);
  assert.equal((await runCli(t, cwd, "fsck", "--db", "t.db")).code, 0);
}

/** Waits until the site was asked for so many pages. */
async function asked(site: Site, pages: number, crawl: CliProcess): Promise<void> {
  const before = site.requests.length;
  while (site.requests.length < before + pages) {
    if ((await Promise.race([crawl.ended, pause(5)])) !== undefined) return;
  }
}

// Side by side: most of their time they wait for processes to start.
void describe("storage that fails", { concurrency: 2 }, () => {
  void test("a disk that is full ends the run with exit code 5, and the run goes on when there is room", async (t) => {
    const cwd = temporaryFolder(t);
    const site = await pagesOf(t);
    // No file of the process may be longer than this many blocks of 512 bytes or, in some shells, 1 KiB.
    const shell = 'ulimit -f 1200; exec "$0" "$@"';
    const ended = await startCliAs(t, cwd, { shell }, ...crawlOf(site)).ended;
    assertStorageFailed(ended, /t\.db .*run the same crawl again/);
    const { column } = questions(join(cwd, "t.db"));
    const [settled] = column("select count(*) from fetch where settled = 1 and kind = 'page'");
    assert.ok(Number(settled) > 0 && Number(settled) < PAGES, `${String(settled)} were settled`);
    await assertGoesOn(t, cwd, site);
  });

  void test("a read-only file and a read-only folder are found before the start", async (t) => {
    const cwd = temporaryFolder(t);
    const site = await pagesOf(t);
    chmodSync(cwd, 0o777);
    const isRoot = process.getuid?.() === 0;
    const asNobody = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
    assert.equal(
      (await startCliAs(t, cwd, asNobody, ...crawlOf(site, "--max-pages", "9")).ended).code,
      0,
    );
    for (const [path, mode, was] of [
      [join(cwd, "t.db"), 0o444, 0o644],
      [cwd, 0o555, 0o777],
    ] as const) {
      chmodSync(path, mode);
      const refused = await startCliAs(t, cwd, asNobody, ...crawlOf(site)).ended;
      assert.equal(refused.code, 2, refused.stderr);
      assert.match(
        refused.stderr,
        /^webspool: The database t\.db cannot be used: [^\n]+ --db\.\n$/,
      );
      chmodSync(path, was);
    }
    const again = await startCliAs(t, cwd, asNobody, ...crawlOf(site)).ended;
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual(
      questions(join(cwd, "t.db")).column("select count(*) from v_page where status = 200"),
      [PAGES],
    );
  });

  void test("a damaged database ends the run with exit code 5, and a good copy goes on", async (t) => {
    const cwd = temporaryFolder(t);
    const path = join(cwd, "t.db");
    const site = await pagesOf(t, 5);
    const stopped = startCli(t, cwd, ...crawlOf(site));
    await asked(site, PAGES / 4, stopped);
    stopped.child.kill("SIGINT");
    assert.equal((await stopped.ended).code, 4);
    const sqlite = new Database(path, { readonly: true });
    const [root, size] = [
      "SELECT rootpage FROM sqlite_schema WHERE name = 'frontier_pending'",
      "SELECT page_size FROM pragma_page_size",
    ].map((sql) => Number(sqlite.prepare(sql).pluck().get()));
    assert.ok(root !== undefined && size !== undefined);
    sqlite.close();
    const good = Buffer.alloc(size);
    const at = (root - 1) * size;
    const file = openSync(path, "r+");
    t.after(() => closeSync(file));
    readSync(file, good, 0, size, at);
    writeSync(file, Buffer.alloc(size, 0xab), 0, size, at);

    assertStorageFailed(await runCli(t, cwd, ...crawlOf(site)), /t\.db is damaged .*good copy/);
    const { column } = questions(path);
    const [pages] = column("select pages from run");
    assert.ok(Number(pages) > 0, "what is not damaged can be read");
    const found = await runCli(t, cwd, "fsck", "--db", "t.db");
    assert.equal(found.code, 6, found.stderr);
    assert.match(found.stdout, /^ +[1-9]\d* +file_sound /m);

    writeSync(file, good, 0, size, at);
    await assertGoesOn(t, cwd, site);
  });

  for (const isReplaced of [false, true]) {
    const what = isReplaced ? "replaced" : "removed";
    void test(`a database that is ${what} under a crawl is noticed, and put back it goes on`, async (t) => {
      const cwd = temporaryFolder(t);
      const path = join(cwd, "t.db");
      const site = await pagesOf(t, 20);
      const other = join(cwd, "other");
      mkdirSync(other);
      if (isReplaced) {
        const made = await runCli(t, other, ...crawlOf(site, "--max-pages", "3"));
        assert.equal(made.code, 0, made.stderr);
      }
      const crawl = startCli(t, cwd, ...crawlOf(site, "--per-host", "1"));
      await asked(site, 20, crawl);
      renameSync(path, join(cwd, "kept.db"));
      if (isReplaced) copyFileSync(join(other, "t.db"), path);

      const ended = await crawl.ended;
      assertStorageFailed(ended, new RegExp(`t\\.db was ${what} during the crawl`));
      if (isReplaced) {
        // Nothing that was meant for the other file came into this one.
        const { column } = questions(path);
        assert.deepEqual(column("select count(*) from v_page where status = 200"), [3]);
        assert.equal((await runCli(t, cwd, "fsck", "--db", "t.db")).code, 0);
      }
      renameSync(join(cwd, "kept.db"), path);
      await assertGoesOn(t, cwd, site);
    });
  }
});
