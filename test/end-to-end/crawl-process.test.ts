/** `webspool crawl` as a process: exit codes, signals, streams, the lock, and where secrets go. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { runCli, startCli, temporaryFolder } from "../helpers/cli-process.ts";
import { questions } from "../helpers/crawl-run.ts";
import { startSite, type Handler, type Route, type Site } from "../helpers/site-server.ts";

const QUICK = ["--threads", "1", "--no-sitemaps"] as const;

const page = (title: string, ...links: string[]): string =>
  `<!doctype html><title>${title}</title>${links.map((href) => `<a href="${href}">x</a>`).join("")}`;

async function siteOf(
  t: TestContext,
  routes: Readonly<Record<string, Route>> | Handler,
  options: { host?: string } = {},
): Promise<Site> {
  const site = await startSite(routes, options);
  t.after(() => site.close());
  return site;
}

interface GatedRing {
  readonly site: Site;
  readonly open: () => void;
  /** Resolves when the first answer is held back. */
  readonly held: () => Promise<void>;
}

function answer(number: number, res: ServerResponse): void {
  res
    .setHeader("content-type", "text/html")
    .end(page(String(number), `/${(number + 1) % 30}`, `/${(number + 2) % 30}`));
}

/** A ring of pages that answers `count` of them and then holds every answer back until `open`. */
async function gatedRing(t: TestContext, count: number): Promise<GatedRing> {
  const waiting: (() => void)[] = [];
  const isHeld = Promise.withResolvers<void>();
  let answered = 0;
  let isOpen = false;
  const site = await siteOf(t, (req, res) => {
    const number = Number(req.url?.slice(1));
    if (!Number.isInteger(number)) {
      res.statusCode = 404;
      res.end();
      return;
    }
    answered += 1;
    if (isOpen || answered <= count) answer(number, res);
    else {
      waiting.push(() => answer(number, res));
      isHeld.resolve();
    }
  });
  return {
    site,
    open() {
      isOpen = true;
      for (const go of waiting.splice(0)) go();
    },
    held: () => isHeld.promise,
  };
}

