/** `--store-bodies`: each different body once in a second file, and which attempt brought it. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { describe, test } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import Database from "better-sqlite3";
import { runCaptured } from "../helpers/captured-terminal.ts";
import { questions, temporaryDatabase } from "../helpers/crawl-run.ts";
import {
  bodyOf,
  brokenRules,
  crawl,
  find,
  serve,
  sha256,
  versioned,
} from "../helpers/kept-bodies.ts";
import type { Route } from "../helpers/site-server.ts";

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
});
