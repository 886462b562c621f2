/** `webspool report --html`: what the page says of real crawls, and where it is written. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { parse, type DefaultTreeAdapterTypes } from "parse5";
import { runCaptured } from "../helpers/captured-terminal.ts";
import { crawlSite, newCrawl, temporaryDatabase } from "../helpers/crawl-run.ts";
import { startSite } from "../helpers/site-server.ts";

type Node = DefaultTreeAdapterTypes.Node;

/** Text as it is read, a space where an element begins. */
function textOf(html: string): string {
  const said = (node: Node): string => {
    if ("value" in node) return node.value;
    if (!("childNodes" in node) || node.nodeName === "style" || node.nodeName === "script")
      return "";
    const inner = node.childNodes.map(said).join("");
    return node.nodeName === "wbr" ? inner : ` ${inner}`;
  };
  return said(parse(html)).replaceAll(/\s+/g, " ");
}

async function pageOf(dbPath: string, ...more: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCaptured([
    "report",
    "--db",
    dbPath,
    "--html",
    "-",
    ...more,
  ]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^<!doctype html>\n[^]*<\/html>\n$/);
  return textOf(stdout);
}

async function smallCrawl(context: TestContext): Promise<{ dbPath: string; origin: string }> {
  const site = await startSite({
    "/": '<title>A & B</title><a href="/gone">to &lt;nowhere&gt;</a><a href="/there">there</a><a href="/old">old</a><a href="/private">p</a><img src="/i.png">',
    "/there": `<title>There</title><p>${"many words ".repeat(20_000)}</p>`,
    "/old": { status: 301, headers: { location: "/there" } },
    "/robots.txt": {
      headers: { "content-type": "text/plain" },
      body: "User-agent: *\nDisallow: /private",
    },
  });
  context.after(() => site.close());
  const { dbPath } = await crawlSite(context, {
    seeds: [`${site.origin}/`],
    perHost: 1,
    threads: 1,
  });
  return { dbPath, origin: site.origin };
}

test("the page tells what the database holds", async (context) => {
  const { dbPath, origin } = await smallCrawl(context);
  const page = await pageOf(dbPath);
  assert.match(page, /finished nothing was left to fetch/);
  assert.ok(page.includes(`Database ${dbPath}`));
  assert.ok(page.includes(`Seed ${origin}/`));
  assert.match(page, /scope host .*profile own .*1 in flight per host .*1 thread /);
  // Figures, by status and by depth.
  assert.match(page, /Pages 4 [\d,.]+ per second Errors 1 no response, or status 400 or more/);
  assert.match(page, /200 OK 2 50% .*301 Moved Permanently 1 25% .*404 Not Found 1 25%/);
  assert.match(page, /depth 0 1 0 0 0 0 depth 1 1 1 1 0 0/);
  // Types and sizes: a redirect is none, and no page.
  assert.match(page, /Content types Type Pages Share Size as a bar text\/html 3 100%/);
  assert.match(page, /The largest URL Size as a bar Type Status [^ ]+\/there 215 KiB/);
  // One connection, first used for robots.txt.
  const requests = 5 + 1;
  assert.match(
    page,
    new RegExp(`${requests} requests on 1 connection, ${requests} on each on average`),
  );
  assert.match(page, new RegExp(`By host Host .*Saved ${origin} ${requests} 83% 1 `));
  assert.match(page, new RegExp(`By thread Thread .*Saved 1 ${requests} 83% 1 `));
  assert.match(
    page,
    /Why they were opened .* first_use no socket to this origin had been opened yet 1/,
  );
  assert.match(
    page,
    /Why they were closed .* session_closed the session ended, with its thread or its process 1/,
  );
  // Issues with where they are, broken links with their text, what was left out with why.
  assert.match(page, /error 1 The page links to a page of the site that answers with an error/);
  assert.match(page, /SELECT \* FROM v_issue_broken_link_internal/);
  assert.match(
    page,
    /Leads to Answer Links Stands in, for one Link text [^ ]+\/gone 404 1 [^ ]+\/ to <nowhere>/,
  );
  assert.match(
    page,
    /robots 1 forbidden by robots.txt; the detail is the line [^ ]+\/private line 2: Disallow: \/private/,
  );
  assert.match(page, /link_kind 1 an image, script, style/);
  assert.ok(page.includes(`sql --db ${dbPath} @slowest-pages --param limit=100`));
});