// Side by side: most of their time they wait for processes and threads to start.
void describe("webspool crawl as a process", { concurrency: 3 }, () => {
  void test("a crawl tells its progress on stderr and only its report on stdout", async (t) => {
    const cwd = temporaryFolder(t);
    const site = await siteOf(t, {
      "/": page("Home", "/a", "/b"),
      "/a": page("A"),
      "/b": page("B"),
    });
    const text = await runCli(t, cwd, "crawl", `${site.origin}/`, ...QUICK);
    assert.equal(text.code, 0, text.stderr);
    assert.equal(text.stderr, "data/crawl.db: run 1, new\n");
    assert.match(text.stdout, /^Run 1 finished after /);
    assert.ok(!text.stdout.includes("\u001b"), "no colours on a pipe");

    const json = await runCli(t, cwd, "crawl", ...QUICK, "--json");
    assert.equal(json.code, 0, json.stderr);
    assert.match(json.stdout, /^\{[^\n]*\}\n$/);
    const summary = JSON.parse(json.stdout) as Record<string, unknown>;
    assert.equal(summary["run"], 2, "without seeds the last ones are crawled again");
    assert.equal(summary["pages"], 3);

    const quiet = await runCli(t, cwd, "crawl", ...QUICK, "--quiet");
    assert.deepEqual(quiet, { code: 0, signal: null, stdout: "", stderr: "" });
  });

  void test("a database that is in use is left alone, waited for, or skipped", async (t) => {
    const cwd = temporaryFolder(t);
    const { site, open, held } = await gatedRing(t, 1);
    const args = ["crawl", `${site.origin}/0`, "--db", "one.db", ...QUICK];
    const first = startCli(t, cwd, ...args);
    await held();
    const [failed, skipped] = await Promise.all([
      runCli(t, cwd, ...args),
      runCli(t, cwd, ...args, "--if-running", "skip"),
    ]);
    assert.equal(failed.code, 3);
    assert.match(failed.stderr, /^webspool: Another webspool process [^\n]+\n$/);
    assert.equal(failed.stdout, "");
    assert.equal(skipped.code, 0);
    assert.equal(skipped.stdout, "");
    const waiting = startCli(t, cwd, ...args, "--if-running", "wait", "--max-pages", "3");
    open();
    assert.equal((await first.ended).code, 0);
    const waited = await waiting.ended;
    assert.equal(waited.code, 0, waited.stderr);
    const { rows } = questions(join(cwd, "one.db"));
    assert.deepEqual(rows("select id, reason, pages from run order by id"), [
      { id: 1, reason: "frontier_empty", pages: 30 },
      { id: 2, reason: "max_pages", pages: 3 },
    ]);
  });

  void test("one signal lets what is in flight finish, and the next crawl continues the run", async (t) => {
    const cwd = temporaryFolder(t);
    const { site, open, held } = await gatedRing(t, 8);
    const args = ["crawl", `${site.origin}/0`, "--db", "s.db", ...QUICK];
    const first = startCli(t, cwd, ...args, "--per-host", "2");
    await held();
    first.child.kill("SIGINT");
    await first.said("stopping: ");
    open();
    const stopped = await first.ended;
    assert.equal(stopped.code, 4, stopped.stderr);
    assert.match(stopped.stderr, /stopping: [12] requests? in flight; once more to stop at once\n/);
    const { rows, column } = questions(join(cwd, "s.db"));
    const [before] = rows("select state, reason, pages, requests from run");
    assert.equal(before?.["state"], "interrupted");
    assert.equal(before["reason"], "signal");
    assert.ok(Number(before["pages"]) >= 9, "what was in flight was recorded");
    assert.deepEqual(column("select count(*) from connection where closed_at is null"), [0]);

    // Without seeds, and with other settings than before: the same run goes on.
    const second = await runCli(
      t,
      cwd,
      "crawl",
      "--db",
      "s.db",
      ...QUICK,
      "--per-host",
      "3",
      "--timeout",
      "7s",
    );
    assert.equal(second.code, 0, second.stderr);
    assert.match(second.stderr, /^s\.db: run 1, continued\n/);
    assert.deepEqual(rows("select id, state, reason, pages from run"), [
      { id: 1, state: "finished", reason: "frontier_empty", pages: 30 },
    ]);
    const [settings] = column("select settings from run").map(
      (text) => JSON.parse(text as string) as Record<string, unknown>,
    );
    assert.equal(settings?.["perHost"], 3);
    assert.equal(settings["timeoutMs"], 7_000);
    const pages = site.requests.filter(({ url }) => /^\/\d+$/.test(url));
    assert.equal(pages.length, 30, "nothing was asked twice");
  });

  void test("two signals stop at once, and nothing that was committed is lost", async (t) => {
    const cwd = temporaryFolder(t);
    const { site, open, held } = await gatedRing(t, 8);
    const args = ["crawl", `${site.origin}/0`, "--db", "s.db", ...QUICK];
    const first = startCli(t, cwd, ...args);
    await held();
    first.child.kill("SIGTERM");
    await first.said("stopping: ");
    first.child.kill("SIGTERM");
    assert.equal((await first.ended).code, 4);
    open();
    const second = await runCli(t, cwd, ...args);
    assert.equal(second.code, 0, second.stderr);
    assert.match(second.stderr, /run 1, continued/);
    const { rows } = questions(join(cwd, "s.db"));
    assert.deepEqual(rows("select id, reason, pages from run"), [
      { id: 1, reason: "frontier_empty", pages: 30 },
    ]);
  });

  void test("wrong usage starts nothing, other seeds do not continue a run, and dead seeds are told apart", async (t) => {
    const cwd = temporaryFolder(t);
    const usage = await runCli(t, cwd, "crawl", "http://127.0.0.1:1/", "--max-pages", "0");
    assert.equal(usage.code, 2);
    assert.deepEqual(readdirSync(cwd), []);

    const site = await siteOf(t, { "/": page("Home") });
    const gone = await runCli(
      t,
      cwd,
      "crawl",
      `${site.origin}/nowhere`,
      "--db",
      "gone.db",
      ...QUICK,
    );
    assert.equal(gone.code, 7, gone.stderr);
    assert.match(gone.stdout, /every seed failed/);

    const { site: ring, held } = await gatedRing(t, 2);
    const first = startCli(t, cwd, "crawl", `${ring.origin}/0`, "--db", "d.db", ...QUICK);
    await held();
    first.child.kill("SIGKILL");
    await first.ended;
    const other = await runCli(t, cwd, "crawl", `${site.origin}/`, "--db", "d.db", ...QUICK);
    assert.equal(other.code, 2);
    assert.match(
      other.stderr,
      /^webspool: Run 1 in d\.db is unfinished and has other seeds [^\n]+--fresh[^\n]+\n$/,
    );
    const fresh = await runCli(
      t,
      cwd,
      "crawl",
      `${site.origin}/`,
      "--db",
      "d.db",
      "--fresh",
      ...QUICK,
    );
    assert.equal(fresh.code, 0, fresh.stderr);
  });

  void test("--max-pages is exact, from a config file too", async (t) => {
    const cwd = temporaryFolder(t);
    const { site, open } = await gatedRing(t, 0);
    open();
    const config = { db: "m.db", maxPages: 7, threads: 2, perHost: 16, sitemaps: false };
    writeFileSync(join(cwd, "site.json"), JSON.stringify(config));
    const { code, stdout, stderr } = await runCli(
      t,
      cwd,
      "crawl",
      `${site.origin}/0`,
      "--config",
      "site.json",
      "--json",
    );
    assert.equal(code, 0, stderr);
    const summary = JSON.parse(stdout) as Record<string, unknown>;
    assert.equal(summary["pages"], 7);
    assert.equal(summary["reason"], "max_pages");
    assert.equal(site.requests.filter(({ url }) => url !== "/robots.txt").length, 7);
  });

  void test("headers and credentials go to the seeds' origins only and are written nowhere", async (t) => {
    const cwd = temporaryFolder(t);
    const other = await siteOf(t, { "/": page("Other") }, { host: "127.0.0.2" });
    const site = await siteOf(t, {
      "/": {
        headers: { "set-cookie": "sid=c00kie-s3cret; Path=/" },
        body: page("Home", "/a", `${other.origin}/`, `http://bob:l1nk-s3cret@127.0.0.1:9/x`),
      },
      "/a": { status: 302, headers: { location: `${other.origin}/?from=a` } },
    });
    const seed = `${site.origin}/`.replace("//", "//alice:p4ss-s3cret@");
    const ended = await runCli(
      t,
      cwd,
      "crawl",
      seed,
      "--scope",
      "any",
      "--allow-private",
      "--retries",
      "0",
      "--db",
      "h.db",
      "--log",
      "h.log",
      "-H",
      "X-Token: t0ken-s3cret",
      ...QUICK,
    );
    assert.equal(ended.code, 0, ended.stderr);
    const basic = Buffer.from("alice:p4ss-s3cret").toString("base64");
    assert.ok(site.requests.length >= 3);
    for (const { headers } of site.requests) {
      assert.equal(headers["x-token"], "t0ken-s3cret");
      assert.equal(headers.authorization, `Basic ${basic}`);
    }
    assert.ok(
      site.requests.some(({ headers }) => headers.cookie === "sid=c00kie-s3cret"),
      "the cookie was sent back",
    );
    assert.ok(other.requests.length >= 2);
    for (const { headers } of other.requests) {
      assert.equal(headers["x-token"], undefined);
      assert.equal(headers.authorization, undefined);
      assert.equal(headers.cookie, undefined);
    }
    const files = readdirSync(cwd);
    assert.ok(files.includes("h.db") && files.includes("h.log"));
    const written = [
      ...files.map((name) => readFileSync(join(cwd, name), "latin1")),
      ended.stdout,
      ended.stderr,
    ];
    for (const secret of ["s3cret", basic]) {
      for (const text of written) assert.ok(!text.includes(secret), `${secret} was written`);
    }
    const { column } = questions(join(cwd, "h.db"));
    const [settings] = column("select settings from run").map(
      (text) => JSON.parse(text as string) as Record<string, unknown>,
    );
    assert.deepEqual(settings?.["headers"], ["x-token: ***"]);
    const cookies = column("select headers from fetch").flatMap((text) =>
      text === null
        ? []
        : (JSON.parse(text as string) as [string, string][]).filter(([name]) =>
            /^set-cookie$/i.test(name),
          ),
    );
    assert.deepEqual(
      cookies.map(([, value]) => value),
      ["***"],
    );
    const log = readFileSync(join(cwd, "h.log"), "utf8").trimEnd().split("\n");
    const events = log.map((line) => (JSON.parse(line) as { event: string }).event);
    assert.equal(events[0], "start");
    assert.equal(events.at(-1), "end");
    assert.ok(existsSync(join(cwd, "h.db")));
  });
});
