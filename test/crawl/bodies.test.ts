/** `--store-bodies`: each different body once in a second file, and which attempt brought it. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import Database from "better-sqlite3";
import { CrawlDatabase, type FoundBody, type NoBody } from "../../src/storage/index.ts";
import { runCaptured } from "../helpers/captured-terminal.ts";
import { runCli, startCliAs } from "../helpers/cli-process.ts";
import {
  crawlSite,
  questions,
  temporaryDatabase,
  type CrawlOptions,
} from "../helpers/crawl-run.ts";
import { startSite, type Handler, type Route, type Site } from "../helpers/site-server.ts";

const sha256 = (bytes: string | Buffer): string => createHash("sha256").update(bytes).digest("hex");

async function serve(t: TestContext, routes: Record<string, Route> | Handler): Promise<Site> {
  const site = await startSite(routes);
  t.after(() => site.close());
  return site;
}

async function crawl(
  t: TestContext,
  site: Site,
  dbPath: string,
  options: Partial<CrawlOptions> = {},
): Promise<void> {
  const { result } = await crawlSite(t, {
    dbPath,
    seeds: [`${site.origin}/`],
    threads: 1,
    sitemaps: false,
    storeBodies: true,
    ...options,
  });
  assert.equal(result.reason, "frontier_empty");
  assert.deepEqual(brokenRules(dbPath), []);
}

function brokenRules(dbPath: string): string[] {
  const db = CrawlDatabase.openReadOnly(dbPath);
  try {
    const checks = db.checkInvariants({ allBodies: true });
    return checks.filter(({ count }) => count > 0).map(({ name }) => name);
  } finally {
    db.close();
  }
}

function find(dbPath: string, url: string, runId: number | null = null): FoundBody | NoBody {
  const db = CrawlDatabase.openReadOnly(dbPath);
  try {
    return db.body({ url, runId });
  } finally {
    db.close();
  }
}

function bodyOf(dbPath: string, url: string, runId: number | null = null): string {
  const found = find(dbPath, url, runId);
  assert.ok("bytes" in found, JSON.stringify(found));
  return Buffer.from(found.bytes).toString("latin1");
}

function stored(dbPath: string): { hash: string; bytes: number; encoding: string }[] {
  const sqlite = new Database(`${dbPath}-bodies`, { readonly: true });
  try {
    return sqlite.prepare("SELECT hash, bytes, encoding FROM body ORDER BY id").all() as ReturnType<
      typeof stored
    >;
  } finally {
    sqlite.close();
  }
}

/** Answers 304 to who holds `body`. */
const versioned =
  (body: string): Handler =>
  (req, res) => {
    const etag = `"${sha256(body).slice(0, 8)}"`;
    const isHeld = req.headers["if-none-match"] === etag;
    res.writeHead(isHeld ? 304 : 200, { etag, "content-type": "text/html" });
    res.end(isHeld ? undefined : body);
  };