test("a page of an earlier run says why it has no issues and keeps its own figures", async (context) => {
  const { dbPath, origin } = await smallCrawl(context);
  await crawlSite(context, { seeds: [`${origin}/there`], dbPath, scope: "prefix" });
  const page = await pageOf(dbPath, "--run", "1");
  assert.match(page, /Issues are of the state that the newest run left/);
  assert.match(page, /Links are those of the state that the newest run left/);
  assert.match(page, /200 OK 2 50%/);
  assert.doesNotMatch(page, /v_issue_/);
  assert.match(await pageOf(dbPath), /v_issue_/);
});

test("a run without a connection, and one that goes on, have a page too", async (context) => {
  const dbPath = temporaryDatabase(context);
  await crawlSite(context, { seeds: ["http://127.0.0.1:9/"], dbPath, retries: 0 });
  const failed = await pageOf(dbPath);
  assert.match(failed, /every seed failed .*No page was settled.*No connection was opened/);
  assert.match(failed, /connect_refused nothing listens on that port 1/);

  const { promise: asked, resolve: onAsked } = Promise.withResolvers<void>();
  const { promise: answer, resolve: onAnswer } = Promise.withResolvers<void>();
  const site = await startSite({
    "/": '<a href="/slow">slow</a>',
    "/slow": async (_req, res) => {
      onAsked();
      await answer;
      res.end("late");
    },
  });
  context.after(() => site.close());
  const live = join(dirname(dbPath), "live.db");
  const run = newCrawl(live, { seeds: [`${site.origin}/`], timeout: 30_000 }).run();
  await asked;
  try {
    assert.match(await pageOf(live), /running still under way The run had not ended/);
  } finally {
    onAnswer();
    await run;
  }
});

test("no file is replaced without --force, and none is left by halves", async (context) => {
  const { dbPath } = await smallCrawl(context);
  const folder = dirname(dbPath);
  const file = join(folder, "report.html");
  const write = async (...args: string[]): Promise<Awaited<ReturnType<typeof runCaptured>>> =>
    await runCaptured(["report", "--db", dbPath, ...args]);

  const first = await write("--html", file);
  assert.equal(first.code, 0, first.stderr);
  assert.equal(first.stdout, "");
  assert.match(first.stderr, /^wrote .*report\.html \([\d.]+ KiB\)\n$/);
  assert.match(readFileSync(file, "utf8"), /^<!doctype html>/);

  writeFileSync(file, "kept");
  const again = await write("--html", file);
  assert.equal(again.code, 2);
  assert.match(
    again.stderr,
    /--html cannot write ".*": it exists; name a new file, or replace it with --force\.\n$/,
  );
  assert.equal(readFileSync(file, "utf8"), "kept");
  assert.equal((await write("--html", file, "--force")).code, 0);
  assert.match(readFileSync(file, "utf8"), /^<!doctype html>/);

  mkdirSync(join(folder, "folder"));
  for (const [args, why] of [
    [["--html", dbPath, "--force"], /it is what is read here/],
    [["--html", join(folder, "folder"), "--force"], /it is a folder/],
    [["--html", join(folder, "none", "x.html")], /its folder does not exist/],
    [["--html", file, "--json"], /--html and --json exclude each other: give one/],
    [["--force"], /--force replaces the file of --html: give both/],
    [["--html", join(folder, "x.html"), "--run", "9"], /--run got 9, but .* has no such run/],
    [["--html"], /--html/],
  ] as const) {
    const { code, stdout, stderr } = await write(...args);
    assert.equal(code, 2, args.join(" "));
    assert.equal(stdout, "");
    assert.match(stderr, why);
    assert.equal(stderr.trimEnd().split("\n").length, 1, "one sentence");
  }
  const { code, stderr } = await runCaptured([
    "report",
    "--db",
    join(folder, "no.db"),
    "--html",
    file,
    "--force",
  ]);
  assert.equal(code, 2);
  assert.match(stderr, /There is no database/);
  assert.match(readFileSync(file, "utf8"), /^<!doctype html>/);
  assert.deepEqual(
    readdirSync(folder).filter((name) => /partial|x\.html/.test(name)),
    [],
  );
});
