/** `webspool explain` as a user calls it: its forms of output, its exit codes, what it refuses. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { CrawlDatabase } from "../../src/storage/index.ts";
import { runCaptured } from "../helpers/captured-terminal.ts";
import { crawlSite, temporaryDatabase } from "../helpers/crawl-run.ts";
import { startSite } from "../helpers/site-server.ts";

test("explain tells a URL's fate as text and as one JSON object", async (t) => {
  const site = await startSite({
    "/": `<!doctype html><title>Home</title><a href="/next">next</a>`,
    "/next": `<!doctype html><title>Next</title>`,
  });
  t.after(() => site.close());
  const { dbPath } = await crawlSite(t, { seeds: [`${site.origin}/`], threads: 1 });

  await t.test("text begins with the URL and what happened to it", async () => {
    const { code, stdout, stderr } = await runCaptured([
      "explain",
      `${site.origin}/next`,
      "--db",
      dbPath,
    ]);
    assert.equal(stderr, "");
    assert.deepEqual(stdout.split("\n").slice(0, 3), [
      `${site.origin}/next`,
      "",
      "Fetched in run 1: 200 OK",
    ]);
    assert.equal(code, 0);
  });

  await t.test("a URL in another form is looked up in its canonical form", async () => {
    const written = `${site.origin.toUpperCase()}/x/../next?#part`;
    const args = ["explain", written, "--db", dbPath];
    const { stdout } = await runCaptured(args);
    assert.ok(
      stdout.startsWith(`${site.origin}/next\n  the canonical form of ${written}\n\nFetched`),
      stdout,
    );
    const { asked, url } = JSON.parse((await runCaptured([...args, "--json"])).stdout) as {
      asked: string;
      url: string;
    };
    assert.deepEqual([asked, url], [written, `${site.origin}/next`]);
  });

  await t.test("JSON is one line with the decision, the attempts and the way", async () => {
    const { code, stdout } = await runCaptured([
      "explain",
      `${site.origin}/next`,
      "--db",
      dbPath,
      "--json",
    ]);
    assert.equal(code, 0);
    assert.equal(stdout.trim().split("\n").length, 1);
    const told = JSON.parse(stdout) as {
      fate: string;
      kind: string;
      attempts: { status: number; settled: boolean }[];
      path: { url: string }[];
      page: { title: string };
      prediction: null;
    };
    assert.deepEqual([told.fate, told.kind, told.page.title], ["fetched", "page", "Next"]);
    assert.deepEqual(
      told.attempts.map(({ status, settled }) => [status, settled]),
      [[200, true]],
    );
    assert.deepEqual(
      told.path.map(({ url }) => url),
      [`${site.origin}/`],
    );
    assert.equal(told.prediction, null);
  });

  await t.test("a URL that is not known is an answer, not an error", async () => {
    const { code, stdout } = await runCaptured([
      "explain",
      "https://nowhere.example/",
      "--db",
      dbPath,
    ]);
    assert.match(stdout, /^Not known: /m);
    assert.equal(code, 0);
  });

  await t.test("a password in the URL is neither looked up nor shown", async () => {
    const written = `${site.origin.replace("//", "//me:s3cret@")}/next`;
    const { stdout } = await runCaptured(["explain", written, "--db", dbPath]);
    assert.match(stdout, /^Fetched in run 1/m);
    assert.ok(stdout.includes("me:***@") && !stdout.includes("s3cret"), stdout);
  });
});

for (const [written, expected] of [
  ["example.com/a", /"example\.com\/a" has no scheme: did you mean https:\/\/example\.com\/a\?/],
  ["example.com:8080/a", /has no scheme: did you mean https:\/\/example\.com:8080\/a\?/],
  [
    "mailto:a@example.com",
    /has the scheme mailto: links that are neither http:\/\/ nor https:\/\/ are never asked for/,
  ],
  ["javascript:alert(1)", /has the scheme javascript: links/],
  ["/about", /"\/about" is not a URL: it takes one such as https:\/\/example\.com\//],
  ["http://", /"http:\/\/" is not a URL/],
  [
    `http://a.test/${"x".repeat(9_000)}`,
    /is 9014 characters long, but a URL may have at most 8192/,
  ],
] as const) {
  test(`explain of ${written.slice(0, 30)} is refused in one sentence`, async () => {
    const { code, stdout, stderr } = await runCaptured(["explain", written]);
    assert.match(stderr, expected);
    assert.match(stderr, /^webspool: [^\n]+[.?]\n$/);
    assert.equal(stdout, "");
    assert.equal(code, 2);
  });
}

test("explain of no database, and of one without a run, is exit 2", async (t) => {
  const dbPath = temporaryDatabase(t);
  const none = await runCaptured(["explain", "http://a.test/", "--db", dbPath]);
  assert.match(none.stderr, /There is no database /);
  assert.equal(none.code, 2);
  CrawlDatabase.open(dbPath).close();
  const empty = await runCaptured(["explain", "http://a.test/", "--db", dbPath]);
  assert.match(empty.stderr, /has no run yet: start one with webspool crawl\.\n$/);
  assert.equal(empty.code, 2);
});

test("explain of a damaged database is one sentence and exit 5", async (t) => {
  const site = await startSite(
    Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [
        at === 0 ? "/" : `/${at}`,
        `<!doctype html><title>${at}</title><a href="/${at + 1}">on</a>${"word ".repeat(500)}`,
      ]),
    ),
  );
  t.after(() => site.close());
  const { dbPath, column } = await crawlSite(t, {
    seeds: [`${site.origin}/`],
    threads: 1,
    maxDepth: 100,
  });
  // The schema and the tables' first pages stand at the front; what they lead to is overwritten.
  const [schemaEnd] = column(
    "SELECT max(pgoffset + pgsize) FROM dbstat WHERE name = 'sqlite_schema'",
  );
  writeFileSync(dbPath, readFileSync(dbPath).fill(0xff, Number(schemaEnd)));
  const { code, stdout, stderr } = await runCaptured([
    "explain",
    `${site.origin}/55`,
    "--db",
    dbPath,
  ]);
  assert.match(stderr, /^webspool: [^\n]+SQLITE_CORRUPT[^\n]+\n$/);
  assert.equal(stdout, "");
  assert.equal(code, 5);
});