void describe("bodies", { concurrency: 3 }, () => {
  void test("pages of every type and status are kept decoded, each different body once", async (t) => {
    const home = `<title>Home</title>${"word ".repeat(100)}<a href=/a>a</a><a href=/b>b</a><a href=/pdf>p</a><a href=/gone>g</a><a href=/empty>e</a><img src=/i.png>`;
    const same = `<title>Same</title>${"text ".repeat(50)}`;
    const pdf = Buffer.concat([Buffer.from("%PDF-1.7\0"), randomBytes(5_000)]);
    const coded = { "content-type": "text/html", vary: "accept-encoding" };
    const site = await serve(t, {
      "/robots.txt": "User-agent: *\nDisallow: /private\n",
      "/": { body: gzipSync(home), headers: { ...coded, "content-encoding": "gzip" } },
      "/a": { body: brotliCompressSync(same), headers: { ...coded, "content-encoding": "br" } },
      "/b": same,
      "/pdf": { body: pdf, headers: { "content-type": "application/pdf" } },
      "/gone": { status: 410, body: "<title>Gone</title>no more" },
      "/empty": "",
      "/i.png": { body: "no picture", headers: { "content-type": "image/png" } },
    });
    const dbPath = temporaryDatabase(t);
    await crawl(t, site, dbPath, { check: "assets" });
    const { rows, column } = questions(dbPath);
    const named = rows(
      "SELECT replace(url, rtrim(url, replace(url, '/', '')), '') AS name, hash FROM fetch_body b JOIN fetch f ON f.id = b.fetch_id JOIN url u ON u.id = f.url_id ORDER BY 1",
    );
    assert.deepEqual(
      named,
      [
        { name: "", hash: sha256(home) },
        { name: "a", hash: sha256(same) },
        { name: "b", hash: sha256(same) },
        { name: "empty", hash: sha256("") },
        { name: "gone", hash: sha256("<title>Gone</title>no more") },
        { name: "pdf", hash: sha256(pdf) },
      ],
      "no robots.txt, and no asset that was only checked",
    );
    assert.deepEqual(column("SELECT count(DISTINCT hash) FROM fetch_body"), [5]);
    const encodings = new Map(stored(dbPath).map(({ hash, encoding }) => [hash, encoding]));
    assert.equal(encodings.size, 5);
    assert.equal(encodings.get(sha256(home)), "zstd");
    assert.equal(
      encodings.get(sha256(pdf)),
      "identity",
      "what cannot be compressed stays as it is",
    );
    assert.equal(bodyOf(dbPath, `${site.origin}/`), home);
    assert.equal(bodyOf(dbPath, `${site.origin}/pdf`), pdf.toString("latin1"));
    assert.equal(bodyOf(dbPath, `${site.origin}/empty`), "");
  });

  void test("runs share bodies: a 304 names the one it confirms, a change adds one", async (t) => {
    const routes: Record<string, Route> = {
      "/": versioned("<title>Home</title><a href=/a>a</a><a href=/plain>p</a>"),
      "/a": versioned("<title>A</title>first"),
      "/plain": "<title>Plain</title>sent whole each time",
    };
    const site = await serve(t, (req, res) => {
      const route = routes[req.url ?? ""];
      if (typeof route === "function") return route(req, res);
      res.writeHead(typeof route === "string" ? 200 : 404, { "content-type": "text/html" });
      res.end(route);
    });
    const dbPath = temporaryDatabase(t);
    await crawl(t, site, dbPath);
    routes["/a"] = versioned("<title>A</title>second");
    await crawl(t, site, dbPath);
    // A run that keeps none still says what its 304 confirmed.
    await crawl(t, site, dbPath, { storeBodies: false });
    const { rows } = questions(dbPath);
    assert.deepEqual(
      rows(
        "SELECT f.run_id AS run, status, count(b.hash) AS bodies FROM fetch f LEFT JOIN fetch_body b ON b.fetch_id = f.id WHERE f.kind = 'page' GROUP BY 1, 2 ORDER BY 1, 2",
      ),
      [
        { run: 1, status: 200, bodies: 3 },
        { run: 2, status: 200, bodies: 2 },
        { run: 2, status: 304, bodies: 1 },
        { run: 3, status: 200, bodies: 0 },
        { run: 3, status: 304, bodies: 2 },
      ],
    );
    assert.equal(stored(dbPath).length, 4);
    const a = `${site.origin}/a`;
    assert.deepEqual(
      [1, 2, 3].map((run) => bodyOf(dbPath, a, run)),
      ["<title>A</title>first", "<title>A</title>second", "<title>A</title>second"],
    );
    const plain = find(dbPath, `${site.origin}/plain`);
    assert.ok("bytes" in plain);
    assert.deepEqual([plain.runId, plain.laterRunId], [2, 3]);
    // Asked with --store-bodies again, the one whose newest answer has none is read again.
    await crawl(t, site, dbPath);
    assert.equal(stored(dbPath).length, 4);
    assert.deepEqual(find(dbPath, `${site.origin}/plain`, 3), {
      why: "not_kept",
      runId: 3,
      error: null,
    });
  });

  void test("with bodies asked for later, what is held without one is read again", async (t) => {
    const site = await serve(t, { "/": versioned("<title>Home</title>home") });
    const dbPath = temporaryDatabase(t);
    await crawl(t, site, dbPath, { storeBodies: false });
    assert.ok(!existsSync(`${dbPath}-bodies`));
    await crawl(t, site, dbPath);
    await crawl(t, site, dbPath);
    assert.deepEqual(
      questions(dbPath).column("SELECT status FROM fetch WHERE kind = 'page'"),
      [200, 200, 304],
    );
    assert.equal(bodyOf(dbPath, `${site.origin}/`, 3), "<title>Home</title>home");
  });

  void test("a body that was cut off is kept as far as it came, and says so", async (t) => {
    const site = await serve(t, { "/": `<title>Long</title>${"0123456789".repeat(1000)}` });
    const dbPath = temporaryDatabase(t);
    await crawl(t, site, dbPath, { maxBody: 5_000 });
    const found = find(dbPath, `${site.origin}/`);
    assert.ok("bytes" in found);
    assert.deepEqual([found.bytes.length, found.truncated], [5_000, true]);
    assert.deepEqual(questions(dbPath).column("SELECT truncated FROM fetch_body"), [1]);
  });

  void test("a prune removes the bodies that only pruned runs name, as many as it said before", async (t) => {
    let version = 0;
    const site = await serve(t, (req, res) => {
      res.writeHead(200, { "content-type": "text/html" });
      res.end(
        req.url === "/"
          ? "<title>Home</title><a href=/a>a</a><a href=/b>b</a>"
          : `<title>${req.url}</title>${req.url === "/a" ? version : "stays"}`,
      );
    });
    const dbPath = temporaryDatabase(t);
    for (version = 1; version <= 4; version += 1) await crawl(t, site, dbPath, { text: true });
    // One that a killed crawl left, which nothing names.
    const sqlite = new Database(`${dbPath}-bodies`);
    sqlite.exec(
      "INSERT INTO body (hash, bytes, encoding, content) VALUES ('x', 1, 'identity', x'00')",
    );
    sqlite.close();
    assert.equal(stored(dbPath).length, 7);
    const prune = async (...more: string[]): Promise<Record<string, number>> => {
      const args = ["prune", "--keep-runs", "2", "--json", "--db", dbPath, ...more];
      const { code, stdout, stderr } = await runCaptured(args);
      assert.equal(code, 0, stderr);
      return (JSON.parse(stdout) as { rows: Record<string, number> }).rows;
    };
    const planned = await prune("--dry-run");
    assert.equal(stored(dbPath).length, 7);
    const pruned = await prune();
    assert.deepEqual(pruned, planned);
    assert.deepEqual([pruned["body"], pruned["page_text"]], [3, 2]);
    assert.deepEqual(brokenRules(dbPath), []);
    assert.equal(stored(dbPath).length, 4);
    assert.deepEqual(
      [3, 4].map((run) => bodyOf(dbPath, `${site.origin}/a`, run)),
      ["<title>/a</title>3", "<title>/a</title>4"],
    );
    assert.deepEqual(find(dbPath, `${site.origin}/a`, 1), { why: "pruned", runId: 1 });
    assert.equal(bodyOf(dbPath, `${site.origin}/b`), "<title>/b</title>stays");
  });

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
});
